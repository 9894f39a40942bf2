"""Knows the school–enterprise programmes and the skills contests of each year.

Assumed: about 130 programmes and 110 contests a year, whatever the scale; seats and participants grow with the scale.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Integers
from data_sources.demo.bases import filing_month
from data_sources.demo.homes import CODES
from data_sources.demo.leaves import INSTITUTIONS
from data_sources.demo.months import LAST, MONTHS, YEARS
from data_sources.demo.organisations import CLUSTER_WORDS, KINDS, Organisations, place_word
from data_sources.demo.sampling import Wheel, choose, spread
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column
from data_sources.vocabulary import CONTEST_LEVELS, PROGRAMME_KINDS

PROGRAMMES: Final = (110, 125, 138, 150)
"""Programmes of 2023 to 2026."""
_PROGRAMME_SHARE: Final = (0.42, 0.26, 0.08, 0.24)
# Fewest and most seats by kind.
_SEATS: Final = ((25, 50), (25, 45), (80, 300), (20, 60))
CONTESTS: Final = 430
_CONTEST_MONTHS: Final = (0.1, 0.1, 0.5, 0.9, 1.3, 1.3, 0.9, 0.9, 1.4, 1.6, 1.2, 0.6)
# Chances of national, provincial, prefecture where 市本级 holds the contest; counties hold their own.
_OWN_SHARE: Final = (0.05, 0.30, 0.65)
OWN_CONTESTS: Final = 5.0
"""How many more contests 市本级 holds than its size would say."""
# Fewest and most participants by level.
_PARTICIPANTS: Final = ((120, 420), (100, 320), (60, 220), (30, 120))
AWARDS: Final = 0.18


def programmes(world: World, partners: Organisations) -> pl.DataFrame:
    """The table programme, without lineage."""
    rng = world.stream("programmes")
    size = world.leaves.sizes(INSTITUTIONS)
    leaf = np.concatenate([spread(n, size, rng) for n in PROGRAMMES])
    year = np.repeat(np.arange(len(YEARS)), PROGRAMMES)
    n = len(leaf)
    kind = choose(n, _PROGRAMME_SHARE, rng)
    school, enterprise = (
        Wheel(partners.chances(len(world.leaves), partners.kind == KINDS.index(of))).draw(leaf, rng)
        for of in ("school", "enterprise")
    )
    cluster = partners.cluster[enterprise]
    low, high = np.array(_SEATS).T
    names = [
        f"{place_word(world, at)}{CLUSTER_WORDS[c]}{tuple(PROGRAMME_KINDS.values())[k]}{i:03d}号（{YEARS[y]}级）"
        for i, (at, c, k, y) in enumerate(zip(leaf, cluster, kind, year, strict=True), start=1)
    ]
    return pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": year * 12,
            "year": np.array(YEARS)[year],
            "kind": [tuple(PROGRAMME_KINDS)[k] for k in kind],
            "name": names,
            "school_code": [partners.codes[i] for i in school],
            "enterprise_code": [partners.codes[i] for i in enterprise],
            "cluster_code": [CODES[c] for c in cluster],
            "seats": _people(world, rng.integers(low[kind], high[kind] + 1)),
        }
    )


def contests(world: World) -> pl.DataFrame:
    """The table contest, without lineage."""
    rng = world.stream("contests")
    leaf = spread(CONTESTS, world.leaves.sizes(INSTITUTIONS) * np.where(world.leaves.own, OWN_CONTESTS, 1.0), rng)
    month = choose(CONTESTS, np.resize(_CONTEST_MONTHS, LAST + 1).tolist(), rng)
    level = np.where(world.leaves.own[leaf], choose(CONTESTS, _OWN_SHARE, rng), len(CONTEST_LEVELS) - 1)
    cluster = world.clusters(leaf, month, rng)
    low, high = np.array(_PARTICIPANTS).T
    participants = _people(world, rng.integers(low[level], high[level] + 1))
    names = [
        f"{MONTHS[m][:4]}年{place_word(world, at)}{CLUSTER_WORDS[c]}职业技能竞赛第{i:03d}场"
        for i, (at, m, c) in enumerate(zip(leaf, month, cluster, strict=True), start=1)
    ]
    return pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": filing_month(month),
            "month": [MONTHS[m] for m in month],
            "zone": zone_column(world, leaf, rng),
            "name": names,
            "level": [tuple(CONTEST_LEVELS)[k] for k in level],
            "cluster_code": [CODES[c] for c in cluster],
            "participants": participants,
            "awards": np.maximum(1, np.round(participants * AWARDS)).astype(np.int64),
        }
    )


def _people(world: World, number: Integers) -> Integers:
    return np.maximum(1, np.round(number * world.scale)).astype(np.int64)
