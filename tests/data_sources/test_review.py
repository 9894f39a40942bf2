"""A submission's life after acceptance: each step whole, with a new version, and with what other rows say about it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from data_sources import cli, cubes, engine, review, submissions
from data_sources.review import Actor, ImpossibleStep
from tests.data_sources import samples
from tests.data_sources.test_repeats import payment

COUNTY, HANGZHOU, PROVINCE = Actor("王一", "330110"), Actor("李二", "330100"), Actor("赵三", "330000")
NINGBO = Actor("钱四", "330200")


def filed(url: str, number: int, *rows: dict[str, Any], **given: Any) -> None:
    """An official, unreviewed submission with its rows."""
    row = samples.submission(
        **{"id": number, "row_count": len(rows), "provenance": "official", "reviewed": False} | given
    )
    facts = {row["table_name"]: samples.frame(row["table_name"], *rows)} if rows else {}
    replaced = [row["replaces"]] if row["replaces"] else []
    submissions.write(url, samples.frame("submission", row), facts, replaced=replaced)


def course(number: int, row: int = 1, **given: Any) -> dict[str, Any]:
    return samples.training(submission_id=number, row_number=row, **given)


def states(url: str) -> dict[int, str]:
    with engine.engine(url).connect() as connection:
        return dict([tuple(row) for row in connection.execute(text("SELECT id, status FROM submission ORDER BY id"))])


def trained(url: str) -> int:
    return int(cubes.build(url).frames["training"]["person_times"].sum())


@pytest.fixture
def url(fresh_url: str) -> str:
    """余杭区's training of October: submission 1 with two rows, replaced by 2 with three."""
    samples.migrated(fresh_url)
    filed(fresh_url, 1, course(1), course(1, 2))
    filed(fresh_url, 2, course(2), course(2, 2), course(2, 3), replaces=1)
    return fresh_url


def test_bringing_back_the_former_one_stops_what_replaced_it(url: str) -> None:
    assert (states(url), trained(url)) == ({1: "replaced", 2: "accepted"}, 3)
    assert review.restore(url, [1], COUNTY) == 3 == submissions.data_version(url)
    assert (states(url), trained(url)) == ({1: "accepted", 2: "replaced"}, 2)
    assert review.restore(url, [2], COUNTY) == 4
    assert (states(url), trained(url)) == ({1: "replaced", 2: "accepted"}, 3)


def test_withdrawing_keeps_the_rows_and_can_be_undone(url: str) -> None:
    assert review.withdraw(url, [2], COUNTY, " 数字有误 ") == 3
    assert (states(url), trained(url)) == ({1: "replaced", 2: "withdrawn"}, 0)
    assert engine.frame(url, "SELECT count(*) AS n FROM training").item() == 5
    assert engine.frame(url, "SELECT reason FROM submission WHERE id = 2").item() == "数字有误"
    review.restore(url, [2], COUNTY)
    assert (states(url), trained(url)) == ({1: "replaced", 2: "accepted"}, 3)
    assert engine.frame(url, "SELECT count(reason) AS n FROM submission").item() == 0


def test_approval_says_who_and_when_and_makes_a_version(url: str) -> None:
    filed(url, 3, place_code="330108", table_name="vacancy")
    before = dt.datetime.now()
    assert review.approve(url, [2, 3], HANGZHOU) == 4
    with engine.engine(url).connect() as connection:
        rows = connection.execute(text("SELECT id, reviewed, reviewed_by FROM submission ORDER BY id")).all()
    assert [(n, bool(seen), who) for n, seen, who in rows] == [(1, False, None), (2, True, "李二"), (3, True, "李二")]
    kinds = {
        "reviewed_at": engine.polars_type(samples.tables.Submission.metadata.tables["submission"].c.reviewed_at.type)
    }
    when = engine.frame(url, "SELECT reviewed_at FROM submission WHERE id = 2", kinds).item()
    assert before <= when <= dt.datetime.now()


