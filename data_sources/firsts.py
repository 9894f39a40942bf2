"""Works out which certificate is a person's first: `first_high_skilled` and `first_dual` of table certificate.

The first high-skilled certificate is the first at one of `HIGH_SKILLED`, the first dual one the first 一试双证, each among
the accepted certificates of all places, in the order of date of issue, then place, submission and row.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select, tuple_, update

from data_sources import queries
from data_sources.vocabulary import HIGH_SKILLED

ORDER: Final = ("issued", "place_code", "submission_id", "row_number")


def mark(connection: Connection, submission_id: int) -> None:
    """Mark anew the certificates of everyone who has one in this submission.

    Call it in the transaction that accepts, replaces or withdraws a submission of certificate, after its status is set.
    """
    t = queries.table("certificate")
    mine = t.c.person_key.in_(select(t.c.person_key).where(t.c.submission_id == submission_id).distinct())
    connection.execute(update(t).where(mine).values(first_high_skilled=False, first_dual=False))
    for name, counts in (("first_high_skilled", t.c.level.in_(HIGH_SKILLED)), ("first_dual", t.c.dual)):
        connection.execute(_marking(t, name, mine, counts))


def _marking(t: Table, name: str, mine: ColumnElement[bool], counts: ColumnElement[bool]) -> Any:
    key = list(t.primary_key.columns)
    nth = func.row_number().over(partition_by=t.c.person_key, order_by=[t.c[c] for c in ORDER]).label("nth")
    ordered = select(*key, nth).where(mine, counts, queries.accepted(t)).subquery()
    first = select(*(ordered.c[c.name] for c in key)).where(ordered.c.nth == 1)
    return update(t).where(tuple_(*key).in_(first)).values({name: True})
