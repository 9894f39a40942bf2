"""Takes a new key for persons into use: every key of a person or a certificate becomes its own hash under the new key.

The numbers themselves are not needed, and whoever has an earlier key alone can tell nobody any more. A table changes
whole, in one transaction, with an entry in a ledger; while the ledger stands nobody uses the database, and the same
call goes on where it was broken off. What the newest key is stays on record, so that no file is loaded under another.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)

from data_sources import engine, health, queries, schema
from data_sources.intake import people
from data_sources.submissions import Progress

HASHED: Final = {
    "training": ("person_key",),
    "certificate": ("person_key", "certificate_key"),
    "employment": ("person_key",),
    "subsidy": ("person_key",),
}
"""The columns that a person's or a certificate's number was hashed into."""
_OWN: Final = MetaData()
KEYS: Final = Table(
    "person_keys",
    _OWN,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(32), nullable=False),
    Column("since", DateTime, nullable=False),
)
"""The keys that were taken into use after the first one, by fingerprints that tell nothing of them."""
LEDGER: Final = Table(
    schema.REKEYING,
    _OWN,
    Column("table_name", String(30), primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("before", Text, nullable=False),
    Column("done", Integer, nullable=False),
)
TURNED: Final = Table(
    "rekeying_turned", _OWN, Column("old", String(32), primary_key=True), Column("new", String(32), nullable=False)
)


AT_ONCE: Final = 100_000


class CannotRekey(Exception):
    """The key cannot be changed; the message is Chinese and says what to do."""

    unreachable = False


@dataclass(frozen=True)
class Rekeyed:
    """One column after the change: its values, how many different ones before and now, and those that stayed as they were."""

    table: str
    column: str
    values: int
    before: int
    now: int
    stayed: int

    @property
    def right(self) -> bool:
        """Whether as many are told apart as before, and none is left under the former key."""
        return self.before == self.now and not self.stayed


def rekey(url: str, tell: Progress) -> tuple[Rekeyed, ...]:
    """Change all keys to those under the newest key of the settings, whose last former key the rows are under.

    Raises `CannotRekey`, or `people.MissingKey` when the settings lack a key. What is not right afterwards stays
    closed to everyone.
    """
    mark = _fingerprint(people.key())
    if not people.former_keys():
        raise CannotRekey(
            "没有换下的密钥：请把现用的密钥写入 TALENT_FORMER_PERSON_KEYS，新密钥写入 TALENT_PERSON_KEY。"
        )
    _begin(url, mark)
    for at, (name, columns) in enumerate(HASHED.items()):
        tell(0.4 + 0.4 * at / len(HASHED), f"更换 {name}")
        _change(url, name, columns)
    found = []
    for at, (name, columns) in enumerate(HASHED.items()):
        tell(0.8 + 0.2 * at / len(HASHED), f"核对 {name}")
        found += _compared(url, name, columns)
    if all(each.right for each in found):
        _end(url, mark)
    tell(1.0, "更换和核对完成")
    return tuple(found)


def fits(url: str) -> bool:
    """Whether the newest key of the settings is the one that the rows are under, as far as is on record."""
    with engine.engine(url).connect() as connection:
        newest = _newest(connection)
    return newest is None or newest == _fingerprint(people.key())


def carry(source: str, target: str) -> None:
    """Put the record of keys of one database into a copy of it."""
    with engine.engine(source).connect() as connection:
        if not inspect(connection).has_table(KEYS.name):
            return
        rows = [dict(row) for row in connection.execute(select(KEYS)).mappings()]
    with engine.engine(target).begin() as connection:
        KEYS.create(connection, checkfirst=True)
        connection.execute(delete(KEYS))
        connection.execute(insert(KEYS), rows)


def _newest(connection: Connection) -> str | None:
    if not inspect(connection).has_table(KEYS.name):
        return None
    asked = select(KEYS.c.fingerprint).order_by(KEYS.c.number.desc()).limit(1)
    return connection.execute(asked).scalar_one_or_none()


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"fingerprint", "sha256").hex()[:32]


def _begin(url: str, mark: str) -> None:
    """The ledger, with what there is before, and what each key becomes; nothing when they are there from before."""
    found = health.examine(url)
    if found.state == "unreachable":
        error = CannotRekey(found.told)
        error.unreachable = True
        raise error
    with engine.engine(url).begin() as connection:
        begun = inspect(connection).has_table(LEDGER.name)
        if not begun and not found.usable:
            raise CannotRekey(found.told)
        if begun:
            marks = set(connection.execute(select(LEDGER.c.fingerprint)).scalars())
            if marks != {mark}:
                raise CannotRekey("上次更换到一半时用的是另一个新密钥。请设置成那一个密钥，再运行同一命令。")
            return
        _in_order(_newest(connection), mark)
        connection.exec_driver_sql(engine.WRITERS_WAIT[engine.backend(url)])
        KEYS.create(connection, checkfirst=True)
        LEDGER.create(connection)
        TURNED.create(connection, checkfirst=True)
        connection.execute(delete(TURNED))
        for name, columns in HASHED.items():
            before = {column: _counted(connection, name, column) for column in columns}
            row = {"table_name": name, "fingerprint": mark, "before": json.dumps(before), "done": 0}
            connection.execute(insert(LEDGER).values(**row))
        _turn(connection)


def _in_order(newest: str | None, mark: str) -> None:
    if newest == mark:
        raise CannotRekey("库中的人员标识已在这一密钥下，不必再换。")
    if newest is not None and newest != _fingerprint(people.former_keys()[-1]):
        raise CannotRekey(
            "TALENT_FORMER_PERSON_KEYS 的最后一个不是库中现用的密钥。请按换用的先后写全：先用的在前，现用的在最后。"
        )


def _turn(connection: Connection) -> None:
    """Every different key with what it becomes: asked for once, read and written so many at a time."""
    each = [select(queries.table(name).c[c].label("old")) for name, columns in HASHED.items() for c in columns]
    known = each[0].union(*each[1:]).subquery()
    asked = select(known.c.old).where(known.c.old.is_not(None))
    found = connection.execute(asked, execution_options={"stream_results": True})
    for some in found.scalars().partitions(AT_ONCE):
        keys = pl.Series("old", some, dtype=pl.String)
        connection.execute(insert(TURNED), pl.DataFrame({"old": keys, "new": people.turned(keys)}).to_dicts())


def _counted(connection: Connection, name: str, column: str) -> list[int]:
    """Rows with a value, and how many different values."""
    c = queries.table(name).c[column]
    row = connection.execute(select(func.count(c), func.count(c.distinct()))).one()
    return [int(row[0]), int(row[1])]


def _change(url: str, name: str, columns: tuple[str, ...]) -> None:
    """Change one table in one transaction, unless that was done before."""
    table, mine = queries.table(name), LEDGER.c.table_name == name
    with engine.engine(url).begin() as connection:
        connection.exec_driver_sql(engine.WRITERS_WAIT[engine.backend(url)])
        if connection.execute(select(LEDGER.c.done).where(mine)).scalar_one():
            return
        values = {column: _became(table.c[column]) for column in columns}
        connection.execute(update(table).values(**values))
        connection.execute(update(LEDGER).where(mine).values(done=1))


def _became(column: Any) -> ColumnElement[str]:
    return select(TURNED.c.new).where(TURNED.c.old == column).scalar_subquery()


def _compared(url: str, name: str, columns: tuple[str, ...]) -> list[Rekeyed]:
    with engine.engine(url).connect() as connection:
        asked = select(LEDGER.c.before).where(LEDGER.c.table_name == name)
        before = json.loads(connection.execute(asked).scalar_one())
        found = []
        for column in columns:
            c = queries.table(name).c[column]
            rows, different = _counted(connection, name, column)
            strange = select(func.count()).where(c.is_not(None), c.not_in(select(TURNED.c.new)))
            stayed = int(connection.execute(strange).scalar_one()) + before[column][0] - rows
            found.append(Rekeyed(name, column, rows, before[column][1], different, stayed))
    return found


def _end(url: str, mark: str) -> None:
    """The new key on record, ledger and the keys' pairs away."""
    with engine.engine(url).begin() as connection:
        last = connection.execute(select(func.coalesce(func.max(KEYS.c.number), 1))).scalar_one()
        now = datetime.now().replace(microsecond=0)
        connection.execute(insert(KEYS).values(number=last + 1, fingerprint=mark, since=now))
        TURNED.drop(connection)
        LEDGER.drop(connection)
