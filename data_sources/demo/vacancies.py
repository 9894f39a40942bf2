"""Knows the demand: about 100,000 rows of vacancies, which occupation in which cluster, how many, at what wage.

Assumed: each place has a lasting set of (cluster, occupation) that it seeks, four in five of them in any month; wages
follow the occupation, the place's share of IT services, and rise by 3.5 % a year.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Floats, Integers
from data_sources.demo.homes import CODES
from data_sources.demo.leaves import VACANCIES
from data_sources.demo.months import COUNT, TEXTS, YEAR_OF, yearly
from data_sources.demo.sampling import texts
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column

ROWS: Final = 106_000
"""About 100,000 are left without the occupations that were not yet published."""
HEADCOUNT: Final = 52_000
"""People sought in an average month of the whole province, at scale 1."""
PRESENT: Final = 0.8
EVENNESS: Final = 0.6
"""How much slower than its size a place's variety of vacancies grows."""
WAGE_GROWTH: Final = 1.035
NO_WAGE: Final = 0.03
WAGE_STEP: Final = 10_000
"""Wages are in whole hundreds of yuan (fen)."""
# Employers seek more than their cluster's share where people are short; by guess. Others: 1, 0.15.
_HUNGER: Final = {"C05": 1.35, "C06": 1.6, "C10": 1.3, "C07": 1.2, "C02": 1.1, "C13": 0.7, "C99": 0.9}
_SHORTAGE: Final = {"C05": 0.5, "C06": 0.5, "C10": 0.45, "C07": 0.4, "C02": 0.3, "C01": 0.2}
_CURVE: Final = yearly((0.85, 1.15, 1.35, 1.2, 1.0, 0.95, 0.95, 1.0, 1.1, 0.95, 0.8, 0.7), (0.92, 1.0, 1.05, 1.12))


def vacancies(world: World) -> pl.DataFrame:
    """The table vacancy, without lineage."""
    rng = world.stream("vacancies")
    weights = _demand(world)
    leaf, pair, chance = _sought(world, weights[:, 2], rng)
    month = np.tile(np.arange(COUNT), len(leaf))
    entry = np.repeat(np.arange(len(leaf)), COUNT)
    cluster, occupation = np.divmod(pair, len(world.occupations.codes))
    there = rng.random(len(entry)) < chance[entry]
    there &= world.occupations.published[occupation[entry]] <= month
    there &= ~world.late.missing("vacancy", leaf[entry], month)
    entry, month = entry[there], month[there]
    low, high = _wages(world, occupation[entry], leaf[entry], month, rng)
    shares = weights[leaf, :, pair] / np.maximum(_summed(leaf, weights[leaf, :, pair], len(world.leaves))[leaf], 1e-12)
    places = world.leaves.sizes(VACANCIES)[leaf[entry]]
    number = places * _CURVE[month] * HEADCOUNT * world.scale * shares[entry, YEAR_OF[month]] / chance[entry]
    headcount = np.maximum(1, np.round(number * np.exp(rng.normal(-0.06, 0.35, len(entry)))))
    short = rng.random((len(leaf), 4)) < np.array([_SHORTAGE.get(c, 0.15) for c in CODES])[cluster][:, None]
    return pl.DataFrame(
        {
            "_leaf": leaf[entry],
            "_file": month,
            "month": texts(TEXTS, month + 1),
            "zone": zone_column(world, leaf[entry], rng),
            "cluster_code": texts(CODES, cluster[entry]),
            "occupation_code": texts(world.occupations.codes, occupation[entry]),
            "headcount": headcount.astype(np.int64),
            "wage_low": low,
            "wage_high": high,
            "shortage": short[entry, YEAR_OF[month]],
        }
    )


def _demand(world: World) -> Floats:
    """Relative demand by (leaf, year, pair of cluster and occupation)."""
    hunger = np.array([_HUNGER.get(c, 1.0) for c in CODES])
    within = world.occupations.weights / world.occupations.weights.sum(axis=1, keepdims=True)
    pairs: Floats = (world.mix * hunger)[:, :, :, None] * within
    return pairs.reshape(*world.mix.shape[:2], -1)


def _sought(world: World, weights: Floats, rng: np.random.Generator) -> tuple[Integers, Integers, Floats]:
    """Leaf and pair of each entry of the lasting sets, and its chance to be there in a month."""
    size = world.leaves.sizes(VACANCIES) ** EVENNESS
    rows = world.scaled(ROWS) * size / size.sum()
    number = np.clip(np.round(rows / COUNT / PRESENT), 1, weights.shape[1]).astype(np.int64)
    liking = np.argsort(-(np.log(weights) + rng.gumbel(size=weights.shape)), axis=1, kind="stable")
    pair = np.concatenate([liking[leaf, :n] for leaf, n in enumerate(number)])
    chance = np.minimum(rows / number / COUNT, 0.97)
    return np.repeat(np.arange(len(number)), number), pair, np.repeat(chance, number)


def _summed(leaf: Integers, values: Floats, places: int) -> Floats:
    """The sums of the rows of each leaf."""
    total = np.zeros((places, values.shape[1]))
    np.add.at(total, leaf, values)
    return total


def _wages(
    world: World, occupation: Integers, leaf: Integers, month: Integers, rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    """Lowest and highest monthly wage in fen, null together for a few."""
    place = (0.94 + 0.06 * np.log2(np.maximum(world.leaves.digital, 0.5)))[leaf]
    yuan = (
        world.occupations.pay[occupation] * place * WAGE_GROWTH ** (month / 12) * np.exp(rng.normal(0, 0.08, len(leaf)))
    )
    unknown = pl.Series(rng.random(len(leaf)) < NO_WAGE)
    both = []
    for factor in (0.8, 1.32):
        fen = pl.Series((np.round(yuan * factor * 100 / WAGE_STEP) * WAGE_STEP).astype(np.int64))
        both.append(fen.set(unknown, None))
    return both[0], both[1]
