"""Knows where things stand on the map: inside their county, gathered around a few parks."""

from typing import Final

import numpy as np

from data_sources.demo.arrays import Floats, Integers
from data_sources.demo.leaves import Leaves
from geo.boundaries import points_inside

PARKS: Final = 3
"""Parks of a place; by guess."""
REACH: Final = 0.03
"""Typical distance from a park, degrees (about 3 km)."""
CHOICES: Final = 6
"""Points tried for each one kept."""


def spots(leaves: Leaves, leaf: Integers, rng: np.random.Generator) -> Floats:
    """(lon, lat) for each row, rounded to 5 decimals; 市本级 stands in the prefecture's seat, its first district."""
    at = np.empty((len(leaf), 2))
    for place in np.unique(leaf):
        rows = leaf == place
        seat = place + 1 if leaves.own[place] else place
        at[rows] = _gathered(leaves.codes[seat], int(rows.sum()), rng)
    return at


def _gathered(code: str, n: int, rng: np.random.Generator) -> Floats:
    points = np.round(points_inside(code, PARKS + n * CHOICES, rng), 5)
    parks, others = points[:PARKS], points[PARKS:]
    away = np.sqrt(((others[:, None, :] - parks[None, :, :]) ** 2).sum(axis=2)).min(axis=1)
    liking = -away / REACH + rng.gumbel(size=len(others))
    return np.asarray(others[np.argsort(-liking, kind="stable")[:n]])
