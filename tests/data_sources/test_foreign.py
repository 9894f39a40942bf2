"""Someone else's database: what it lacks is named with what it costs, the printed views mend it, reading alone suffices."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from data_sources import cli, cubes, engine, foreign, health, mending, submissions, tables
from data_sources.settings import ROOT
from pages.shared.frame import OFFICE, PAGES
from tests.data_sources import samples


def owned(url: str) -> str:
    """A database with two person-times of 余杭区, without our record of versions."""
    samples.migrated(url)
    filed = samples.submission(provenance="official")
    submissions.write(url, samples.frame("submission", filed), samples.two_person_times())
    execute(url, "DROP TABLE alembic_version")
    return url


def execute(url: str, *statements: str) -> None:
    with engine.engine(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def trained(url: str) -> int:
    return int(cubes.build(url).frames["training"].filter(place_code="330110")["person_times"].sum())


def printed_views(said: str) -> list[str]:
    """The statements of the script that `check` printed."""
    script = said.split("：\n\n", 1)[1]
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [statement for statement in re.split(r";\s*\n|;\s*$", "\n".join(lines)) if statement.strip()]


@pytest.fixture
def url(fresh_url: str) -> str:
    return owned(fresh_url)


def test_a_whole_database_of_others_needs_no_record_of_versions(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert health.examine(url).state == "ready"
    assert trained(url) == 2
    assert cli.main(["check", "--db", url]) in (cli.OK, cli.WRONG)
    assert "缺项" not in capsys.readouterr().out


def test_every_table_has_the_pages_that_it_costs_by_their_names() -> None:
    names = {name for group in (*PAGES.values(), OFFICE) for name in group.values()} | {foreign.EVERY}
    assert set(foreign.COSTS) == set(tables.TABLES)
    assert {page for pages in foreign.COSTS.values() for page in pages} <= names


def test_missing_tables_columns_and_types_are_named_with_their_pages(
    fresh_postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = owned(fresh_postgres)
    execute(url, "DROP TABLE vacancy", "ALTER TABLE training DROP COLUMN retained_12",
            "ALTER TABLE subsidy ALTER COLUMN amount TYPE text")  # fmt: skip
    found = health.examine(url)
    assert found.state == "broken"
    assert "由他方维护" in found.message
    assert found.cure.startswith("python -m data_sources check")
    assert cli.main(["check", "--db", url]) == cli.WRONG
    said = capsys.readouterr().out
    assert "有 3 处缺项" in said
    assert "缺少数据表 vacancy（岗位需求）；影响：总览、人才地图、供需与流动" in said
    assert "缺少列 training.retained_12" in said
    assert "列 subsidy.amount（金额） 应为整数，现为 text；影响：总览、补贴资金" in said
    execute(url, *printed_views(said))
    mended = f"{url}?options=-csearch_path%3Dtalent,public"
    assert health.examine(mended).state == "ready"
    assert trained(mended) == 2
    engine.engine(mended).dispose()


def test_the_views_guess_tables_and_columns_by_their_names(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The training lies under another name, with Chinese columns, without lineage, months or references."""
    execute(
        url,
        'CREATE TABLE dwd_training_2026 ("行政区划代码" VARCHAR(6), aac147 VARCHAR(32), "职业" VARCHAR(10), "集群" VARCHAR(3), '
        '"办学方式" VARCHAR(20), "是否线上" BOOLEAN, "开班日期" DATE, "结业日期" DATE, "是否合格" BOOLEAN)',
        "INSERT INTO dwd_training_2026 SELECT place_code, person_key, occupation_code, cluster_code, mode, online, "
        "started, ended, passed FROM training",
        *(f"DROP TABLE {name}" for name in ("training", "submission", "cluster", "census")),
    )
    assert cli.main(["check", "--db", url]) == cli.WRONG
    said = capsys.readouterr().out
    assert "缺少数据表 training（培训）" in said
    assert "影响：全部页面" in said
    execute(url, *printed_views(said))
    mended = url if url.startswith("sqlite") else f"{url}?options=-csearch_path%3Dtalent,public"
    assert health.examine(mended).state == "ready"
    built = cubes.build(mended)
    (row,) = built.frames["training"].filter(place_code="330110").to_dicts()
    assert (row["month"], row["person_times"], row["passed_person_times"]) == ("2026-10", 2, 1)
    assert built.filing.filter(table_name="training").select("place_code", "month").rows() == [("330110", "2026-10")]
    assert built.frames["census"].height == 90
    engine.engine(mended).dispose()


def test_sqlites_own_tables_are_renamed_to_make_room_for_the_view(
    fresh_sqlite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = owned(fresh_sqlite)
    execute(url, "ALTER TABLE training DROP COLUMN retained_12")
    assert cli.main(["check", "--db", url]) == cli.WRONG
    execute(url, *printed_views(capsys.readouterr().out))
    assert health.examine(url).state == "ready"
    assert trained(url) == 2


def test_what_may_be_written_is_writable(url: str) -> None:
    assert foreign.writable(url)


def test_nothing_is_to_be_mended_where_nothing_lacks(url: str) -> None:
    with engine.engine(url).connect() as connection:
        has = foreign.present(connection)
        assert mending.views(has, foreign.gaps(has), connection.dialect) == ""


# --- reading alone ---------------------------------------------------------------------------------------------------


@pytest.fixture
def reader_url(fresh_postgres: str) -> Iterator[str]:
    """The database as a role sees it that may only read."""
    owned(fresh_postgres)
    role = f"reader_{os.getpid()}"
    with psycopg.connect(fresh_postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        read_only = fresh_postgres.replace("postgres@", f"{role}@", 1)
        yield read_only
        engine.engine(read_only).dispose()
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


def test_a_role_that_may_only_select_shows_the_map(reader_url: str) -> None:
    assert health.examine(reader_url).state == "ready"
    assert trained(reader_url) == 2
    assert not foreign.writable(reader_url)


SHOWS = """
import os, sys
from data_sources import cubes, health
own, read_only = sys.argv[1:]
cubes.build(own), health.examine(own)  # everything is imported while it may be
if os.getuid() == 0:
    os.setuid(65534)
print(health.examine(read_only).state, cubes.build(read_only).version)
"""


@pytest.mark.parametrize("folder", ["writable", "read-only"])
def test_a_file_that_may_only_be_read_shows_the_map(fresh_sqlite: str, folder: str) -> None:
    """By a user that is not root, who may write everywhere; in a folder where SQLite can put nothing beside it, too."""
    owned(fresh_sqlite)
    home = Path("/tmp") / f"talent-read-only-{os.getpid()}-{folder}"
    home.mkdir()
    try:
        file = home / "talent.db"
        shutil.copy(engine.sqlite_file(fresh_sqlite), file)
        file.chmod(0o444)
        home.chmod(0o777 if folder == "writable" else 0o555)
        command = [sys.executable, "-c", SHOWS, fresh_sqlite, f"sqlite:///{file}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.stdout == "ready 1\n", done.stderr
    finally:
        home.chmod(0o777)
        shutil.rmtree(home)
