"""Knows the streams that certificates come in, and who earns them: students, the employed, others.

Assumed: somewhat more than half of the high-skilled ones go to people in digital employment, in the place where they
stay; who earns a further one does so half a year later or more.
"""

from typing import Final

import numpy as np

from data_sources.demo import certificate_counts as counts
from data_sources.demo.arrays import Flags, Floats, Integers
from data_sources.demo.careers import Careers, Queue, queue
from data_sources.demo.leaves import TRAINING
from data_sources.demo.months import COUNT, LAST, MONTHS
from data_sources.demo.occupations import HIGH
from data_sources.demo.people import Learners, learners
from data_sources.demo.sampling import Wheel, choose, rank_within
from data_sources.demo.world import World
from data_sources.vocabulary import ENGINEER_LEVELS, SKILL_LEVELS

Columns = dict[str, Integers]
"""leaf, month, person, cluster, occupation, rank and dual (0 or 1) of some certificates."""

HIGHEST: Final = len(SKILL_LEVELS)
EMPLOYED: Final = 0.58
"""Share of first high-skilled certificates that go to people in digital employment."""
EMPLOYED_LOW: Final = 0.5
EMPLOYED_ENGINEERS: Final = 0.85
ASKING: Final = 0.8
"""Chance that one below 高级工 is in the queue for it; the others may be in the queue for a lower level."""
ALREADY_HIGH: Final = 0.30
"""Chance that one who was 高级工 or above when joining is in the queue for a higher certificate."""
DUAL_HIGH: Final = 0.5
"""Share of 一试双证 at 高级工 (technician colleges); the others are 中级工."""
PAUSE: Final = 6
"""Fewest months between two certificates of one person."""
RISE: Final = 0.45
"""Share of further certificates that are one level up; the others are in another occupation."""
TWICE_SINCE: Final = MONTHS.index("2025-01")
POOL: Final = 0.40 * 820_000
"""People who only train, whatever they are trained in, at scale 1; by guess, from repeated courses."""

# Chances of rank 0, 1, 2, … for people outside digital employment.
_HIGH_RANKS: Final = (0.0, 0.0, 0.0, 0.0, 0.90, 0.08, 0.02)
_LOW_RANKS: Final = (0.0, 0.12, 0.26, 0.62)
_ENGINEER_RANKS: Final = (0.0, 0.75, 0.20, 0.05)


def dual(world: World, rng: np.random.Generator) -> Columns:
    """First 一试双证 of students, who are never among the employed."""
    cells = counts.dual_cells(world, rng)
    rank = np.where(rng.random(len(cells)) < DUAL_HIGH, HIGH, HIGH - 1)
    rows = _of_outsiders(world, cells, rank, "L", rng)
    return rows | {"dual": np.ones(len(cells), dtype=np.int64)}


def high(
    world: World, dual: Columns, people: Careers, dice: Floats, rng: np.random.Generator
) -> tuple[Columns, Columns]:
    """First certificates of 高级工 and above beside 一试双证; leaf, month and `follows` (a first one) of further ones."""
    already = dual["rank"] >= HIGH
    cells = counts.high_cells(world, (dual["leaf"] * COUNT + dual["month"])[already], rng)
    first, further = _split(world, cells, rng)
    rows = _of_outsiders(world, first, choose(len(first), _HIGH_RANKS, rng), "L", rng)
    chance = np.where(people.rank >= HIGH, ALREADY_HIGH, ASKING)
    waiting = _settled(people, "L") & (people.rank <= HIGHEST - 1) & (dice < chance)
    _to_employed(rows, people, queue(people, waiting, rng), EMPLOYED, rng)
    employed = rows["person"] >= 0
    rows["rank"][employed] = np.maximum(HIGH, people.rank[rows["person"][employed]] + 1)
    return rows, further


def low(world: World, people: Careers, dice: Floats, rng: np.random.Generator) -> Columns:
    """学徒工 to 中级工 beside 一试双证; those asking for 高级工 (by their `dice`) are left out."""
    cells = counts.plain_cells(world, counts.LOW, rng)
    rows = _of_outsiders(world, cells, choose(len(cells), _LOW_RANKS, rng), "L", rng)
    waiting = _settled(people, "L") & (people.rank == 0) & (dice >= ASKING)
    return _to_employed(rows, people, queue(people, waiting, rng), EMPLOYED_LOW, rng)


def engineers(world: World, people: Careers, rng: np.random.Generator) -> Columns:
    """T1 to T3."""
    cells = counts.plain_cells(world, counts.ENGINEERS, rng)
    rows = _of_outsiders(world, cells, choose(len(cells), _ENGINEER_RANKS, rng), "T", rng)
    waiting = _settled(people, "T") & (people.rank < len(ENGINEER_LEVELS))
    _to_employed(rows, people, queue(people, waiting, rng), EMPLOYED_ENGINEERS, rng)
    employed = rows["person"] >= 0
    rows["rank"][employed] = people.rank[rows["person"][employed]] + 1
    return rows


