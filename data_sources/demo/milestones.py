"""Knows the steps of institution building: norms, alliances, officers, filings, pilots; the same at every scale.

Assumed: numbers are guesses except Hangzhou's 17 alliances and 8 pilot enterprises by the end of 2024 (published) and
the alliance of 钱塘 in December 2023 (published); filings and pilots follow the organisations.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Integers
from data_sources.demo.bases import filing_month
from data_sources.demo.leaves import INSTITUTIONS
from data_sources.demo.months import COUNT, LAST, MONTHS, days_in
from data_sources.demo.organisations import Organisations
from data_sources.demo.sampling import choose, spread
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column

SPREAD: Final = {
    "evaluation_norm": (66, 1),
    "special_ability_norm": (240, 1),
    "chief_digital_officer": (620, 14),
    "chief_technician": (26, 1),
    "special_technician": (150, 1),
    "publicity": (560, 3),
}
"""Rows, and the most that one row counts, of what happens anywhere at any time."""
HANGZHOU_ALLIANCES: Final = 17
HANGZHOU_PILOTS: Final = 8
PUBLISHED_BY: Final = MONTHS.index("2024-12")
HANGZHOU_ALLIANCES_SINCE: Final = 5
ALLIANCES_ELSEWHERE: Final = 46
FIRST_ALLIANCE: Final = ("钱塘区", MONTHS.index("2023-12"))
FILED_SINCE: Final = 0.6
"""Of today's evaluation bodies and integration enterprises, the share that became so since 2023."""
FIRST_PILOTS: Final = MONTHS.index("2023-09")
CATALOGUES: Final = (2, 6)
"""March to June: when each prefecture publishes its year's catalogue of short occupations."""

Rows = tuple[str, Integers, Integers, Integers]
"""Kind, leaf, month and quantity."""


def milestones(world: World, registered: Organisations) -> pl.DataFrame:
    """The table milestone, without lineage."""
    rng = world.stream("milestones")
    parts = [_anywhere(world, kind, rng) for kind in SPREAD]
    parts += [_alliances(world, rng), _catalogues(world, rng), _pilots(world, registered, rng)]
    parts += [
        _since(kind, registered.leaf[flags], rng)
        for kind, flags in (
            ("evaluation_body_filing", registered.evaluation_body),
            ("integration_enterprise", registered.integration),
        )
    ]
    leaf, month, quantity = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in (1, 2, 3))
    return pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": filing_month(month),
            "month": [MONTHS[m] for m in month],
            "zone": zone_column(world, leaf, rng),
            "kind": [kind for kind, *_, quantities in parts for _ in quantities],
            "reached": days_in(month, rng),
            "quantity": quantity,
        }
    )


def _anywhere(world: World, kind: str, rng: np.random.Generator) -> Rows:
    rows, most = SPREAD[kind]
    leaf = spread(rows, world.leaves.sizes(INSTITUTIONS), rng)
    return kind, leaf, rng.integers(0, COUNT, rows), rng.integers(1, most + 1, rows)


def _alliances(world: World, rng: np.random.Generator) -> Rows:
    size, here = world.leaves.sizes(INSTITUTIONS), world.leaves.hangzhou
    leaf = [np.array([world.leaves.index(FIRST_ALLIANCE[0])])]
    month = [np.array([FIRST_ALLIANCE[1]])]
    for n, within, first, last in (
        (HANGZHOU_ALLIANCES - 1, here, 0, PUBLISHED_BY),
        (HANGZHOU_ALLIANCES_SINCE, here, PUBLISHED_BY + 1, LAST),
        (ALLIANCES_ELSEWHERE, ~here, 0, LAST),
    ):
        leaf.append(spread(n, np.where(within, size, 0.0), rng))
        month.append(rng.integers(first, last + 1, n))
    at = np.concatenate(leaf)
    return "training_alliance", at, np.concatenate(month), np.ones(len(at), dtype=np.int64)


def _catalogues(world: World, rng: np.random.Generator) -> Rows:
    own = np.flatnonzero(world.leaves.own)
    leaf, year = np.tile(own, COUNT // 12 + 1), np.repeat(np.arange(COUNT // 12 + 1), len(own))
    month = year * 12 + rng.integers(*CATALOGUES, len(leaf))
    return "shortage_catalogue", leaf, month, np.ones(len(leaf), dtype=np.int64)


def _pilots(world: World, registered: Organisations, rng: np.random.Generator) -> Rows:
    """One for each pilot enterprise; in Hangzhou the first eight by the end of 2024."""
    leaf = registered.leaf[registered.pilot]
    month = rng.integers(FIRST_PILOTS, COUNT, len(leaf))
    here = rng.permutation(np.flatnonzero(world.leaves.hangzhou[leaf]))
    first, later = here[:HANGZHOU_PILOTS], here[HANGZHOU_PILOTS:]
    month[first] = rng.integers(FIRST_PILOTS, PUBLISHED_BY + 1, len(first))
    month[later] = rng.integers(PUBLISHED_BY + 1, COUNT, len(later))
    return "dual_certificate_pilot", leaf, month, np.ones(len(leaf), dtype=np.int64)


def _since(kind: str, leaf: Integers, rng: np.random.Generator) -> Rows:
    filed = leaf[choose(len(leaf), (1 - FILED_SINCE, FILED_SINCE), rng) == 1]
    return kind, filed, rng.integers(0, COUNT, len(filed)), np.ones(len(filed), dtype=np.int64)
