"""What a change of submissions touches: for each cube the submissions to add and take away, or the places to group anew.

Rows of a submission never change but in the columns that are worked out from a person's other rows. Retention looks at
employment of the same place; first certificates and the numbering of payments look at one person's rows of all places.
Cubes that read none of these columns are the former ones with what began to count added and what ceased to taken away.
"""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl
from sqlalchemy import ColumnElement, Table, case, func, select

from data_sources import looking, queries
from data_sources.engine import PolarsType

FIXED: Final = ("table_name", "place_code", "month", "row_count", "received_at", "file_hash")
"""What of a submission never changes once it is filed."""
ALONE: Final[Mapping[str, tuple[str, ...]]] = {"training": ("employment",)}
"""Tables whose rows say something about rows of another table in the same place."""
ABROAD: Final[Mapping[str, tuple[str, ...]]] = {
    "certificate": ("person_key", "place_code", "level", "dual", "issued"),
    "subsidy": ("person_key", "place_code", "month", "kind", "occupation_code", "level", "paid"),
}
"""Tables whose rows say something about rows of the same person anywhere, and the columns by which they do."""
WORKED_OUT: Final = ("training", "certificate", "payment_check")
"""Cubes that read columns that are worked out from other rows."""
JOINED: Final[Mapping[str, tuple[str, ...]]] = {"subsidy_payee": ("organisation", "base")}
"""Cubes that look into registers, which are of all places."""

Places = frozenset[str]
"""Places as they are filed, six digits."""


class Unknown(Exception):
    """The one database is not the other one with more filed: nothing can be said about what changed."""


def registry(url: str) -> pl.DataFrame:
    """Every submission: `id`, what never changes (`FIXED`), `accepted`; by id."""
    s = queries.table("submission")
    fixed = [s.c[name] for name in FIXED]
    statement = select(s.c.id, *fixed, s.c.status)
    kinds: dict[str, PolarsType] = dict.fromkeys((*FIXED, "status"), pl.String)
    read = queries.read(
        url, looking.sums(statement), kinds | {"id": pl.Int64, "row_count": pl.Int64, "received_at": pl.Datetime}
    )
    return read.with_columns(accepted=pl.col("status") == "accepted").drop("status").sort("id")


def changed(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The submissions that count in one of two registries only: `id`, `table_name`, `place_code`, and whether they do
    now (`began`) or did before; raises `Unknown`."""
    both = before.join(now, on="id", how="left", suffix="_now", maintain_order="left")
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in FIXED]
    if both.filter(pl.any_horizontal(differs)).height:
        raise Unknown
    was = before.filter("accepted")["id"].implode()
    counts, counted = pl.col("accepted"), pl.col("id").is_in(was)
    return now.filter(counts != counted).select("id", "table_name", "place_code", began="accepted")


def touched(url: str, changes: pl.DataFrame) -> dict[str, Places | None]:
    """The places whose rows of each fact table give other sums than before; None is every place."""
    found: dict[str, Places | None] = {
        table: frozenset(mine["place_code"]) for (table,), mine in changes.group_by("table_name") if table
    }
    for table, others in ALONE.items():
        found[table] = _places(found, (table, *others))
    for table in ABROAD:
        if found.get(table):
            found[table] = _places(found, (table,)) | _elsewhere(url, table, changes.filter(table_name=table))
    return {table: places for table, places in found.items() if places is None or places}


def of_cube(name: str, table: str, tables: Mapping[str, Places | None]) -> Places | None:
    """The places of one cube that must be grouped anew; None is all of it."""
    if joined(name, tables):
        return None
    return tables.get(table, frozenset())


def joined(name: str, touched: Collection[str]) -> bool:
    """Whether a register that this cube looks into has changed."""
    return not set(touched).isdisjoint(JOINED.get(name, ()))


def _places(found: Mapping[str, Places | None], names: Collection[str]) -> Places:
    return frozenset().union(*(found.get(name) or frozenset() for name in names))


def rows_of(fact: Table, submissions: pl.DataFrame) -> ColumnElement[bool]:
    """Keeps the rows of these submissions (`id`, `place_code`), accepted or not, found by the table's key."""
    places, ids = sorted(set(submissions["place_code"])), sorted(submissions["id"])
    return fact.c.place_code.in_(places) & fact.c.submission_id.in_(ids)


def _elsewhere(url: str, name: str, changes: pl.DataFrame) -> Places:
    """Where the people have rows of the table of whom these submissions, taken together, say something else than before.

    Whoever stands in a replaced submission and, in the same words, in the one that replaces it is not among them.
    """
    t = queries.table(name)
    said = [t.c[column] for column in ABROAD[name]]
    sign = case((t.c.submission_id.in_(changes.filter("began")["id"].to_list()), 1), else_=-1)
    mine = rows_of(t, changes) & t.c.person_key.is_not(None)
    differing = select(*said).where(mine).group_by(*said).having(func.sum(sign) != 0).subquery()
    where = select(t.c.place_code).distinct().where(t.c.person_key.in_(select(differing.c.person_key)))
    found = queries.read(url, looking.sums(where), {"place_code": pl.String})
    return frozenset(found["place_code"])
