"""Writes accepted submissions and their rows, whole or not at all; knows the data version."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from sqlalchemy import Connection, Table, func, select

from data_sources import findings, tables
from data_sources.bulk_statements import statements
from data_sources.engine import WRITERS_WAIT, backend, bulk, engine, stored

if TYPE_CHECKING:
    import adbc_driver_manager.dbapi

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is being done, in Chinese."""

ROWS_AT_ONCE: Final = 100_000
CHECKED: Final = ("ignore_check_constraints=ON",)
"""A pragma for SQLite: the constraints that it leaves out have been checked on the frames, at a tenth of the time."""
SCRATCH: Final = (*CHECKED, "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-131072")
"""Pragmas for a SQLite file that is thrown away should the writing fail."""


class RefusedSubmission(ValueError):
    """Rows that cannot be accepted; `findings` says, in Chinese, table by table and column by column, why."""

    def __init__(self, why: tuple[str, ...]) -> None:
        self.findings = why
        more = f"；另有 {len(why) - 5} 处" if len(why) > 5 else ""
        super().__init__(f"数据未写入：{'；'.join(why[:5])}{more}。请改正后重新提交。")


class TakenIds(RefusedSubmission):
    """Another submission was accepted meanwhile under the same id: ask for ids again."""


def write(
    url: str,
    submissions: pl.DataFrame,
    facts: Mapping[str, pl.DataFrame],
    progress: Progress | None = None,
    *,
    scratch: bool = False,
    replaced: Sequence[int] = (),
    afterwards: Callable[[Connection], None] | None = None,
) -> int:
    """Write submissions with all of their rows in one transaction; the database's data version afterwards.

    `submissions` has the columns of table submission; those whose `data_version` is null get the next one.
    `facts` maps a fact table's name to its rows, each with its `submission_id` and `row_number`. `scratch` trades
    safety for speed on a SQLite file that nobody else has open. Accepted submissions with the ids `replaced` stop
    counting in the same transaction; their rows stay as lineage. `afterwards` works in it, too, once all is written;
    should it or `progress` raise, nothing is. Raises `RefusedSubmission`, with nothing written, when codes, values or
    keys are wrong, `TakenIds` when the ids are not free any more.
    """
    from adbc_driver_manager import Error as AdbcError  # with ADBC comes pandas: only a writer waits for that

    tell = progress or _silent
    tell(0.0, "核对数据")
    wrong = findings.of(submissions, facts, known_codes(url))
    if wrong:
        raise RefusedSubmission(wrong)
    with bulk(url, pragmas=SCRATCH if scratch else CHECKED) as connection:
        try:
            version = _written(connection, url, submissions, facts, tell, replaced)
            if afterwards:
                tell(0.9, "计算关联信息")
                with connection.cursor() as cursor:
                    afterwards(statements(cursor, url))
            tell(0.99, "提交")
            connection.commit()
        except AdbcError as error:
            raise _refused(error) from None  # the driver may quote a row
    tell(1.0, "写入完成")
    return version


def next_ids(url: str, n: int) -> range:
    """The next `n` free submission ids."""
    table = _table("submission")
    with engine(url).connect() as connection:
        last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    return range(last + 1, last + 1 + n)


def data_version(url: str) -> int:
    """The version that the newest change of accepted data brought; 0 before the first."""
    with engine(url).connect() as connection:
        return int(connection.execute(NEWEST_VERSION).scalar_one())


def real(url: str) -> bool:
    """Whether anything but simulated data was ever filed, accepted or not."""
    table = _table("submission")
    with engine(url).connect() as connection:
        return (
            connection.execute(select(table.c.id).where(table.c.provenance != "simulated").limit(1)).first() is not None
        )


def known_codes(url: str) -> dict[str, frozenset[str]]:
    """The codes in each reference table: `place`, `cluster`, `occupation`."""
    with engine(url).connect() as connection:
        return {
            name: frozenset(connection.execute(select(_table(name).c.code)).scalars())
            for name in ("place", "cluster", "occupation")
        }


def _table(name: str) -> Table:
    return tables.Place.metadata.tables[name]


NEWEST_VERSION: Final = select(func.coalesce(func.max(_table("submission").c.data_version), 0))
"""Asks for the data version."""


def _written(
    connection: "adbc_driver_manager.dbapi.Connection",
    url: str,
    submissions: pl.DataFrame,
    facts: Mapping[str, pl.DataFrame],
    tell: Progress,
    replaced: Sequence[int],
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS_WAIT[backend(url)])
        cursor.execute(str(NEWEST_VERSION.compile(compile_kwargs={"literal_binds": True})))
        newest = int(cursor.fetchall()[0][0])
        _free(cursor, submissions)
        if replaced:
            which = f"id IN ({', '.join(str(int(each)) for each in replaced)}) AND status = 'accepted'"
            cursor.execute(f"UPDATE submission SET status = 'replaced', data_version = {newest + 1} WHERE {which}")
        versioned = submissions.with_columns(pl.col("data_version").fill_null(newest + 1))
        total = len(submissions) + sum(map(len, facts.values())) or 1
        done = 0
        for name, rows in {"submission": versioned, **facts}.items():
            for part in _in_key_order(rows, _table(name)).iter_slices(ROWS_AT_ONCE):
                tell(0.02 + 0.88 * done / total, f"写入{_label(name)}（{len(rows):,} 行）")
                _ingest(cursor, name, stored(part, _table(name), backend(url)))
                done += len(part)
    highest = versioned["data_version"].max()
    return max(newest, int(highest) if isinstance(highest, int) else 0)


def _in_key_order(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Sorted by primary key, so that the index grows at its end."""
    return rows.sort(*(column.name for column in table.primary_key.columns))


def _ingest(cursor: Any, name: str, rows: pl.DataFrame) -> None:
    cursor.adbc_ingest(name, rows.to_arrow(compat_level=pl.CompatLevel.oldest()), mode="append")


def _label(name: str) -> str:
    return str(getattr(tables.TABLES[name], "label", name))


def _free(cursor: Any, submissions: pl.DataFrame) -> None:
    wanted = ", ".join(map(str, submissions["id"]))
    cursor.execute(f"SELECT count(*) FROM submission WHERE id IN ({wanted or 'NULL'})")
    if cursor.fetchall()[0][0]:
        raise TakenIds(("批次号或行号与库中已有数据重复（批次号必须唯一）",))


def _refused(error: Exception) -> RefusedSubmission:
    said = " ".join(str(error).split())
    low = said.lower()
    if "unique" in low or "duplicate key" in low:
        return RefusedSubmission(("批次号或行号与库中已有数据重复（地区、批次、行号必须唯一）",))
    if "disk is full" in low or "no space left" in low or "disk i/o" in low:
        return RefusedSubmission(("数据库所在的磁盘已满，请清理后重试；库中原有数据不受影响",))
    if "locked" in low or "busy" in low:
        return RefusedSubmission(("另一个程序正在写入数据库，请稍后重试",))
    return RefusedSubmission((f"数据库拒绝写入：{said[:120]}",))


def _silent(fraction: float, stage: str) -> None:
    pass
