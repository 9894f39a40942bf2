"""Knows the working lives behind the employment spells: who joins where and when, moves, leaves, and with what level.

Assumed: 690,000 people at work before the plan and 330,000 who join in it, half of them from other provinces; one in
eight leaves, one in sixteen moves once, most often within the prefecture, to Hangzhou or to Ningbo; remote counties
lose more. Everyone keeps cluster and occupation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data_sources.demo.arrays import Flags, Floats, Integers, Words
from data_sources.demo.leaves import TALENT
from data_sources.demo.months import BEFORE, COUNT, LAST, yearly
from data_sources.demo.sampling import Wheel, choose, rank_within, spread
from data_sources.demo.world import World

AT_START: Final = 690_000
JOINERS: Final = 330_000
JOINING: Final = yearly((0.6, 0.8, 1.5, 1.1, 0.9, 1.0, 1.6, 1.3, 1.2, 0.9, 0.7, 0.5), (0.92, 1.0, 1.04, 1.08))
"""People join after the Spring Festival and after graduation."""
LEAVING: Final = 0.125
MOVING: Final = 0.062
REMOTE_LOSS: Final = 1.7
"""How much likelier leaving and moving are in the 26 mountain counties and on the islands."""
HANGZHOU_MOVES: Final = 0.55
NEVER: Final = COUNT + 64

FROM_OUTSIDE: Final = 0.48
"""Of those who join, the share from other provinces, in a place with the province's mean share of IT services."""
ORIGINS: Final = {
    "340000": 0.20, "360000": 0.15, "410000": 0.13, "310000": 0.11, "320000": 0.11, "420000": 0.07, "430000": 0.06,
    "520000": 0.04, "350000": 0.04, "370000": 0.03, "510000": 0.03, "500000": 0.02, "440000": 0.01,
}  # fmt: skip
"""Other provinces by their guessed share: neighbours and the great senders of migrants to Zhejiang."""

SAME_PREFECTURE: Final = 9.0
TOWARDS_HANGZHOU: Final = 2.2
TOWARDS_NINGBO: Final = 1.6
"""Attraction of a destination beside its size."""

# Chances of rank 0 (none), 1, 2, … for those at work before the plan, from outside, and in their first work.
_SKILL_RANKS: Final = (
    (0.29, 0.03, 0.11, 0.323, 0.175, 0.054, 0.016, 0.0015, 0.0005),
    (0.48, 0.03, 0.10, 0.24, 0.11, 0.030, 0.010, 0.0, 0.0),
    (0.72, 0.02, 0.05, 0.20, 0.01, 0.0, 0.0, 0.0, 0.0),
)
_ENGINEER_RANKS: Final = ((0.76, 0.15, 0.07, 0.02), (0.74, 0.16, 0.08, 0.02), (0.95, 0.05, 0.0, 0.0))


@dataclass(frozen=True)
class Careers:
    """One working life per person number; months are indices, `NEVER` for what does not happen."""

    leaf: Integers
    joined: Integers
    left: Integers
    moved: Integers
    moved_to: Integers
    origin: Integers
    """Position in `ORIGINS`, -1 for none."""
    cluster: Integers
    occupation: Integers
    ladder: Words
    rank: Integers
    """On the ladder, 0 for none, when joining."""
    places: int

    def __len__(self) -> int:
        return len(self.leaf)


@dataclass(frozen=True)
class Queue:
    """People of each leaf waiting in random order, to be taken by rank, each at most once."""

    people: Integers
    first: Integers
    length: Integers

    def taken(self, leaf: Integers) -> Integers:
        """A different person for each row, `leaf` ascending; -1 where the leaf's queue is used up."""
        rank = rank_within(leaf)
        served = rank < self.length[leaf]
        return np.where(served, self.people[np.where(served, self.first[leaf] + rank, 0)], -1)

    def anyone(self, leaf: Integers, rng: np.random.Generator) -> Integers:
        """Anyone of the leaf for each row, again and again; -1 where nobody waits."""
        rank = (rng.random(len(leaf)) * self.length[leaf]).astype(np.int64)
        there = self.length[leaf] > 0
        return np.where(there, self.people[np.where(there, self.first[leaf] + rank, 0)], -1)


