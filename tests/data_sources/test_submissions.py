"""Submissions arrive whole or not at all, and read back as they were given."""

import datetime as dt

import polars as pl
import pytest
from sqlmodel import Session, select

from data_sources import engine, submissions
from data_sources.submissions import RefusedSubmission
from data_sources.tables import Submission, Training
from tests.data_sources import samples


@pytest.fixture
def url(fresh_url: str) -> str:
    return samples.migrated(fresh_url)


@pytest.fixture
def sqlite_url(fresh_sqlite: str) -> str:
    return samples.migrated(fresh_sqlite)


def _one(**given: object) -> pl.DataFrame:
    return samples.frame("submission", samples.submission(**given))


def test_what_is_written_is_read_back(url: str) -> None:
    stages: list[tuple[float, str]] = []
    written = submissions.write(url, _one(), samples.two_person_times(), lambda *told: stages.append(told))
    assert written == submissions.data_version(url) == 1
    assert [share for share, _ in stages] == sorted(share for share, _ in stages)
    assert stages[-1] == (1.0, "写入完成")
    with Session(engine.engine(url)) as session:
        filed = session.exec(select(Submission)).one()
        first, second = session.exec(select(Training).order_by(Training.row_number)).all()
    assert filed.model_dump() == samples.submission(data_version=1)
    assert first.model_dump() == samples.training()
    assert second.model_dump() == samples.training(row_number=2, base_code="B1", passed=True)
    assert (first.started, first.online, first.passed, first.zone) == (dt.date(2026, 10, 8), True, False, None)


def test_a_frame_reads_back_typed(url: str) -> None:
    submissions.write(url, _one(), samples.two_person_times())
    kinds = {"online": pl.Boolean, "started": pl.Date, "base_code": pl.String}
    read = engine.frame(url, "SELECT online, started, base_code FROM training ORDER BY row_number", kinds)
    assert read.rows() == [(True, dt.date(2026, 10, 8), None), (True, dt.date(2026, 10, 8), "B1")]
    received = engine.frame(url, "SELECT received_at FROM submission", {"received_at": pl.Datetime})
    assert received.item() == dt.datetime(2026, 11, 5, 9, 30)


def test_ids_and_versions_count_on(url: str) -> None:
    assert submissions.data_version(url) == 0
    assert submissions.next_ids(url, 2) == range(1, 3)
    submissions.write(url, _one(data_version=46), samples.two_person_times())
    assert submissions.next_ids(url, 2) == range(2, 4)
    assert submissions.write(url, _one(id=2, row_count=0, table_name="vacancy"), {}) == 47


def test_an_empty_submission_with_no_rows_is_accepted(sqlite_url: str) -> None:
    assert submissions.write(sqlite_url, _one(row_count=0), {"training": samples.frame("training")}) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"place_code": "330104"}, "“地区代码”有不认识的值 330104"),
        ({"cluster_code": "C77"}, "“集群代码”有不认识的值 C77"),
        ({"occupation_code": "9-99-99-99"}, "“职业代码”有不认识的值 9-99-99-99"),
        ({"mode": "secret"}, "“培训方式”有不认识的值 secret"),
        ({"started": None}, "“开始日期”有 1 行为空"),
        ({"zone": "区" * 41}, "“功能区”超过 40 个字"),
        ({"row_number": 1}, "主键（place_code、submission_id、row_number）重复"),
        ({"submission_id": 9}, "1 个批次的行不属于该批次的报送地区或数据表，如批次 9"),
        ({"place_code": "330111"}, "1 个批次的行不属于该批次的报送地区或数据表，如批次 1"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(sqlite_url: str, changed: dict[str, object], said: str) -> None:
    rows = samples.frame("training", samples.training(), samples.training(**({"row_number": 2} | changed)))
    with pytest.raises(RefusedSubmission) as refused:
        submissions.write(sqlite_url, _one(), {"training": rows})
    assert said in str(refused.value)
    assert submissions.next_ids(sqlite_url, 1) == range(1, 2)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"salary": pl.DataFrame()}, "没有名为“salary”的数据表"),
        ({"training": samples.two_person_times()["training"].drop("mode")}, "培训（training）缺少列 mode"),
        ({"training": samples.two_person_times()["training"].with_columns(x=1)}, "培训（training）有未声明的列 x"),
        ({"training": samples.two_person_times()["training"].head(1)}, "行数与申报不符，如批次 1"),
    ],
)
def test_a_wrong_table_is_named(sqlite_url: str, facts: dict[str, pl.DataFrame], said: str) -> None:
    with pytest.raises(RefusedSubmission) as refused:
        submissions.write(sqlite_url, _one(), facts)
    assert said in str(refused.value)


def test_a_place_people_came_from_may_be_another_province(sqlite_url: str) -> None:
    spell = {
        "place_code": "330110",
        "submission_id": 1,
        "row_number": 1,
        "start_month": "2026-10",
        "person_key": "1" * 32,
        "occupation_code": "2-02-38-01",
        "cluster_code": "C06",
        "previous_place_code": "310000",
    }
    accepted = _one(table_name="employment", row_count=1)
    assert submissions.write(sqlite_url, accepted, {"employment": samples.frame("employment", spell)}) == 1


def test_an_id_that_is_taken_is_refused_whole(url: str) -> None:
    submissions.write(url, _one(), samples.two_person_times())
    again = samples.two_person_times()["training"].with_columns(pl.col("row_number") + 10)
    with pytest.raises(RefusedSubmission, match="批次号或行号与库中已有数据重复"):
        submissions.write(url, _one(), {"training": again})
    assert engine.frame(url, "SELECT count(*) AS n FROM training")["n"].item() == 2
    assert submissions.data_version(url) == 1
