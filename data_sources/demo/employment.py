"""Knows the employment spells that follow from working lives and certificates: one open spell a person.

Assumed: a certificate above someone's level closes the spell and opens the next at that level in the same place; what
a county has not filed yet has not happened in the database: nobody starts there, nobody is reported to have left.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_sources.demo.arrays import Flags, Integers
from data_sources.demo.careers import NEVER, ORIGINS, Careers
from data_sources.demo.certificates import Certificates
from data_sources.demo.homes import CODES
from data_sources.demo.months import LAST, TEXTS
from data_sources.demo.occupations import LEVEL_TEXTS, level_index
from data_sources.demo.sampling import texts
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column

JOIN, MOVE, RISE = 0, 1, 2


@dataclass(frozen=True)
class Events:
    """What happens to people, in the order of person and month; everyone's first is to join."""

    person: Integers
    month: Integers
    kind: Integers
    leaf: Integers
    """-1 for a rise."""
    rank: Integers
    """0 for a move."""

    def kept(self, keep: Flags) -> "Events":
        """Only some of them."""
        return Events(**{name: column[keep] for name, column in vars(self).items()})

    def sorted(self) -> "Events":
        """In the order of person and month."""
        order = np.argsort(self.person * 64 + self.month, kind="stable")
        return Events(**{name: column[order] for name, column in vars(self).items()})


def employment(world: World, people: Careers, earned: Certificates, keys: pl.Series) -> pl.DataFrame:
    """The table employment, without lineage."""
    events = _filed(world, _events(people, earned)).sorted()
    leaf = events.leaf[np.maximum.accumulate(np.where(events.leaf >= 0, np.arange(len(events.leaf)), 0))]
    rank = np.maximum.accumulate(events.person * 16 + events.rank) - events.person * 16
    same_person = np.diff(events.person, prepend=-1) == 0
    keep = (events.kind != RISE) | (np.diff(rank, prepend=0) > 0) | ~same_person
    events, leaf, rank = events.kept(keep), leaf[keep], rank[keep]
    last = np.diff(events.person, append=-1) != 0
    left = _left(world, people, events.person, leaf)
    end = np.where(last, left, np.roll(events.month, -1))
    return _frame(world, people, events, (leaf, rank, end), keys)


def _frame(
    world: World, people: Careers, events: Events, spells: tuple[Integers, Integers, Integers], keys: pl.Series
) -> pl.DataFrame:
    leaf, rank, end = spells
    who = events.person
    n = len(world.leaves)
    before = np.where(
        events.kind == JOIN, np.where(people.origin[who] >= 0, n + people.origin[who], -1), np.roll(leaf, 1)
    )
    return pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": np.maximum(events.month, 0),
            "start_month": texts(TEXTS, events.month + 1),
            "end_month": texts(TEXTS, np.where(end == NEVER, -1, end + 1)),
            "zone": zone_column(world, leaf, world.stream("zones of employment")),
            "person_key": keys.gather(who),
            "occupation_code": texts(world.occupations.codes, people.occupation[who]),
            "cluster_code": texts(CODES, people.cluster[who]),
            "level": texts(LEVEL_TEXTS, level_index(people.ladder[who], rank)),
            "previous_place_code": texts((*world.leaves.codes, *ORIGINS), before),
        }
    )


def _events(people: Careers, earned: Certificates) -> Events:
    everyone = np.arange(len(people))
    movers = np.flatnonzero(people.moved < NEVER)
    rises = np.flatnonzero(_rising(people, earned))
    riser, risen = earned.person[rises], earned.month[rises]
    early = risen <= people.joined[riser]
    rank = people.rank.copy()
    np.maximum.at(rank, riser[early], earned.rank[rises][early])
    later = ~early
    return Events(
        person=np.concatenate([everyone, movers, riser[later]]),
        month=np.concatenate([people.joined, people.moved[movers], risen[later]]),
        kind=np.repeat([JOIN, MOVE, RISE], [len(everyone), len(movers), int(later.sum())]),
        leaf=np.concatenate([people.leaf, people.moved_to[movers], np.full(int(later.sum()), -1)]),
        rank=np.concatenate([rank, np.zeros(len(movers), dtype=np.int64), earned.rank[rises][later]]),
    )


def _rising(people: Careers, earned: Certificates) -> Flags:
    """Certificates of the employed on the ladder of their own work, before they leave."""
    employed = earned.person < len(people)
    who = np.where(employed, earned.person, 0)
    return np.asarray(employed & (earned.ladder == people.ladder[who]) & (earned.month < people.left[who]))


def _filed(world: World, events: Events) -> Events:
    """Without those who join, move to or rise in a place that has not filed the month."""
    here = events.leaf.copy()
    here[events.kind == RISE] = events.leaf[: int((events.kind == JOIN).sum())][events.person[events.kind == RISE]]
    return events.kept(~world.late.missing("employment", here, events.month))


def _left(world: World, people: Careers, who: Integers, leaf: Integers) -> Integers:
    left = people.left[who]
    return np.where(world.late.missing("employment", leaf, left), NEVER, left)


assert LAST < NEVER
