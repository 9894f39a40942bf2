"""Spots on a map's edge for places that lie beyond it: in their true direction, moved apart until each can be told."""

import math
from collections.abc import Mapping
from typing import Final

from geo import boundaries, places
from geo.boundaries import MIDDLE_LATITUDE

CAPITALS: Final[Mapping[str, tuple[float, float]]] = {
    "110000": (116.41, 39.90), "120000": (117.20, 39.08), "130000": (114.51, 38.04), "140000": (112.55, 37.87),
    "150000": (111.75, 40.84), "210000": (123.43, 41.81), "220000": (125.32, 43.82), "230000": (126.53, 45.80),
    "310000": (121.47, 31.23), "320000": (118.80, 32.06), "340000": (117.23, 31.82), "350000": (119.30, 26.07),
    "360000": (115.86, 28.68), "370000": (117.12, 36.65), "410000": (113.62, 34.75), "420000": (114.31, 30.59),
    "430000": (112.94, 28.23), "440000": (113.26, 23.13), "450000": (108.37, 22.82), "460000": (110.20, 20.04),
    "500000": (106.55, 29.56), "510000": (104.07, 30.57), "520000": (106.63, 26.65), "530000": (102.83, 24.88),
    "540000": (91.17, 29.65), "610000": (108.94, 34.34), "620000": (103.83, 36.06), "630000": (101.78, 36.62),
    "640000": (106.23, 38.49), "650000": (87.62, 43.83), "710000": (121.56, 25.03), "810000": (114.17, 22.32),
    "820000": (113.54, 22.20),
}  # fmt: skip
"""Longitude and latitude of each province's seat of government, to a hundredth of a degree."""
BEYOND: Final = 0.10
"""How far outside the map the edge lies, as a share of its extent."""
APART: Final = 0.04
"""Least distance of two spots along the edge, as a share of its length."""

Spot = tuple[float, float]
Box = tuple[float, float, float, float]


def spots(codes: tuple[str, ...], around: Box) -> dict[str, Spot]:
    """A spot for each of these provinces and prefectures on the edge around a map (west, south, east, north)."""
    edge = _edge(around)
    wanted = sorted((_along(_position(code), edge), code) for code in dict.fromkeys(codes))
    shares = _apart([share for share, _ in wanted])
    return {code: _at(share, edge) for share, (_, code) in zip(shares, wanted, strict=True)}


def _edge(around: Box) -> Box:
    west, south, east, north = around
    across, along = BEYOND * (east - west), BEYOND * (north - south)
    return west - across, south - along, east + across, north + along


def _position(code: str) -> Spot:
    if code in CAPITALS:
        return CAPITALS[code]
    spot = boundaries.label_spots(places.place(code).level)[code]
    return spot.lon, spot.lat


def _along(position: Spot, edge: Box) -> float:
    """Where the line from the middle to the position crosses the edge: 0 is its north-west corner, then clockwise."""
    west, south, east, north = edge
    dx = (position[0] - (west + east) / 2) / (east - west)
    dy = (position[1] - (south + north) / 2) / (north - south)
    reach = max(abs(dx), abs(dy)) * 2 or 1.0
    x, y = dx / reach + 0.5, dy / reach + 0.5
    wide, high = _sides(edge)
    if math.isclose(y, 1):
        way = x * wide
    elif math.isclose(x, 1):
        way = wide + (1 - y) * high
    elif math.isclose(y, 0):
        way = wide + high + (1 - x) * wide
    else:
        way = 2 * wide + high + y * high
    return way / (2 * (wide + high))


def _at(share: float, edge: Box) -> Spot:
    west, south, east, north = edge
    wide, high = _sides(edge)
    way = (share % 1) * 2 * (wide + high)
    if way <= wide:
        return west + way / wide * (east - west), north
    if way <= wide + high:
        return east, north - (way - wide) / high * (north - south)
    if way <= 2 * wide + high:
        return east - (way - wide - high) / wide * (east - west), south
    return west, south + (way - 2 * wide - high) / high * (north - south)


def _sides(edge: Box) -> tuple[float, float]:
    """Width and height on the ground, in degrees of latitude."""
    west, south, east, north = edge
    return (east - west) * math.cos(math.radians(MIDDLE_LATITUDE)), north - south


def _apart(shares: list[float]) -> list[float]:
    """Ascending shares of a closed line, pushed apart evenly until neighbours keep their distance."""
    n = len(shares)
    least = min(APART, 0.95 / max(n, 1))
    moved = list(shares)
    for _ in range(200 if n > 1 else 0):
        for i in range(n):
            after = (i + 1) % n
            gap = moved[after] - moved[i] + (1 if after == 0 else 0)
            if gap < least:
                moved[i] -= (least - gap) / 2
                moved[after] += (least - gap) / 2
    return moved
