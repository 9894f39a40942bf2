"""The first start makes the database once, however many processes start, and says how far it is."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data_sources import demo_database, health
from data_sources.preparation import Preparation
from data_sources.settings import ROOT, Settings


def _settings(var: Path, **given: object) -> Settings:
    return Settings(**({"var": var, "db": "", "demo": True, "demo_scale": 0.001} | given))  # type: ignore[arg-type]


def _finished(work: Preparation, within: float = 180) -> None:
    until = time.monotonic() + within
    while not work.done:
        assert time.monotonic() < until, work.progress
        time.sleep(0.05)


def test_the_first_start_makes_the_database(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    work = Preparation(settings)
    assert (work.needed, work.done, work.error) == (True, False, "")
    work.start()
    work.start()
    seen = []
    while not work.done:
        seen.append(work.progress)
        time.sleep(0.02)
    assert work.error == ""
    assert not work.needed
    assert health.examine(settings.url).state == "ready"
    assert [p.fraction for p in seen] == sorted(p.fraction for p in seen)
    assert {p.stage for p in seen} >= {"启动生成程序"}
    assert work.progress.fraction == 1.0
    assert sorted(p.name for p in settings.var.iterdir()) == ["talent.db", "talent.db.lock"]


def test_two_starting_together_make_it_once_and_both_see_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    one, other = Preparation(settings), Preparation(settings)
    one.start()
    other.start()
    _finished(one)
    _finished(other)
    assert (one.error, other.error) == ("", "")
    assert health.examine(settings.url).state == "ready"


@pytest.mark.parametrize("given", [{"demo": False}, {"db": "postgresql://h/d"}])
def test_nothing_is_prepared_without_the_embedded_demonstration(tmp_path: Path, given: dict[str, object]) -> None:
    work = Preparation(_settings(tmp_path, **given))
    work.start()
    assert (work.needed, work.done) == (False, True)
    assert list(tmp_path.iterdir()) == []


def test_another_process_progress_is_shown_while_it_holds_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "talent.db"
    started = time.time() - 12
    with (tmp_path / "talent.db.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        (tmp_path / "talent.db.progress").write_text(f'{{"fraction": 0.4, "stage": "写入培训", "started": {started}}}')
        assert demo_database.being_made(file)
        work = Preparation(_settings(tmp_path))
        work.start()
        time.sleep(0.5)
        assert work.progress[:2] == (0.4, "写入培训")
        assert work.progress.elapsed == pytest.approx(12.5, abs=1)
        assert not work.done
        (tmp_path / "talent.db.progress").unlink()
    assert not demo_database.being_made(file)
    _finished(work)
    assert work.error == ""


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    settings = _settings(tmp_path, demo_scale=0.2)
    making = [sys.executable, "-m", "data_sources", "demo", "--db", settings.url, "--scale", "0.2"]
    child = subprocess.Popen(making, cwd=ROOT, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 180
    while not (tmp_path / "talent.db.part").exists() and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert (tmp_path / "talent.db.part").exists()
    assert not (tmp_path / "talent.db").exists()
    work = Preparation(_settings(tmp_path))
    work.start()
    _finished(work)
    assert work.error == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["talent.db", "talent.db.lock"]


def test_a_failure_is_told_and_can_be_retried(tmp_path: Path) -> None:
    blocked = tmp_path / "var"
    blocked.write_text("a file where the folder should be")
    work = Preparation(_settings(blocked))
    work.start()
    _finished(work)
    assert work.error.startswith("演示数据没有生成：")
    assert "python -m data_sources demo" in work.error
    blocked.unlink()
    work.retry()
    _finished(work)
    assert work.error == ""


def test_a_maker_that_is_killed_is_a_failure(tmp_path: Path) -> None:
    work = Preparation(_settings(tmp_path, demo_scale=0.5))
    work.start()
    until = time.monotonic() + 180
    while work._child is None and time.monotonic() < until:
        time.sleep(0.02)
    assert work._child is not None
    os.kill(work._child.pid, signal.SIGKILL)
    _finished(work)
    assert "生成程序异常退出（代码 -9）" in work.error
