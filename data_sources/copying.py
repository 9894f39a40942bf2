"""Copies one integrated database into another, SQLite or PostgreSQL either way, table by table, and compares them.

A table arrives whole, in one transaction, together with its sums in a ledger; while that ledger stands, the target is
not in use. Copying again after a break keeps the fact tables that arrived, unless the source has changed since.
"""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
from sqlalchemy import Column, MetaData, String, Table, Text, delete, func, insert, inspect, select

from data_sources import cube_statements, engine, health, queries, reference, rekeying, schema, sums, tables
from data_sources.submissions import Progress
from data_sources.sums import FACTS, Fetch, Sums

if TYPE_CHECKING:
    import adbc_driver_manager.dbapi

GROWS: Final = "audit"
"""The table whose rows are only ever added to: what has arrived of it stays, the rest follows."""
ORDER: Final = (*FACTS, *(name for name in tables.TABLES if name not in FACTS))
"""Facts first: they are large, and stay when the copying is broken off."""
LEDGER: Final = Table(
    schema.COPYING,
    MetaData(),
    Column("table_name", String(30), primary_key=True),
    Column("source", Text, nullable=False),
    Column("sums", Text, nullable=False),
)


class CannotCopy(Exception):
    """One of the databases cannot be used for it; the message is Chinese and says what to do."""

    unreachable = False


@dataclass(frozen=True)
class Copied:
    """One table after the copying: its sums in both databases, and whether it had arrived in an earlier run."""

    name: str
    source: Sums
    target: Sums
    earlier: bool

    @property
    def differing(self) -> tuple[str, ...]:
        """The columns that differ, `*` for the number of rows."""
        return self.source.differing(self.target)


def copy(source: str, target: str, tell: Progress) -> tuple[Copied, ...]:
    """Bring all rows of the database at `source` into the one at `target`, making its tables; what both now hold.

    The target is fit for use only when nothing differs; else the tables that do are copied again by the next call.
    Raises `CannotCopy` when the source is not a whole database of today's schema or the target holds other rows.
    """
    _usable(source, target)
    _prepare(target)
    with sums.reading(source) as fetch:
        state, rows = _state(source, fetch), _counts(fetch)
        _same_source(target, state)
        done, total = 0, 2 * sum(rows.values()) or 1
        brought: dict[str, tuple[Sums, bool]] = {}
        with engine.bulk(target) as writing:
            for name in ORDER:
                tell(done / total, f"搬运{label(name)}（{rows[name]:,} 行）")
                brought[name] = _brought(name, fetch, writing, target, state)
                done += rows[name]
    found = []
    for name, (there, earlier) in brought.items():
        tell(done / total, f"核对{label(name)}（{rows[name]:,} 行）")
        with sums.reading(target) as fetch:
            found.append(Copied(name, there, sums.table(name, fetch), earlier))
        done += rows[name]
    rekeying.carry(source, target)
    _close(target, found)
    tell(1.0, "搬运和核对完成")
    return tuple(found)


def label(name: str) -> str:
    """The table's Chinese name."""
    return str(getattr(tables.TABLES[name], "label", name))


def _usable(source: str, target: str) -> None:
    if engine.same(source, target):
        raise CannotCopy("原库和目标库是同一个库。请把 --to 改成另一个空库的地址。")
    found = health.examine(source)
    if not found.usable:
        raise _cannot("原库", found)


def _prepare(target: str) -> None:
    """The target with its tables and the ledger, refused when it has rows that no copying brought."""
    found = health.examine(target)
    if found.state in ("no_tables", "older"):
        schema.upgrade(target)
        reference.load(target)
    elif not found.usable and (found.state == "unreachable" or not _begun(target)):
        raise _cannot("目标库", found)
    if _begun(target):
        return
    with engine.engine(target).begin() as connection:
        for name in (*FACTS, "submission", "rejection", "audit"):
            if connection.execute(select(queries.table(name).c[0]).limit(1)).first() is not None:
                raise CannotCopy(
                    f"目标库 {engine.shown_url(target)} 的{label(name)}表里已有数据，不会被覆盖。请换一个空库。"
                )
        LEDGER.create(connection)


def _cannot(which: str, found: health.Health) -> CannotCopy:
    error = CannotCopy(f"{which}不能用。{found.message}\n处理办法：{found.cure}")
    error.unreachable = found.state == "unreachable"
    return error


def _begun(target: str) -> bool:
    with engine.engine(target).connect() as connection:
        return inspect(connection).has_table(schema.COPYING)


def _state(url: str, fetch: Fetch) -> str:
    """What tells one content of the source from another."""
    (row,) = fetch(cube_statements.state(), None).to_dicts()
    return json.dumps({"url": engine.shown_url(url)} | row, sort_keys=True)


def _counts(fetch: Fetch) -> dict[str, int]:
    return {
        name: int(fetch(select(func.count().label("n")).select_from(queries.table(name)), None).item())
        for name in ORDER
    }


def _same_source(target: str, state: str) -> None:
    """Forget what arrived from a source that has changed since."""
    with engine.engine(target).begin() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.source != state))


def _brought(
    name: str, fetch: Fetch, writing: "adbc_driver_manager.dbapi.Connection", target: str, state: str
) -> tuple[Sums, bool]:
    """Copy one table in one transaction, unless it is a fact table that has arrived; its sums in the source."""
    table, mine = queries.table(name), LEDGER.c.table_name == name
    with writing.cursor() as cursor:
        cursor.execute(engine.WRITERS_WAIT[engine.backend(target)])
        arrived = engine.fetched(
            writing, queries.written(target, select(LEDGER.c.sums).where(mine)), {"sums": pl.String}
        )
        if name in FACTS and arrived.height:
            writing.rollback()
            return _read(arrived.item()), True
        had = _had(writing, target) if name == GROWS else 0
        cursor.execute(queries.written(target, delete(LEDGER).where(mine)))
        if name != GROWS:
            cursor.execute(queries.written(target, delete(table)))
        total = sums.none(table)
        for part in sums.parts(name, fetch):
            fresh = part.filter(pl.col("sequence") > had) if name == GROWS else part
            rows = engine.stored(fresh, table, engine.backend(target))
            cursor.adbc_ingest(name, rows.to_arrow(compat_level=pl.CompatLevel.oldest()), mode="append")
            total = total.plus(sums.of(part))
        entered = insert(LEDGER).values(table_name=name, source=state, sums=json.dumps(asdict(total)))
        cursor.execute(queries.written(target, entered))
        writing.commit()
    return total, False


def _had(writing: "adbc_driver_manager.dbapi.Connection", target: str) -> int:
    """The last row of the audit that has arrived; the database lets nobody take its rows away."""
    last = select(func.coalesce(func.max(queries.table(GROWS).c.sequence), 0).label("last"))
    return int(engine.fetched(writing, queries.written(target, last), {"last": pl.Int64}).item())


def _close(target: str, found: list[Copied]) -> None:
    """Take the ledger away, or just the entries of the tables that differ."""
    wrong = [each.name for each in found if each.differing]
    with engine.engine(target).begin() as connection:
        if wrong:
            connection.execute(delete(LEDGER).where(LEDGER.c.table_name.in_(wrong)))
        else:
            LEDGER.drop(connection)


def _read(written: str) -> Sums:
    found = json.loads(written)
    return Sums(found["rows"], {name: (n, total) for name, (n, total) in found["columns"].items()})
