"""What a row says about other rows, worked out anew whenever a submission begins or ceases to count."""

from collections.abc import Collection

import polars as pl
from sqlalchemy import Connection, func, select

from data_sources import firsts, queries, repeats, retention


def refresh(
    connection: Connection,
    table_name: str,
    submission_ids: Collection[int],
    place_codes: Collection[str],
    *,
    related: Collection[int] = (),
) -> None:
    """Work out anew what depends on these submissions of a table, filed by these places (six digits); the rows of those
    in `related` were `among_themselves` before they were written.

    Call it in the transaction that changes their status, after the change, so that no data version shows the old.
    """
    if table_name == "training":
        s = queries.table("submission")
        months = connection.execute(select(s.c.month).where(s.c.id.in_(submission_ids)).distinct()).scalars()
        retention.judge(connection, place_codes, [month for month in months if month])
    elif table_name == "employment":
        retention.judge(connection, place_codes, since=_since(connection, submission_ids, place_codes))
    for number in submission_ids:
        if table_name == "subsidy":
            repeats.renumber(connection, number, numbered=number in related)
        elif table_name == "certificate":
            firsts.mark(connection, number, flagged=number in related)


def _since(connection: Connection, submission_ids: Collection[int], place_codes: Collection[str]) -> str:
    """The first month of which these submissions of employment say anything: when one of their spells began, or their own."""
    s, e = queries.table("submission"), queries.table("employment")
    mine = e.c.place_code.in_(sorted(place_codes)) & e.c.submission_id.in_(sorted(submission_ids))
    said = [
        select(func.min(e.c.start_month)).where(mine),
        select(func.min(s.c.month)).where(s.c.id.in_(submission_ids)),
    ]
    return min((month for each in said for month in connection.execute(each).scalars() if month), default="")


def among_themselves(table_name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A table's rows with what they say about each other, before they meet those of other submissions.

    Most persons of a file stand in no other: then nothing is left to be worked out in the database.
    """
    if table_name == "subsidy":
        return repeats.numbered(rows)
    return firsts.flagged(rows) if table_name == "certificate" else rows
