"""Killed, run twice at once or out of disk: afterwards the database holds all of a load or nothing, and the next works."""

import random
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


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_load_that_is_killed_is_whole_or_not_at_all(fresh_url: str, tmp_path: Path, keyed: None) -> None:
    url = filed.codes(samples.migrated(fresh_url))
    file = tmp_path / "a.csv"
    file.write_bytes(filed.csv(*LINES))
    begun = time.monotonic()
    subprocess.run(_command(url, file), cwd=ROOT, check=True, capture_output=True)
    whole, expected = time.monotonic() - begun, (1, ROWS)
    assert _held(url) == expected
    rng = random.Random(4)
    for n in range(10):
        file.write_bytes(filed.csv(*LINES, *["C06,4-04-05-01,12,是"] * (n + 1)))
        process = subprocess.Popen(_command(url, file), cwd=ROOT, stdout=-3, stderr=-3)
        time.sleep(whole * (0.4 + 0.6 * rng.random()))
        process.kill()
        process.wait()
        after = _held(url)
        assert after in (expected, (expected[0] + 1, expected[1] + ROWS + n + 1)), n
        expected = after
    subprocess.run(_command(url, file, "330106"), cwd=ROOT, check=True, capture_output=True)
    assert _held(url) == (expected[0] + 1, expected[1] + ROWS + 10)
    assert [
        said for said in checks.run(url, lambda *_: None).findings if "机构" not in said and "基地" not in said
    ] == []


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
    disk = tmp_path / "disk"
    disk.mkdir()
    with _small(disk, sqlite_file(coded)) as url:
        given = ["load", str(file), "--table", "vacancy", "--period", "2026-10", "--place", "330106", "--db", url]
        assert cli.main(given) == cli.WRONG
        assert "磁盘已满" in capsys.readouterr().err
        assert _held(url) == (1, 1)
        file.write_bytes(filed.csv(*LINES[:20]))
        assert cli.main(given) == cli.OK
        assert _held(url) == (2, 20)


class _small:  # noqa: N801 - reads as a verb
    """A file system with a copy of a database on it, and 400 kB to spare."""

    def __init__(self, where: Path, file: Path) -> None:
        self._where, self._file = where, file

    def __enter__(self) -> str:
        with engine.engine(f"sqlite:///{self._file}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        size = f"size={self._file.stat().st_size // 1024 + 400}k"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self._where], capture_output=True)
        if mounted.returncode:
            pytest.skip("a file system cannot be mounted here")
        (self._where / "talent.db").write_bytes(self._file.read_bytes())
        return f"sqlite:///{self._where / 'talent.db'}"

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", self._where], check=True)
