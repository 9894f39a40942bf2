"""供需与流动: each part says what the measures say, each control moves what is shown, what is missing is said."""

from pathlib import Path

import pytest

from charts import words
from data_sources.cubes import Cubes
from geo import places
from indicators import flows, measures, projection, supply
from indicators.catalogue import catalogue
from tests.data_sources import samples
from tests.indicators.conftest import Rows
from tests.pages import reading
from tests.pages.conftest import Opened

PREFECTURES = tuple(p.code for p in places.prefectures())
PARTS = ("gaps", "pipeline", "flows", "retention", "outlook")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("query", [{"place": "330110"}, {"level": "all"}, {"month": "2023-01"}])
def test_every_part_opens_everywhere(part: str, query: dict[str, str], opened: Opened) -> None:
    app = reading.whole(opened("supply_demand", supply=part, **query))
    assert reading.titles(app) or app.info


def test_gaps_are_the_indicators_and_the_list_is_the_measures(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("supply_demand"))
    gap = measures.series(demo_cubes, catalogue()["supply_gap"], "year_to_date").filter(month="2026-10")
    (province,) = gap.filter(place_code="330000")["value"]
    assert any(f"缺口 {province:,.0f}，" in text for text in reading.texts(app))
    wanted = supply.shortage(demo_cubes, "year_to_date", "2026-10", "330000")
    assert reading.table(app, "short")["gap"].to_list() == wanted["gap"].to_list()
    assert reading.table(app, "short")["wage"][0] == words.rounded(wanted["wage"][0], 0)


def test_period_matrix_occupation_cluster_level_and_month_move_the_gaps(opened: Opened) -> None:
    app = opened("supply_demand")
    before = reading.table(app, "short")
    app.button_group(key="w_option-over").set_value("month").run()
    now = reading.table(reading.whole(app), "short")
    assert now["demand"].sum() < before["demand"].sum()
    app.button_group(key="w_option-gaps").set_value("ratio").run()
    assert reading.titles(reading.whole(app))[0].endswith("：供需比")
    app.multiselect(key="w_option-occupation").set_value(["4-04-05-05"]).run()
    assert "人工智能训练师：各地供需" in reading.titles(reading.whole(app))
    app.selectbox(key="w_cluster").set_value("C06").run()
    assert reading.table(reading.whole(app), "short")["demand"].sum() < now["demand"].sum()
    app.button_group(key="w_level").set_value("all").run()
    assert reading.titles(reading.whole(app))[0].startswith("90 个县（市、区）")
    app.select_slider(key="w_month").set_value("2025-03").run()
    assert any("2025年3月：岗位需求" in text for text in reading.texts(reading.whole(app)))


def test_an_occupation_nobody_asks_for_is_said(opened: Opened, demo_cubes: Cubes) -> None:
    cells = supply.cells(demo_cubes, "month", "2026-09", ("330921",))
    code = cells.filter(demand=0)["occupation_code"][0]
    app = reading.whole(
        opened("supply_demand", place="330921", month="2026-09", over="month", level="county", occupation=code)
    )
    pair = supply.cells(demo_cubes, "month", "2026-09", tuple(p.code for p in places.counties("330900")))
    asked_for = pair.filter(occupation_code=code)["demand"].sum()
    assert any("的岗位需求。" in note.value for note in app.info) == (asked_for == 0)


def test_the_part_is_chosen_at_the_top_and_kept_in_the_url(opened: Opened) -> None:
    app = opened("supply_demand")
    for part in ("flows", "outlook", "pipeline", "retention"):
        app.button_group(key="w_option-supply").set_value(part).run()
        assert app.query_params["supply"] in (part, [part])
        reading.whole(app)


def test_flows_show_the_pairs_the_balance_and_the_matrix(opened: Opened, demo_cubes: Cubes, printed: Rows) -> None:
    app = reading.whole(opened("supply_demand", supply="flows"))
    pairs = flows.between(demo_cubes, "year_to_date", "2026-10", PREFECTURES)
    share = words.number(100 * flows.covered(pairs, 40), 1)  # type: ignore[operator]
    assert reading.titles(app)[0] == f"11 个设区市人员流动：最大 40 个流向，占全部 {share}%"
    assert reading.table(app, "share")["people"].to_list() == pairs["people"].to_list()
    assert [pair["people"] for pair in printed("flow", "--window", "year_to_date", "--level", "prefecture")] == pairs[
        "people"
    ].to_list()
    balance = flows.balance(demo_cubes, "year_to_date", "2026-10", PREFECTURES)
    assert sorted(reading.table(app, "net")["net"]) == sorted(balance["net"])
    assert reading.table(app, "total")["total"].sum() == pairs["people"].sum()
    assert len(reading.layers(app)["arcs"]["data"]) == 40


