"""Lists of single payments, a page at a time, and those that the rules name; persons appear under a pseudonym only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl
from sqlalchemy import Select, Table, or_, select

from data_sources import looking, payment_rules, queries
from data_sources.engine import PolarsType
from data_sources.payment_rules import RULES

PAGE: Final = 100
MOST: Final = 20_000
"""Payments in one file."""
_SHOWN: Final = (
    "place_code", "submission_id", "row_number", "paid", "kind", "fund", "amount", "person_times", "cluster_code",
    "occupation_code", "level", "course_ended", "certified",
)  # fmt: skip
_KINDS: Final[Mapping[str, PolarsType]] = {
    **dict.fromkeys(("submission_id", "row_number", "amount", "person_times", *RULES), pl.Int64),
    **dict.fromkeys(("paid", "course_ended", "certified"), pl.Date),
}


@dataclass(frozen=True)
class Asked:
    """Which payments: of these filing places (codes as filed), counted in these months, of a fund and kind ('' for any).

    `allowed`: only those that have more than that by at least one of these rules; all payments where it is empty.
    All of them must be open to who looks (see `looking`).
    """

    filed_at: tuple[str, ...]
    first: str
    last: str
    fund: str = ""
    kind: str = ""
    allowed: tuple[tuple[str, int], ...] = field(default=())


def payments(url: str, asked: Asked, *, page: int = 0, size: int = PAGE) -> pl.DataFrame:
    """One page of the payments asked for, newest first.

    `place_code`, `submission_id`, `row_number`, `paid`, `kind`, `fund`, `amount` (fen), `person_times`, `cluster_code`,
    `occupation_code`, `level`, `course_ended`, `certified`, `payee` (name of the organisation; null for a person),
    `person` (pseudonym; null without one), and each rule's number by its key. Raises `NotPermitted` unless all places
    are open to who looks.
    """
    t, organisation = queries.table("subsidy"), queries.table("organisation")
    numbers = [rule.number(t).label(key) for key, rule in RULES.items()]
    columns = (*(t.c[c] for c in _SHOWN), t.c.organisation_code, t.c.person_key, *numbers)
    statement = (
        looking.of_places(select(*columns), t, asked.filed_at)
        .where(*_wanted(t, asked))
        .order_by(t.c.paid.desc(), t.c.place_code, t.c.submission_id, t.c.row_number)
        .limit(size)
        .offset(page * size)
    )
    found = _read(url, statement)
    codes = sorted(found["organisation_code"].drop_nulls().unique())
    named = select(organisation.c.organisation_code, organisation.c.name.label("payee")).where(
        organisation.c.organisation_code.in_(codes), queries.accepted(organisation)
    )
    names = _read(url, looking.marked(named, "organisation")).unique("organisation_code", keep="first")
    people = [key and pseudonym(key) for key in found["person_key"]]
    return (
        found.join(names, on="organisation_code", how="left", maintain_order="left")
        .with_columns(pl.coalesce("payee", "organisation_code"), person=pl.Series(people, dtype=pl.String))
        .select(*_SHOWN, "payee", "person", *RULES)
    )


def pseudonym(person_key: str) -> str:
    """Six letters and digits that are always the same for one person and lead back to nobody."""
    return hashlib.sha256(f"payments:{person_key}".encode()).hexdigest()[:6].upper()


def _wanted(t: Table, asked: Asked) -> list[Any]:
    wanted = [queries.accepted(t), t.c.month.between(asked.first, asked.last)]
    wanted += [t.c.fund == asked.fund] if asked.fund else []
    wanted += [t.c.kind == asked.kind] if asked.kind else []
    wanted += [or_(*payment_rules.suspicious(t, dict(asked.allowed)))] if asked.allowed else []
    return wanted


def _read(url: str, statement: Select[Any]) -> pl.DataFrame:
    columns = [column.name for column in statement.selected_columns]
    return queries.read(url, statement, {name: _KINDS.get(name, pl.String) for name in columns})
