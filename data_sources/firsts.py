"""Works out which certificate is a person's first: `first_high_skilled` and `first_dual` of table certificate.

The first high-skilled certificate is the first at one of `HIGH_SKILLED`, the first dual one the first 一试双证, each among
the accepted certificates of all places, in the order of date of issue, then place, submission and row.
"""

from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, func, select, tuple_, update

from data_sources import queries
from data_sources.vocabulary import HIGH_SKILLED

ORDER: Final = ("issued", "place_code", "submission_id", "row_number")


def mark(connection: Connection, submission_id: int, *, flagged: bool = False) -> None:
    """Mark anew the certificates of everyone who has one in this submission; of those whose rows came `flagged`, only
    where the person has a certificate in another submission, too.

    Call it in the transaction that accepts, replaces or withdraws a submission of certificate, after its status is set.
    """
    t = queries.table("certificate")
    mine = queries.persons_of(connection, t, submission_id, elsewhere=flagged)
    marked = t.c.first_high_skilled | t.c.first_dual
    connection.execute(update(t).where(mine, marked).values(first_high_skilled=False, first_dual=False))
    for name, counts in (("first_high_skilled", t.c.level.in_(HIGH_SKILLED)), ("first_dual", t.c.dual)):
        connection.execute(_marking(t, name, mine, counts))


def flagged(certificates: pl.DataFrame) -> pl.DataFrame:
    """The certificates, all of them accepted, with both flags as they are among themselves, in the order they came in."""
    ordered = certificates.with_row_index("_at").sort(ORDER)
    flags = {"first_high_skilled": pl.col("level").is_in(HIGH_SKILLED), "first_dual": pl.col("dual")}
    nth = {name: counts.cast(pl.Int32).cum_sum().over("person_key") for name, counts in flags.items()}
    found = ordered.with_columns((counts & (nth[name] == 1)).alias(name) for name, counts in flags.items())
    return found.sort("_at").drop("_at")


def _marking(t: Table, name: str, mine: ColumnElement[bool], counts: ColumnElement[bool]) -> Any:
    key = list(t.primary_key.columns)
    nth = func.row_number().over(partition_by=t.c.person_key, order_by=[t.c[c] for c in ORDER]).label("nth")
    ordered = select(*key, nth).where(mine, counts, queries.accepted(t)).subquery()
    first = select(*(ordered.c[c.name] for c in key)).where(ordered.c.nth == 1)
    return update(t).where(tuple_(*key).in_(first)).values({name: True})
