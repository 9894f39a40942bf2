"""Whether the trained work in the place of their course 6 and 12 months after it; set in the database, set by set.

A person-time is judged at the end of the sixth (twelfth) month after the month it is counted in: retained, when a spell
of that person in that place has begun and not ended by then; unknown (null), while that month has not been filed by the
place. Nothing of a person leaves the database.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, case, null, select, tuple_, update

from data_sources import queries
from data_sources.engine import engine

AFTER: Final = (6, 12)
"""Months from the course to the judgement; each has a column `retained_…`."""


def refresh(url: str, place_codes: Collection[str] | None = None) -> None:
    """`judge` in a transaction of its own."""
    with engine(url).begin() as connection:
        judge(connection, place_codes)


def judge(connection: Connection, place_codes: Collection[str] | None = None) -> None:
    """Work out `retained_6` and `retained_12` of the training in these places (as filed, six digits), or everywhere.

    Call it in the transaction that accepts, replaces or withdraws a submission of training or employment, with that
    submission's place: a new data version then shows the new judgement from its first moment.
    """
    t = queries.table("training")
    here = t.c.place_code.in_(sorted(place_codes)) if place_codes is not None else t.c.place_code.is_not(None)
    months = sorted(connection.execute(select(t.c.month).where(here).distinct()).scalars())
    for after in AFTER if months else ():
        due = case({month: later(month, after) for month in months}, value=t.c.month)
        column = t.c[f"retained_{after}"]
        filed = tuple_(t.c.place_code, due).in_(_filed())
        connection.execute(update(t).where(here).values({column: case((filed, False), else_=null())}))
        key = tuple_(*t.primary_key.columns)
        found = update(t).where(here, column.is_not(None), key.in_(_retained(t, due, here, column)))
        connection.execute(found.values({column: True}))


def later(month: str, by: int) -> str:
    """The month so many months after one: `later("2026-10", 6)` is 2027-04."""
    number = 12 * int(month[:4]) + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


def _filed() -> Select[Any]:
    """Place and month of every accepted submission of employment."""
    s = queries.table("submission")
    accepted = (s.c.status == "accepted") & (s.c.table_name == "employment") & s.c.month.is_not(None)
    return select(s.c.place_code, s.c.month).where(accepted)


def _retained(t: Table, due: ColumnElement[str], here: ColumnElement[bool], column: Column[Any]) -> Select[Any]:
    """The keys of the rows whose person is at work in their place at the end of the month when they are due."""
    e = queries.table("employment")
    same = (e.c.place_code == t.c.place_code) & (e.c.person_key == t.c.person_key)
    then = (e.c.start_month <= due) & (e.c.end_month.is_(None) | (e.c.end_month > due))
    joined = t.join(e, same)
    return (
        select(*t.primary_key.columns).select_from(joined).where(here, column.is_not(None), then, queries.accepted(e))
    )