def careers(world: World) -> Careers:
    """All working lives."""
    rng = world.stream("careers")
    leaf, joined = _joined(world, rng)
    n = len(leaf)
    size = np.clip(world.leaves.digital, 0.6, 1.6)[leaf]
    outside = (joined > BEFORE) & (rng.random(n) < FROM_OUTSIDE * size**0.4)
    origin = np.where(outside, choose(n, tuple(ORIGINS.values()), rng), -1)
    loss = np.where(world.leaves.remote, REMOTE_LOSS, 1.0)[leaf]
    left = _event(n, joined, LEAVING * loss, rng)
    stay = np.where(world.leaves.hangzhou, HANGZHOU_MOVES, 1.0)[leaf]
    moved = _event(n, joined, MOVING * loss * stay, rng)
    moved = np.where(moved < left, moved, NEVER)
    cluster = world.clusters(leaf, joined, rng)
    occupation = Wheel(world.occupations.weights).draw(cluster, rng)
    occupation = world.occupations.available(occupation, joined)
    ladder = world.occupations.ladder[occupation]
    return Careers(
        leaf=leaf,
        joined=joined,
        left=left,
        moved=moved,
        moved_to=np.where(moved < NEVER, Wheel(_attraction(world)).draw(leaf, rng), leaf),
        origin=origin,
        cluster=cluster,
        occupation=occupation,
        ladder=ladder,
        rank=_ranks(np.where(joined == BEFORE, 0, np.where(outside, 1, 2)), ladder, rng),
        places=len(world.leaves),
    )


def queue(people: Careers, wanted: Flags, rng: np.random.Generator) -> Queue:
    """The wanted people by the leaf where they work."""
    who = np.flatnonzero(wanted)
    who = who[np.argsort(people.leaf[who] + rng.random(len(who)), kind="stable")]
    length = np.bincount(people.leaf[who], minlength=people.places)
    return Queue(people=who, first=np.cumsum(length) - length, length=length)


def _joined(world: World, rng: np.random.Generator) -> tuple[Integers, Integers]:
    size = world.leaves.sizes(TALENT)
    at_start = spread(world.scaled(AT_START), size, rng)
    cells = spread(world.scaled(JOINERS), world.cells(size * world.standing**0.5, JOINING, rng), rng)
    leaf = np.concatenate([at_start, cells // COUNT])
    return leaf, np.concatenate([np.full(len(at_start), BEFORE), cells % COUNT])


def _event(n: int, joined: Integers, chance: Floats, rng: np.random.Generator) -> Integers:
    """A month for those to whom it happens, by season; not before the month after joining."""
    when = choose(n, tuple(JOINING), rng)
    return np.where((rng.random(n) < chance) & (when > joined), when, NEVER)


def _attraction(world: World) -> Floats:
    """Chances by (from, to)."""
    leaves = world.leaves
    size = leaves.sizes(TALENT) ** 0.9
    size = size * np.where(leaves.hangzhou, TOWARDS_HANGZHOU, 1.0)
    size = size * np.where([code.startswith("3302") for code in leaves.codes], TOWARDS_NINGBO, 1.0)
    near = np.where(leaves.prefecture[:, None] == leaves.prefecture[None, :], SAME_PREFECTURE, 1.0)
    weights = near * size[None, :]
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)


def _ranks(background: Integers, ladder: Words, rng: np.random.Generator) -> Integers:
    skill = Wheel(np.array(_SKILL_RANKS)).draw(background, rng)
    engineer = Wheel(np.array(_ENGINEER_RANKS)).draw(background, rng)
    return np.where(ladder == "L", skill, np.where(ladder == "T", engineer, 0))


assert LAST < NEVER
