"""What SQLite and PostgreSQL write differently: everything else is one statement for both."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

WRITERS_WAIT: Final[Mapping[str, str]] = {
    "sqlite": "UPDATE submission SET id = id WHERE 1 = 0",
    "postgresql": "LOCK TABLE submission IN SHARE ROW EXCLUSIVE MODE",
}
"""The first statement of a transaction that writes: later writers wait for its end, readers do not."""

ONE_SIGHT: Final[Mapping[str, str]] = {
    "sqlite": "SELECT count(*) FROM submission",
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
}
"""The first statement of a transaction that reads: all that it reads is of one moment, whatever others write meanwhile."""


class Days(FunctionElement[int]):
    """Days from the second date to the first."""

    type = Integer()
    inherit_cache = True


@compiles(Days)
def _by_subtraction(element: Days, compiler: SQLCompiler, **how: Any) -> str:
    one, other = element.clauses
    return f"({compiler.process(one, **how)} - {compiler.process(other, **how)})"


@compiles(Days, "sqlite")
def _by_julian_days(element: Days, compiler: SQLCompiler, **how: Any) -> str:
    one, other = element.clauses
    days = f"julianday({compiler.process(one, **how)}) - julianday({compiler.process(other, **how)})"
    return f"CAST({days} AS INTEGER)"
