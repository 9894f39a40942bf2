"""Knows the plan's two targets, shared among all places and years; they grow with the scale as people do.

Assumed: shares follow the size of a place, rounded by hand as such shares are; the yearly steps are nearly even.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Integers
from data_sources.demo.leaves import HIGH_SKILLED_TARGET, TRAINING
from data_sources.demo.sampling import apportion
from data_sources.demo.world import World

PLAN: Final = {
    "training_person_times": (1_000_000, TRAINING),
    "high_skilled_trained": (250_000, HIGH_SKILLED_TARGET),
}
"""The plan's targets for 2023 to 2027 and the blend of sizes they are shared by."""
YEARS: Final = tuple(range(2023, 2028))
STEPS: Final = (0.18, 0.38, 0.59, 0.80, 1.0)
"""The share of the target to be reached by the end of each year."""
NEGOTIATED: Final = 0.05
"""Spread of a place's share around its size."""


def targets(world: World) -> pl.DataFrame:
    """The table target, without lineage: cumulative, by the end of each year."""
    rng = world.stream("targets")
    parts = []
    for key, (total, blend) in PLAN.items():
        share = world.leaves.sizes(blend) * np.exp(rng.normal(0, NEGOTIATED, len(world.leaves)))
        full = apportion(world.scaled(total), share)
        for year, step in zip(YEARS, STEPS, strict=True):
            parts.append(_rows(key, year, np.floor(full * step + 0.5).astype(np.int64)))
    return pl.concat(parts)


def _rows(key: str, year: int, value: Integers) -> pl.DataFrame:
    n = len(value)
    return pl.DataFrame(
        {
            "_leaf": np.arange(n),
            "_file": np.zeros(n, dtype=np.int64),
            "indicator_key": [key] * n,
            "year": np.full(n, year),
            "value": value,
            "cumulative": np.ones(n, dtype=np.bool_),
        }
    )
