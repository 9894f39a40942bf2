"""What goes wrong under a running copy, injected: the last data stay in sight with their date, and it recovers alone."""

import datetime as dt
import os
import re
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from polars.testing import assert_frame_equal

from data_sources import cli, cubes, engine, health, live, submissions, sums
from data_sources.live import Live, Now
from tests.data_sources import samples
from tests.data_sources.test_live import Door, filled, person_times, until
from tests.disks import mounted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cubes"


@pytest.fixture
def watching(folder: Path) -> Iterator[Callable[[str], Live]]:
    """Watches a database, ten times a second, until the test ends."""
    with ExitStack() as ending:

        def watch(url: str) -> Live:
            live = Live(url, folder, every=0.1).start()
            ending.callback(live._thread.join)
            ending.callback(live.stop)
            return live

        yield watch


# --- the database ----------------------------------------------------------------------------------------------------


def test_a_database_that_is_down_at_the_start_is_read_as_soon_as_it_is_there(
    fresh_postgres: str, watching: Callable[[str], Live]
) -> None:
    filled(fresh_postgres)
    server = engine._parsed(fresh_postgres)
    door = Door(server.host or "", server.port or 0)
    url = server.set(port=door.port).render_as_string(hide_password=False)
    live = watching(url)
    assert (live.now().health.state, live.now().cubes) == ("unreachable", None)
    assert "最后一次读到" not in live.now().health.message
    door.open()
    try:
        assert person_times(until(live, lambda now: now.cubes is not None)) == 2
        live.stop()
        live._thread.join()
    finally:
        engine.engine(url).dispose()
        door.shut()


def test_while_it_is_away_the_notice_says_when_it_was_read_last(fresh_sqlite: str, folder: Path) -> None:
    live = Live(filled(fresh_sqlite), folder)
    live.look()
    file = engine.sqlite_file(fresh_sqlite)
    away = file.rename(file.with_suffix(".away"))
    live.look()
    said = live.now().health.message
    (when,) = re.findall(r"最后一次读到数据库是在(\d+年\d+月\d+日\d\d:\d\d)。", said)
    assert abs(dt.datetime.strptime(when, "%Y年%m月%d日%H:%M") - dt.datetime.now()) < dt.timedelta(minutes=2)
    away.rename(file)
    live.look()
    assert live.now().health == health.Health("ready", "数据库可用。", "")


