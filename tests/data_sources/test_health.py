"""Each state that a database can be in is told apart, in Chinese, with the command that mends it."""

import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from data_sources import engine, health, schema, submissions
from tests.data_sources import samples


def _execute(url: str, statement: str) -> None:
    with engine.engine(url).begin() as connection:
        connection.execute(text(statement))


def test_a_file_that_is_not_there(fresh_sqlite: str) -> None:
    found = health.examine(fresh_sqlite)
    assert (found.state, found.usable) == ("no_tables", False)
    assert "talent.db 不存在" in found.message
    assert found.cure == f"python -m data_sources migrate --db '{fresh_sqlite}'"
    assert not engine.sqlite_file(fresh_sqlite).exists()


def test_a_server_without_tables(fresh_postgres: str) -> None:
    found = health.examine(fresh_postgres)
    assert found.state == "no_tables"
    assert found.cure == f"python -m data_sources migrate --db '{fresh_postgres}'"


def test_tables_without_submissions(fresh_url: str) -> None:
    found = health.examine(samples.migrated(fresh_url))
    assert (found.state, found.usable) == ("empty", True)
    assert found.cure == f"python -m data_sources demo --db '{fresh_url}'"


def test_accepted_submissions(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    submissions.write(fresh_url, samples.frame("submission", samples.submission()), samples.two_person_times())
    assert health.examine(fresh_url) == health.Health("ready", "数据库可用。", "")
    samples.withdraw(fresh_url, 1)
    assert health.examine(fresh_url).state == "empty"


def test_a_schema_taken_back_is_without_tables(fresh_url: str) -> None:
    schema.downgrade(samples.migrated(fresh_url))
    assert health.examine(fresh_url).state == "no_tables"


def test_an_older_schema(fresh_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples.migrated(fresh_url)
    has = schema.head()
    monkeypatch.setattr(schema, "head", lambda: "9999")
    found = health.examine(fresh_url)
    assert found.state == "older"
    assert f"结构版本 {has} 比程序（9999）旧" in found.message
    assert found.cure == f"python -m data_sources migrate --db '{fresh_url}'"


def test_a_newer_schema(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    _execute(fresh_url, "UPDATE alembic_version SET version_num = '9999'")
    found = health.examine(fresh_url)
    assert found.state == "newer"
    assert f"结构版本 9999 比程序（{schema.head()}）新" in found.message


def test_a_table_that_is_gone(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    _execute(fresh_url, "DROP TABLE vacancy")
    found = health.examine(fresh_url)
    assert found.state == "broken"
    assert "缺少数据表 vacancy" in found.message


def test_tables_that_somebody_else_made(fresh_postgres: str) -> None:
    _execute(fresh_postgres, "CREATE TABLE training (a integer)")
    found = health.examine(fresh_postgres)
    assert found.state == "broken"
    assert "由他方维护（没有结构版本记录），还不能使用：缺少数据表 place（地区）" in found.message


def test_reference_facts_that_are_gone(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    _execute(fresh_url, "DELETE FROM place WHERE code = '330110'")
    found = health.examine(fresh_url)
    assert (found.state, found.cure) == ("broken", f"python -m data_sources migrate --db '{fresh_url}'")


def test_a_file_that_is_no_database(fresh_sqlite: str) -> None:
    file = engine.sqlite_file(fresh_sqlite)
    file.write_bytes(b"not a database at all" * 100)
    found = health.examine(fresh_sqlite)
    assert found.state == "broken"
    assert "不是 SQLite 数据库文件" in found.message
    assert found.cure == f"mv '{file}' '{file}.bad'"


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    assert health.examine(f"sqlite:///{tmp_path}").state == "no_tables"


def test_a_url_that_means_nothing() -> None:
    found = health.examine("oracle://x")
    assert found.state == "broken"
    assert "无法使用" in found.message
    assert found.cure.startswith("export TALENT_DB=")


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = health.examine(f"postgresql://u:secret@127.0.0.1:{port}/talent")
    assert found.state == "unreachable"
    assert "服务器没有运行，或端口不对" in found.message
    assert "secret" not in found.message
    assert found.cure == f"pg_isready -h 127.0.0.1 -p {port}"


def test_a_server_that_never_answers_is_given_up_within_five_seconds() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        found = health.examine(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/talent")
    assert found.state == "unreachable"
    assert "没有应答" in found.message
    assert time.monotonic() - began < 5


def test_a_server_without_that_database(postgres_url: str) -> None:
    found = health.examine(postgres_url.removesuffix("/postgres") + "/nowhere")
    assert (found.state, "服务器上没有这个库" in found.message) == ("unreachable", True)
    assert found.cure.startswith("createdb -h 127.0.0.1 -p ")


def test_a_host_that_nobody_knows() -> None:
    found = health.examine("postgresql://u@host.invalid/talent")
    assert found.state == "unreachable"


def test_no_option_is_named_for_the_database_of_the_settings() -> None:
    assert health.command("demo") == "python -m data_sources demo"


def test_an_error_while_reading_is_told() -> None:
    found = health.broken(ValueError("disk image is malformed\nand more"))
    assert (found.state, found.message) == ("broken", "数据库无法读取：disk image is malformed。")
    assert found.cure == "python -m data_sources check"