def test_a_returned_submission_carries_its_reason_and_stops_counting(url: str) -> None:
    assert review.send_back(url, [2], PROVINCE, "与台账不符") == 3
    assert (states(url)[2], trained(url)) == ("returned", 0)
    assert engine.frame(url, "SELECT reason FROM submission WHERE id = 2").item() == "与台账不符"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda url: review.approve(url, [1, 2], HANGZHOU), "批次 1 状态是“已被替换”，只有已接收的可以审核"),
        (lambda url: review.approve(url, [2], COUNTY), "批次 2 属于余杭区，应由杭州市或浙江省审核"),
        (lambda url: review.approve(url, [2], NINGBO), "批次 2 属于余杭区，应由杭州市或浙江省审核"),
        (lambda url: review.approve(url, [2, 9], HANGZHOU), "没有报送批次 9"),
        (lambda url: review.approve(url, [], HANGZHOU), "没有选择批次"),
        (lambda url: review.send_back(url, [2], COUNTY, "不符"), "应由杭州市或浙江省审核"),
        (lambda url: review.send_back(url, [2], HANGZHOU, "  "), "退回须写明原因"),
        (lambda url: review.withdraw(url, [2], COUNTY, "长" * 301), "原因有 301 个字，最多 300 个"),
        (lambda url: review.withdraw(url, [1], COUNTY, "误"), "批次 1 状态是“已被替换”，只有已接收的可以撤回"),
        (lambda url: review.withdraw(url, [2], NINGBO, "误"), "属于余杭区，只能由余杭区或其上级办理"),
        (lambda url: review.restore(url, [2], COUNTY), "只有已被替换或已撤回的可以恢复"),
        (lambda url: review.restore(url, [1], NINGBO), "只能由余杭区或其上级办理"),
    ],
)
def test_an_impossible_step_is_refused_whole(url: str, step: Callable[[str], int], said: str) -> None:
    with pytest.raises(ImpossibleStep) as refused:
        step(url)
    assert said in str(refused.value)
    assert states(url) == {1: "replaced", 2: "accepted"}
    assert submissions.data_version(url) == 2


def test_what_was_approved_returned_or_is_simulated_cannot_be_approved(fresh_sqlite: str) -> None:
    samples.migrated(fresh_sqlite)
    filed(fresh_sqlite, 1, place_code="330100", table_name="vacancy")
    filed(fresh_sqlite, 2, provenance="simulated")
    with pytest.raises(ImpossibleStep, match="批次 1 属于杭州市，应由浙江省审核"):
        review.approve(fresh_sqlite, [1], HANGZHOU)
    review.approve(fresh_sqlite, [1], PROVINCE)
    with pytest.raises(ImpossibleStep, match="批次 1 已由赵三审核过；批次 2 是演示数据（模拟），不需审核"):
        review.approve(fresh_sqlite, [1, 2], PROVINCE)
    review.send_back(fresh_sqlite, [1], PROVINCE, "不符")
    with pytest.raises(ImpossibleStep, match="批次 1 状态是“已退回”"):
        review.restore(fresh_sqlite, [1], PROVINCE)


def test_nobody_approves_what_they_filed_themselves(fresh_sqlite: str) -> None:
    samples.migrated(fresh_sqlite)
    filed(fresh_sqlite, 1, submitted_by="李二")
    with pytest.raises(ImpossibleStep, match="批次 1 是经办人自己报送的，应由他人审核"):
        review.approve(fresh_sqlite, [1], HANGZHOU)
    assert review.approve(fresh_sqlite, [1], PROVINCE) == 2


def test_two_of_one_month_cannot_both_come_back(url: str) -> None:
    review.withdraw(url, [2], COUNTY, "误")
    with pytest.raises(ImpossibleStep, match="批次 1 与 2 是同一张表、同一地区、同一月份，只能恢复一个"):
        review.restore(url, [1, 2], COUNTY)
    assert states(url) == {1: "replaced", 2: "withdrawn"}


def test_of_a_table_without_months_only_what_replaced_it_gives_way(fresh_sqlite: str) -> None:
    samples.migrated(fresh_sqlite)
    for number in (1, 2, 3):
        filed(fresh_sqlite, number, table_name="milestone", month=None)
    filed(fresh_sqlite, 4, table_name="milestone", month=None, replaces=2)
    review.withdraw(fresh_sqlite, [1], COUNTY, "误")
    review.restore(fresh_sqlite, [1], COUNTY)
    assert states(fresh_sqlite) == {1: "accepted", 2: "replaced", 3: "accepted", 4: "accepted"}
    review.restore(fresh_sqlite, [2], COUNTY)
    assert states(fresh_sqlite) == {1: "accepted", 2: "accepted", 3: "accepted", 4: "replaced"}


