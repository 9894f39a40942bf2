"""Knows how many certificates are earned where and when, Hangzhou held to what it published.

Assumed: a place's certificates follow a blend of IT services and manufacturing times its standing; graduates sit 一试双证
before summer and at the year's end, and the scheme grows from year to year.
"""

from typing import Final

import numpy as np

from data_sources.demo.arrays import Flags, Floats, Integers
from data_sources.demo.leaves import HIGH_SKILLED
from data_sources.demo.months import COUNT, MONTHS, training_curve, yearly
from data_sources.demo.sampling import spread
from data_sources.demo.world import World

FIRST_HIGH: Final = 205_000
"""People with their first high-skilled certificate since 2023: 82 % of the plan's 250,000."""
FURTHER_HIGH: Final = 20_000
"""Further high-skilled certificates of the same people."""
DUAL: Final = 40_000
DUAL_TWICE: Final = 900
"""Of the further ones, those of 一试双证 holders who earn a second 一试双证."""
LOW: Final = 35_000
"""初级工 to 中级工 beside those of 一试双证."""
ENGINEERS: Final = 20_000

HANGZHOU_HIGH: Final = 19_400
"""Published: certificates of 高级工 and above in January to November 2024."""
HANGZHOU_HIGH_MONTHS: Final = slice(MONTHS.index("2024-01"), MONTHS.index("2024-11") + 1)
HANGZHOU_DUAL: Final = 6_291
"""Published: people with 一试双证 by the end of 2024."""
HANGZHOU_DUAL_MONTHS: Final = slice(0, MONTHS.index("2024-12") + 1)

CURVE: Final = training_curve() ** 0.8
"""Examinations follow the courses, a little more evenly."""
DUAL_CURVE: Final = yearly(
    (0.02, 0.01, 0.03, 0.05, 0.13, 0.30, 0.12, 0.03, 0.03, 0.04, 0.10, 0.14), (0.5, 1.0, 1.35, 1.6)
)


def dual_cells(world: World, rng: np.random.Generator) -> Integers:
    """The cell (leaf × months + month) of each first 一试双证, ascending; Hangzhou's published number exactly."""
    window = _hangzhou(world, HANGZHOU_DUAL_MONTHS)
    expected = _expected(world, DUAL_CURVE, DUAL, (window, HANGZHOU_DUAL), rng)
    inside = world.scaled(HANGZHOU_DUAL)
    return _cells(expected, window, inside, world.scaled(DUAL) - inside, rng)


def high_cells(world: World, dual_high: Integers, rng: np.random.Generator) -> Integers:
    """The cells of all other certificates of 高级工 and above; `dual_high`: the cells of 一试双证 at that level."""
    window = _hangzhou(world, HANGZHOU_HIGH_MONTHS)
    total = FIRST_HIGH + FURTHER_HIGH - DUAL_TWICE
    expected = _expected(world, CURVE, total, (window, HANGZHOU_HIGH), rng)
    counted = np.bincount(dual_high, minlength=expected.size).reshape(expected.shape)
    inside = world.scaled(HANGZHOU_HIGH)
    left = np.maximum(expected * world.scale - counted, expected * world.scale * 0.05)
    taken = int(counted[window].sum())
    return _cells(left, window, inside - taken, world.scaled(total) - inside - (len(dual_high) - taken), rng)


def plain_cells(world: World, total: int, rng: np.random.Generator) -> Integers:
    """The cells of certificates that nothing was published about."""
    return spread(world.scaled(total), world.cells(_size(world), CURVE, rng), rng)


def _size(world: World) -> Floats:
    return world.leaves.sizes(HIGH_SKILLED) * world.standing


def _hangzhou(world: World, months: slice) -> Flags:
    window = np.zeros((len(world.leaves), COUNT), dtype=np.bool_)
    window[world.leaves.hangzhou, months] = True
    return window


def _expected(
    world: World,
    curve: Floats,
    total: int,
    published: tuple[Flags, int],
    rng: np.random.Generator,
) -> Floats:
    """Expected numbers at scale 1 by (leaf, month): Hangzhou as published, the others share what is left of `total`."""
    window, number = published
    here = world.leaves.hangzhou
    expected = world.cells(_size(world), curve, rng)
    expected[here] *= number / expected[window].sum()
    expected[~here] *= (total - expected[here].sum()) / expected[~here].sum()
    return expected


def _cells(
    weights: Floats,
    window: Flags,
    inside: int,
    outside: int,
    rng: np.random.Generator,
) -> Integers:
    parts = [spread(inside, np.where(window, weights, 0.0), rng), spread(outside, np.where(window, 0.0, weights), rng)]
    return np.sort(np.concatenate(parts))
