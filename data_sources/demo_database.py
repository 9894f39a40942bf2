"""Makes the demonstration database: a new SQLite file, complete or not there at all, or a server's tables at one go."""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, select

from data_sources import health, reference, schema, sqlite, submissions, tables
from data_sources.engine import backend, engine, sqlite_file
from data_sources.submissions import Progress

MADE_BY: Final = 0.25
"""The share of the time that goes into making the rows; the rest is writing them."""


class CannotMake(Exception):
    """The demonstration data cannot go there; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class Made:
    """What was made: the data version, how many submissions and rows, in how many seconds."""

    data_version: int
    submissions: int
    rows: int
    seconds: float


@dataclass(frozen=True)
class Told:
    """How far the process that makes a file has come, as any other process can read it."""

    fraction: float
    stage: str
    started: float
    error: str = ""


def make(url: str, scale: float, seed: int, progress: Progress, *, force: bool = False) -> Made:
    """Put the demonstration data of that scale and seed into the database at `url`.

    Never touches a database with official or published submissions; replaces simulated ones only with `force`.
    Raises `CannotMake`.
    """
    began = time.monotonic()
    if backend(url) == "sqlite":
        version, filed, rows = _into_file(sqlite_file(url), scale, seed, progress, force=force)
    else:
        version, filed, rows = _into_server(url, scale, seed, progress, force=force)
    return Made(version, filed, rows, time.monotonic() - began)


def being_made(file: Path) -> bool:
    """Whether some process is making the file now; a lock dies with the process that holds it."""
    beside = _beside(file, "lock")
    if not beside.exists():
        return False
    with beside.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def told(file: Path) -> Told | None:
    """What the process that makes, or last failed to make, the file has told; None when there is nothing to tell."""
    try:
        return Told(**json.loads(_beside(file, "progress").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _into_file(file: Path, scale: float, seed: int, progress: Progress, *, force: bool) -> tuple[int, int, int]:
    with _alone(file, progress) as tell:
        if file.exists():
            _replaceable(f"sqlite:///{file}", force=force)
            _without_readers(f"sqlite:///{file}")
        part = _beside(file, "part")
        url = f"sqlite:///{part}"
        schema.upgrade(url)
        reference.load(url)
        written = _filled(url, scale, seed, tell, scratch=True)
        sqlite.make(part)
        _on_disk(part)
        if file.exists():
            _replaceable(f"sqlite:///{file}", force=force)
            _closed(file)
        part.replace(file)
        return written


def _into_server(url: str, scale: float, seed: int, progress: Progress, *, force: bool) -> tuple[int, int, int]:
    found = health.examine(url)
    if found.state in ("no_tables", "older"):
        schema.upgrade(url)
    elif not found.usable:
        raise CannotMake(found.told)
    reference.load(url)
    _replaceable(url, force=force)
    with engine(url).begin() as connection:
        for model in (*tables.FACT_TABLES, tables.Rejection, tables.Submission):
            connection.execute(delete(model))
    return _filled(url, scale, seed, progress, scratch=False)


def _filled(url: str, scale: float, seed: int, tell: Progress, *, scratch: bool) -> tuple[int, int, int]:
    from data_sources import demo  # slow to import, and only the process that makes the data needs it

    made = demo.make(scale, seed, lambda share, stage: tell(MADE_BY * share, stage))
    rest = 1 - MADE_BY
    version = submissions.write(
        url, made.submissions, made.facts, lambda share, stage: tell(MADE_BY + rest * share, stage), scratch=scratch
    )
    return version, len(made.submissions), sum(map(len, made.facts.values()))


def _replaceable(url: str, *, force: bool) -> None:
    found = health.examine(url)
    if found.state == "no_tables":
        return
    if not found.usable:
        raise CannotMake(found.told)
    table = tables.Place.metadata.tables["submission"]
    with engine(url).connect() as connection:
        query = select(table.c.provenance, func.count().label("number")).group_by(table.c.provenance)
        filed = {row.provenance: row.number for row in connection.execute(query)}
    real = sum(number for provenance, number in filed.items() if provenance != "simulated")
    if real:
        raise CannotMake(
            f"数据库里已有 {real:,} 个非模拟的报送批次，不会被演示数据覆盖。请用 --db 另指一个空库，"
            f"例如 {health.command('demo')} --db 'sqlite:////tmp/demo.db'。"
        )
    if filed and not force:
        raise CannotMake(
            f"数据库里已有 {filed['simulated']:,} 个模拟报送批次。要重新生成请加 --force：{health.command('demo', url)} --force"
        )


def _without_readers(url: str) -> None:
    """A file is replaced whole: readers and the audit of what they did must not go with it."""
    reader = tables.Place.metadata.tables["reader"]
    if health.examine(url).usable:
        with engine(url).connect() as connection:
            if connection.execute(select(reader.c.subject).limit(1)).first():
                raise CannotMake(f"数据库里已登记使用者，重新生成会连同授权和审计记录一起丢失。{_ELSEWHERE}")


_ELSEWHERE: Final = "请用 --db 另指一个空库，例如 python -m data_sources demo --db 'sqlite:////tmp/demo.db'。"


# --- the file and what lies beside it while it is made ---------------------------------------------------------------


@contextmanager
def _alone(file: Path, progress: Progress) -> Iterator[Progress]:
    """One maker at a time: what a dead one left is cleared away, and everybody can read how far this one is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with _beside(file, "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = told(file)
            far = f"（已完成 {state.fraction:.0%}）" if state else ""
            raise CannotMake(f"另一个进程正在生成 {file}{far}，请等它完成。") from None
        _cleared(file)
        telling = _Telling(file, progress)
        try:
            yield telling.tell
            _beside(file, "progress").unlink(missing_ok=True)
        except BaseException as error:
            telling.failed(error)
            raise
        finally:
            _cleared(file)


class _Telling:
    """Passes on how far the making is, and keeps it readable beside the file."""

    def __init__(self, file: Path, progress: Progress) -> None:
        self._beside, self._progress = _beside(file, "progress"), progress
        self._last = Told(0.0, "开始", time.time())
        self._save(self._last)

    def tell(self, fraction: float, stage: str) -> None:
        self._progress(fraction, stage)
        self._save(Told(fraction, stage, self._last.started))

    def failed(self, error: BaseException) -> None:
        why = str(error) or type(error).__name__
        self._save(Told(self._last.fraction, self._last.stage, self._last.started, why))

    def _save(self, now: Told) -> None:
        self._last = now
        writing = self._beside.with_name(self._beside.name + ".new")
        writing.write_text(json.dumps(asdict(now), ensure_ascii=False), encoding="utf-8")
        writing.replace(self._beside)


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f"{file.name}.{what}")


def _cleared(file: Path) -> None:
    part = _beside(file, "part")
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _on_disk(file: Path) -> None:
    """A machine that loses power right after the rename must not be left with an empty file."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _closed(file: Path) -> None:
    """Take the old database's log into it: a log that outlives its database would be replayed over the next one."""
    try:
        sqlite.without_log(file)
    except sqlite3.OperationalError:
        raise CannotMake(f"数据库 {file} 正在使用中，无法替换。请先停止应用，再重新运行。") from None
