"""Spots on the map's edge: in the true direction, apart from each other, outside the map."""

import itertools
import math

import pytest

from geo import boundaries, edge, places

ZHEJIANG = boundaries.bounds([p.code for p in places.prefectures()])
EVERYONE = tuple(each.code for each in places.origins())


def test_every_other_province_has_a_position() -> None:
    assert set(edge.CAPITALS) == set(EVERYONE)
    assert all(73 < lon < 136 and 18 < lat < 54 for lon, lat in edge.CAPITALS.values())


@pytest.mark.parametrize(
    ("code", "side"),
    [("360000", "west"), ("350000", "south"), ("320000", "north"), ("310000", "north"), ("710000", "south")],
)
def test_a_province_alone_lies_where_it_really_is(code: str, side: str) -> None:
    west, south, east, north = ZHEJIANG
    ((lon, lat),) = edge.spots((code,), ZHEJIANG).values()
    assert {"west": lon < west, "south": lat < south, "east": lon > east, "north": lat > north}[side]


def test_spots_lie_outside_the_map_and_apart() -> None:
    west, south, east, north = ZHEJIANG
    found = edge.spots(EVERYONE, ZHEJIANG)
    assert set(found) == set(EVERYONE)
    assert all(not (west < lon < east and south < lat < north) for lon, lat in found.values())
    wide, high = (east - west) * 1.2 * math.cos(math.radians(29)), (north - south) * 1.2
    least = 0.6 * min(edge.APART, 0.95 / len(found)) * 2 * (wide + high)  # across a corner it is nearer than along it
    for (a, b), (c, d) in itertools.combinations(found.values(), 2):
        assert math.hypot((a - c) * math.cos(math.radians(29)), b - d) > least


def test_the_same_places_get_the_same_spots_in_any_order() -> None:
    assert edge.spots(("340000", "360000", "330200"), ZHEJIANG) == edge.spots(("330200", "360000", "340000"), ZHEJIANG)
    assert edge.spots((), ZHEJIANG) == {}
