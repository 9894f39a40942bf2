"""Lists of single rows, a page at a time: training bases, organisations, submissions. The cubes answer everything that is summed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Select, func, or_, select

from data_sources import looking, queries
from data_sources.engine import PolarsType
from data_sources.vocabulary import ORGANISATION_ROLES

PAGE: Final = 200
MOST_SUBMISSIONS: Final = 100_000
"""Rows of them in one file."""
MOST_BASES: Final = 2_000
MOST_ORGANISATIONS: Final = 5_000
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


def register(url: str) -> pl.DataFrame:
    """Every training base that was ever filed, in the order of codes: `base_code`, `name`, `kind`, `cluster_code` (null
    for none), `place_code`, `lon`, `lat` (null without a position), `seats`, `opened_month`, `closed_month` (null while
    it is in use). What was filed twice stands as it was filed last.
    """
    t = queries.table("base")
    newest = func.row_number().over(partition_by=t.c.base_code, order_by=(t.c.submission_id.desc(), t.c.row_number))
    one = select(t, newest.label("nth")).where(queries.accepted(t)).subquery()
    columns = ("base_code", "name", "kind", "cluster_code", "place_code", "lon", "lat", "seats", "opened_month",
               "closed_month")  # fmt: skip
    statement = select(*(one.c[c] for c in columns)).where(one.c.nth == 1).order_by(one.c.base_code)
    return _read(url, statement, {"lon": pl.Float64, "lat": pl.Float64, "seats": pl.Int64})


def organisations(
    url: str,
    place_codes: Collection[str],
    *,
    roles: Collection[str] = (),
    clusters: Collection[str] = (),
    codes: Collection[str] = (),
) -> pl.DataFrame:
    """Organisations that are filed under these places, those with the weightiest roles first, at most 5,000.

    `organisation_code`, `name`, `kind`, `place_code`, `cluster_code`, `lon`, `lat` (null without a position), and a flag
    for each of the roles. Not empty, `roles` keeps those that have any, `clusters` those of any, `codes` just these.
    What was filed twice stands as it was filed last. Raises `NotPermitted` when a place is not open to who looks.
    """
    t = queries.table("organisation")
    newest = func.row_number().over(partition_by=t.c.organisation_code, order_by=t.c.submission_id.desc())
    looking.opened("organisation", place_codes)
    one = looking.real(select(t, newest.label("nth")), t).where(queries.accepted(t)).subquery()
    columns = ("organisation_code", "name", "kind", "place_code", "cluster_code", "lon", "lat", *ORGANISATION_ROLES)
    statement = select(*(one.c[c] for c in columns)).where(one.c.nth == 1, one.c.place_code.in_(place_codes))
    statement = looking.marked(statement, "organisation")
    if roles:
        statement = statement.where(or_(*(one.c[role] for role in roles)))
    if clusters:
        statement = statement.where(one.c.cluster_code.in_(clusters))
    if codes:
        statement = statement.where(one.c.organisation_code.in_(codes))
    order = (*(one.c[role].desc() for role in ORGANISATION_ROLES), one.c.organisation_code)
    kinds: Kinds = {"lon": pl.Float64, "lat": pl.Float64, **dict.fromkeys(ORGANISATION_ROLES, pl.Boolean)}
    return _read(url, statement.order_by(*order).limit(MOST_ORGANISATIONS), kinds)


@dataclass(frozen=True)
class Filed:
    """Which submissions: of a table, a month, a status, these filing places (codes as filed), only those that an official
    review still awaits; '' and () for any."""

    table_name: str = ""
    month: str = ""
    status: str = ""
    places: tuple[str, ...] = ()
    unreviewed: bool = False


def submissions(url: str, asked: Filed = Filed(), *, page: int = 0, size: int = PAGE) -> pl.DataFrame:
    """One page, of `size`, of what is open to who looks, newest first: `id`, `table_name`, `place_code`, `month`,
    `department`, `provenance`, `status`, `received_at`, `data_version` (null while pending or refused), `row_count`,
    `file_name`, `submitted_by`, `replaces`, `reviewed`, `reviewed_by`, `reviewed_at`, `reason`, `note`."""
    s = queries.table("submission")
    columns = ("id", "table_name", "place_code", "month", "department", "provenance", "status", "received_at",
               "data_version", "row_count", "file_name", "submitted_by", "replaces", "reviewed", "reviewed_by",
               "reviewed_at", "reason", "note")  # fmt: skip
    wanted = [s.c[name] == text for name, text in (("table_name", asked.table_name), ("month", asked.month),
                                                   ("status", asked.status)) if text]  # fmt: skip
    wanted += [s.c.place_code.in_(asked.places)] if asked.places else []
    wanted += [queries.unreviewed(s)] if asked.unreviewed else []
    opened = looking.cut_by_table(select(*(s.c[c] for c in columns)).where(*wanted), s)
    statement = opened.order_by(s.c.received_at.desc(), s.c.id.desc())
    numbers = dict.fromkeys(("id", "data_version", "row_count", "replaces"), pl.Int64)
    moments = dict.fromkeys(("received_at", "reviewed_at"), pl.Datetime)
    return _read(url, statement.limit(size).offset(page * size), {**numbers, **moments, "reviewed": pl.Boolean})


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
    return _read(url, looking.sums(statement), {"submissions": pl.Int64, "places": pl.Int64, "rows": pl.Int64})


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
    return _read(url, looking.sums(statement), kinds)


def published(url: str) -> pl.DataFrame:
    """Figures that officials published: `metric`, `place_code`, `period`, `value`, `unit`, `source`, `grade`."""
    t = queries.table("published_figure")
    statement = select(*t.c).order_by(t.c.place_code, t.c.metric, t.c.period)
    return _read(url, statement, {"value": pl.Float64})


def _read(url: str, statement: Select[Any], kinds: Kinds) -> pl.DataFrame:
    """The answer with its columns as given, all others text: a driver cannot tell from an empty or all-null column."""
    return queries.read(url, statement, {column.name: pl.String for column in statement.selected_columns} | {**kinds})
