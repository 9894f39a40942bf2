"""A database copied into another holds the same, however often the copying was broken off."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal

from data_sources import cli, copying, cubes, demo, engine, health, submissions, sums, tables
from data_sources.settings import ROOT
from tests.conftest import postgres_database
from tests.data_sources import samples


class Broken(Exception):
    """What breaks a copying off in these tests."""


@pytest.fixture(scope="module")
def filled(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A small demonstration database of either kind, SQLite first: to be copied as files are, and only read."""
    made = demo.make(0.002, 7)
    file = tmp_path_factory.mktemp("filled") / "talent.db"
    with postgres_database(postgres_url) as served:
        for url in (f"sqlite:///{file}", served):
            samples.migrated(url)
            submissions.write(url, made.submissions, made.facts)
            _execute(url, "INSERT INTO rejection VALUES (1, 1, NULL, '列', '=1+1 ''%s''', '原因')")
            engine.engine(url).dispose()
        yield f"sqlite:///{file}", served


@pytest.fixture
def filled_sqlite(filled: tuple[str, str], fresh_sqlite: str) -> str:
    """The URL of a SQLite database of the test's own with the demonstration."""
    shutil.copy(engine.sqlite_file(filled[0]), engine.sqlite_file(fresh_sqlite))
    return fresh_sqlite


