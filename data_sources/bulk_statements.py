"""Declared statements on a bulk connection, inside its transaction: what is worked out there is committed with it."""

from typing import Any, cast

from sqlalchemy import Connection, Executable

from data_sources.engine import dialect


def statements(cursor: Any, url: str) -> Connection:
    """What executes SQLAlchemy's statements through an ADBC cursor; of a `Connection` it has `execute` alone."""
    return cast(Connection, _Statements(cursor, url))


class _Statements:
    def __init__(self, cursor: Any, url: str) -> None:
        self._cursor, self._dialect = cursor, dialect(url)

    def execute(self, statement: Executable) -> "_Answer":
        compiled = statement.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
        self._cursor.execute(str(compiled).replace("%%", "%"))
        return _Answer(self._cursor)


class _Answer:
    """The rows of a statement that returns some."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def scalars(self) -> list[Any]:
        return [row[0] for row in self._cursor.fetchall()]
