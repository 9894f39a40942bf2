"""What a change of submissions touches: of each cube the submissions to add and take away, or the months to group anew.

Rows of a submission never change but in the columns that are worked out from a person's other rows. Retention looks at
employment of the same place; first certificates and the numbering of payments look at one person's rows of all places.
Cubes that read none of these columns are the former ones with what began to count added and what ceased to taken away.
Of the others the months of places are grouped anew where such a column may have changed; a row of a table that is filed
monthly counts in the month of its submission.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Select, Table, case, func, select

from data_sources import looking, queries
from data_sources.engine import PolarsType
from data_sources.retention import AFTER, later

FIXED: Final = ("table_name", "place_code", "month", "row_count", "received_at", "file_hash")
"""What of a submission never changes once it is filed."""
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "employment": ("person_key", "place_code", "start_month", "end_month"),
    "certificate": ("person_key", "place_code", "level", "dual", "issued"),
    "subsidy": ("person_key", "place_code", "month", "kind", "occupation_code", "level", "paid"),
}
"""What a person's rows of a table say about others of his: of training in the same place, of the same table anywhere."""
WORKED_OUT: Final = ("training", "certificate", "payment_check")
"""Cubes that read columns that are worked out from other rows."""
JOINED: Final[Mapping[str, tuple[str, ...]]] = {"subsidy_payee": ("organisation", "base")}
"""Cubes that look into registers, which are of all places."""


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
    """The submissions that count in one of two registries only: `id`, `table_name`, `place_code`, `month`, and whether
    they do now (`began`) or did before; raises `Unknown`."""
    both = before.join(now, on="id", how="left", suffix="_now", maintain_order="left")
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in FIXED]
    if both.filter(pl.any_horizontal(differs)).height:
        raise Unknown
    was = before.filter("accepted")["id"].implode()
    counts, counted = pl.col("accepted"), pl.col("id").is_in(was)
    return now.filter(counts != counted).select("id", "table_name", "place_code", "month", began="accepted")


def months(registry: pl.DataFrame, tables: Collection[str]) -> set[str]:
    """The months of which any of these tables has an accepted submission."""
    return set(registry.filter(pl.col("accepted"), pl.col("table_name").is_in(tables))["month"].drop_nulls())


def joined(name: str, changes: pl.DataFrame) -> bool:
    """Whether a register that this cube looks into has changed."""
    return not set(changes["table_name"]).isdisjoint(JOINED.get(name, ()))


def cells(url: str, table: str, changes: pl.DataFrame, registry: pl.DataFrame) -> pl.DataFrame:
    """The months of places (`place_code`, as filed, `month`) in which rows of a table may be other ones than before, or
    say something else in the columns that are worked out."""
    mine = changes.filter(table_name=table)
    found = [mine.select(_CELL)]
    if table == "training":
        found += _judged(url, changes.filter(table_name="employment"), registry)
    elif mine.height:
        found.append(_elsewhere(url, table, mine))
    return pl.concat(found).unique()


def rows_of(fact: Table, submissions: pl.DataFrame) -> ColumnElement[bool]:
    """Keeps the rows of these submissions (`id`, `place_code`), accepted or not, found by the table's key."""
    places, ids = sorted(set(submissions["place_code"])), sorted(submissions["id"])
    return fact.c.place_code.in_(places) & fact.c.submission_id.in_(ids)


_CELL: Final = ("place_code", "month")


def _judged(url: str, spells: pl.DataFrame, registry: pl.DataFrame) -> list[pl.DataFrame]:
    """The months whose courses these submissions of employment judge otherwise (see `retention`): those that are due when
    they were filed, and those due since a spell began that was not, or not so, in what they replaced."""
    if spells.is_empty():
        return []
    due = [spells.select("place_code", pl.col("month").map_elements(_before(after), pl.String)) for after in AFTER]
    said = _said_otherwise("employment", spells).subquery()
    began = select(said.c.place_code, func.min(said.c.start_month).label("since")).group_by(said.c.place_code)
    since = queries.read(url, looking.sums(began), dict.fromkeys(("place_code", "since"), pl.String))
    courses = registry.filter(table_name="training").join(since, on="place_code")
    late = courses.filter(pl.col("month") >= pl.col("since").map_elements(_before(max(AFTER)), pl.String))
    return [*due, late.select(_CELL)]


def _before(months: int) -> Callable[[str], str]:
    return lambda month: later(month, -months)


def _elsewhere(url: str, name: str, changes: pl.DataFrame) -> pl.DataFrame:
    """Where, and in which months, the people have rows of the table of whom these submissions say something else."""
    t, said = queries.table(name), _said_otherwise(name, changes).subquery()
    where = select(t.c.place_code, t.c.month).distinct().where(t.c.person_key.in_(select(said.c.person_key)))
    return queries.read(url, looking.sums(where), dict.fromkeys(_CELL, pl.String))


def _said_otherwise(name: str, changes: pl.DataFrame) -> Select[Any]:
    """What these submissions, taken together, say of a person that was not said before, or is no more.

    Whoever stands in a replaced submission and, in the same words, in the one that replaces it is not among them.
    """
    t = queries.table(name)
    said = [t.c[column] for column in SAID[name]]
    sign = case((t.c.submission_id.in_(changes.filter("began")["id"].to_list()), 1), else_=-1)
    mine = rows_of(t, changes) & t.c.person_key.is_not(None)
    return select(*said).where(mine).group_by(*said).having(func.sum(sign) != 0)
