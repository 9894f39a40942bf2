"""Opens the integrated database, SQLite or PostgreSQL by its URL; what differs between them is here and in `sqlite`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import polars as pl
from sqlalchemy import URL, Boolean, Date, DateTime, Dialect, Engine, Float, Integer, Table, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import BigInteger, TypeEngine

from data_sources import sqlite
from data_sources.dialects import ONE_SIGHT as ONE_SIGHT
from data_sources.dialects import WRITERS_WAIT as WRITERS_WAIT
from data_sources.sqlite import MissingDatabase as MissingDatabase

if TYPE_CHECKING:
    import adbc_driver_manager.dbapi

Backend = Literal["sqlite", "postgresql"]
PolarsType = pl.DataType | type[pl.DataType]

CONNECT_TIMEOUT: Final = 4
"""Seconds until a server that does not answer counts as unreachable."""
PATIENCE: Final[Mapping[str, str]] = {
    "connect_timeout": str(CONNECT_TIMEOUT),
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What libpq is told unless the URL says otherwise: a server that vanished without a word is given up after half a
minute, instead of hours in which its connections are waited for."""


class UnusableUrl(ValueError):
    """A database URL that is malformed or of an engine that is not supported; the message is Chinese."""


def backend(url: str) -> Backend:
    """Which of the two kinds of engine the URL names; raises `UnusableUrl`."""
    return "sqlite" if _parsed(url).get_backend_name() == "sqlite" else "postgresql"


def dialect(url: str) -> Dialect:
    """What statements are compiled with for the database; raises `UnusableUrl`."""
    return engine(url).dialect


def sqlite_file(url: str) -> Path:
    """The file of a SQLite URL; raises `UnusableUrl` for one in memory or of another engine."""
    database = _parsed(url).database
    if backend(url) != "sqlite" or not database or database == ":memory:":
        raise UnusableUrl(f"数据库地址 {shown_url(url)} 不是 SQLite 文件。请写成 sqlite:////绝对路径/talent.db。")
    return Path(database).absolute()


def same(one: str, other: str) -> bool:
    """Whether both URLs name one database; raises `UnusableUrl`."""
    if backend(one) == backend(other) == "sqlite":
        return sqlite_file(one).resolve() == sqlite_file(other).resolve()
    places = [(url.host, url.port or 5432, url.database) for url in (_parsed(one), _parsed(other))]
    return backend(one) == backend(other) and places[0] == places[1]


def shown_url(url: str) -> str:
    """The URL without its password, fit for screens and logs."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "（无法识别的地址）"


@lru_cache(maxsize=8)
def engine(url: str) -> Engine:
    """A SQLAlchemy engine, one a process and URL; opening a SQLite file that is not there raises `MissingDatabase`.

    Its errors end up in logs, so they do not hold what was to be written.
    """
    if backend(url) == "sqlite":
        return sqlite.engine(sqlite_file(url))
    server = _patient(_parsed(url).set(drivername="postgresql+psycopg"))
    return create_engine(server, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True)


@contextmanager
def bulk(url: str, *, pragmas: Sequence[str] = ()) -> Iterator["adbc_driver_manager.dbapi.Connection"]:
    """An ADBC connection to the same database for whole frames; one transaction, rolled back unless committed.

    `pragmas` are run first on SQLite and ignored on PostgreSQL.
    """
    from data_sources import bulk as bulks  # it imports pandas: the first page must not wait for that

    if backend(url) == "sqlite":
        opening = bulks.sqlite(sqlite_file(url), pragmas)
    else:
        opening = bulks.postgresql(_patient(_parsed(url).set(drivername="postgresql")))
    with opening as connection:
        yield connection


def frame(
    url: str, query: str, schema: Mapping[str, PolarsType] | None = None, *, first: Sequence[str] = ()
) -> pl.DataFrame:
    """What a query returns, as a frame; `schema` casts columns (SQLite knows neither booleans nor dates).

    The statements `first` are sent before it, in the same transaction.
    """
    with bulk(url) as connection:
        for statement in first:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        return fetched(connection, query, schema)


def fetched(
    connection: "adbc_driver_manager.dbapi.Connection", query: str, schema: Mapping[str, PolarsType] | None = None
) -> pl.DataFrame:
    """`frame` within the transaction of an open `bulk` connection."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        read = pl.from_arrow(cursor.fetch_arrow_table())
    assert isinstance(read, pl.DataFrame)
    return read.with_columns(_cast(read, name, wanted) for name, wanted in (schema or {}).items())


def stored(rows: pl.DataFrame, table: Table, form: Backend) -> pl.DataFrame:
    """The table's columns in the types that bulk loading needs, so that SQLAlchemy reads back what was given."""
    types = {column.name: polars_type(column.type) for column in table.columns}
    typed = rows.select(pl.col(name).cast(wanted) for name, wanted in types.items())
    return sqlite.as_stored(typed) if form == "sqlite" else typed


def polars_type(declared: TypeEngine[object]) -> PolarsType:
    """The type of a frame's column that holds a declared column's values."""
    for kind, wanted in _POLARS_TYPES:
        if isinstance(declared, kind):
            return wanted
    return pl.String


_POLARS_TYPES: Final[tuple[tuple[type, PolarsType], ...]] = (
    (BigInteger, pl.Int64),
    (Integer, pl.Int32),
    (Float, pl.Float64),
    (Boolean, pl.Boolean),
    (DateTime, pl.Datetime("us")),
    (Date, pl.Date),
)


def _cast(read: pl.DataFrame, name: str, wanted: PolarsType) -> pl.Expr:
    text = pl.col(name)
    if read.schema[name] == pl.String and wanted == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    if read.schema[name] == pl.String and wanted == pl.Datetime:
        return text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return text.cast(wanted)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in ("sqlite", "postgresql")
    except ArgumentError:
        known = False
    if not known:
        raise UnusableUrl(
            f"数据库地址 {shown_url(url)} 无法使用：只支持 sqlite:////绝对路径/talent.db 和 "
            "postgresql://用户:密码@主机:端口/库名。请改正 TALENT_DB 或 --db。"
        )
    return parsed


def _patient(server: URL) -> URL:
    """The same server, told how long to wait unless its URL says so itself."""
    return server.set(query={**PATIENCE, **server.query})
