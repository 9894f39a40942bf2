"""What a change of submissions touches: for each cube the places whose part of it must be grouped anew.

Rows of a submission never change but in the columns that are worked out from a person's other rows. Retention looks at
employment of the same place; first certificates and the numbering of payments look at one person's rows of all places.
"""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl
from sqlalchemy import select

from data_sources import looking, queries
from data_sources.engine import PolarsType

FIXED: Final = ("table_name", "place_code", "month", "row_count", "received_at", "file_hash")
"""What of a submission never changes once it is filed."""
ALONE: Final[Mapping[str, tuple[str, ...]]] = {"training": ("employment",)}
"""Tables whose rows say something about rows of another table in the same place."""
ABROAD: Final = ("certificate", "subsidy")
"""Tables whose rows say something about rows of the same person anywhere."""
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
    """The submissions that count in one of two registries only: `id`, `table_name`, `place_code`; raises `Unknown`."""
    both = before.join(now, on="id", how="left", suffix="_now", maintain_order="left")
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in FIXED]
    if both.filter(pl.any_horizontal(differs)).height:
        raise Unknown
    was = before.filter("accepted")["id"].implode()
    counts, counted = pl.col("accepted"), pl.col("id").is_in(was)
    return now.filter(counts != counted).select("id", "table_name", "place_code")


def touched(url: str, changes: pl.DataFrame) -> dict[str, Places | None]:
    """The places whose rows of each fact table give other sums than before; None is every place."""
    found: dict[str, Places | None] = {
        table: frozenset(mine["place_code"]) for (table,), mine in changes.group_by("table_name") if table
    }
    for table, others in ALONE.items():
        found[table] = _places(found, (table, *others))
    for table in ABROAD:
        if found.get(table):
            ids = changes.filter(table_name=table)["id"]
            found[table] = _places(found, (table,)) | _elsewhere(url, table, ids.to_list())
    return {table: places for table, places in found.items() if places is None or places}


def of_cube(name: str, table: str, tables: Mapping[str, Places | None]) -> Places | None:
    """The places of one cube that must be grouped anew; None is all of it."""
    if any(tables.get(each, frozenset()) for each in JOINED.get(name, ())):
        return None
    return tables.get(table, frozenset())


def _places(found: Mapping[str, Places | None], names: Collection[str]) -> Places:
    return frozenset().union(*(found.get(name) or frozenset() for name in names))


def _elsewhere(url: str, name: str, ids: list[int]) -> Places:
    """Where the people of these submissions have rows of the table."""
    t = queries.table(name)
    mine = select(t.c.person_key).where(t.c.submission_id.in_(ids), t.c.person_key.is_not(None))
    where = select(t.c.place_code).distinct().where(t.c.person_key.in_(mine))
    found = queries.read(url, looking.sums(where), {"place_code": pl.String})
    return frozenset(found["place_code"])
