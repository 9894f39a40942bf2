"""The audit: rows that are only ever added, each with the hash of the one before, so that any edit shows.

A chain shows edits and gaps. Rows cut off its end show only against a hash that was noted elsewhere before: `verify`
tells the newest one, and looks for one that it is given.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, insert, select

from data_sources import looking, queries
from data_sources.engine import engine

GENESIS: Final = "0" * 64
PAGE: Final = 200
MOST: Final = 100_000
"""Rows in one file."""
_ALONE: Final = {
    "sqlite": "UPDATE audit SET sequence = sequence WHERE 1 = 0",
    "postgresql": "LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE",
}
_HASHED: Final = ("sequence", "at", "actor", "action", "place_code", "detail", "previous")


@dataclass(frozen=True)
class Verified:
    """How many rows there are, the newest hash, and what is wrong with them (Chinese; nothing when all is well)."""

    rows: int
    newest: str
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Which rows of the audit: of an actor, action, place ('' for any), on or after and before a day."""

    actor: str = ""
    action: str = ""
    place_code: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def append(url: str, actor: str, action: str, detail: Mapping[str, Any], *, place_code: str | None = None) -> None:
    """Add one row; raises SQLAlchemy's errors when it cannot, and then what was to be recorded must not happen."""
    with engine(url).begin() as connection:
        appended(connection, actor, action, detail, place_code=place_code)


def appended(
    connection: Connection, actor: str, action: str, detail: Mapping[str, Any], *, place_code: str | None = None
) -> None:
    """Add one row within a transaction of the caller's, so that it stands or falls with what it records."""
    table = queries.table("audit")
    connection.exec_driver_sql(_ALONE[connection.dialect.name])
    newest = connection.execute(select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1))
    sequence, previous = newest.one_or_none() or (0, GENESIS)
    row = {
        "sequence": sequence + 1,
        "at": dt.datetime.now().replace(microsecond=0),
        "actor": actor[:200],
        "action": action,
        "place_code": place_code,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        "previous": previous,
    }
    connection.execute(insert(table).values(**row, hash=_hash(row)))


def verify(url: str, noted: str = "") -> Verified:
    """Go through the whole chain; with `noted`, also look for that hash of an earlier day."""
    table = queries.table("audit")
    findings: list[str] = []
    sequence, previous, met = 0, GENESIS, not noted
    with engine(url).connect() as connection:
        for found in connection.execute(select(table).order_by(table.c.sequence)).mappings():
            if found["sequence"] != sequence + 1:
                findings.append(f"第 {sequence + 1} 行至第 {found['sequence'] - 1} 行缺失")
            elif found["previous"] != previous:
                findings.append(f"第 {found['sequence']} 行与上一行接不上")
            if found["hash"] != _hash(found):
                findings.append(f"第 {found['sequence']} 行的内容与指纹不符")
            sequence, previous = found["sequence"], found["hash"]
            met = met or previous == noted
    if not met:
        findings.append(f"找不到此前记下的指纹 {noted}：之后的行可能被截去或重写")
    return Verified(sequence, previous, tuple(findings))


def entries(url: str, wanted: Wanted, *, page: int = 0, size: int = PAGE) -> pl.DataFrame:
    """For administrators: one page of the audit, newest first: `sequence`, `at`, `actor`, `action`, `place_code`, `detail`, `hash`."""
    table = queries.table("audit")
    columns = [table.c[c] for c in ("sequence", "at", "actor", "action", "place_code", "detail", "hash")]
    statement = select(*columns).order_by(table.c.sequence.desc()).limit(size).offset(page * size)
    kinds = {c.name: pl.String for c in columns} | {"sequence": pl.Int64, "at": pl.Datetime("us")}
    return queries.read(url, looking.by_the_office(_narrowed(statement, wanted)), kinds)


def _narrowed(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    table = queries.table("audit")
    for name in ("actor", "action", "place_code"):
        if asked := getattr(wanted, name):
            statement = statement.where(table.c[name] == asked)
    if wanted.first:
        statement = statement.where(table.c.at >= dt.datetime.combine(wanted.first, dt.time()))
    if wanted.last:
        statement = statement.where(table.c.at < dt.datetime.combine(wanted.last + dt.timedelta(1), dt.time()))
    return statement


def _hash(row: Mapping[Any, Any]) -> str:
    written = json.dumps([row[name] for name in _HASHED], ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()
