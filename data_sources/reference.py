"""The project's own facts (places, census, published figures, clusters, occupations), and how a database gets them."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Table, delete, insert, select

from data_sources import tables
from data_sources.engine import engine
from geo import places

FOLDER: Final = Path(__file__).resolve().parent / "reference"


def load(url: str) -> None:
    """Make every reference table hold exactly the project's own facts; a table that already does is left alone."""
    with engine(url).begin() as connection:
        for name, rows in facts().items():
            table = tables.Place.metadata.tables[name]
            if _held(connection, table) != _as_set(rows):
                connection.execute(delete(table))
                connection.execute(insert(table), rows)


def differing(connection: Connection) -> tuple[str, ...]:
    """The reference tables that do not hold exactly the project's own facts."""
    metadata = tables.Place.metadata
    return tuple(name for name, rows in facts().items() if _held(connection, metadata.tables[name]) != _as_set(rows))


def facts() -> dict[str, list[dict[str, Any]]]:
    """The rows of every reference table, in its columns and types."""
    return {name: rows() for name, rows in _ROWS.items()}


@cache
def clusters() -> Mapping[str, str]:
    """The name of every industry cluster by its code, in the order of the codes."""
    return MappingProxyType({row["code"]: row["name"] for row in _ROWS["cluster"]()})


@cache
def occupations() -> Mapping[str, str]:
    """The name of every digital occupation by its code, in the order of the codes."""
    return MappingProxyType({row["code"]: row["name"] for row in _ROWS["occupation"]()})


def _held(connection: Connection, table: Table) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(select(table))}


def _as_set(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in rows}


def _places() -> list[dict[str, Any]]:
    columns = ("code", "name", "short_name", "level", "parent_code", "group_code")
    return [{column: getattr(place, column) for column in columns} for place in places.places()]


def _csv(file_name: str, table_name: str, **renamed: str) -> Callable[[], list[dict[str, Any]]]:
    def rows() -> list[dict[str, Any]]:
        table = tables.Place.metadata.tables[table_name]
        read = pl.read_csv(FOLDER / file_name, infer_schema=False).rename(renamed)
        return read.select(
            pl.col(column.name).cast({int: pl.Int64, float: pl.Float64}.get(column.type.python_type, pl.String))
            for column in table.columns
        ).to_dicts()

    return rows


_ROWS: Final[dict[str, Callable[[], list[dict[str, Any]]]]] = {
    "place": _places,
    "census": _csv("census_2020.csv", "census"),
    "published_figure": _csv("published_figures.csv", "published_figure"),
    "cluster": _csv("clusters.csv", "cluster"),
    "occupation": _csv("occupations.csv", "occupation", level_system="ladder"),
}
