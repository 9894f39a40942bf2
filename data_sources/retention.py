"""Whether the trained work in the place of their course 6 and 12 months after it; set in the database, set by set.

A person-time is judged at the end of the sixth (twelfth) month after the month it is counted in: retained, when a spell
of that person in that place has begun and not ended by then; unknown (null), while that month has not been filed by the
place. Nothing of a person leaves the database.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, Table, case, null, select, true, tuple_, update

from data_sources import queries
from data_sources.engine import engine

AFTER: Final = (6, 12)
"""Months from the course to the judgement; each has a column `retained_…`."""


def refresh(url: str, place_codes: Collection[str] | None = None) -> None:
    """`judge` in a transaction of its own."""
    with engine(url).begin() as connection:
        judge(connection, place_codes)


def judge(
    connection: Connection,
    place_codes: Collection[str] | None = None,
    months: Collection[str] | None = None,
    *,
    since: str = "",
) -> None:
    """Work out `retained_6` and `retained_12` of the training in these places (as filed, six digits), or everywhere,
    that is counted in these months, or in all; with `since`, only the judgements that are due in that month or later.
    Then of those at work the trained alone are looked up: they may be few among the many of a large file.

    Call it in the transaction that accepts, replaces or withdraws a submission of training (with its month) or of
    employment, with that submission's place: a new data version then shows the new judgement from its first moment.
    """
    t = queries.table("training")
    e = queries.table("employment")
    here, there = (_within(table, place_codes) for table in (t, e))
    if months is None:
        months = list(connection.execute(select(t.c.month).where(here).distinct()).scalars())
    for month in sorted(months):
        for after in AFTER:
            if later(month, after) < since:
                continue
            trained = _trained(month, place_codes) if since else true()
            then = _judged(t, later(month, after), there & trained)
            connection.execute(update(t).where(here, t.c.month == month).values({f"retained_{after}": then}))


def later(month: str, by: int) -> str:
    """The month so many months after one: `later("2026-10", 6)` is 2027-04."""
    number = 12 * int(month[:4]) + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


def _within(table: FromClause, place_codes: Collection[str] | None) -> ColumnElement[bool]:
    return table.c.place_code.in_(sorted(place_codes)) if place_codes is not None else table.c.place_code.is_not(None)


def _trained(month: str, place_codes: Collection[str] | None) -> ColumnElement[bool]:
    course = queries.table("training").alias()
    mine = select(course.c.person_key).where(_within(course, place_codes), course.c.month == month)
    return queries.table("employment").c.person_key.in_(mine)


def _judged(t: Table, due: str, there: ColumnElement[bool]) -> ColumnElement[bool | None]:
    """Null where the place has not filed the month that is due; else whether the person is at work there at its end.

    Asked month by month, so that both sets are looked up once and not row by row.
    """
    s, e = queries.table("submission"), queries.table("employment")
    filed = select(s.c.place_code).where(s.c.table_name == "employment", s.c.month == due, s.c.status == "accepted")
    then = (e.c.start_month <= due) & (e.c.end_month.is_(None) | (e.c.end_month > due))
    at_work = select(e.c.place_code, e.c.person_key).where(there, then, queries.accepted(e))
    stayed = tuple_(t.c.place_code, t.c.person_key).in_(at_work)
    return case((t.c.place_code.not_in(filed), null()), (stayed, True), else_=False)