def test_a_slow_database_holds_up_nobody_and_looks_do_not_pile_up(
    fresh_postgres: str, watching: Callable[[str], Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DEADLINE", 0.3)
    live = watching(filled(fresh_postgres))
    first = live.now()
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE")
        slow = until(live, lambda now: not now.health.usable)
        assert "秒内没有应答" in slow.health.message
        assert slow.cubes is first.cubes
        time.sleep(3)
        begun = time.monotonic()
        assert live.now().cubes is first.cubes
        assert time.monotonic() - begun < 0.1
        assert sum(thread.name == "talent-health" for thread in threading.enumerate()) == 1
    assert until(live, lambda now: now.health.usable).cubes == first.cubes


@pytest.mark.slow
def test_a_database_that_takes_half_a_minute_is_waited_for_beside_the_pages(
    fresh_postgres: str, watching: Callable[[str], Live]
) -> None:
    live = watching(filled(fresh_postgres))
    first = live.now()
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert live.now().cubes is first.cubes
            time.sleep(0.1)
        assert not live.now().health.usable
    assert until(live, lambda now: now.health.usable).cubes == first.cubes


def test_an_exhausted_pool_is_said_and_recovers(
    fresh_postgres: str, watching: Callable[[str], Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DEADLINE", 0.3)
    live = watching(filled(fresh_postgres))
    first = live.now()
    with ExitStack() as taken:
        for _ in range(10):
            taken.enter_context(engine.engine(fresh_postgres).connect())
        assert until(live, lambda now: not now.health.usable).cubes is first.cubes
    assert until(live, lambda now: now.health.usable).cubes == first.cubes


def test_a_server_without_a_free_connection_is_named(postgres_url: str) -> None:
    clerk = postgres_url.replace("postgres@", "clerk@")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN CONNECTION LIMIT 0")
        found = health.examine(clerk)
        connection.execute("DROP ROLE clerk")
    assert found.state == "unreachable"
    assert "连接数已满" in found.message


# --- the disk and the clock ------------------------------------------------------------------------------------------


def test_while_the_disk_is_full_the_former_version_is_served(fresh_sqlite: str, folder: Path) -> None:
    with mounted(folder, 2000):
        live = Live(filled(fresh_sqlite), folder)
        live.look()
        first, filler = live.now(), folder / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(folder).free - 8192))
        samples.withdraw(fresh_sqlite, 1)
        live.look()
        assert first.cubes is not None
        assert live.now().cubes is first.cubes
        assert "No space left on device" in live.now().health.message
        assert "最后一次读到数据库是在" in live.now().health.message
        assert {p.name for p in folder.iterdir()} == {".lock", "filler", first.cubes.name}
        filler.unlink()
        live.look()
        assert person_times(live.now()) == 0


@pytest.mark.parametrize("jump", [dt.timedelta(days=-400), dt.timedelta(days=400)])
def test_a_clock_that_jumps_changes_no_number_and_keeps_the_present_version(
    fresh_sqlite: str, folder: Path, monkeypatch: pytest.MonkeyPatch, jump: dt.timedelta
) -> None:
    live_now = Live(filled(fresh_sqlite), folder)
    live_now.look()

    class Jumped(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return dt.datetime.now(tz) + jump

    monkeypatch.setattr(live, "datetime", Jumped)
    for each in folder.glob("v*"):
        then = (dt.datetime.now() - jump).timestamp()
        os.utime(each, (then, then))
    for number in range(2, 7):
        filed = samples.submission(id=number, table_name="vacancy", row_count=0, month=f"2026-0{number}")
        submissions.write(fresh_sqlite, samples.frame("submission", filed), {})
        live_now.look()
        now = live_now.now()
        assert now.health.usable
        assert now.cubes is not None
        assert (now.cubes.version, person_times(now)) == (number, 2)
        assert (folder / now.cubes.name).is_dir()
    assert len(list(folder.glob("v*"))) == 3


# --- a backup under load ---------------------------------------------------------------------------------------------


def _filing(url: str, stop: threading.Event) -> None:
    """Files three rows at a time until told to stop."""
    while not stop.is_set():
        number = submissions.next_ids(url, 1)[0]
        filed = samples.submission(id=number, row_count=3, month="2026-09", place_code="330106")
        rows = [
            samples.training(submission_id=number, row_number=n, month="2026-09", place_code="330106") for n in range(3)
        ]
        submissions.write(url, samples.frame("submission", filed), {"training": samples.frame("training", *rows)})


def _whole(source: str, restored: str) -> None:
    """Fails unless the restored database holds what the source held at one moment, to the row."""
    last = int(engine.frame(restored, "SELECT max(id) AS n FROM submission").item())
    assert last > 1
    for table, number in (("submission", "id"), ("training", "submission_id")):
        query = f"SELECT * FROM {table} WHERE {number} <= {last} ORDER BY {number}" + (
            ", row_number" if table == "training" else ""
        )
        assert_frame_equal(engine.frame(source, query), engine.frame(restored, query))
    assert sums.database(restored)["training"].rows == 2 + 3 * (last - 1)
    built = cubes.build(restored)
    assert built.frames["training"]["person_times"].sum() == 2 + 3 * (last - 1)
    assert cli.main(["version", "--db", restored]) == cli.OK


@pytest.fixture
def busy(fresh_url: str) -> Iterator[str]:
    """A database into which somebody files all the time."""
    filled(fresh_url)
    stop = threading.Event()
    writer = threading.Thread(target=_filing, args=(fresh_url, stop))
    writer.start()
    until_then = time.monotonic() + 30
    while submissions.data_version(fresh_url) < 5 and time.monotonic() < until_then:
        time.sleep(0.05)
    yield fresh_url
    stop.set()
    writer.join()


def test_a_backup_taken_under_load_restores_to_equal_counts_and_sums(
    busy: str, postgres_url: str, tmp_path: Path
) -> None:
    if engine.backend(busy) == "sqlite":
        file = tmp_path / "restored.db"
        with closing(sqlite3.connect(engine.sqlite_file(busy))) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
        _whole(busy, f"sqlite:///{file}")
        return
    dump, restored = tmp_path / "talent.dump", postgres_url.removesuffix("/postgres") + "/restored"
    subprocess.run(["pg_dump", "-Fc", "-f", dump, busy], check=True)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
        try:
            subprocess.run(["pg_restore", "--exit-on-error", "-d", restored, dump], check=True)
            _whole(busy, restored)
        finally:
            engine.engine(restored).dispose()
            connection.execute("DROP DATABASE restored WITH (FORCE)")


def test_a_page_that_has_begun_keeps_its_version(fresh_sqlite: str, folder: Path) -> None:
    """Readers hold one value: what is accepted meanwhile is in the next one, and the files under this one stay."""
    live = Live(filled(fresh_sqlite), folder)
    live.look()
    begun: Now = live.now()
    assert begun.cubes is not None
    before = begun.cubes.frames["training"].to_dicts()
    for number in range(2, 8):
        filed = samples.submission(id=number, row_count=1, month=f"2026-0{number}")
        row = samples.training(submission_id=number, month=f"2026-0{number}")
        submissions.write(
            fresh_sqlite, samples.frame("submission", filed), {"training": samples.frame("training", row)}
        )
        live.look()
    assert begun.cubes.frames["training"].to_dicts() == before
    assert not (folder / begun.cubes.name).exists()
    assert person_times(live.now()) == 8
