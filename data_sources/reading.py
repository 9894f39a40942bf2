"""Lists of single rows, a page at a time: training bases, submissions. The cubes answer everything that is summed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from sqlalchemy import Select, func, select

from data_sources import queries
from data_sources.engine import PolarsType

PAGE: Final = 200
MOST_BASES: Final = 2_000
MOST_ORGANISATIONS: Final = 5_000
ROLES: Final = ("chain_leader", "integration_enterprise", "evaluation_body", "dual_certificate_pilot")
Kinds = Mapping[str, PolarsType]


def bases(url: str, month: str) -> pl.DataFrame:
    """Training bases in use in a month that have a position, largest first, at most 2,000.

    `base_code`, `name`, `kind`, `place_code`, `lon`, `lat` (degrees), `seats`.
    """
    t = queries.table("base")
    open_then = (t.c.opened_month <= month) & (t.c.closed_month.is_(None) | (t.c.closed_month > month))
    statement = (
        select(t.c.base_code, t.c.name, t.c.kind, t.c.place_code, t.c.lon, t.c.lat, t.c.seats)
        .where(open_then, t.c.lon.is_not(None), t.c.lat.is_not(None), queries.accepted(t))
        .order_by(t.c.seats.desc(), t.c.base_code)
        .limit(MOST_BASES)
    )
    return _read(url, statement, {"lon": pl.Float64, "lat": pl.Float64, "seats": pl.Int64})


def organisations(url: str, place_codes: Sequence[str]) -> pl.DataFrame:
    """The enterprises, schools and other bodies that these places filed, in the order of their codes, at most 5,000.

    `organisation_code`, `name`, `kind`, `place_code`, `cluster_code`, `lon`, `lat` (degrees, null when unknown), and their
    roles: `chain_leader`, `integration_enterprise`, `evaluation_body`, `dual_certificate_pilot`. Filed twice, the last
    stands.
    """
    t = queries.table("organisation")
    columns = ("organisation_code", "name", "kind", "place_code", "cluster_code", "lon", "lat", *ROLES, "submission_id")
    statement = (
        select(*(t.c[column] for column in columns))
        .where(t.c.place_code.in_(list(place_codes)), queries.accepted(t))
        .order_by(t.c.organisation_code, t.c.submission_id)
        .limit(MOST_ORGANISATIONS)
    )
    kinds: Kinds = {"lon": pl.Float64, "lat": pl.Float64, "submission_id": pl.Int64, **dict.fromkeys(ROLES, pl.Boolean)}
    found = _read(url, statement, kinds)
    return found.unique("organisation_code", keep="last", maintain_order=True).drop("submission_id")


def submissions(url: str, *, page: int = 0, table_name: str | None = None) -> pl.DataFrame:
    """One page of submissions, newest first: `id`, `table_name`, `place_code`, `month`, `department`, `provenance`,
    `status`, `received_at`, `data_version` (null while pending), `row_count`."""
    s = queries.table("submission")
    columns = ("id", "table_name", "place_code", "month", "department", "provenance", "status", "received_at",
               "data_version", "row_count")  # fmt: skip
    statement = select(*(s.c[c] for c in columns)).order_by(s.c.data_version.desc().nulls_first(), s.c.id.desc())
    if table_name is not None:
        statement = statement.where(s.c.table_name == table_name)
    kinds: Kinds = {"id": pl.Int64, "received_at": pl.Datetime, "data_version": pl.Int64, "row_count": pl.Int64}
    return _read(url, statement.limit(PAGE).offset(page * PAGE), kinds)


def changes(url: str, version: int) -> pl.DataFrame:
    """What one data version brought: `table_name`, `provenance`, `status`, `submissions`, `places`, `rows`."""
    s = queries.table("submission")
    keys = (s.c.table_name, s.c.provenance, s.c.status)
    statement = (
        select(
            *keys,
            func.count().label("submissions"),
            func.count(s.c.place_code.distinct()).label("places"),
            func.sum(s.c.row_count).label("rows"),
        )
        .where(s.c.data_version == version)
        .group_by(*keys)
        .order_by(s.c.table_name)
    )
    return _read(url, statement, {"submissions": pl.Int64, "places": pl.Int64, "rows": pl.Int64})


def versions(url: str) -> pl.DataFrame:
    """Every data version, newest first: `data_version`, `received_at` (its last submission), `submissions`, `rows`."""
    s = queries.table("submission")
    statement = (
        select(
            s.c.data_version,
            func.max(s.c.received_at).label("received_at"),
            func.count().label("submissions"),
            func.sum(s.c.row_count).label("rows"),
        )
        .where(s.c.data_version.is_not(None))
        .group_by(s.c.data_version)
        .order_by(s.c.data_version.desc())
    )
    kinds: Kinds = {"data_version": pl.Int64, "received_at": pl.Datetime, "submissions": pl.Int64, "rows": pl.Int64}
    return _read(url, statement, kinds)


def published(url: str) -> pl.DataFrame:
    """Figures that officials published: `metric`, `place_code`, `period`, `value`, `unit`, `source`, `grade`."""
    t = queries.table("published_figure")
    statement = select(*t.c).order_by(t.c.place_code, t.c.metric, t.c.period)
    return _read(url, statement, {"value": pl.Float64})


def _read(url: str, statement: Select[Any], kinds: Kinds) -> pl.DataFrame:
    """The answer with its columns as given, all others text: a driver cannot tell from an empty or all-null column."""
    return queries.read(url, statement, {column.name: pl.String for column in statement.selected_columns} | {**kinds})
