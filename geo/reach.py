"""Reach of spots: the points that stand for where a county's people are, and how long it takes from there.

Time is the straight line over the globe × detour ÷ speed: an estimate that needs no road network and says so.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from geo import boundaries
from geo.places import PROVINCE, counties

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POINTS: Final = 36
"""About so many points stand for a county's people."""
EARTH_KM: Final = 6371.0088
KM_A_DEGREE: Final = math.radians(1) * EARTH_KM
SHORE_KM: Final = 2.0
"""A spot so little outside the province still lies in it: jetties, reclaimed land, a boundary drawn a little coarsely."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How people come: `detour` is the way on roads ÷ the straight line, `speed` in kilometres an hour."""

    detour: float
    speed: float

    def minutes(self, km: Floats) -> Floats:
        """How long straight lines of so many kilometres take."""
        return km * self.detour / self.speed * 60

    def km(self, minutes: float) -> float:
        """How far a straight line of so many minutes goes."""
        return minutes / 60 * self.speed / self.detour


@boundaries.remembered
def points() -> pl.DataFrame:
    """Spots spread evenly over every county, in the order of codes: `place_code`, `lon`, `lat`, `share`.

    Each stands for the same `share` of its county's people. There are about 36 a county, at least one.
    """
    return pl.concat([_spread(each.code) for each in counties()])


def xy(frame: pl.DataFrame) -> Floats:
    """The columns `lon` and `lat` of a frame as rows of two."""
    return frame.select("lon", "lat").to_numpy().astype(np.float64).reshape(-1, 2)


def kilometres(here: Floats, there: Floats) -> Floats:
    """Great-circle distances from each row (lon, lat) of `here` to each of `there`."""
    return _arcs(_on_sphere(here) @ _on_sphere(there).T)


def nearest(here: Floats, there: Floats) -> Floats:
    """Kilometres from each row (lon, lat) of `here` to the nearest of `there`, of which there is at least one."""
    return _arcs((_on_sphere(here) @ _on_sphere(there).T).max(axis=1))


def in_province(spots: Floats) -> Flags:
    """Whether each row (lon, lat) lies in the province or at most two kilometres outside it."""
    if not len(spots):
        return np.zeros(0, dtype=bool)
    province = boundaries.shapes("province")[PROVINCE]
    return np.asarray(shapely.dwithin(province, shapely.points(spots), SHORE_KM / KM_A_DEGREE))


def _arcs(cosines: Floats) -> Floats:
    """Kilometres over the globe for each cosine of an angle at its centre; what is given is used up."""
    np.clip(cosines, -1, 1, out=cosines)
    np.subtract(1, cosines, out=cosines)  # in place: thousands of points by thousands are a hundred megabytes
    np.sqrt(np.divide(cosines, 2, out=cosines), out=cosines)
    np.multiply(np.arcsin(cosines, out=cosines), 2 * EARTH_KM, out=cosines)
    return cosines


def _on_sphere(spots: Floats) -> Floats:
    lon, lat = np.radians(spots).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _spread(code: str) -> pl.DataFrame:
    """An even grid over one county, as wide as gives about `POINTS` inside; its label's spot where none falls inside."""
    shape = boundaries.shapes("county")[code]
    west, south, east, north = shape.bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    step = math.sqrt(shape.area * squeeze / POINTS)
    lons, lats = np.meshgrid(_middles(west, east, step / squeeze), _middles(south, north, step))
    spots = np.column_stack([lons.ravel(), lats.ravel()])
    spots = spots[shapely.contains_xy(shape, spots)]
    if not len(spots):
        label = boundaries.label_spots("county")[code]
        spots = np.array([[label.lon, label.lat]])
    return pl.DataFrame(
        {"place_code": [code] * len(spots), "lon": spots[:, 0], "lat": spots[:, 1], "share": 1 / len(spots)}
    )


def _middles(low: float, high: float, step: float) -> Floats:
    """The middles of as many whole steps as cover the span, evenly over it."""
    n = max(1, round((high - low) / step))
    return low + (np.arange(n) + 0.5) * (high - low) / n