@pytest.fixture
def filled_postgres(filled: tuple[str, str], postgres_url: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of the test's own with the demonstration."""
    with postgres_database(postgres_url, like=filled[1].rpartition("/")[2]) as url:
        yield url


@pytest.fixture(params=["to a server", "to a file"])
def both(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A small demonstration database of one kind, and an empty one of the other."""
    kinds = (
        ("filled_sqlite", "fresh_postgres") if request.param == "to a server" else ("filled_postgres", "fresh_sqlite")
    )
    source, target = map(request.getfixturevalue, kinds)
    return source, target


def _execute(url: str, statement: str) -> None:
    with engine.engine(url).begin() as connection:
        connection.exec_driver_sql(statement)


def _command(source: str, target: str) -> list[str]:
    return ["copy", "--from", source, "--to", target]


def _silent(share: float, stage: str) -> None:
    pass


def _until(stage: str) -> Callable[[float, str], None]:
    def tell(_: float, now: str) -> None:
        if stage in now:
            raise Broken

    return tell


def test_all_tables_arrive_and_the_cubes_are_the_same(
    both: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = both
    assert cli.main(_command(source, target)) == cli.OK
    said = capsys.readouterr()
    assert "两库逐表相符" in said.out
    assert "100%" in said.err
    assert sums.database(source) == sums.database(target)
    assert sums.database(target)["training"].rows > 1000
    assert health.examine(target).state == "ready"
    there, here = cubes.build(source), cubes.build(target)
    for name, frame in there.frames.items():
        assert_frame_equal(frame, here.frames[name])
    assert cli.main(["check", "--db", target]) == cli.OK


STAGES = ("搬运机构", "搬运证书", "搬运报送批次", "核对就业")
"""Before the first table, among the facts, after them, and while what arrived is compared."""


def test_what_is_broken_off_again_and_again_is_not_served_and_goes_on_where_it_was(both: tuple[str, str]) -> None:
    source, target = both
    before = []
    for stage in STAGES:
        with pytest.raises(Broken):
            copying.copy(source, target, _until(stage))
        found = health.examine(target)
        assert not found.usable
        assert "正在由 copy 命令搬入" in found.message
        before.append([name for name in copying.FACTS if name in _entered(target)])
    assert before == [[], list(copying.FACTS[:3]), list(copying.FACTS), list(copying.FACTS)]
    done = copying.copy(source, target, _silent)
    assert [each.name for each in done if each.earlier] == list(copying.FACTS)
    assert [each.name for each in done if each.differing] == []
    assert health.examine(target).state == "ready"
    assert sums.database(source) == sums.database(target)


def _entered(target: str) -> set[str]:
    return set(engine.frame(target, "SELECT table_name FROM copying", {"table_name": pl.String})["table_name"])


def test_a_table_that_breaks_off_between_two_places_is_not_there_at_all(
    both: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = both
    parts = sums.parts

    def breaking(name: str, fetch: sums.Fetch) -> Iterator[pl.DataFrame]:
        for number, part in enumerate(parts(name, fetch)):
            if name == "certificate" and number == 5:
                raise Broken
            yield part

    with monkeypatch.context() as until:
        until.setattr(sums, "AT_ONCE", 100)
        until.setattr(sums, "parts", breaking)
        with pytest.raises(Broken):
            copying.copy(source, target, _silent)
    assert engine.frame(target, "SELECT count(*) AS n FROM certificate").item() == 0
    assert _entered(target) == {"organisation", "base", "training"}
    copying.copy(source, target, _silent)
    assert sums.database(source) == sums.database(target)


def test_a_source_that_changed_since_is_copied_anew(both: tuple[str, str]) -> None:
    source, target = both
    with pytest.raises(Broken):
        copying.copy(source, target, _until("搬运就业"))
    number = int(engine.frame(source, "SELECT max(id) AS n FROM submission").item())
    samples.withdraw(source, number)
    done = copying.copy(source, target, _silent)
    assert not any(each.earlier for each in done)
    assert submissions.data_version(target) == submissions.data_version(source) == 47
    assert sums.database(source) == sums.database(target)


def test_a_changed_character_is_found_named_and_mended(
    both: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = both

    def spoiling(_: float, stage: str) -> None:
        if stage.startswith("核对机构"):
            _execute(target, "UPDATE training SET person_key = 'x' WHERE place_code = '330110'")

    (wrong,) = [each for each in copying.copy(source, target, spoiling) if each.differing]
    assert (wrong.name, wrong.differing) == ("training", ("person_key",))
    assert not health.examine(target).usable
    assert cli.main(_command(source, target)) == cli.OK
    assert "certificate" in capsys.readouterr().out
    assert sums.database(source) == sums.database(target)


def test_a_copy_sees_its_source_at_one_moment(both: tuple[str, str]) -> None:
    source, target = both
    before = sums.database(source)

    def withdrawing(_: float, stage: str) -> None:
        if stage.startswith("搬运证书"):
            _withdrawn_elsewhere(source)

    copying.copy(source, target, withdrawing)
    assert sums.database(target) == before
    assert sums.database(source) != before


WITHDRAW = "UPDATE submission SET status = 'withdrawn', data_version = data_version + 100 WHERE id = 1"
ELSEWHERE = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"


def _withdrawn_elsewhere(url: str) -> None:
    """Withdraws something as another copy of the app would: of a file in a process of its own, which has its own locks."""
    if engine.backend(url) == "sqlite":
        subprocess.run([sys.executable, "-c", ELSEWHERE, engine.sqlite_file(url), WITHDRAW], check=True)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(WITHDRAW)


# --- killed ----------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(url: str, table: str) -> Iterator[None]:
    """Nobody else writes to the table of a PostgreSQL database."""
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def test_a_process_killed_in_the_middle_leaves_whole_tables(filled_sqlite: str, fresh_postgres: str) -> None:
    samples.migrated(fresh_postgres)
    command = [sys.executable, "-m", "data_sources", *_command(filled_sqlite, fresh_postgres)]
    with (
        _locked(fresh_postgres, "subsidy"),
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as child,
    ):
        assert child.stderr is not None
        assert any("搬运补贴发放" in line for line in child.stderr)
        child.send_signal(signal.SIGKILL)
    assert not health.examine(fresh_postgres).usable
    assert _entered(fresh_postgres) == {"organisation", "base", "training", "certificate", "employment", "vacancy"}
    assert cli.main(_command(filled_sqlite, fresh_postgres)) == cli.OK
    assert sums.database(filled_sqlite) == sums.database(fresh_postgres)


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_target_with_rows_is_left_alone(both: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    source, target = both
    samples.migrated(target)
    submissions.write(target, samples.frame("submission", samples.submission()), samples.two_person_times())
    before = sums.database(target)
    assert cli.main(_command(source, target)) == cli.WRONG
    assert "培训表里已有数据，不会被覆盖" in capsys.readouterr().err
    assert sums.database(target) == before
    assert health.examine(target).state == "ready"


def test_what_cannot_be_copied_is_said_with_its_exit_code(
    fresh_sqlite: str, fresh_postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    samples.migrated(fresh_sqlite)
    cases = (
        (fresh_sqlite, fresh_sqlite, cli.WRONG, "同一个库"),
        (fresh_postgres, fresh_sqlite, cli.WRONG, "原库不能用。数据库"),
        ("postgresql://nobody@127.0.0.1:1/x", fresh_sqlite, cli.UNREACHABLE, "原库不能用。连接不上数据库"),
        (fresh_sqlite, "postgresql://nobody@127.0.0.1:1/x", cli.UNREACHABLE, "目标库不能用。连接不上数据库"),
        (fresh_sqlite, "mysql://x/y", cli.USAGE, "只支持 sqlite"),
    )
    for source, target, code, said in cases:
        assert cli.main(_command(source, target)) == code
        assert said in capsys.readouterr().err


def test_the_sums_of_parts_are_those_of_the_whole() -> None:
    rows = samples.two_person_times()["training"]
    parts = [sums.of(rows.head(1)), sums.of(rows.tail(1))]
    assert parts[0].plus(parts[1]) == sums.of(rows)
    assert sums.of(rows).columns["row_number"] == (2, 3)
    assert sums.of(rows).columns["base_code"][0] == 1
    assert sums.of(rows.with_columns(mode=pl.lit("授权"))).differing(sums.of(rows)) == ("mode",)
    assert sums.of(rows.head(1)).differing(sums.of(rows))[0] == "*"
    assert set(sums.of(rows).columns) == {column.name for column in tables.Place.metadata.tables["training"].columns}
