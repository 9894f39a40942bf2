"""What SQLite needs and a server does not: files that must exist, dates kept as text, one library at a time.

Two libraries open the database: SQLAlchemy for rows, ADBC for frames. Each brings a SQLite of its own, and two copies
of SQLite in one process undo each other's file locks: closing a connection of one deletes the write-ahead log that the
other still writes to, and those writes are lost. So connections of one library wait until those of the other are
closed, and none is kept open in a pool.
"""

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Literal

import polars as pl
from polars import selectors
from sqlalchemy import Engine, NullPool, create_engine, event

Library = Literal["sqlalchemy", "adbc"]

BUSY_TIMEOUT: Final = 30
"""Seconds that a connection waits for another process's writing."""
DATETIME: Final = "%Y-%m-%d %H:%M:%S.%6f"
"""How SQLAlchemy's DateTime writes a moment."""


class MissingDatabase(FileNotFoundError):
    """The SQLite file does not exist; opening never makes one."""


def engine(file: Path) -> Engine:
    """A SQLAlchemy engine over the file, in real transactions (DDL included); opening raises `MissingDatabase`."""
    made = create_engine(
        "sqlite://", creator=lambda: _Connection(_existing(file)), poolclass=NullPool, hide_parameters=True
    )
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return made


def make(file: Path) -> None:
    """An empty database, with its folder, unless the file is there; its readers are never held up by a writer."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    with closing(_Connection(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def without_log(file: Path) -> None:
    """Take the write-ahead log into the database; raises sqlite3's OperationalError while anybody has it open."""
    with closing(sqlite3.connect(file, timeout=5)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def address(file: Path) -> str:
    """How the file is opened: for writing, only for reading, or, where nothing can lie beside it, as one that never changes."""
    if os.access(file, os.W_OK):
        return f"{file.as_uri()}?mode=rw"
    return f"{file.as_uri()}?mode=ro" + ("" if os.access(file.parent, os.W_OK) else "&immutable=1")


@contextmanager
def kept_for(file: Path, library: Library) -> Iterator[None]:
    """Keeps the other library away from the file while this one has it open; raises `MissingDatabase`."""
    with _libraries(_existing(file)).using(library):
        yield


def as_stored(typed: pl.DataFrame) -> pl.DataFrame:
    """Booleans as 0 and 1, dates and moments as the text that SQLAlchemy reads."""
    return typed.with_columns(
        selectors.boolean().cast(pl.Int8),
        selectors.date().dt.to_string("%Y-%m-%d"),
        selectors.datetime().dt.strftime(DATETIME),
    )


class _Libraries:
    """Which library has one file open in this process: many connections of one, never of both."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._library: Library | None = None
        self._threads: Counter[int] = Counter()

    def enter(self, library: Library) -> Callable[[], None]:
        """Wait until no other library has the file open; returns what to call, once, after closing."""
        thread = threading.get_ident()
        with self._changed:
            while self._library not in (None, library):
                if self._threads[thread]:
                    raise RuntimeError(f"close this thread's {self._library} connection before using {library}")
                self._changed.wait()
            self._library = library
            self._threads[thread] += 1
        return lambda: self._leave(thread)

    @contextmanager
    def using(self, library: Library) -> Iterator[None]:
        leave = self.enter(library)
        try:
            yield
        finally:
            leave()

    def _leave(self, thread: int) -> None:
        with self._changed:
            self._threads -= Counter([thread])
            if not self._threads:
                self._library = None
                self._changed.notify_all()


@cache
def _libraries(file: Path) -> _Libraries:
    return _Libraries()


class _Connection(sqlite3.Connection):
    """A connection of Python's own SQLite that keeps ADBC's away while it is open."""

    _leave: Callable[[], None] | None = None

    def __init__(self, file: Path) -> None:
        self._leave = _libraries(file).enter("sqlalchemy")
        try:
            super().__init__(
                address(file),
                uri=True,
                isolation_level=None,
                timeout=BUSY_TIMEOUT,
                check_same_thread=False,
            )
            self.execute("PRAGMA foreign_keys=ON")
            self.execute("PRAGMA temp_store=MEMORY")
        except sqlite3.Error:
            self._left()
            raise

    def close(self) -> None:
        super().close()
        self._left()

    def __del__(self) -> None:
        self._left()

    def _left(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise MissingDatabase(f"数据库文件 {file} 不存在。")
    return file
