"""Knows which rows of a prefecture's own 市本级 name a functional zone.

Assumed: seven in ten, where the prefecture has any.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Integers
from data_sources.demo.sampling import texts
from data_sources.demo.world import World

IN_ZONES: Final = 0.7


def zone_column(world: World, leaf: Integers, rng: np.random.Generator) -> pl.Series:
    """The functional zone of each row, null for counties."""
    names = [name for zones in world.leaves.zones for name in zones]
    number = np.array([len(zones) for zones in world.leaves.zones])
    first = np.cumsum(number) - number
    zone = np.full(len(leaf), -1)
    rows = np.flatnonzero(number[leaf] > 0)
    named = first[leaf[rows]] + (rng.random(len(rows)) * number[leaf[rows]]).astype(np.int64)
    zone[rows] = np.where(rng.random(len(rows)) < IN_ZONES, named, -1)
    return texts(names, zone)
