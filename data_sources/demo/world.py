"""Knows what all parts of the demonstration share: scale, seed, places, mixes, late filings, who lags and who leads.

Assumed: people and money grow with the scale, institutions (bases, organisations, milestones) do not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data_sources.demo.arrays import Floats, Integers
from data_sources.demo.homes import mix
from data_sources.demo.late import Late, late
from data_sources.demo.leaves import Leaves, leaves
from data_sources.demo.months import COUNT, YEAR_OF
from data_sources.demo.occupations import Occupations, occupations
from data_sources.demo.sampling import Wheel, stream

LAGGARDS: Final = 11
LAGGING: Final = (0.56, 0.74)
"""A laggard's results relative to its size."""
LEADERS: Final = 9
LEADING: Final = (1.20, 1.38)
USUAL_SPREAD: Final = 0.08
MONTHLY_NOISE: Final = 0.14


@dataclass(frozen=True)
class World:
    """What every generator is given."""

    scale: float
    seed: int
    leaves: Leaves
    occupations: Occupations
    late: Late
    mix: Floats
    """(leaf, year, cluster)"""
    standing: Floats
    """Each leaf's results relative to its size: 1 as expected, 0.6 lagging, 1.3 leading."""

    def stream(self, subject: str) -> np.random.Generator:
        """The random stream of a subject."""
        return stream(self.seed, subject)

    def scaled(self, people: float) -> int:
        """A number of people, rows or fen at this scale."""
        return round(people * self.scale)

    def clusters(self, leaf: Integers, month: Integers, rng: np.random.Generator) -> Integers:
        """A cluster for each row, by its leaf's mix in that year; months before the plan count as 2023."""
        years = self.mix.shape[1]
        wheel = Wheel(self.mix.reshape(-1, self.mix.shape[2]))
        return wheel.draw(leaf * years + YEAR_OF[np.maximum(month, 0)], rng)

    def cells(self, size: Floats, curve: Floats, rng: np.random.Generator) -> Floats:
        """Relative weights by (leaf, month): size × curve × a trend of its own × noise."""
        trend = np.exp(rng.normal(0, 0.06, len(self.leaves)))[:, None] ** np.linspace(-1, 1, COUNT)
        noise = np.exp(rng.normal(0, MONTHLY_NOISE, (len(self.leaves), COUNT)))
        return np.asarray(size[:, None] * curve * trend * noise)


def world(scale: float, seed: int) -> World:
    """The world of one demonstration; the same for the same scale and seed."""
    all_leaves = leaves()
    return World(
        scale=scale,
        seed=seed,
        leaves=all_leaves,
        occupations=occupations(),
        late=late(all_leaves, seed),
        mix=mix(all_leaves),
        standing=_standing(all_leaves, stream(seed, "standing")),
    )


def _standing(leaves: Leaves, rng: np.random.Generator) -> Floats:
    standing = np.exp(rng.normal(0, USUAL_SPREAD, len(leaves)))
    special = rng.permutation(np.flatnonzero(~leaves.own))
    standing[special[:LAGGARDS]] = rng.uniform(*LAGGING, LAGGARDS)
    standing[special[LAGGARDS : LAGGARDS + LEADERS]] = rng.uniform(*LEADING, LEADERS)
    return standing
