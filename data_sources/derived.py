"""What a row says about other rows, worked out anew whenever a submission begins or ceases to count."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from data_sources import firsts, queries, repeats, retention


def refresh(
    connection: Connection, table_name: str, submission_ids: Collection[int], place_codes: Collection[str]
) -> None:
    """Work out anew what depends on these submissions of a table, filed by these places (six digits).

    Call it in the transaction that changes their status, after the change, so that no data version shows the old.
    """
    if table_name == "training":
        s = queries.table("submission")
        months = connection.execute(select(s.c.month).where(s.c.id.in_(submission_ids)).distinct()).scalars()
        retention.judge(connection, place_codes, [month for month in months if month])
    elif table_name == "employment":
        retention.judge(connection, place_codes)
    for number in submission_ids:
        if table_name == "subsidy":
            repeats.renumber(connection, number)
        elif table_name == "certificate":
            firsts.mark(connection, number)
