"""A database asked with Python's own SQLite, and the codes under which a place's rows are filed."""

import sqlite3
from contextlib import closing
from typing import Any

from data_sources.engine import sqlite_file
from geo import places


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    """The statement's rows, from a connection that neither locks nor writes."""
    with closing(sqlite3.connect(f"{sqlite_file(url).as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return db.execute(statement).fetchall()


def filed_at(place: str) -> tuple[str, ...]:
    """The codes under which the place's rows are filed; a prefecture files its 市本级."""
    level = places.place(place).level
    if level == "county":
        return (place,)
    prefectures = [place] if level == "prefecture" else [p.code for p in places.prefectures()]
    return tuple(prefectures) + tuple(c.code for c in places.counties(place))


def among(place: str) -> str:
    """SQL that keeps the place's rows."""
    return f"place_code IN ({', '.join(map(repr, filed_at(place)))})"
