"""Every table, place and month has one state, whatever came of it."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import insert

from data_sources import quality, queries, review
from data_sources.engine import engine
from data_sources.tables import MONTHLY_TABLES
from tests.data_sources import samples

ACTOR = review.Actor("李二", "330100")


def filed(url: str, *given: dict[str, Any]) -> None:
    rows = [samples.submission(**{"provenance": "official", "row_count": 0} | each) for each in given]
    with engine(url).begin() as connection:
        connection.execute(insert(queries.table("submission")), rows)


def refusal(url: str, number: int, problems: int, **given: Any) -> None:
    """A file that was refused for so many wrong cells."""
    filed(url, {"id": number, "status": "returned", "data_version": None, **given})
    wrong = [{"submission_id": number, "sequence": n, "reason": "不是日期"} for n in range(1, problems + 1)]
    with engine(url).begin() as connection:
        connection.execute(insert(queries.table("rejection")), wrong)


def cell(url: str, table: str = "training", place: str = "330110", today: str = "2026-12-31") -> dict[str, Any]:
    found = quality.cells(url, ["2026-10"], dt.date.fromisoformat(today))
    return found.filter(table_name=table, place_code=place).row(0, named=True)


@pytest.fixture
def url(fresh_url: str) -> str:
    return samples.migrated(fresh_url)


def test_there_is_one_cell_a_table_place_and_month(url: str) -> None:
    filed(url, {}, {"id": 2, "month": "2026-09", "place_code": "330100"})
    found = quality.cells(url, ["2026-09", "2026-10"], dt.date(2026, 12, 31))
    assert found.height == len(MONTHLY_TABLES) * 101 * 2
    assert found.select("table_name", "place_code", "month").is_duplicated().any() is False
    came = found.filter(files=1).select("table_name", "place_code", "month", "state").rows()
    assert came == [("training", "330100B", "2026-09", "late"), ("training", "330110", "2026-10", "in_time")]
    assert set(found.filter(files=0)["state"]) == {"overdue"}
    assert set(found["due"]) == {dt.date(2026, 10, 31), dt.date(2026, 11, 30)}


@pytest.mark.parametrize(("received", "state"), [("2026-11-30T23:59", "in_time"), ("2026-12-01T00:00", "late")])
def test_what_came_after_the_deadline_is_late(url: str, received: str, state: str) -> None:
    filed(url, {"received_at": dt.datetime.fromisoformat(received)})
    assert cell(url)["state"] == state


@pytest.mark.parametrize(("today", "state"), [("2026-11-30", "awaited"), ("2026-12-01", "overdue")])
def test_what_never_came_is_overdue_after_the_deadline(url: str, today: str, state: str) -> None:
    assert cell(url, today=today)["state"] == state


def test_a_refused_file_is_open_until_another_is_accepted(url: str) -> None:
    refusal(url, 1, 3)
    refusal(url, 2, 2)
    found = cell(url)
    assert (found["state"], found["files"], found["refused"], found["problems"]) == ("refused", 2, 2, 2)
    filed(url, {"id": 3, "reviewed": False})
    found = cell(url)
    assert (found["state"], found["files"], found["refused"], found["problems"]) == ("in_time", 3, 2, 0)
    assert found["unreviewed"] == 1


def test_what_a_reviewer_returns_is_one_problem(url: str) -> None:
    filed(url, {"id": 3, "reviewed": False})
    review.send_back(url, [3], ACTOR, "与台账不符")
    found = cell(url)
    assert (found["state"], found["refused"], found["problems"], found["unreviewed"]) == ("refused", 1, 1, 0)


def test_a_withdrawn_file_leaves_its_month_unfiled(url: str) -> None:
    filed(url, {"id": 3}, {"id": 4, "status": "replaced", "table_name": "vacancy"})
    review.withdraw(url, [3], ACTOR, "误")
    assert (cell(url)["state"], cell(url)["files"]) == ("overdue", 1)
    assert cell(url, "vacancy")["state"] == "overdue"
