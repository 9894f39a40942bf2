"""The command line does what it says, with exit codes that scripts can use and never a traceback."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from data_sources import cli, engine, health, schema, submissions
from data_sources.settings import ROOT, settings
from tests.data_sources import samples


@pytest.fixture
def real(fresh_sqlite: str) -> str:
    """A database with one official submission."""
    samples.migrated(fresh_sqlite)
    official = samples.frame("submission", samples.submission(provenance="official"))
    submissions.write(fresh_sqlite, official, samples.two_person_times())
    return fresh_sqlite


def test_migrate_makes_the_database_and_says_so(fresh_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "--db", fresh_url]) == cli.OK
    assert f"结构版本：无 → {schema.head()}" in capsys.readouterr().out
    assert cli.main(["--db", fresh_url, "migrate"]) == cli.OK
    assert f"结构版本：已是最新（{schema.head()}）" in capsys.readouterr().out
    assert health.examine(fresh_url).state == "empty"


def test_migrate_mends_reference_facts(fresh_sqlite: str) -> None:
    samples.migrated(fresh_sqlite)
    with engine.engine(fresh_sqlite).begin() as connection:
        connection.execute(text("DELETE FROM place"))
    assert cli.main(["migrate", "--db", fresh_sqlite]) == cli.OK
    assert health.examine(fresh_sqlite).usable


def test_migrate_leaves_a_newer_database_alone(fresh_sqlite: str, capsys: pytest.CaptureFixture[str]) -> None:
    samples.migrated(fresh_sqlite)
    with engine.engine(fresh_sqlite).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert cli.main(["migrate", "--db", fresh_sqlite]) == cli.WRONG
    assert f"比程序（{schema.head()}）新" in capsys.readouterr().err


def test_demo_then_check_then_version(fresh_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--db", fresh_url, "--scale", "0.002", "--seed", "7"]) == cli.OK
    assert "演示数据（模拟）已写入" in capsys.readouterr().out
    assert cli.main(["check", "--db", fresh_url]) == cli.OK
    assert "没有发现问题" in capsys.readouterr().out
    assert cli.main(["version", "--db", fresh_url]) == cli.OK
    said = capsys.readouterr().out
    assert f"结构版本：{schema.head()}（程序需要 {schema.head()}）" in said
    assert "数据版本：46" in said
    assert "演示数据（模拟）：" in said


def test_demo_replaces_simulated_data_only_when_forced(fresh_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    making = ["demo", "--db", fresh_url, "--scale", "0.001"]
    assert cli.main(making) == cli.OK
    assert cli.main(making) == cli.WRONG
    assert "--force" in capsys.readouterr().err
    assert cli.main([*making, "--seed", "8", "--force"]) == cli.OK
    assert cli.main(["check", "--db", fresh_url]) == cli.OK


def test_demo_never_replaces_real_data(real: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--force"]):
        assert cli.main(["demo", "--db", real, "--scale", "0.001", *more]) == cli.WRONG
        assert "1 个非模拟的报送批次" in capsys.readouterr().err
    assert engine.frame(real, "SELECT count(*) AS n FROM training").item() == 2


def test_demo_leaves_nothing_but_the_database_and_its_lock(fresh_sqlite: str) -> None:
    assert cli.main(["demo", "--db", fresh_sqlite, "--scale", "0.001"]) == cli.OK
    file = engine.sqlite_file(fresh_sqlite)
    assert sorted(p.name for p in file.parent.iterdir()) == ["talent.db", "talent.db.lock"]
    assert engine.frame(fresh_sqlite, "PRAGMA journal_mode").item() == "wal"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE training SET cluster_code = 'C77' WHERE row_number = 1",
            "培训的“集群代码”有 1 个代码在产业集群表里找不到：C77",
        ),
        ("UPDATE training SET base_code = 'B9'", "培训的“基地编号”有 1 个代码在实训基地表里找不到：B9"),
        ("UPDATE training SET place_code = '330106'", "培训有行没有对应的报送批次，或不属于其报送地区：1 处，如 1"),
        ("DELETE FROM training WHERE row_number = 2", "培训的行数与报送批次申报的不符：1 处，如 1"),
        ("UPDATE census SET residents = 1 WHERE place_code = '330110'", "参照表与程序自带的不一致：人口普查"),
    ],
)
def test_check_names_what_is_wrong(real: str, statement: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with engine.engine(real).begin() as connection:
        connection.execute(text("UPDATE training SET base_code = NULL"))
        connection.execute(text(statement))
    assert cli.main(["check", "--db", real]) == cli.WRONG
    assert said in capsys.readouterr().out


def test_check_names_doubles(real: str, capsys: pytest.CaptureFixture[str]) -> None:
    spell = {"start_month": "2026-10", "person_key": "1" * 32, "occupation_code": "2-02-38-01", "cluster_code": "C06"}
    rows = [{"place_code": "330110", "submission_id": 2, "row_number": n} | spell for n in (1, 2)]
    filed = samples.submission(id=2, table_name="employment")
    submissions.write(real, samples.frame("submission", filed), {"employment": samples.frame("employment", *rows)})
    submissions.write(real, samples.frame("submission", filed | {"id": 3, "row_count": 0}), {})
    assert cli.main(["check", "--db", real]) == cli.WRONG
    said = capsys.readouterr().out
    assert f"同一人有多段在岗就业：1 处，如 {'1' * 32}" in said
    assert "有 1 组报送批次的数据表、地区、月份和部门都相同，如 employment、330110、2026-10" in said


@pytest.mark.parametrize("command", ["migrate", "demo", "check", "version"])
def test_a_server_that_is_away_gives_code_3(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--db", "postgresql://u@127.0.0.1:1/talent"]) == cli.UNREACHABLE
    said = capsys.readouterr()
    assert "连接不上数据库" in said.err + said.out
    assert "处理办法：pg_isready -h 127.0.0.1 -p 1" in said.err


@pytest.mark.parametrize("command", ["check", "version"])
def test_a_database_that_is_not_there_gives_code_1_and_the_cure(
    command: str, fresh_sqlite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, "--db", fresh_sqlite]) == cli.WRONG
    assert f"处理办法：python -m data_sources migrate --db '{fresh_sqlite}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["fly"], [], ["demo", "--scale", "big"], ["demo", "--scale", "0"], ["demo", "--seed", "-1"]]
)
def test_wrong_usage_gives_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == cli.USAGE
    assert "usage: python -m data_sources" in capsys.readouterr().err


def test_a_url_that_cannot_be_used_gives_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--db", "oracle://x", "version"]) == cli.USAGE
    assert "只支持 sqlite:" in capsys.readouterr().err


def test_a_wrong_setting_gives_code_2_and_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TALENT_DEMO_SCALE", "many")
    settings.cache_clear()
    assert cli.main(["version"]) == cli.USAGE
    assert "TALENT_DEMO_SCALE" in capsys.readouterr().err
    settings.cache_clear()


@pytest.mark.parametrize("arguments", [["--help"], ["migrate", "--help"], ["demo", "--help"], ["check", "--help"]])
def test_help_explains(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    said = capsys.readouterr().out
    assert (ended.value.code, "退出码" in said, "--db" in said) == (0, True, True)


def test_progress_is_told_line_by_line_without_a_terminal(
    fresh_sqlite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["demo", "--db", fresh_sqlite, "--scale", "0.001"])
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("生成演示数据 ") for line in lines)
    assert any("写入培训" in line for line in lines)


def test_the_command_runs_as_a_program(fresh_sqlite: str) -> None:
    command = [sys.executable, "-m", "data_sources", "version", "--db", fresh_sqlite]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, "Traceback" in ended.stderr) == (cli.WRONG, False)
    assert "还没有" in ended.stdout or "不存在" in ended.stdout
