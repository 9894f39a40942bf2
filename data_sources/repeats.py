"""Works out how often a payment repeats an earlier one: `nth_alike` and `nth_in_year` of table subsidy.

`nth_alike` numbers the payments of one person for one occupation and level, of any kind. `nth_in_year` numbers the
training payments (`COURSES`) of one person in one calendar year of counting. Both count accepted submissions of all
places, in the order of payment date, then place, submission and row. A payment has no number where one of these is
unknown, or where it is withdrawn.
"""

from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, update

from data_sources import queries

COURSES: Final = ("vocational_training", "online_training", "project_training")
"""Kinds of subsidy that pay for a course."""
ORDER: Final = ("paid", "place_code", "submission_id", "row_number")
ALIKE: Final = ("person_key", "occupation_code", "level")


def renumber(connection: Connection, submission_id: int, *, numbered: bool = False) -> None:
    """Number anew all payments of everyone who is paid in this submission; of those whose rows came `numbered`, only
    where the person is paid by another submission, too.

    Call it in the transaction that accepts, replaces or withdraws a submission of subsidy, after its status is set.
    """
    t = queries.table("subsidy")
    mine = queries.persons_of(connection, t, submission_id, elsewhere=numbered)
    connection.execute(update(t).where(mine).values(nth_alike=None, nth_in_year=None))
    for name, number, known in _numbers(t):
        connection.execute(_numbering(t, name, select(*_key(t), number.label("nth")).where(mine, known)))


def numbered(payments: pl.DataFrame) -> pl.DataFrame:
    """The payments, all of them accepted, with `nth_alike` and `nth_in_year`, in the order they came in."""
    needed = payments.select({*ORDER, *ALIKE, "kind", "month"})  # a copy of all columns would double the memory
    known = needed.with_row_index("_at").filter(pl.col("person_key").is_not_null()).sort(ORDER)
    alike = known.filter(pl.all_horizontal(pl.col(ALIKE).is_not_null())).select(
        "_at", nth_alike=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(ALIKE)
    )
    in_year = known.filter(pl.col("kind").is_in(COURSES)).select(
        "_at", nth_in_year=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("person_key", pl.col("month").str.head(4))
    )
    joined = payments.drop("nth_alike", "nth_in_year", strict=False).with_row_index("_at")
    for each in (alike, in_year):
        joined = joined.join(each, on="_at", how="left", maintain_order="left")
    return joined.drop("_at")


def _numbers(t: Table) -> tuple[tuple[str, ColumnElement[int], ColumnElement[bool]], ...]:
    """Column, number within its group, and which rows have one."""
    order = [t.c[name] for name in ORDER]
    alike = [t.c[name] for name in ALIKE]
    year = [t.c.person_key, func.substr(t.c.month, 1, 4)]
    known = alike[1].is_not(None) & alike[2].is_not(None)
    return (
        ("nth_alike", func.row_number().over(partition_by=alike, order_by=order), known),
        ("nth_in_year", func.row_number().over(partition_by=year, order_by=order), t.c.kind.in_(COURSES)),
    )


def _numbering(t: Table, name: str, numbers: Select[Any]) -> Any:
    found = numbers.where(queries.accepted(t)).subquery()
    same = [t.c[key.name] == found.c[key.name] for key in _key(t)]
    return update(t).where(*same).values({name: found.c.nth})


def _key(t: Table) -> list[Any]:
    return list(t.primary_key.columns)
