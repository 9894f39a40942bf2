"""补贴资金: each control moves the sums, the pictures and the table; closed parts are not made."""

from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from charts import words
from data_sources.cubes import Cubes
from data_sources.payment_rules import ALLOWED
from geo import places
from indicators import measures, payment_checks, transfer
from indicators.catalogue import catalogue
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened

YEAR = ("2026-01", "2026-10")


def said(app: AppTest, part: str) -> str:
    """The sentence that says the sums of a part."""
    return next(text for text in reading.texts(reading.whole(app)) if part in text)


def url(app: AppTest) -> dict[str, str]:
    """The parameters in the address."""
    return {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}


def test_the_sums_and_the_table_are_the_indicators(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("subsidies"))
    paid = measures.series(demo_cubes, catalogue()["subsidy_paid"], "year_to_date").filter(month="2026-10")
    province = words.number(paid.filter(place_code="330000")["value"][0], 1)
    assert any(text.startswith(f"本年已支出 {province} 万元，占年度预算") for text in reading.texts(app))
    table = reading.table(app, "certificate_cost")
    hangzhou = table.filter(name="杭州市")
    assert hangzhou["paid"][0] == words.rounded(paid.filter(place_code="330100")["value"][0], 1)
    per = measures.series(demo_cubes, catalogue()["subsidy_per_passed"], "year_to_date").filter(month="2026-10")
    assert hangzhou["passed_cost"][0] == words.rounded(per.filter(place_code="330100")["value"][0], 0)
    assert table.height == 11
    assert table["paid"].is_sorted(descending=True)


def test_place_level_and_month_move_it(opened: Opened) -> None:
    app = opened("subsidies")
    app.selectbox(key="w_place").set_value("330100").run()
    assert "杭州市补贴资金　2026年1—10月" in reading.titles(reading.whole(app))
    assert reading.table(app, "cost").height == 13
    app.button_group(key="w_level").set_value("all").run()
    assert reading.table(reading.whole(app), "cost").height == 90
    app.select_slider(key="w_month").set_value("2025-03").run()
    assert "杭州市补贴资金　2025年1—3月" in reading.titles(reading.whole(app))
    assert "杭州市本年补贴从资金来源到补贴类型、再到产业集群的流向" in reading.titles(app)


@pytest.mark.parametrize(
    ("by", "start"),
    [
        ("fund", "按资金来源：职业技能提升行动专账最多"),
        ("cluster", "按产业集群：高端软件最多"),
        ("payee", "按发放对象：企业最多"),
        ("base", "按实训基地：不在基地最多"),
    ],
)
def test_payments_are_told_apart_by_what_was_chosen(by: str, start: str, opened: Opened) -> None:
    app = opened("subsidies")
    app.button_group(key="w_option-breakdown").set_value(by).run()
    assert any(title.startswith(start) for title in reading.titles(reading.whole(app)))
    assert url(app)["breakdown"] == by


def test_a_part_is_opened_by_its_button_and_the_others_are_not_made(opened: Opened) -> None:
    app = opened("subsidies")
    of_its_own = {"checks": "title", "payments": "payee", "transfer": "missing", "money": "certificate_cost"}
    for part in of_its_own:
        app.button_group(key="w_option-part").set_value(part).run()
        columns = {column for d in reading.whole(app).dataframe for column in d.value.columns}
        made = {name for name, column in of_its_own.items() if column in columns}
        assert made == ({"checks", "payments"} if part == "checks" else {part})  # checks list payments, too


# --- checks ----------------------------------------------------------------------------------------------------------


