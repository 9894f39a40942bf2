"""Knows whom payments were for: the certificates they follow, the courses before them, and a few that should not be.

Assumed: what goes to a person for a course or for 一试双证 follows a certificate of the same place, each certificate once
and some weeks or months after it; where a place has no such certificate, and online, only a course. A course ended one
to ten weeks before its certificate. A small number of suspicious rows of each kind (`PLANTED`) is put in on purpose.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Days, Flags, Integers
from data_sources.demo.certificates import Certificates
from data_sources.demo.months import YEAR_OF
from data_sources.demo.occupations import LEVEL_TEXTS, level_index
from data_sources.demo.people import Learners
from data_sources.demo.sampling import Wheel, texts
from data_sources.demo.training import BEFORE_CERTIFICATE
from data_sources.demo.world import World

PLANTED: Final = {"repeated": 160, "too_many": 40, "unfinished": 220, "early_certificate": 90}
"""Suspicious payments of each kind at scale 1; chance adds a few to `too_many`."""
FEWEST_PLANTED: Final = 3
A_YEAR: Final = 3
"""Training payments to one person that are usual in a year; one who is paid more often gets one more."""
EARLIEST: Final = 10
"""Fewest days from a certificate to its payment."""
COURSE_BEFORE: Final = (15, 90)
"""Fewest and most days from a course without certificate to its payment."""
LONG: Final = np.timedelta64(40, "D")
"""Days after which a payment leaves room for a course that ended after its certificate."""
NOBODY: Final = -1
NEVER: Final = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Followed:
    """Whom each payment was for; arrays run along the payments. -1 and NaT stand for what does not apply."""

    person: Integers
    cluster: Integers
    occupation: Integers
    level: Integers
    """Index into `LEVEL_TEXTS`."""
    rank: Integers
    """The step on its ladder, 1 the lowest; 0 without a certificate."""
    ended: Days
    certified: Days

    def frame(self, world: World, keys: pl.Series) -> pl.DataFrame:
        """The columns of table subsidy that say whom and what a payment was for."""
        person = keys.gather(pl.Series(np.maximum(self.person, 0)))
        return pl.DataFrame(
            {
                "person_key": person.zip_with(pl.Series(self.person >= 0), pl.Series([None], dtype=pl.String)),
                "occupation_code": texts(world.occupations.codes, self.occupation),
                "level": texts(LEVEL_TEXTS, self.level),
                "course_ended": self.ended,
                "certified": self.certified,
            }
        )


@dataclass(frozen=True)
class Payments:
    """What is known of the payments before it is known whom they were for."""

    kind: Integers
    leaf: Integers
    month: Integers
    paid: Days
    cluster: Integers
    certified: Flags
    """To a person, for what ends in a certificate other than 一试双证."""
    dual: Flags
    """To a person, for 一试双证."""
    course: Flags
    """To a person, for a course."""
    anyone: Flags
    """To a person."""


def followed(world: World, payments: Payments, earned: Certificates, outside: Learners) -> Followed:
    """Whom each payment was for, suspicious ones included."""
    rng = world.stream("paid people")
    n = len(payments.kind)
    certificate = _certificates(payments, earned, payments.certified, ~earned.dual)
    certificate = np.maximum(certificate, _certificates(payments, earned, payments.dual, earned.dual))
    there = certificate >= 0
    at = np.maximum(certificate, 0)
    alone = payments.anyone & ~there
    studied = payments.course & ~there
    occupation = Wheel(world.occupations.weights).draw(np.maximum(payments.cluster, 0), rng)
    occupation = world.occupations.available(occupation, payments.month)
    before = rng.integers(*BEFORE_CERTIFICATE, n, endpoint=True)
    shortly = rng.integers(*COURSE_BEFORE, n, endpoint=True)
    rank = np.where(there, earned.rank[at], 0)
    found = Followed(
        person=np.where(there, earned.person[at], np.where(alone, outside.drawn(payments.leaf, rng), NOBODY)),
        cluster=np.where(there & (payments.cluster >= 0), earned.cluster[at], payments.cluster),
        occupation=np.where(there, earned.occupation[at], np.where(studied, occupation, NOBODY)),
        level=np.where(there, level_index(earned.ladder[at], rank), NOBODY),
        rank=rank,
        ended=np.where(there, earned.issued[at] - before, np.where(studied, payments.paid - shortly, NEVER)),
        certified=np.where(there, earned.issued[at], NEVER),
    )
    _plant(world, payments, found, rng)
    return found


def _certificates(payments: Payments, earned: Certificates, follow: Flags, among: Flags) -> Integers:
    """The certificate that each of some payments follows, -1 for none: of the same place, earlier, none of them twice.

    The earliest payment of a place follows its earliest certificate and so on, as evenly as they come.
    """
    wanted = np.flatnonzero(follow)
    wanted = wanted[np.lexsort((payments.paid[wanted], payments.leaf[wanted]))]
    held = _unlike(earned)
    held = held[among[held]]
    held = held[np.lexsort((earned.issued[held], earned.leaf[held]))]
    start, last = (np.searchsorted(earned.leaf[held], payments.leaf[wanted], side=s) for s in ("left", "right"))
    first, end = (np.searchsorted(payments.leaf[wanted], payments.leaf[wanted], side=s) for s in ("left", "right"))
    position = np.arange(len(wanted)) - first
    pick = start + np.floor((position + 0.5) * (last - start) / (end - first)).astype(np.int64)
    safe = np.minimum(pick, len(held) - 1)
    early = earned.issued[held[safe]] + EARLIEST <= payments.paid[wanted]
    fits = early & (pick < last) & (np.diff(pick, prepend=-1) != 0)
    found = np.full(len(payments.kind), NOBODY)
    found[wanted[fits]] = held[safe[fits]]
    return found


def _unlike(earned: Certificates) -> Integers:
    """Certificates without second ones of the same person, occupation and level."""
    step = level_index(earned.ladder, earned.rank)
    alike = (earned.person * (int(earned.occupation.max(initial=0)) + 1) + earned.occupation) * len(LEVEL_TEXTS) + step
    return np.sort(np.unique(alike, return_index=True)[1])


# --- what should not be ---------------------------------------------------------------------------------------------


def _plant(world: World, payments: Payments, found: Followed, rng: np.random.Generator) -> None:
    """Makes a few rows suspicious, in place, each in one way only."""
    wanted = {name: max(FEWEST_PLANTED, world.scaled(number)) for name, number in PLANTED.items()}
    kept = ~world.late.missing("subsidy", payments.leaf, payments.month)
    long_ago = (found.level >= 0) & (payments.paid - found.certified > LONG)
    early = _shuffled(kept & long_ago, rng)[: wanted["early_certificate"]]
    found.ended[early] = found.certified[early] + rng.integers(3, 31, len(early))
    taken = np.zeros(len(payments.kind), dtype=np.bool_)
    taken[early] = True
    _repeat(payments, found, kept & ~taken & payments.certified & (found.level >= 0), wanted["repeated"], rng)
    plain = kept & payments.course & (found.level < 0)
    groups = _same_place_and_year(payments, plain, wanted["too_many"], rng)
    found.person[groups[:, 1:]] = found.person[groups[:, :1]]
    taken[groups] = True
    unfinished = _shuffled(plain & ~taken, rng)[: wanted["unfinished"]]
    after = payments.paid[unfinished] + rng.integers(5, 41, len(unfinished))
    found.ended[unfinished] = np.where(rng.random(len(unfinished)) < 0.5, after, NEVER)


def _repeat(payments: Payments, found: Followed, may: Flags, number: int, rng: np.random.Generator) -> None:
    """Some payments are for what another, earlier one of the same place has paid, in place."""
    rows = np.flatnonzero(may)
    rows = rows[np.lexsort((payments.paid[rows], payments.leaf[rows]))]
    pairs = rows[: len(rows) // 2 * 2].reshape(-1, 2)
    pairs = pairs[payments.leaf[pairs[:, 0]] == payments.leaf[pairs[:, 1]]]
    earlier, later = pairs[rng.permutation(len(pairs))[:number]].T
    for column in (found.person, found.occupation, found.level, found.rank, found.ended, found.certified):
        column[later] = column[earlier]


def _same_place_and_year(payments: Payments, may: Flags, number: int, rng: np.random.Generator) -> Integers:
    """Payments of one place and year, one more than is usual in each row."""
    rows = np.flatnonzero(may)
    year = YEAR_OF[payments.month[rows]]
    rows = rows[np.lexsort((rng.random(len(rows)), year, payments.leaf[rows]))]
    groups = rows[: len(rows) // (A_YEAR + 1) * (A_YEAR + 1)].reshape(-1, A_YEAR + 1)
    cell = payments.leaf[groups] * len(YEAR_OF) + YEAR_OF[payments.month[groups]]
    groups = groups[(cell == cell[:, :1]).all(axis=1)]
    return np.asarray(groups[rng.permutation(len(groups))[:number]])


def _shuffled(which: Flags, rng: np.random.Generator) -> Integers:
    return np.asarray(rng.permutation(np.flatnonzero(which)))
