"""Every rule of declared.yaml finds the row that breaks it, by row and column; warnings ask for a reason."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from data_sources.intake import declarations, numbers, people, preview, templates
from data_sources.intake.preview import Preview
from data_sources.submissions import RefusedSubmission
from tests.data_sources.intake import filed

pytestmark = pytest.mark.usefixtures("read_here")

DAY = dt.date(2026, 10, 20)
OUTSIDE = {"lon": 120.7, "lat": 27.99}
"""温州."""


def _seen(url: str, table: str, *rows: dict[str, Any], **asked: str) -> Preview:
    content = templates.filled(table, [filed.LEGAL[table] | row for row in rows])
    return filed.seen(url, content, filed.asked(table, **asked))


@pytest.mark.parametrize(
    ("table", "given", "column", "why"),
    [
        ("training", {"ended": dt.date(2026, 11, 1)}, "结束日期", "应在报送时期之内"),
        ("training", {"started": dt.date(2026, 11, 1)}, "结束日期", "应依次不减"),
        ("training", {"base_code": "B9"}, "基地编号", "应是库中已有的代码"),
        ("training", {"zone": "高新区"}, "功能区", "只在地区为设区市"),
        ("training", {"place_code": "330106"}, "地区代码", "不在报送地区余杭区之内"),
        ("certificate", {"level": "T1"}, "等级", "专业技术等级（T）只用于"),
        ("certificate", {"occupation_code": "2-02-38-01"}, "等级", "专业技术等级（T）只用于"),
        ("certificate", {"level": "L5"}, "证书编号", "证书编号应为22位"),
        ("certificate", {"certificate_number": "Y000133000001253000001"}, "证书编号", "证书编号应为22位"),
        ("certificate", {"certificate_number": "X000133000001263000001"}, "证书编号", "证书编号应为22位"),
        ("certificate", {"certificate_number": "Y00013300000126300001"}, "证书编号", "证书编号应为22位"),
        ("certificate", {"issuer_code": "91330108DEM0030207"}, "发证机构", "应是库中已有的代码"),
        ("certificate", {"issuer_code": "91330108DEM0030208"}, "发证机构", "末位校验不符"),
        ("employment", {"start_month": "2026-11", "end_month": None}, "开始月份", "不应晚于报送月份"),
        ("employment", {"end_month": "2026-09"}, "结束月份", "应依次不减"),
        ("vacancy", {"headcount": -1}, "需求人数", "应在 0 与 100,000 之间"),
        ("vacancy", {"wage_low": 900051}, "月薪上限", "应依次不减"),
        ("subsidy", {"amount": 0}, "金额", "应在 0.01 元"),
        ("subsidy", {"organisation_code": "91330108DEM0030207"}, "机构代码", "应是库中已有的代码"),
        ("budget", {"year": 2025}, "年度", "应在报送时期之内"),
        ("organisation", {"lon": None}, "经度（CGCS2000）", "应同时填写或同时为空"),
        ("organisation", {"lon": 30.27, "lat": 119.98}, "经度（CGCS2000）", "应在 118 与 124 之间"),
        ("base", {"closed_month": "2019-01"}, "停用月份", "应依次不减"),
        ("contest", {"awards": 91}, "参赛人数", "应依次不减"),
        ("contest", {"month": "2026-09"}, "月份", "应在报送时期之内"),
        ("milestone", {"reached": dt.date(2026, 9, 30)}, "日期", "应在报送时期之内"),
        ("target", {"value": -1}, "目标值", "应在 0 与"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_rule_is_named(
    coded: str, table: str, given: dict[str, Any], column: str, why: str
) -> None:
    found = _seen(coded, table, given)
    assert [(c, row) for c, row, said in filed.said(found.problems) if why in said] == [(column, 2)]


@pytest.mark.parametrize(
    ("table", "key"),
    [("training", {"started": dt.date(2026, 10, 9)}), ("certificate", {"level": "L3"}), ("employment", {"start_month": "2026-09"}),
     ("subsidy", {"amount": 5}), ("budget", {"fund": "skills_action"}), ("base", {"base_code": "B8"}),
     ("programme", {"name": "另一个"}), ("contest", {"name": "另一个"}), ("target", {"year": 2027})],
)  # fmt: skip
def test_a_row_that_stands_there_twice_is_named_with_its_first(coded: str, table: str, key: dict[str, Any]) -> None:
    given = {"certificate_number": None} if table == "certificate" else {}
    ended = {"end_month": "2026-10"} if table == "employment" else {}
    found = _seen(coded, table, given, key | given | ended, given)
    twice = [p for p in found.problems if "在文件内不得重复" in p.why]
    assert {row for p in twice for row in p.rows["row"]} == {2, 4}
    assert {right for p in twice for right in p.rows["right"]} == {"第 2 行与此相同"}


@pytest.mark.parametrize("number", ["YT00133000001267000001", "Y00013300000126T000001"])
def test_a_special_technicians_number_has_two_letters_and_twenty_digits(coded: str, number: str) -> None:
    digits = f"{number[0]}{number[1:]}"
    found = _seen(coded, "certificate", {"level": "L7", "certificate_number": digits})
    assert filed.said(found.problems) == []
    assert filed.said(_seen(coded, "certificate", {"certificate_number": digits}).problems)


def test_what_another_submission_brought_is_no_news(coded: str) -> None:
    filed.accepted(coded, templates.filled("certificate", [filed.LEGAL["certificate"]]), filed.asked("certificate"))
    later = filed.LEGAL["certificate"] | {"issued": dt.date(2026, 11, 3), "certificate_number": None}
    again = filed.seen(coded, templates.filled("certificate", [later]), filed.asked("certificate", month="2026-11"))
    assert [p.why for p in again.problems] == ["“身份证件号码”、“职业代码”、“等级”不得与库中已接收的其他批次重复"]
    same_month = filed.seen(
        coded, templates.filled("certificate", [filed.LEGAL["certificate"]]), filed.asked("certificate")
    )
    assert same_month.problems == ()


def test_a_certificates_number_counts_once_in_the_whole_database_and_is_kept_as_a_hash(coded: str) -> None:
    filed.accepted(coded, templates.filled("certificate", [filed.LEGAL["certificate"]]), filed.asked("certificate"))
    kept = filed.stored(coded, "certificate")["certificate_key"].item()
    assert (len(kept), kept) == (32, people.certificates(pl.Series(["Y000133000001263000001"])).item())
    other = filed.LEGAL["certificate"] | {
        "person_key": filed.number(2),
        "certificate_number": "y0001 33 000001 26 3 000001",
    }
    found = _seen(coded, "certificate", other, place_code="330106")
    assert [(p.said, p.rows.to_dicts()) for p in found.problems] == [
        ("“证书编号”不得与库中已接收的其他批次重复", [{"row": 2, "value": "Y000133000001263000001", "right": ""}])
    ]
    assert _seen(coded, "certificate", other).problems == ()  # what it would replace does not stand in its way


def test_a_certificates_number_is_no_identity_number_though_a_day_of_birth_stands_in_it(coded: str) -> None:
    alike = "Y133012200105263000001"  # 133012 2001 05 26 300 0
    assert numbers.personal(alike)
    assert _seen(coded, "certificate", {"certificate_number": alike}).problems == ()
    found = _seen(coded, "certificate", {"certificate_number": filed.number(1)})
    assert [(p.said, p.rows["value"][0]) for p in found.problems] == [
        ("“证书编号”像身份证件号码，不能填在这一列", "（不显示）")
    ]


def test_an_open_spell_elsewhere_is_a_warning(coded: str) -> None:
    filed.accepted(coded, templates.filled("employment", [filed.LEGAL["employment"]]), filed.asked("employment"))
    later = filed.LEGAL["employment"] | {"start_month": "2026-11"}
    found = filed.seen(coded, templates.filled("employment", [later]), filed.asked("employment", month="2026-11"))
    assert (found.problems, [row for _, row, _ in filed.said(found.warnings)]) == ((), [2])


def test_more_trainings_a_year_than_the_rule_ask_for_a_reason(coded: str) -> None:
    days = [dt.date(2026, 10, n) for n in (1, 2, 3)]
    first = [filed.LEGAL["training"] | {"started": day} for day in days]
    filed.accepted(coded, templates.filled("training", first), filed.asked("training"))
    fourth = filed.LEGAL["training"] | {"started": dt.date(2026, 11, 1), "ended": dt.date(2026, 11, 9)}
    content, asked = templates.filled("training", [fourth]), filed.asked("training", month="2026-11")
    found = filed.seen(coded, content, asked)
    assert [(p.why, p.count) for p in found.warnings] == [("同一人一年内培训一般不超过 3 次", 1)]
    assert found.warnings[0].rows["value"].to_list() == ["（不显示）"]
    with pytest.raises(RefusedSubmission, match="须说明原因"):
        filed.accepted(coded, content, asked)
    filed.accepted(coded, content, asked, reason="补报以前月份")
    (reason,) = filed.stored_reasons(coded, "2026-11")
    assert reason == "补报以前月份"


def test_a_point_outside_its_place_is_a_warning(coded: str) -> None:
    found = _seen(coded, "base", OUTSIDE)
    assert (found.problems, filed.said(found.warnings)) == ((), [("地区代码", 2, "坐标应落在所填地区之内")])
    assert _seen(coded, "base", {}).warnings == ()


def _vacancies(n: int, **given: Any) -> bytes:
    return templates.filled("vacancy", [filed.LEGAL["vacancy"] | given] * n)


def test_what_is_far_beyond_the_places_own_year_is_a_warning(coded: str) -> None:
    for month in ("2026-08", "2026-09"):
        filed.accepted(coded, _vacancies(40), filed.asked("vacancy", month=month))
    assert filed.seen(coded, _vacancies(60), filed.asked("vacancy")).warnings == ()
    many = filed.seen(coded, _vacancies(121), filed.asked("vacancy"))
    assert [p.why for p in many.warnings] == [
        "余杭区的行数为 121，近一年各月在 40 与 40 之间",
        "余杭区的“需求人数”合计为 1,452，近一年各月在 480 与 480 之间",
    ]
    few = filed.seen(coded, _vacancies(2), filed.asked("vacancy"))
    assert [p.why for p in few.warnings] == [
        "余杭区的行数为 2，近一年各月在 40 与 40 之间",
        "余杭区的“需求人数”合计为 24，近一年各月在 480 与 480 之间",
    ]
    dear = filed.seen(coded, _vacancies(40, wage_high=2700151), filed.asked("vacancy"))
    assert [(p.column, p.count) for p in dear.warnings] == [("月薪上限", 40)]
    assert filed.seen(coded, _vacancies(40, wage_high=2700150), filed.asked("vacancy")).warnings == ()


def test_sums_stand_beside_last_months_and_those_that_they_replace(coded: str) -> None:
    filed.accepted(coded, _vacancies(2), filed.asked("vacancy", month="2026-09"))
    filed.accepted(coded, _vacancies(3, headcount=5), filed.asked("vacancy"))
    found = filed.seen(coded, _vacancies(4), filed.asked("vacancy"))
    assert found.sums.to_dicts() == [
        {"place_code": "330110", "rows": 4, "rows_last_month": 2, "rows_replaced": 3,
         "headcount": 48, "headcount_last_month": 24, "headcount_replaced": 15}
    ]  # fmt: skip


def test_ten_thousand_mistakes_are_one_problem_with_its_exact_count(coded: str) -> None:
    lines = ["集群,职业,需求数,是否紧缺", *[f"C06,4-04-05-01,{n},也许" for n in range(10_000)]]
    found = filed.seen(coded, filed.csv(*lines), filed.asked("vacancy"), "a.csv")
    assert [(p.column, p.count, p.rows.height) for p in found.problems] == [("紧缺", 10_000, 10_000)]


def test_a_wrong_code_comes_with_the_nearest(coded: str) -> None:
    found = _seen(coded, "training", {"base_code": "B11"})
    assert found.problems[0].rows["right"].to_list() == ["B1"]


def test_every_declared_rule_has_a_check() -> None:
    from data_sources.intake import rules

    declared = {rule.check for table in declarations.tables_filed() for rule in declarations.layout(table).rules}
    assert declared == {*rules._CHECKS, "usual"}


def test_an_identity_number_in_scientific_notation_says_what_happened(coded: str) -> None:
    content = filed.csv(
        "身份证号,职业,集群,培训方式,线上,开始日期,结束日期,合格",
        "3.30106E+17,4-04-05-01,C06,项目制,否,2026-10-1,2026-10-2,是",
    )
    found = filed.seen(coded, content, filed.asked("training"), "a.csv")
    assert [p.why for p in found.problems] == ["号码被写成了科学计数，末几位已经丢失"]


def test_a_passport_needs_its_kind(coded: str) -> None:
    row = {"person_key": "E12345678"}
    assert [p.column for p in _seen(coded, "training", row).problems] == ["身份证件号码"]
    assert _seen(coded, "training", row | {"document": "护照"}).problems == ()


def test_a_polars_error_never_carries_cells_into_a_message(coded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Preview:
        raise preview.pl.exceptions.ComputeError(f"could not parse {filed.number(1)}")

    monkeypatch.setattr(preview, "_examined", broken)
    with pytest.raises(preview.UnusableUpload) as refused:
        _seen(coded, "training", {})
    assert filed.number(1) not in str(refused.value)
    assert refused.value.__cause__ is None
