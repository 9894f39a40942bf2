"""Brings a database's schema to a revision, and says which revision it has and which the code wants."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data_sources import sqlite, tables
from data_sources.engine import backend, engine, sqlite_file

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "alembic_version"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`; makes a SQLite file, with its folder, when there is none.

    All of it happens or nothing. Raises SQLAlchemy's OperationalError when the database cannot be reached.
    """
    if backend(url) == "sqlite":
        sqlite.make(sqlite_file(url))
    with engine(url).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to `revision`, with the rows of every table that goes."""
    with engine(url).begin() as connection:
        command.downgrade(_config(connection), revision)


def head() -> str:
    """The revision that this code wants."""
    newest = _scripts().get_current_head()
    assert newest is not None
    return newest


def known() -> frozenset[str]:
    """Every revision this code can migrate from."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def revision(url: str) -> str | None:
    """The revision that the database has; None when it was never migrated."""
    with engine(url).connect() as connection:
        return current(connection)


def current(connection: Connection) -> str | None:
    """The revision of a connected database; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = tables.Place.metadata
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
