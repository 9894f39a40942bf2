"""Knows the certificates: 300,000 of them, 205,000 people with their first high-skilled one since 2023.

Assumed: somewhat more than half of them go to people in digital employment, who rise by them; the rest to students
(一试双证) and others. What was earned before the demonstration begins is unknown, so `first_high_skilled` marks a
person's first such certificate in the database.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_sources.demo import certificate_streams as streams
from data_sources.demo.arrays import Days, Flags, Integers, Words
from data_sources.demo.careers import Careers
from data_sources.demo.homes import CODES
from data_sources.demo.months import TEXTS, days_in
from data_sources.demo.occupations import HIGH, LEVEL_TEXTS, level_index
from data_sources.demo.organisations import KINDS, Organisations
from data_sources.demo.people import Learners
from data_sources.demo.people import keys as any_keys
from data_sources.demo.sampling import Wheel, texts
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column


@dataclass(frozen=True)
class Certificates:
    """One certificate per row; arrays run along them."""

    leaf: Integers
    month: Integers
    person: Integers
    cluster: Integers
    occupation: Integers
    rank: Integers
    dual: Flags
    ladder: Words
    issued: Days

    def __len__(self) -> int:
        return len(self.leaf)

    def kept(self, keep: Flags) -> "Certificates":
        """Only some of them."""
        return Certificates(**{name: column[keep] for name, column in vars(self).items()})

    def first(self, among: Flags) -> Flags:
        """Whether a certificate is the earliest of its person among some."""
        rows = np.flatnonzero(among)
        rows = rows[np.lexsort((self.issued[rows], self.person[rows]))]
        who = self.person[rows]
        marked = np.zeros(len(self), dtype=np.bool_)
        marked[rows[np.diff(who, prepend=-1) != 0]] = True
        return marked


def certificates(world: World, people: Careers) -> tuple[Certificates, Learners]:
    """All certificates that were filed, and the people outside digital employment who earn them or only train."""
    rng = world.stream("certificates")
    dice = rng.random(len(people))
    dual = streams.dual(world, rng)
    high, further = streams.high(world, dual, people, dice, rng)
    rows = streams.stacked(dual, high, streams.low(world, people, dice, rng), streams.engineers(world, people, rng))
    outside = streams.number_outsiders(world, rows, len(people))
    dual, high = streams.part(rows, 0, len(dual["leaf"])), streams.part(rows, len(dual["leaf"]), len(high["leaf"]))
    rows = streams.stacked(rows, streams.further(world, high, further, rng), streams.dual_again(world, dual, rng))
    rows["occupation"] = world.occupations.available(rows["occupation"], rows["month"])
    found = _issued(world, rows, rng)
    return found.kept(~world.late.missing("certificate", found.leaf, found.month)), outside


def frame(world: World, earned: Certificates, issuers: Organisations, keys: pl.Series) -> pl.DataFrame:
    """The table certificate, without lineage."""
    rng = world.stream("issuers")
    return pl.DataFrame(
        {
            "_leaf": earned.leaf,
            "_file": earned.month,
            "month": texts(TEXTS, earned.month + 1),
            "zone": zone_column(world, earned.leaf, rng),
            "person_key": keys.gather(earned.person),
            "occupation_code": texts(world.occupations.codes, earned.occupation),
            "cluster_code": texts(CODES, earned.cluster),
            "level": texts(LEVEL_TEXTS, level_index(earned.ladder, earned.rank)),
            "issuer_code": texts(issuers.codes, _issuer(world, earned, issuers, rng)),
            "issued": earned.issued,
            "dual": earned.dual,
            "first_high_skilled": earned.first((earned.ladder == "L") & (earned.rank >= HIGH)),
            "first_dual": earned.first(earned.dual),
            "certificate_key": any_keys(len(earned), world.stream("certificate_keys")),
        }
    )


def _issuer(world: World, earned: Certificates, issuers: Organisations, rng: np.random.Generator) -> Integers:
    """A school of the place for 一试双证, else one of its evaluation bodies."""
    n = len(world.leaves)
    school = issuers.kind == KINDS.index("school")
    chances = np.concatenate([issuers.chances(n, issuers.evaluation_body), issuers.chances(n, school)])
    return Wheel(chances).draw(earned.leaf + np.where(earned.dual, n, 0), rng)


def _issued(world: World, rows: streams.Columns, rng: np.random.Generator) -> Certificates:
    return Certificates(
        leaf=rows["leaf"],
        month=rows["month"],
        person=rows["person"],
        cluster=rows["cluster"],
        occupation=rows["occupation"],
        rank=rows["rank"],
        dual=rows["dual"] > 0,
        ladder=world.occupations.ladder[rows["occupation"]],
        issued=days_in(rows["month"], rng),
    )
