"""The training circle and the seats within reach agree with slow and obvious second implementations."""

import math
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources import reading
from data_sources.cubes import Cubes
from geo import isochrones, places
from geo import reach as spots
from geo.reach import Travel
from indicators import measures, reach
from indicators.catalogue import catalogue
from indicators.reach import Way
from tests.indicators.asked import asked
from tests.indicators.registered import CHUNAN_TOWN, SHANGHAI, TONGLU_TOWN, base, register

USUAL = Way(30, Travel(1.3, 40))
TONGLU, CHUNAN = "330122", "330127"
SPOT = st.tuples(st.floats(118.5, 122), st.floats(27.5, 31))


def who(**given: tuple[int, int | None]) -> pl.DataFrame:
    """Counties with their residents and workers; the other counties have none."""
    rows = [(p.code, *given.get(p.code, (0, 0))) for p in places.counties()]
    return pl.DataFrame(
        rows, schema={"place_code": pl.String, "residents": pl.Int64, "workers": pl.Int64}, orient="row"
    )


@cache
def grid() -> dict[str, list[tuple[float, float]]]:
    """The points of each county."""
    found: dict[str, list[tuple[float, float]]] = {}
    for code, lon, lat, _ in spots.points().iter_rows():
        found.setdefault(code, []).append((lon, lat))
    return found


def minutes(here: tuple[float, float], there: tuple[float, float], detour: float, speed: float) -> float:
    """Straight line by the haversine, one pair at a time."""
    (lon, lat), (to_lon, to_lat) = ([math.radians(v) for v in each] for each in (here, there))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half)) * detour / speed * 60


@pytest.mark.parametrize(("limit", "detour", "speed"), [(30, 1.3, 40), (10, 1.0, 30), (60, 2.0, 60)])
def test_coverage_is_what_counting_point_by_point_gives(
    limit: int, detour: float, speed: int, demo_url: str, demo_cubes: Cubes
) -> None:
    held = reach.sites(reading.register(demo_url), "2026-10", ("public_training", "high_skill"))
    people = reach.people(demo_cubes, measures.series(demo_cubes, catalogue()["talent_stock"], "month_end"), "2026-10")
    found = reach.coverage(people, held, Way(limit, Travel(detour, speed)))
    at = held.select("lon", "lat").rows()
    for row in found.filter(pl.col("place_code").is_in(["330127", "330922", "330102", "331127"])).to_dicts():
        nearest = [min(minutes(here, there, detour, speed) for there in at) for here in grid()[row["place_code"]]]
        assert row["share"] == pytest.approx(sum(took <= limit for took in nearest) / len(nearest))
        assert row["nearest"] == pytest.approx(sum(nearest) / len(nearest))
        assert row["bases"] == held.filter(place_code=row["place_code"]).height


def test_people_are_the_census_and_whoever_is_at_work(demo_url: str, demo_cubes: Cubes) -> None:
    stock = measures.series(demo_cubes, catalogue()["talent_stock"], "month_end")
    found = reach.people(demo_cubes, stock, "2026-10")
    residents = dict(asked(demo_url, "SELECT place_code, residents FROM census"))
    working = dict(asked(demo_url, "SELECT place_code, count(*) FROM employment WHERE start_month <= '2026-10' AND "
                                   "(end_month IS NULL OR end_month > '2026-10') GROUP BY 1"))  # fmt: skip
    filed = {code for (code,) in asked(demo_url, "SELECT place_code FROM submission WHERE table_name = 'employment' "
                                                 "AND month = '2026-10' AND status = 'accepted'")}  # fmt: skip
    assert found.height == 90
    assert found["workers"].null_count() == sum(p.code not in filed for p in places.counties()) > 0
    for row in found.to_dicts():
        assert row["residents"] == residents[row["place_code"]]
        assert row["workers"] == (working.get(row["place_code"], 0) if row["place_code"] in filed else None)


def test_larger_places_are_ratios_of_sums_and_the_unfiled_is_left_out() -> None:
    people = who(**{TONGLU: (400, 40), CHUNAN: (600, None)})
    covered = people.with_columns(share=pl.when(place_code=TONGLU).then(0.5).otherwise(0.0), nearest=10.0)
    found = reach.rolled(covered, (CHUNAN, "330100", "330900"))
    columns = ("residents", "residents_within", "residents_share", "workers", "workers_within", "workers_share")
    assert found.select(columns).rows() == [
        (600, 0.0, 0.0, None, None, None), (1000, 200.0, 0.2, 40, 20.0, 0.5), (0, 0.0, None, 0, 0.0, None),
    ]  # fmt: skip
    assert found.select("counties", "unknown", "bare").rows() == [(1, 1, 1), (13, 1, 12), (4, 0, 4)]


