"""Killed, run twice at once or out of disk: afterwards the database holds all of a load or nothing, and the next works."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from data_sources import checks, cli, engine, submissions
from data_sources.engine import sqlite_file
from data_sources.intake import templates
from tests.browser.harness import ROOT
from tests.data_sources import samples
from tests.data_sources.intake import filed
from tests.disks import mounted

ROWS = 30_000
LINES = ("集群,职业,需求数,是否紧缺", *["C06,4-04-05-01,12,是"] * ROWS)


def _command(url: str, file: Path, place: str = "330110") -> list[str]:
    return [sys.executable, "-m", "data_sources", "load", str(file), "--table", "vacancy", "--period", "2026-10",
            "--place", place, "--db", url, "--reason", "测试"]  # fmt: skip


def _held(url: str) -> tuple[int, int]:
    """Accepted submissions of vacancies, and their rows."""
    with engine.engine(url).connect() as connection:
        filed_ = connection.execute(text("SELECT count(*) FROM submission WHERE table_name = 'vacancy'")).scalar_one()
        return filed_, connection.execute(text("SELECT count(*) FROM vacancy")).scalar_one()


STAGES = ("写入岗位需求", "计算关联信息", "提交", "写入完成")
"""What a load says of itself while it writes."""


@pytest.mark.slow
def test_a_load_that_is_killed_is_whole_or_not_at_all(fresh_url: str, tmp_path: Path, keyed: None) -> None:
    """At each of its stages, three times each, at once and a little later."""
    url = filed.codes(samples.migrated(fresh_url))
    file = tmp_path / "a.csv"
    file.write_bytes(filed.csv(*LINES))
    subprocess.run(_command(url, file), cwd=ROOT, check=True, capture_output=True)
    expected, wholes = (1, ROWS), []
    assert _held(url) == expected
    for n, stage in enumerate(STAGES * 3):
        file.write_bytes(filed.csv(*LINES, *["C06,4-04-05-01,12,是"] * (n + 1)))
        _killed(_command(url, file), stage, after=0.05 * (n // len(STAGES)))
        after = _held(url)
        assert after in (expected, (expected[0] + 1, expected[1] + ROWS + n + 1)), stage
        wholes.append(after != expected)
        expected = after
    assert not wholes[0]
    assert wholes[-1]
    subprocess.run(_command(url, file, "330106"), cwd=ROOT, check=True, capture_output=True)
    assert _held(url) == (expected[0] + 1, expected[1] + ROWS + len(wholes))
    assert [
        said for said in checks.run(url, lambda *_: None).findings if "机构" not in said and "基地" not in said
    ] == []


def _killed(command: list[str], stage: str, *, after: float) -> None:
    """Kills the load so many seconds after it has said that it is at this stage."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(stage in line for line in process.stderr), f"no {stage}"
        time.sleep(after)
        process.kill()


TWO, ONE = ("330110", "330106"), ("330110", "330110")


@pytest.mark.parametrize(
    ("fresh_url", "places"),
    [
        ("sqlite", TWO),
        ("postgres", ONE),
        pytest.param("sqlite", ONE, marks=pytest.mark.slow),
        pytest.param("postgres", TWO, marks=pytest.mark.slow),
    ],
    indirect=["fresh_url"],
)
def test_two_processes_load_at_once_and_both_are_right(
    fresh_url: str, tmp_path: Path, keyed: None, places: tuple[str, str]
) -> None:
    url = filed.codes(samples.migrated(fresh_url))
    processes = []
    for n, place in enumerate(places):
        file = tmp_path / f"{n}.csv"
        file.write_bytes(filed.csv(*LINES[: 2000 + n]))
        processes.append(subprocess.Popen(_command(url, file, place), cwd=ROOT, stdout=-1, stderr=-1, text=True))
    said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    with engine.engine(url).connect() as connection:
        found = connection.execute(
            text("SELECT place_code, status, row_count FROM submission WHERE id > 2 ORDER BY status, row_count")
        ).all()
    if places[0] == places[1]:
        assert sorted(row[1] for row in found) == ["accepted", "replaced"]
    else:
        assert [tuple(row) for row in found] == [("330110", "accepted", 1999), ("330106", "accepted", 2000)]
    assert submissions.data_version(url) == 3


def test_a_full_disk_is_said_and_costs_nothing(coded: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = templates.filled("vacancy", [filed.LEGAL["vacancy"]])
    filed.accepted(coded, first, filed.asked("vacancy"))
    file = tmp_path / "a.csv"
    file.write_bytes(filed.csv(*LINES))
    database = sqlite_file(coded)
    with engine.engine(coded).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with mounted(tmp_path / "disk", database.stat().st_size // 1024 + 400) as disk:
        url = f"sqlite:///{shutil.copy(database, disk)}"
        given = ["load", str(file), "--table", "vacancy", "--period", "2026-10", "--place", "330106", "--db", url]
        assert cli.main(given) == cli.WRONG
        assert "磁盘已满" in capsys.readouterr().err
        assert _held(url) == (1, 1)
        file.write_bytes(filed.csv(*LINES[:20]))
        assert cli.main(given) == cli.OK
        assert _held(url) == (2, 20)
