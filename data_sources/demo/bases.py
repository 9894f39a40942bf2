"""Knows the training bases: about 450, whatever the scale; their seats grow with the scale.

Assumed: every place has at least two; Hangzhou has exactly the 23 public training bases that it published for the end
of 2024, and three opened since; 3 in 100 have closed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Floats, Integers
from data_sources.demo.homes import CODES
from data_sources.demo.leaves import INSTITUTIONS
from data_sources.demo.months import COUNT, LAST, MONTHS
from data_sources.demo.organisations import CLUSTER_WORDS, place_word
from data_sources.demo.sampling import apportion, choose, rank_within
from data_sources.demo.spots import spots
from data_sources.demo.world import World

TOTAL: Final = 450
AT_LEAST: Final = 2
KINDS: Final = ("public_training", "high_skill", "internship", "talent_park", "master_studio")
WORDS: Final = ("公共实训基地", "高技能人才培训基地", "就业见习基地", "人才产业园", "技能大师工作室")
_KIND_SHARE: Final = (0.20, 0.20, 0.34, 0.08, 0.18)
_SEATS: Final = ((60, 320), (40, 200), (20, 100), (80, 400), (8, 30))
"""Fewest and most seats of each kind; by guess."""
HANGZHOU_PUBLIC: Final = 23
HANGZHOU_PUBLIC_BY: Final = MONTHS.index("2024-12")
HANGZHOU_PUBLIC_SINCE: Final = 3
OPENED_BEFORE: Final = 0.58
"""Share opened from 2015 to 2022."""
CLOSED: Final = 0.03
GENERAL: Final = 0.25
"""Share that serves no cluster in particular."""


@dataclass(frozen=True)
class Bases:
    """All bases in the order of their leaves; arrays run along them."""

    codes: tuple[str, ...]
    leaf: Integers
    cluster: Integers
    """-1 for none."""
    seats: Integers
    opened: Integers
    """Month index, down to -96 (2015-01)."""
    closed: Integers
    """Month index; beyond the last month for open ones."""
    frame: pl.DataFrame

    def chances(self, leaves: int) -> Floats:
        """Weights by (leaf, month, base within leaf) of its seats while it is open; columns as in `columns`."""
        width = int(np.bincount(self.leaf).max())
        weights = np.zeros((leaves, COUNT, width))
        months = np.arange(COUNT)
        is_open = (self.opened[:, None] <= months) & (months < self.closed[:, None])
        weights[self.leaf, :, rank_within(self.leaf)] = is_open * self.seats[:, None]
        return weights

    def numbered(self, leaf: Integers, rank: Integers) -> Integers:
        """The base of that rank within its leaf."""
        return np.searchsorted(self.leaf, leaf) + rank


def bases(world: World) -> Bases:
    """Every base with its place, kind, cluster, spot on the map, seats and months."""
    rng = world.stream("bases")
    places = len(world.leaves)
    numbers = AT_LEAST + apportion(TOTAL - places * AT_LEAST, world.leaves.sizes(INSTITUTIONS))
    leaf = np.repeat(np.arange(places), numbers)
    n = len(leaf)
    kind = choose(n, _KIND_SHARE, rng)
    opened = np.where(rng.random(n) < OPENED_BEFORE, rng.integers(-96, 0, n), rng.integers(0, COUNT, n))
    closed = np.where(rng.random(n) < CLOSED, rng.integers(12, COUNT, n), LAST + 1)
    _as_published(world, leaf, kind, opened, closed, rng)
    closed = np.where(closed > np.maximum(opened, 0) + 6, closed, LAST + 1)
    cluster = np.where(rng.random(n) < GENERAL, -1, world.clusters(leaf, np.full(n, 12), rng))
    low, high = np.array(_SEATS).T
    seats = np.maximum(1, np.round(rng.integers(low[kind], high[kind] + 1) * world.scale)).astype(np.int64)
    at = spots(world.leaves, leaf, rng)
    codes = tuple(
        f"JD{world.leaves.codes[where]}{k + 1:02d}{i:06d}"
        for where, k, i in zip(leaf, kind, rank_within(leaf) + 1, strict=True)
    )
    frame = pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": filing_month(opened),
            "base_code": codes,
            "name": _names(world, leaf, kind, cluster),
            "kind": [KINDS[k] for k in kind],
            "cluster_code": pl.Series([CODES[c] if c >= 0 else None for c in cluster], dtype=pl.String),
            "lon": at[:, 0],
            "lat": at[:, 1],
            "seats": seats,
            "opened_month": [_month(m) for m in opened],
            "closed_month": pl.Series([_month(m) if m <= LAST else None for m in closed], dtype=pl.String),
        }
    )
    return Bases(codes, leaf, cluster, seats, opened, closed, frame)


def filing_month(month: Integers) -> Integers:
    """When what happened in `month` is filed once a year: in the next January, in 2026 with the last month."""
    return np.clip(-(-month // 12) * 12, 0, LAST)


def _as_published(
    world: World, leaf: Integers, kind: Integers, opened: Integers, closed: Integers, rng: np.random.Generator
) -> None:
    """Makes the numbers of Hangzhou's public training bases what was published, in place."""
    public = KINDS.index("public_training")
    here = rng.permutation(np.flatnonzero(world.leaves.hangzhou[leaf]))
    by_then, since = np.split(here[: HANGZHOU_PUBLIC + HANGZHOU_PUBLIC_SINCE], [HANGZHOU_PUBLIC])
    others = here[HANGZHOU_PUBLIC + HANGZHOU_PUBLIC_SINCE :]
    kind[others] = np.where(kind[others] == public, KINDS.index("internship"), kind[others])
    kind[by_then] = kind[since] = public
    opened[by_then] = np.minimum(opened[by_then], HANGZHOU_PUBLIC_BY)
    opened[since] = rng.integers(HANGZHOU_PUBLIC_BY + 1, COUNT, len(since))
    closed[by_then] = closed[since] = LAST + 1


def _names(world: World, leaf: Integers, kind: Integers, cluster: Integers) -> list[str]:
    """余杭数字安防公共实训基地01号, …: numbered within place and kind."""
    label = leaf * len(KINDS) + kind
    order = np.argsort(label, kind="stable")
    number = np.empty(len(leaf), dtype=np.int64)
    number[order] = rank_within(label[order]) + 1
    return [
        f"{place_word(world, where)}{CLUSTER_WORDS[c] if c >= 0 else '数字'}{WORDS[k]}{i:02d}号"
        for where, k, c, i in zip(leaf, kind, cluster, number, strict=True)
    ]


def _month(index: int) -> str:
    return f"{2023 + index // 12}-{index % 12 + 1:02d}"