def test_checks_say_how_many_by_rule_and_list_each(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("subsidies", part="checks")
    groups = payment_checks.found(demo_cubes, ALLOWED, *YEAR)
    wanted = payment_checks.by_rule(groups, "330000")["payments"].to_list()
    assert wanted[-1] > 0
    assert reading.table(app, "title")["payments"].to_list() == wanted
    assert f"其中待核查 {wanted[-1]} 笔" in said(app, "待核查")
    listed = reading.table(app, "row_number")
    assert listed.height == wanted[-1]
    assert listed["reasons"].str.len_chars().min() > 0
    assert set(listed["reasons"].str.split("、").explode()) <= {
        "重复享受",
        "超过年度次数",
        "未结业先发放",
        "证书早于结业",
    }
    assert reading.table(app, "any").height == 11


def test_rules_are_switched_off_and_their_thresholds_moved(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("subsidies", part="checks")
    app.slider(key="w_option-allow_unfinished").set_value(60).run()
    fewer = payment_checks.by_rule(payment_checks.found(demo_cubes, {**ALLOWED, "unfinished": 60}, *YEAR), "330000")
    assert reading.table(reading.whole(app), "title")["payments"].to_list() == fewer["payments"].to_list()
    app.multiselect(key="w_option-rules").set_value(["too_many"]).run()
    app.slider(key="w_option-allow_too_many").set_value(1).run()
    more = payment_checks.by_rule(payment_checks.found(demo_cubes, {"too_many": 1}, *YEAR), "330000")
    assert reading.table(reading.whole(app), "title")["title"].to_list() == ["超过年度次数", "合计（去重）"]
    assert reading.table(app, "title")["payments"].to_list() == more["payments"].to_list()
    assert more["payments"][0] > fewer.filter(rule="too_many")["payments"][0]
    app.multiselect(key="w_option-rules").set_value([]).run()
    assert [info.value for info in reading.whole(app).info] == ["没有启用任何规则。请在左侧“启用的规则”中选择。"]


def test_a_county_that_has_not_filed_is_not_found_to_be_right(opened: Opened, demo_cubes: Cubes) -> None:
    paid = measures.series(demo_cubes, catalogue()["subsidy_paid"], "year_to_date").filter(month="2026-10")
    late = paid.filter(pl.col("value").is_null(), pl.col("expected") == 1)["place_code"].to_list()
    app = reading.whole(opened("subsidies", part="checks", level="all"))
    table = reading.table(app, "any")
    assert set(table.filter(pl.col("any").is_null())["name"]) == {places.place(code).name for code in late}
    assert len(late) == 2


# --- single payments -------------------------------------------------------------------------------------------------


def test_payments_are_filtered_and_turned_page_by_page(opened: Opened) -> None:
    app = reading.whole(opened("subsidies", part="payments"))
    title = reading.titles(app)[0]
    assert title.startswith("浙江省本年发放 ")
    assert "第 1／" in title
    first = reading.table(app, "row_number")
    assert first.height == 100
    app.button(key="pager-下一页").click().run()
    assert "第 2／" in reading.titles(reading.whole(app))[0]
    assert reading.table(app, "row_number").rows() != first.rows()
    app.selectbox(key="w_option-paid_kind").set_value("internship").run()
    assert "第 1／" in reading.titles(reading.whole(app))[0]
    assert set(reading.table(app, "row_number")["kind"]) == {"就业见习补贴"}
    app.selectbox(key="w_option-paid_fund").set_value("provincial_transfer").run()
    assert set(reading.table(reading.whole(app), "row_number")["fund"]) == {"省级统筹调剂"}
    app.selectbox(key="w_option-paid_kind").set_value("").run()
    app.selectbox(key="w_option-paid_fund").set_value("").run()
    app.selectbox(key="w_option-flagged").set_value("1").run()
    assert "待核查发放" in reading.titles(reading.whole(app))[0]
    app.selectbox(key="w_place").set_value("330110").run()
    table = [d.value for d in app.dataframe if "row_number" in d.value.columns]
    assert all(set(each["place"]) == {"余杭区"} for each in table)
    assert table or "没有符合条件的发放记录。" in [info.value for info in app.info]


def test_no_person_key_is_on_the_page(opened: Opened) -> None:
    app = reading.whole(opened("subsidies", part="payments"))
    payees = reading.table(app, "row_number")["payee"]
    people = payees.filter(payees.str.starts_with("个人"))
    assert people.len() > 0
    assert people.str.contains(r"^个人 [0-9A-F]{6}$").all()


def test_a_page_beyond_the_last_shows_the_last(opened: Opened) -> None:
    app = reading.whole(opened("subsidies", part="payments", paid_page="99999"))
    title = reading.titles(app)[0]
    page, of = title.removesuffix(" 页）").partition("第 ")[2].split("／")
    assert page == of
    app.selectbox(key="w_place").set_value("330100").run()
    assert "（第 1／" in reading.titles(reading.whole(app))[0]


# --- transfer --------------------------------------------------------------------------------------------------------


def spread(app: AppTest) -> pl.DataFrame:
    return reading.table(reading.whole(app), "missing")


def test_the_pool_is_spread_as_the_command_does(opened: Opened, demo_cubes: Cubes) -> None:
    table = spread(opened("subsidies", part="transfer", level="all", month="2026-09", floor="20"))
    codes = tuple(p.code for p in places.counties())
    terms = transfer.Terms(5_000_000_000, floor=20_000_000)
    wanted = transfer.spread(transfer.scores(demo_cubes, codes, "2026-09"), terms)
    names = [places.place(code).name for code in wanted["place_code"]]
    in_fen = {name: None if a is None else round(100 * a) for name, a in table.select("name", "amount").iter_rows()}
    assert in_fen == dict(zip(names, wanted["amount"], strict=True))
    assert sum(a for a in in_fen.values() if a is not None) == 5_000_000_000
    parts = table.select(pl.sum_horizontal(*transfer.FACTORS, "adjustment") - pl.col("amount")).to_series()
    assert parts.drop_nulls().abs().max() < 0.005


def test_every_control_of_the_transfer_moves_it(opened: Opened) -> None:
    app = opened("subsidies", part="transfer", month="2026-09")
    before = spread(app)
    app.number_input(key="w_option-pool").set_value(6000).run()
    assert spread(app)["amount"].sum() == pytest.approx(60_000_000)
    for name, value in (("weight_tasks", 80), ("weight_shortfall", 0), ("weight_need", 50), ("weight_efficiency", 0),
                        ("floor", 100), ("cap", 900)):  # fmt: skip
        app.slider(key=f"w_option-{name}").set_value(value).run()
        now = spread(app)
        assert now.rows() != before.rows(), name
        assert now["amount"].sum() == pytest.approx(60_000_000)
        assert url(app)[name] == str(value)
        before = now
    assert before["amount"].max() == 9_000_000
    assert before["amount"].min() >= 1_000_000
    app.selectbox(key="w_place").set_value("330100").run()
    assert "杭州市 13 个县（市、区）各得多少" in reading.titles(reading.whole(app))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"pool": "0"}, "调剂资金为0，没有可以分配的资金。请填写大于0的金额。"),
        (
            {"floor": "1000"},
            "11 个地区的保底合计 11,000.00 万元，超过调剂资金 5,000.00 万元。保底最高可设 454.54 万元。",
        ),
        ({f"weight_{key}": "0" for key in transfer.FACTORS}, "各因素的权重都是0，没有分配依据。请至少给一个因素权重。"),
    ],
)
def test_impossible_terms_are_told(query: dict[str, str], told: str, opened: Opened) -> None:
    app = reading.whole(opened("subsidies", part="transfer", **query))
    assert [warning.value for warning in app.warning] == [told]


# --- nothing there ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["money", "checks", "payments", "transfer"])
def test_without_submissions_the_page_says_so(part: str, opened: Opened, tmp_path: Path) -> None:
    app = opened("subsidies", db=samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}"), part=part)
    assert reading.whole(app).info[0].value.startswith("数据库里还没有报送数据")
