"""What a table holds, as numbers that two databases can be compared by: rows, values a column, and their sums."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Select, Table, func, select

from data_sources import engine, queries, tables

FACTS: Final = tuple(str(model.__tablename__) for model in tables.FACT_TABLES)
AT_ONCE: Final = 200_000
Fetch = Callable[[Select[Any], Mapping[str, Any] | None], pl.DataFrame]
"""Answers a statement, its columns in the types that are given."""


@dataclass(frozen=True)
class Sums:
    """A table's rows, and for each column how many values there are and their sum (of texts: of their hashes)."""

    rows: int
    columns: Mapping[str, tuple[int, int]]

    def plus(self, other: "Sums") -> "Sums":
        """The sums of both parts of one table together."""
        pairs = {name: (sums, other.columns[name]) for name, sums in self.columns.items()}
        both = {name: (one[0] + more[0], one[1] + more[1]) for name, (one, more) in pairs.items()}
        return Sums(self.rows + other.rows, both)

    def differing(self, other: "Sums") -> tuple[str, ...]:
        """The columns that differ; `*` first when the numbers of rows do."""
        names = tuple(name for name, sums in self.columns.items() if sums != other.columns[name])
        return ("*", *names) if self.rows != other.rows else names


def database(url: str) -> dict[str, Sums]:
    """The sums of every table of a database, as they are at one moment."""
    with reading(url) as fetch:
        return {name: table(name, fetch) for name in tables.TABLES}


@contextmanager
def reading(url: str) -> Iterator[Fetch]:
    """Answers to statements that all see the database at one moment."""
    with engine.bulk(url) as connection:
        with connection.cursor() as cursor:
            cursor.execute(engine.ONE_SIGHT[engine.backend(url)])
        yield lambda statement, kinds: engine.fetched(connection, queries.written(url, statement), kinds)


def table(name: str, fetch: Fetch) -> Sums:
    """The sums of one table."""
    total = none(queries.table(name))
    for part in parts(name, fetch):
        total = total.plus(of(part))
    return total


def parts(name: str, fetch: Fetch) -> Iterator[pl.DataFrame]:
    """All rows of a table, a fact's by whole places: no frame holds many more rows than `AT_ONCE` or one place has."""
    whole = queries.table(name)
    kinds = {column.name: engine.polars_type(column.type) for column in whole.columns}
    everything = select(*whole.columns)
    if name not in FACTS:
        yield fetch(everything, kinds)
        return
    code = whole.c.place_code
    for first, last in _spans(fetch(select(code, func.count().label("n")).group_by(code), {"place_code": pl.String})):
        yield fetch(everything.where(code.between(first, last)), kinds)


def _spans(counted: pl.DataFrame) -> list[tuple[str, str]]:
    """First and last place of each part; `counted` has `place_code` and `n`."""
    numbered = counted.sort("place_code").with_columns(part=pl.col("n").cum_sum().shift(1, fill_value=0) // AT_ONCE)
    ends = numbered.group_by("part").agg(pl.col("place_code").first(), pl.col("place_code").last().alias("last"))
    return ends.sort("part").select("place_code", "last").rows()


def none(of_table: Table) -> Sums:
    """The sums of a table without rows."""
    return Sums(0, {column.name: (0, 0) for column in of_table.columns})


def of(rows: pl.DataFrame) -> Sums:
    """The sums of a frame of rows in their declared types."""
    totals = rows.select(_total(name, kind) for name, kind in rows.schema.items()).row(0) if rows.height else ()
    values = dict(zip(rows.columns, map(int, totals), strict=False))
    return Sums(rows.height, {each.name: (rows.height - each.null_count(), values.get(each.name, 0)) for each in rows})


def _total(name: str, kind: pl.DataType) -> pl.Expr:
    """The sum of whole numbers, yes/no and dates; of texts and fractions that of their hashes, so exact as well."""
    column = pl.col(name).drop_nulls()
    numbers = column.hash(seed=1) if kind in (pl.String, pl.Float64) else column.to_physical()
    return numbers.cast(pl.Int128).sum()
