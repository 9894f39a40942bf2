"""Brings a database's schema to a revision, and says which revision it has and which the code wants.

Alembic is imported only to migrate: whoever opens the map waits for what is imported.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from data_sources import sqlite, tables
from data_sources.engine import backend, engine, sqlite_file

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "alembic_version"
COPYING = "copying"
"""The table that stands in a database while another one is copied into it; see `copying`."""
REKEYING = "rekeying"
"""The table that stands in a database while its persons' keys are changed; see `rekeying`."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`; makes a SQLite file, with its folder, when there is none.

    All of it happens or nothing. Raises SQLAlchemy's OperationalError when the database cannot be reached.
    """
    from alembic import command

    if backend(url) == "sqlite":
        sqlite.make(sqlite_file(url))
    with engine(url).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to `revision`, with the rows of every table that goes."""
    from alembic import command

    with engine(url).begin() as connection:
        command.downgrade(_config(connection), revision)


def head() -> str:
    """The revision that this code wants."""
    return max(known())


@cache
def known() -> frozenset[str]:
    """Every revision this code can migrate from: the numbers that the migrations' files begin with."""
    return frozenset(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(url: str) -> str | None:
    """The revision that the database has; None when it was never migrated."""
    with engine(url).connect() as connection:
        return current(connection)


def current(connection: Connection) -> str | None:
    """The revision of a connected database; None when it was never migrated."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()
    return None if found is None else str(found)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = tables.Place.metadata
    return config
