"""Web Mercator as deck.gl uses it: pixels of the world at a zoom, and the zoom that fits an extent into a frame."""

import math
from typing import Final

from geo.boundaries import MIDDLE_LATITUDE

TILE: Final = 512
"""Pixels of the whole world at zoom 0."""


def fitted(extent: tuple[float, float, float, float], width: int, height: int) -> tuple[float, tuple[float, float]]:
    """Zoom and centre (lon, lat) at which west, south, east, north just fit into so many pixels, with a margin."""
    west, south, east, north = extent
    top, bottom = _mercator(north), _mercator(south)
    across = (max(width, 80) - 16) / ((east - west) / 360 * TILE)
    down = (max(height, 80) - 16) / ((top - bottom) / (2 * math.pi) * TILE)
    middle = math.degrees(2 * math.atan(math.exp((top + bottom) / 2)) - math.pi / 2)
    return round(math.log2(min(across, down)), 3), (round((west + east) / 2, 4), round(middle, 4))


def position(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    """A spot in pixels of the world, x to the east, y to the south."""
    scale = TILE * 2**zoom
    return lon / 360 * scale, -_mercator(lat) / (2 * math.pi) * scale


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def pixels(degrees_of_latitude: float, zoom: float) -> float:
    """A distance in degrees of latitude as pixels, in the province's middle."""
    return float(degrees_of_latitude / 360 * TILE * 2**zoom / math.cos(math.radians(MIDDLE_LATITUDE)))
