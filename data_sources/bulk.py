"""ADBC connections, for whole frames in and out of a database; slow to import, so only where frames are moved."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import adbc_driver_manager
import adbc_driver_manager.dbapi
import adbc_driver_postgresql
import adbc_driver_sqlite
from sqlalchemy import URL

from data_sources.sqlite import BUSY_TIMEOUT, address, kept_for

_counting: Final = Lock()
"""Held while a server's connections get more or fewer: ADBC counts them unguarded, and refuses to close one once it has
counted wrong."""


@contextmanager
def sqlite(file: Path, pragmas: Sequence[str]) -> Iterator[adbc_driver_manager.dbapi.Connection]:
    """A connection to a SQLite file in one transaction, after the pragmas; raises `MissingDatabase`."""
    with kept_for(file, "adbc"):
        database = adbc_driver_sqlite.connect(address(file))
        connection = adbc_driver_manager.AdbcConnection(database)
        for pragma in (f"busy_timeout={BUSY_TIMEOUT * 1000}", "temp_store=MEMORY", *pragmas):
            with adbc_driver_manager.AdbcStatement(connection) as statement:
                statement.set_sql_query(f"PRAGMA {pragma}")
                statement.execute_query()
        with _WholeResult(database, connection) as opened:
            yield opened


@contextmanager
def postgresql(url: URL) -> Iterator[adbc_driver_manager.dbapi.Connection]:
    """A connection to a PostgreSQL server in one transaction."""
    server = _server(url.render_as_string(hide_password=False))
    with _counting:
        connection = adbc_driver_manager.dbapi.Connection(server, adbc_driver_manager.AdbcConnection(server._db))
    try:
        yield connection
    finally:
        with _counting:
            connection.close()


class _WholeResult(adbc_driver_manager.dbapi.Connection):
    """Infers the types of a result from all of its rows: by default the driver looks at the first 1024 only, and
    fails on a text that follows that many nulls."""

    def cursor(self, *, adbc_stmt_kwargs: Mapping[str, Any] | None = None) -> Any:
        options = {"adbc.sqlite.query.batch_rows": str(2**30), **(adbc_stmt_kwargs or {})}
        return super().cursor(adbc_stmt_kwargs=options)


@lru_cache(maxsize=8)
def _server(address: str) -> adbc_driver_manager.dbapi._SharedDatabase:
    """ADBC's sight of a server, kept: it reads the server's types once, which takes longer than most queries.

    It holds no connection, and is shared so that closing a connection does not close it.
    """
    return adbc_driver_manager.dbapi._SharedDatabase(adbc_driver_postgresql.connect(address))