def test_arcs_place_and_cluster_move_the_flows(opened: Opened) -> None:
    app = opened("supply_demand", supply="flows")
    app.button_group(key="w_option-arcs").set_value("20").run()
    assert len(reading.layers(reading.whole(app))["arcs"]["data"]) == 20
    app.selectbox(key="w_place").set_value("330110").run()
    arcs = reading.layers(reading.whole(app))["arcs"]["data"]
    assert all("余杭区" in arc["name"] for arc in arcs)
    before = reading.table(app, "share")["people"].sum()
    app.selectbox(key="w_cluster").set_value("C06").run()
    assert 0 < reading.table(reading.whole(app), "share")["people"].sum() < before


def test_a_place_without_flows_says_so(opened: Opened, demo_cubes: Cubes) -> None:
    counties = tuple(p.code for p in places.counties("330900"))
    for month in demo_cubes.months:
        pairs = flows.between(demo_cubes, "month", month, counties)
        without = set(counties) - set(pairs["origin"]) - set(pairs["destination"])
        if pairs.height and without:
            break
    app = reading.whole(opened("supply_demand", supply="flows", place=min(without), over="month", month=month))
    assert any("在所选时期没有流入或流出" in note.value for note in app.info)


def test_what_is_on_its_way_is_what_the_measures_say(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("supply_demand", supply="pipeline"))
    due = supply.due(demo_cubes, "2026-10", ("330000",))["due"][0]
    running = supply.in_training(demo_cubes, "330000")["estimated"][-1]
    courses, certificates = reading.titles(app)
    assert courses == f"浙江省2026年10月末在训约 {words.number(running, 0)} 人次（估计）"
    assert certificates == f"2026年11月—2027年1月预计取证：浙江省约 {words.number(due, 0)} 本"
    app.select_slider(key="w_month").set_value("2023-06").run()
    assert "不能估计待取证" in reading.whole(app).info[0].value
    known = supply.in_training(demo_cubes, "330000").filter(month="2023-06")["known"][0]
    assert reading.titles(app)[0] == f"浙江省2023年6月末在训 {words.number(known, 0)} 人次"


def test_retention_is_the_indicators(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("supply_demand", supply="retention"))
    rates = [
        measures.series(demo_cubes, catalogue()[key], "since_2023").filter(place_code="330000", month="2026-10")[
            "value"
        ][0]
        for key in ("retention_6", "retention_12")
    ]
    six, twelve = (words.number(rate, 1) for rate in rates)
    assert reading.titles(app)[0].startswith(
        f"浙江省结业后在本地就业的培训人次占比：6个月后 {six}%、12个月后 {twelve}%"
    )
    assert reading.table(app, "rate_6").height == 12
    app.selectbox(key="w_place").set_value("330100").run()
    assert reading.table(reading.whole(app), "rate_6").height == 14


def test_the_outlook_says_where_the_targets_end_and_is_silent_with_too_few_months(
    opened: Opened, demo_cubes: Cubes
) -> None:
    app = reading.whole(opened("supply_demand", supply="outlook"))
    values = measures.history(measures.series(demo_cubes, catalogue()["training_person_times"], "month"), "330000")
    found = projection.outlook(values)
    assert found is not None
    assert f"按趋势到2027年底 {words.number(found.arrival['total'], 0)} 人次" in reading.titles(app)[0]
    assert reading.table(app, "stood").height == 8
    app.select_slider(key="w_month").set_value("2024-06").run()
    told = [note.value for note in reading.whole(app).info]
    assert len(told) == 3
    assert all("只有 18 个月，不足 24 个月，不推算" in text for text in told)


def test_a_month_before_2023_and_an_unknown_occupation_are_named(opened: Opened) -> None:
    app = reading.whole(opened("supply_demand", month="2022-12", occupation="9-99"))
    said = " ".join(warning.value for warning in app.warning)
    assert "月份“2022-12”不存在" in said
    assert "没有“9-99”" in said


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("supply_demand", db=url)).info[0].value.startswith("数据库里还没有报送数据")
