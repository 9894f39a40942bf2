"""How statements over the declared tables are asked: compiled for the database's dialect, answered as a frame."""

from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import polars as pl
from sqlalchemy import ClauseElement, ColumnElement, Connection, Select, Table, select
from sqlmodel import SQLModel

from data_sources import engine, looking, row_security, tables

MOST_NAMED: Final = 10_000
"""The most persons that are named in a statement."""
_texts: Final[WeakKeyDictionary[ClauseElement, dict[str, str]]] = WeakKeyDictionary()
"""What a statement is for each kind of database, as long as there is the statement."""


def table(name: str) -> Table:
    """The declared table of that name."""
    model = tables.TABLES[name]
    return SQLModel.metadata.tables[str(model.__tablename__)]


def accepted(fact: Table) -> ColumnElement[bool]:
    """Keeps the rows of accepted submissions."""
    submission = table("submission")
    return fact.c.submission_id.not_in(select(submission.c.id).where(submission.c.status != "accepted"))


def unreviewed(submission: Table) -> ColumnElement[bool]:
    """Keeps the accepted official submissions that nobody above has reviewed."""
    s = submission
    return (s.c.provenance == "official") & (s.c.status == "accepted") & s.c.reviewed.is_(False)


def persons_of(
    connection: Connection, fact: Table, submission_id: int, *, elsewhere: bool = False
) -> ColumnElement[bool]:
    """Keeps all rows of the persons in one submission; with `elsewhere`, of those who stand in another one, too: they
    are looked up once, as they are few among the many of a large file."""
    person = fact.c.person_key
    mine = select(person).where(fact.c.submission_id == submission_id, person.is_not(None)).distinct()
    if not elsewhere:
        return person.in_(mine)
    both = mine.where(person.in_(select(person).where(fact.c.submission_id != submission_id)))
    found = list(connection.execute(both).scalars())
    return person.in_(found) if len(found) <= MOST_NAMED else person.in_(both)


def read(url: str, statement: Select[Any], kinds: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The statement's answer; `kinds` casts columns that the driver may mistake (see `engine.frame`).

    Raises `NotPermitted` for detail that is not open to who looks (see `looking`).
    """
    looking.guarded(statement)
    return engine.frame(url, written(url, statement), kinds, first=_entering(url, statement))


def written(url: str, statement: ClauseElement) -> str:
    """The statement as text that the database at `url` understands, its values included."""
    known, kind = _texts.setdefault(statement, {}), engine.backend(url)
    if kind not in known:
        compiled = statement.compile(dialect=engine.dialect(url), compile_kwargs={"literal_binds": True})
        known[kind] = str(compiled).replace("%%", "%")
    return known[kind]


def rows(url: str, statement: Select[Any]) -> list[dict[str, Any]]:
    """The statement's answer when it is a few rows: without the means to read frames, which are slow to import."""
    looking.guarded(statement)
    with engine.engine(url).connect() as connection:
        for entering in _entering(url, statement):
            connection.exec_driver_sql(entering)
        return [dict(row) for row in connection.execute(statement).mappings()]


def _entering(url: str, statement: Select[Any]) -> tuple[str, ...]:
    """What is sent first, so that the database itself shows a reading of single rows nothing foreign."""
    return row_security.entering(url) if looking.of_rows(statement) else ()
