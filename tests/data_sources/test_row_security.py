"""PostgreSQL itself shows a reader nothing foreign, even to a query that forgot the rules; each policy is proved."""

from collections.abc import Iterator

import polars as pl
import psycopg
import pytest
from sqlalchemy import select, text

from data_sources import cli, cubes, looking, policy, queries, reading, row_security, submissions
from data_sources.engine import engine
from data_sources.policy import Grant, Reader
from tests.data_sources import samples

YUHANG, XIHU = "330110", "330106"
COUNTY = Reader("yuhang", "余杭区人社局", frozenset({Grant("county", YUHANG)}))
FUNDS = Reader("funds", "资金处", frozenset({Grant("department", "330000", "funds")}))
FILED_BY_PLACE = sorted(policy.DETAIL - {"submission", "rejection"})


@pytest.fixture(scope="module")
def url(postgres_url: str) -> Iterator[str]:
    """A secured database in which two counties have filed one row of every guarded table."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE secured")
    made = samples.migrated(postgres_url.removesuffix("/postgres") + "/secured")
    with engine(made).begin() as connection:
        number = 0
        for place in (YUHANG, XIHU):
            for table in FILED_BY_PLACE:
                number += 1
                filed = samples.submission(id=number, table_name=table, place_code=place, row_count=1, data_version=1)
                connection.execute(queries.table("submission").insert(), [filed])
                connection.execute(queries.table(table).insert(), [_row(table, place, number)])
                refused = {"submission_id": number, "sequence": 1, "reason": place}
                connection.execute(queries.table("rejection").insert(), [refused])
    assert cli.main(["secure", "--db", made]) == cli.OK
    assert cli.main(["secure", "--db", made]) == cli.OK
    yield made
    engine(made).dispose()


def _row(table: str, place: str, number: int) -> dict[str, object]:
    """A row with some permitted value in every column that must have one."""
    row: dict[str, object] = {}
    for column in queries.table(table).columns:
        if column.nullable:
            continue
        kind = column.type.python_type
        if column.info["values"]:
            row[column.name] = next(iter(column.info["values"]))
        elif kind is str:
            row[column.name] = "2026-10" if "month" in column.name else "x"
        else:
            row[column.name] = samples.training()["ended"] if kind.__name__ == "date" else kind(1)
    return row | {"place_code": place, "submission_id": number, "row_number": 1}


@pytest.mark.parametrize("table", FILED_BY_PLACE)
def test_each_policy_shows_a_county_its_own_row_alone(url: str, table: str) -> None:
    assert _seen(url, COUNTY, f"SELECT place_code FROM {table}") == {YUHANG}
    assert _seen(url, None, f"SELECT place_code FROM {table}") == set()


def test_submissions_and_rejections_follow_the_table_that_was_filed(url: str) -> None:
    assert _seen(url, COUNTY, "SELECT place_code FROM submission") == {YUHANG}
    assert _seen(url, COUNTY, "SELECT reason FROM rejection") == {YUHANG}
    assert _seen(url, FUNDS, "SELECT table_name FROM submission") == {"subsidy"}
    assert _seen(url, FUNDS, "SELECT place_code FROM subsidy") == {YUHANG, XIHU}
    assert _seen(url, FUNDS, "SELECT place_code FROM training") == set()
    assert _seen(url, None, "SELECT place_code FROM submission") == set()


@pytest.mark.parametrize("table", sorted(policy.OFFICE))
def test_readers_and_the_audit_are_closed_to_the_role(url: str, table: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        _seen(url, COUNTY, f"SELECT * FROM {table}")


@pytest.mark.parametrize("verb", ["DELETE FROM training", "UPDATE submission SET place_code = '330110'"])
def test_the_role_changes_nothing(url: str, verb: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        _seen(url, COUNTY, verb)


def test_a_query_that_forgot_the_rules_still_gets_nothing_foreign(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "guarded", lambda statement: None)
    forgotten = select(queries.table("subsidy").c.place_code)
    with looking.by(COUNTY):
        assert queries.rows(url, forgotten) == [{"place_code": YUHANG}]
        assert queries.read(url, forgotten)["place_code"].to_list() == [YUHANG]
    assert len(queries.rows(url, forgotten)) == 2


def test_readings_and_cubes_work_as_before(url: str) -> None:
    with looking.by(COUNTY):
        assert set(reading.submissions(url)["place_code"]) == {YUHANG}
        assert reading.organisations(url, [YUHANG]).height == 1
        built = cubes.build(url)
    assert set(built.frames["subsidy"]["place_code"].cast(pl.String)) == {YUHANG, XIHU}
    assert submissions.data_version(url) == 1


def test_sqlite_cannot_be_secured(fresh_sqlite: str, capsys: pytest.CaptureFixture[str]) -> None:
    samples.migrated(fresh_sqlite)
    assert cli.main(["secure", "--db", fresh_sqlite]) == cli.WRONG
    assert "SQLite 没有行级安全" in capsys.readouterr().err


def _seen(url: str, reader: Reader | None, statement: str) -> set[object]:
    """The first column of what the role is shown for this reader; for nobody, without anything set."""
    if reader is None:
        entering: tuple[str, ...] = (f"SET LOCAL ROLE {row_security.ROLE}",)
    else:
        with looking.by(reader):
            entering = row_security.entering(url)
    with engine(url).connect() as connection:
        for first in entering:
            connection.execute(text(first))
        return {row[0] for row in connection.execute(text(statement))}
