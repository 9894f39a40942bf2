"""Reach is a straight line × detour ÷ speed, from points that lie evenly over every county."""

import math

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import boundaries, places, reach
from geo.reach import Travel

HANGZHOU, NINGBO = (120.155, 30.274), (121.550, 29.874)
SPOT = st.tuples(st.floats(118, 123), st.floats(27, 31.5))


def test_every_county_is_stood_for_by_points_inside_it_that_share_it_evenly() -> None:
    points = reach.points()
    assert points["place_code"].unique(maintain_order=True).to_list() == [each.code for each in places.counties()]
    shares = points.group_by("place_code").agg(pl.col("share").sum(), n=pl.len())
    assert shares["share"].to_list() == pytest.approx([1.0] * 90)
    assert shares["n"].min() >= 25  # type: ignore[operator]
    for (code,), rows in points.group_by("place_code"):
        assert shapely.contains_xy(boundaries.shapes("county")[str(code)], reach.xy(rows)).all()


def test_their_middle_is_the_middle_of_the_county() -> None:
    middle = reach.points().filter(place_code="330127").select(pl.col("lon", "lat").mean()).row(0)
    centre = boundaries.shapes("county")["330127"].centroid
    assert middle == pytest.approx((centre.x, centre.y), abs=0.02)


def test_distances_are_those_of_the_globe() -> None:
    km = reach.kilometres(np.array([HANGZHOU]), np.array([NINGBO, HANGZHOU]))
    assert km[0].tolist() == pytest.approx([141.5, 0], abs=0.5)


@given(SPOT, SPOT)
def test_distances_agree_with_the_cosine_rule(here: tuple[float, float], there: tuple[float, float]) -> None:
    (lon, lat), (to_lon, to_lat) = (tuple(map(math.radians, each)) for each in (here, there))
    cosine = math.sin(lat) * math.sin(to_lat) + math.cos(lat) * math.cos(to_lat) * math.cos(to_lon - lon)
    slow = reach.EARTH_KM * math.acos(min(1.0, cosine))
    assert reach.kilometres(np.array([here]), np.array([there]))[0, 0] == pytest.approx(slow, abs=0.2)


@given(SPOT, st.lists(SPOT, min_size=1, max_size=5))
def test_the_nearest_is_the_least_of_the_distances(here: tuple[float, float], there: list[tuple[float, float]]) -> None:
    km = reach.kilometres(np.array([here]), np.array(there))
    assert reach.nearest(np.array([here]), np.array(there)).tolist() == km.min(axis=1).tolist()


@pytest.mark.parametrize(
    ("km", "detour", "speed", "minutes"), [(20, 1.0, 40, 30), (20, 1.5, 40, 45), (20, 1.0, 80, 15), (0, 1.3, 40, 0)]
)
def test_time_is_the_line_by_detour_and_speed(km: float, detour: float, speed: float, minutes: float) -> None:
    travel = Travel(detour, speed)
    assert travel.minutes(np.array([float(km)]))[0] == pytest.approx(minutes)
    assert travel.km(minutes) == pytest.approx(km)


@given(st.floats(1, 120), st.floats(0, 120), st.floats(1, 3), st.floats(5, 120))
def test_the_share_within_reach_never_falls_when_minutes_grow(
    minutes: float, more: float, detour: float, speed: float
) -> None:
    points = reach.points().filter(pl.col("place_code").str.starts_with("3301"))
    took = Travel(detour, speed).minutes(reach.kilometres(reach.xy(points), np.array([HANGZHOU, NINGBO]))).min(axis=1)
    assert (took <= minutes).mean() <= (took <= minutes + more).mean()


def test_a_spot_on_the_shore_is_in_the_province_and_one_beyond_is_not() -> None:
    shanghai, sea = (121.47, 31.23), (124.5, 29.0)
    ring = shapely.get_coordinates(boundaries.shapes("county")["330922"])
    east = ring[ring[:, 0].argmax()] + [0.01, 0]
    found = reach.in_province(np.array([HANGZHOU, shanghai, sea, east]))
    assert found.tolist() == [True, False, False, True]
    assert reach.in_province(np.empty((0, 2))).tolist() == []