def test_payments_are_numbered_anew_when_one_goes_and_comes_back(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    filed(fresh_url, 1, payment(1, "2026-10-02"), table_name="subsidy")
    filed(fresh_url, 2, payment(1, "2026-10-01", submission=2, place_code="330106"), table_name="subsidy",
          place_code="330106")  # fmt: skip
    numbers = "SELECT nth_alike FROM subsidy ORDER BY submission_id"
    review.withdraw(fresh_url, [2], PROVINCE, "误")
    assert engine.frame(fresh_url, numbers).to_series().to_list() == [1, None]
    review.restore(fresh_url, [2], PROVINCE)
    assert engine.frame(fresh_url, numbers).to_series().to_list() == [2, 1]


def test_a_course_is_judged_anew_when_employment_goes_and_comes_back(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    spell = {
        "place_code": "330110", "submission_id": 2, "row_number": 1, "start_month": "2022-12", "person_key": "0" * 32,
        "occupation_code": "2-02-38-01", "cluster_code": "C06",
    }  # fmt: skip
    filed(fresh_url, 1, course(1, month="2026-03"), month="2026-03")
    filed(fresh_url, 2, spell, table_name="employment", month="2026-09")
    judged = "SELECT retained_6 FROM training"
    review.withdraw(fresh_url, [2], COUNTY, "误")
    assert engine.frame(fresh_url, judged).item() is None
    review.restore(fresh_url, [2], COUNTY)
    assert bool(engine.frame(fresh_url, judged).item()) is True


def test_the_next_certificate_becomes_the_first_when_the_first_is_withdrawn(fresh_url: str) -> None:
    samples.migrated(fresh_url)

    def certificate(number: int, row: int, day: int, level: str, **given: Any) -> dict[str, Any]:
        return {
            "place_code": "330110", "submission_id": number, "row_number": row, "month": "2026-10",
            "person_key": "P" * 32, "occupation_code": "2-02-38-01", "cluster_code": "C06", "level": level,
            "issuer_code": "X", "issued": dt.date(2026, 10, day), "dual": False, "first_high_skilled": False,
            "first_dual": False,
        } | given  # fmt: skip

    early = [certificate(1, 1, 1, "L3"), certificate(1, 2, 2, "L4", dual=True)]
    other = certificate(2, 3, 1, "L6", place_code="330108", person_key="Q" * 32)
    late = [certificate(2, n, 9, "L5", place_code="330108", dual=True) for n in (1, 2)]
    filed(fresh_url, 1, *early, table_name="certificate")
    filed(fresh_url, 2, *late, other, table_name="certificate", place_code="330108")
    firsts = "SELECT submission_id, row_number FROM certificate WHERE {} ORDER BY 1, 2"
    high, dual = firsts.format("first_high_skilled"), firsts.format("first_dual")
    review.withdraw(fresh_url, [1], COUNTY, "误")
    assert engine.frame(fresh_url, high).rows() == [(2, 1)]  # Q has nothing in submission 1 and is left alone
    assert engine.frame(fresh_url, dual).rows() == [(2, 1)]
    review.restore(fresh_url, [1], COUNTY)
    assert engine.frame(fresh_url, high).rows() == [(1, 2)]
    assert engine.frame(fresh_url, dual).rows() == [(1, 2)]
    review.withdraw(fresh_url, [2], PROVINCE, "误")
    review.restore(fresh_url, [2], PROVINCE)
    assert engine.frame(fresh_url, high).rows() == [(1, 2), (2, 3)]


def test_the_commands_take_the_steps_and_list_what_there_is(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--db", url]
    assert cli.main(["approve", "2", "--by", "李二", "--as", "杭州市", *at]) == cli.OK
    assert "批次 2 审核通过，数据版本 3" in capsys.readouterr().out
    assert cli.main(["withdraw", "2", "--reason", "误", "--by", "王一", "--as", "330110", *at]) == cli.OK
    assert cli.main(["restore", "1", "--by", "王一", "--as", "余杭区", *at]) == cli.OK
    assert cli.main(["return", "1", "--reason", "缺页", "--by", "李二", "--as", "330100", *at]) == cli.OK
    assert "批次 1 已退回，数据版本 6" in capsys.readouterr().out
    assert cli.main(["return", "1", "--reason", "缺页", "--by", "李二", *at]) == cli.WRONG
    assert "状态是“已退回”" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        cli.main(["withdraw", "2", "--by", "王一", *at])
    assert wrong.value.code == cli.USAGE
    assert cli.main(["submissions", "--place", "杭州市", "--table", "training", *at]) == cli.OK
    said = capsys.readouterr().out
    assert "批次 2  培训  余杭区  2026-10  3 行  已撤回：误" in said
    assert "批次 1  培训  余杭区  2026-10  2 行  已退回：缺页" in said
    assert cli.main(["submissions", "--unreviewed", *at]) == cli.WRONG