def test_without_a_base_nobody_is_covered_and_nothing_is_near() -> None:
    people = who(**{TONGLU: (400, 40)})
    for held in (register(), register(base("B1", SHANGHAI), base("B2", None), base("B3", closed_month="2023-01"))):
        none = reach.sites(held, "2023-03")
        assert none.is_empty()
        found = reach.coverage(people, none, USUAL)
        assert set(found["share"]) == {0}
        assert found["nearest"].null_count() == 90
        assert reach.accessible(people, none, USUAL).filter(place_code=TONGLU)["access"].to_list() == [0]


@given(st.lists(SPOT, min_size=1, max_size=4), st.integers(10, 60), st.integers(0, 60))
@settings(max_examples=20, deadline=None)
def test_shares_never_fall_with_more_minutes_or_one_more_base(
    at: list[tuple[float, float]], limit: int, more: int
) -> None:
    held = register(*(base(f"B{i}", spot) for i, spot in enumerate(at)))
    people = who()

    def share(rows: pl.DataFrame, minutes: int) -> Any:
        return reach.coverage(people, rows, Way(minutes, Travel(1.3, 40)))["share"].to_numpy()

    assert (share(held, limit) <= share(held, limit + more)).all()
    assert (share(held[:-1], limit) <= share(held, limit)).all()


def test_isochrones_take_the_place_of_straight_lines() -> None:
    whole, part = shapely.box(118, 29, 120.5, 31), shapely.box(119.5, 29.5, 120, 30)
    polygons = isochrones.Isochrones(("B1", "B1", "B9"), (20.0, 45.0, 5.0), (part, whole, whole))
    held, people = reach.sites(register(base("B1"), base("B2")), "2023-03"), who()
    shares = {
        limit: dict(
            reach.coverage(people, held, Way(limit, USUAL.travel, polygons)).select("place_code", "share").rows()
        )
        for limit in (15, 30, 45)
    }
    inside = shapely.contains_xy(part, np.array(grid()[TONGLU])).mean()
    assert [shares[limit][TONGLU] for limit in (15, 30, 45)] == pytest.approx([0, inside, 1])
    assert 0 < inside < 1


def two_step(people: pl.DataFrame, held: pl.DataFrame, limit: int) -> dict[str, float]:
    """Seats per 1,000 workers, loop by loop."""
    demand = [
        (code, spot, workers / len(grid()[code]))
        for code, workers in people.select("place_code", "workers").rows()
        if workers
        for spot in grid()[code]
    ]

    def weight(took: float) -> float:
        return 1.0 if took <= limit / 3 else 0.68 if took <= 2 * limit / 3 else 0.22 if took <= limit else 0.0

    found: dict[str, float] = {}
    for lon, lat, seats in held.select("lon", "lat", "seats").rows():
        weights = [weight(minutes(spot, (lon, lat), 1.3, 40)) for _, spot, _ in demand]
        sharing = sum(w * people for w, (_, _, people) in zip(weights, demand, strict=True))
        for w, (code, _, _) in zip(weights, demand, strict=True):
            if w:
                found[code] = found.get(code, 0.0) + w * seats / sharing / len(grid()[code])
    return {code: 1000 * each for code, each in found.items()}


@pytest.mark.parametrize("limit", [15, 30, 45])
def test_seats_within_reach_are_those_of_the_two_steps_by_hand(limit: int) -> None:
    people = who(**{TONGLU: (0, 120), CHUNAN: (0, 60), "330111": (0, 500), "330182": (0, None)})
    held = reach.sites(
        register(base("B1", TONGLU_TOWN, seats=80), base("B2", CHUNAN_TOWN, seats=0), base("B3", (119.8, 29.9), seats=7)),
        "2023-03",
    )  # fmt: skip
    found = reach.accessible(people, held, Way(limit, Travel(1.3, 40)))
    wanted = two_step(people, held, limit)
    for row in found.to_dicts():
        has = bool(row["workers"])
        assert row["access"] == (pytest.approx(wanted.get(row["place_code"], 0.0)) if has else None)
    assert found.filter(place_code=TONGLU).select("seats", "own").row(0) == (187 - 100, 1000 * 87 / 120)


def test_every_seat_that_anybody_reaches_is_shared_out_once(demo_url: str, demo_cubes: Cubes) -> None:
    stock = measures.series(demo_cubes, catalogue()["talent_stock"], "month_end")
    people, held = (
        reach.people(demo_cubes, stock, "2026-10"),
        reach.sites(reading.register(demo_url), "2026-10"),
    )
    found = reach.accessible(people, held, USUAL)
    points = spots.points().join(people.filter(pl.col("workers") > 0), on="place_code", maintain_order="left")
    reached = (USUAL.took(spots.xy(points), held) <= 30).any(axis=0)
    shared = (found["access"] * found["workers"]).sum() / 1000
    assert shared == pytest.approx(held.filter(pl.Series(reached))["seats"].sum())
    (province,) = reach.rolled_access(found, ("330000",)).to_dicts()
    assert province["access"] == pytest.approx(1000 * shared / found["workers"].sum())