def further(world: World, first: Columns, again: Columns, rng: np.random.Generator) -> Columns:
    """The same people higher up, or in another occupation."""
    rows = {name: column[again["follows"]] for name, column in first.items()}
    rows |= {"leaf": again["leaf"], "month": again["month"]}
    other = Wheel(world.occupations.of_ladder("L")).draw(rows["cluster"], rng)
    rise = (rng.random(len(other)) < RISE) | (other == rows["occupation"])
    rows["rank"] = np.minimum(rows["rank"] + rise, HIGHEST)
    rows["occupation"] = np.where(rise, rows["occupation"], other)
    return rows


def dual_again(world: World, dual: Columns, rng: np.random.Generator) -> Columns:
    """A second 一试双证, at 高级工, of people who have one."""
    holders = np.flatnonzero((dual["rank"] >= HIGH) & (dual["month"] <= LAST - PAUSE))
    holders = rng.permutation(holders)[: world.scaled(counts.DUAL_TWICE)]
    rows = {name: column[holders] for name, column in dual.items()}
    earliest = np.maximum(rows["month"] + PAUSE, TWICE_SINCE)
    rows["month"] = earliest + (rng.random(len(holders)) * (COUNT - earliest)).astype(np.int64)
    rows["occupation"] = Wheel(world.occupations.of_ladder("L")).draw(rows["cluster"], rng)
    return rows


# --- who earns them -------------------------------------------------------------------------------------------------


def _of_outsiders(world: World, cells: Integers, rank: Integers, ladder: str, rng: np.random.Generator) -> Columns:
    """Certificates in cells (ascending) of people outside digital employment, not yet numbered (`person` is -1)."""
    leaf, month = np.divmod(cells, COUNT)
    cluster = world.clusters(leaf, month, rng)
    return {
        "leaf": leaf,
        "month": month,
        "person": np.full(len(cells), -1),
        "cluster": cluster,
        "occupation": Wheel(world.occupations.of_ladder(ladder)).draw(cluster, rng),
        "rank": rank,
        "dual": np.zeros(len(cells), dtype=np.int64),
    }


def _settled(people: Careers, ladder: str) -> Flags:
    """Who works in an occupation of the ladder and never moves, so that all certificates are of one place."""
    return np.asarray((people.ladder == ladder) & (people.moved > LAST))


def _to_employed(rows: Columns, people: Careers, line: Queue, share: float, rng: np.random.Generator) -> Columns:
    """Gives a share of the rows to employed people of the same place, with their cluster and occupation, in place."""
    given = np.flatnonzero(rng.random(len(rows["leaf"])) < share)
    person = line.taken(rows["leaf"][given])
    given, person = given[person >= 0], person[person >= 0]
    rows["person"][given] = person
    rows["cluster"][given] = people.cluster[person]
    rows["occupation"][given] = people.occupation[person]
    return rows


def _split(world: World, cells: Integers, rng: np.random.Generator) -> tuple[Integers, Columns]:
    """The cells of first certificates, and for further ones leaf, month and the first one that each follows."""
    wanted = rng.permutation(np.flatnonzero(cells % COUNT >= PAUSE))
    wanted = wanted[: world.scaled(counts.FURTHER_HIGH - counts.DUAL_TWICE)]
    further = np.zeros(len(cells), dtype=np.bool_)
    further[wanted] = True
    first = cells[~further]
    start, number = _forerunners(first, cells)
    further &= number > 0
    first, start, number = cells[~further], *_forerunners(cells[~further], cells[further])
    follows = start + (rng.random(len(start)) * number).astype(np.int64)
    leaf, month = np.divmod(cells[further], COUNT)
    return first, {"leaf": leaf, "month": month, "follows": follows}


def _forerunners(first: Integers, cells: Integers) -> tuple[Integers, Integers]:
    """Where the first certificates of each cell's leaf begin, and how many are old enough to be followed."""
    start = np.searchsorted(first, cells // COUNT * COUNT)
    old_enough = np.searchsorted(first, cells - PAUSE, side="right")
    return start, np.where(cells % COUNT >= PAUSE, old_enough - start, 0)


def number_outsiders(world: World, rows: Columns, employed: int) -> Learners:
    """Gives everyone not yet numbered a number in their leaf's block, in place."""
    new = np.flatnonzero(rows["person"] < 0)
    new = new[np.argsort(rows["leaf"][new], kind="stable")]
    leaf = rows["leaf"][new]
    only_training = np.ceil(world.leaves.sizes(TRAINING) * POOL * world.scale).astype(np.int64)
    blocks = learners(employed, np.bincount(leaf, minlength=len(world.leaves)) + only_training)
    rows["person"][new] = blocks.numbered(leaf, rank_within(leaf))
    return blocks


def stacked(*parts: Columns) -> Columns:
    """All rows of some streams."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def part(rows: Columns, start: int, length: int) -> Columns:
    """Some rows on end."""
    return {name: column[start : start + length] for name, column in rows.items()}
