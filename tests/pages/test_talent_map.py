"""人才地图: each control moves what it says, and what is shown is what is measured."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from charts import words
from data_sources.cubes import Cubes
from geo import places
from indicators import measures
from indicators.catalogue import catalogue
from pages.shared.frame import PAGES
from tests.pages import reading
from tests.pages.conftest import Opened

PROVINCE, HANGZHOU, YUHANG = "330000", "330100", "330110"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"place": HANGZHOU},
        {"indicator": "talent_per_10k", "level": "all"},
        {"indicator": "training_person_times", "window": "month", "month": "2025-03", "place": YUHANG},
        {"indicator": "subsidy_paid", "window": "year_to_date", "level": "all", "peers": "mountain26"},
        {"indicator": "certificates", "cluster": "C06", "level": "all"},
        {"indicator": "supply_gap", "level": "all"},
        {"indicator": "residents", "level": "all"},
    ],
    ids=lambda q: "-".join(q.values()) or "start",
)
def test_the_table_is_what_the_measures_say(opened: Opened, demo_cubes: Cubes, query: dict[str, str]) -> None:
    app = reading.whole(opened("talent_map", **query))
    assert not app.warning
    view = reading.seen_view(app, demo_cubes)
    indicator = reading.catalogue()[view.indicator]
    shown = {r["name"]: (r["value"], r["rank"]) for r in reading.table(app).iter_rows(named=True)}
    for code, value, rank in reading.expected(view, demo_cubes):
        seen, position = shown.pop(places.place(code).name)
        assert seen == (None if value is None else words.rounded(value, indicator.decimals))
        assert position == rank
    within = places.place(view.within)
    assert set(shown) <= {f"{within.name.removesuffix('市')}市本级", within.name}


ALL = {"title", "card", "map", "legend", "ranking", "trend", "table"}
PLACES = {"title", "map", "legend", "ranking", "table"}


@pytest.mark.parametrize(
    ("key", "value", "start", "view", "parts"),
    [
        ("w_theme", "人才", {}, {"indicator": "high_skilled_completion"}, ALL),
        ("w_indicator", "training_person_times", {}, {"indicator": "training_person_times"}, ALL),
        ("w_window", "month", {"indicator": "training_person_times"}, {"window": "month"}, ALL),
        ("w_month", "2025-06", {}, {"month": "2025-06"}, ALL),
        ("w_level", "all", {}, {"level": "all"}, PLACES),
        ("w_level", "prefecture", {"place": YUHANG}, {"level": "prefecture"}, {*PLACES, "card"}),
        ("w_place", YUHANG, {}, {"place": YUHANG, "level": "county"}, ALL),
        ("w_place", PROVINCE, {"place": YUHANG}, {"place": PROVINCE, "level": "prefecture"}, ALL),
        ("w_cluster", "C06", {"indicator": "certificates"}, {"cluster": "C06"}, ALL),
        ("w_peers", "mountain26", {"level": "all"}, {"peers": "mountain26"}, PLACES),
        ("w_peers", "island", {"level": "all", "indicator": "certificates"}, {"peers": "island"}, PLACES - {"legend"}),
        (
            "w_method",
            "equal",
            {"indicator": "talent_per_10k", "level": "all"},
            {"method": "equal"},
            {"map", "legend", "ranking"},
        ),
        ("w_bases", True, {}, {"bases": True}, {"map", "legend"}),
    ],
)
def test_a_control_changes_the_view_and_what_depends_on_it(
    opened: Opened,
    demo_cubes: Cubes,
    key: str,
    value: object,
    start: dict[str, str],
    view: dict[str, object],
    parts: set[str],
) -> None:
    app = opened("talent_map", **start)
    was, before = reading.seen_view(app, demo_cubes), reading.parts(app)
    control(app, key).set_value(value).run()
    now, after = reading.seen_view(reading.whole(app), demo_cubes), reading.parts(app)
    assert now == replace(was, **view)  # type: ignore[arg-type]
    assert reading.changed(before, after) == parts
    assert control(app, key).value == value


def crumbs(app: AppTest) -> list[str]:
    """The steps of the breadcrumb that lead back."""
    return [b.label for b in app.button if str(b.key).startswith("crumb-")]


def test_a_breadcrumb_leads_back(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("talent_map", place=YUHANG, indicator="talent_stock")
    assert crumbs(app) == ["浙江省", "杭州市"]
    app.button(key="crumb-330100").click().run()
    assert reading.seen_view(reading.whole(app), demo_cubes).place == HANGZHOU
    assert "杭州市" in reading.card(app)
    app.button(key="crumb-330000").click().run()
    back = reading.seen_view(reading.whole(app), demo_cubes)
    assert (back.place, back.level, back.indicator) == (PROVINCE, "prefecture", "talent_stock")
    assert not crumbs(app)


def test_a_view_and_its_url_are_the_same(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("talent_map")
    for key, value in (("w_theme", "评价"), ("w_indicator", "certificates"), ("w_level", "all"), ("w_cluster", "C06")):
        control(app, key).set_value(value).run()
    control(app, "w_place").set_value(YUHANG).run()
    control(app, "w_month").set_value("2026-02").run()
    query = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    again = opened("talent_map", **query)
    assert not again.warning
    assert reading.parts(again) == reading.parts(app)


def test_the_page_links_keep_the_view(opened: Opened) -> None:
    app = opened("talent_map", place=YUHANG, indicator="talent_stock")
    for label, query in reading.links(app).items():
        assert label in {"本页简报", *(title for group in PAGES.values() for title in group.values())}
        assert {"place": [YUHANG], "indicator": ["talent_stock"]}.items() <= parse_qs(query).items()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("indicator", "talent_stok", ("指标“talent_stok”不存在", "数字技能人才存量（talent_stock）")),
        ("indicator", "数字技能人才存量", ("指标“数字技能人才存量”不存在", "数字技能人才存量（talent_stock）")),
        ("place", "330199", ("地区“330199”不存在", "建德市（330182）")),
        ("place", "余杭", ("地区“余杭”不存在", "余杭区（330110）")),
        ("month", "2031-01", ("月份“2031-01”不存在", "2026-10")),
        ("window", "since_2024", ("时期口径“since_2024”不存在", "（since_2023）")),
        ("level", "town", ("层级“town”不存在", "设区市")),
        ("cluster", "C77", ("产业集群“C77”不存在", "全部集群")),
        ("peers", "mountain", ("同类地区“mountain”不存在", "山区26县（mountain26）")),
        ("method", "jenks", ("分级方法“jenks”不存在", "分位数")),
    ],
)
def test_a_wrong_value_in_the_url_is_named(opened: Opened, name: str, value: str, says: tuple[str, ...]) -> None:
    app = reading.whole(opened("talent_map", **{name: value}))
    (notice,) = (w.value for w in app.warning)
    for part in says:
        assert part in notice


def test_each_wrong_value_is_named_and_the_right_ones_are_kept(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("talent_map", place=HANGZHOU, indicator="nonsense", month="yesterday", method="equal")
    assert len(reading.whole(app).warning) == 2
    assert "杭州市 13 个县（市、区）" in reading.title(app)


def test_a_cluster_cannot_be_chosen_where_it_means_nothing(opened: Opened) -> None:
    app = opened("talent_map", indicator="budget_execution", cluster="C06")
    assert control(app, "w_cluster").disabled
    assert [w.value for w in app.warning] == ["指标“补贴预算执行率”不分产业集群，网址中的产业集群未采用。"]
    assert not control(opened("talent_map", indicator="certificates"), "w_cluster").disabled


def test_peers_are_for_counties(opened: Opened) -> None:
    assert control(opened("talent_map"), "w_peers").disabled
    assert not control(opened("talent_map", level="all"), "w_peers").disabled


def test_the_census_has_one_period(opened: Opened) -> None:
    app = reading.whole(opened("talent_map", indicator="it_workers_per_10k", level="all"))
    assert not [s for s in app.select_slider if s.key == "w_month"]
    assert "时期：2020年普查" in [c.value for c in app.caption]
    assert "演示数据" not in " ".join(t for t in reading.texts(app) if t.startswith("单位"))


@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_every_indicator_draws_its_map_at_every_level(opened: Opened, turn: int) -> None:
    """In the usual run at one level each, every other indicator at the prefectures."""
    app = opened("talent_map")
    for at, key in enumerate(reading.catalogue()):
        level, drawn = (("prefecture", 11), ("all", 90))[(at + turn) % 2]
        app.query_params = {"indicator": key, "level": level}
        reading.whole(app.run())
        assert not app.warning, key
        assert len(reading.fills(app)) == drawn, key


def test_who_has_not_filed_is_hatched_and_counted(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("talent_map", level="all"))
    view = reading.seen_view(app, demo_cubes)
    absent = [code for code, value, _ in reading.expected(view, demo_cubes) if value is None]
    assert len(absent) == 3
    assert f"缺报{len(absent)} 个" in reading.legend(app)
    assert reading.layers(app)["hatching"]["data"]


def control(app: AppTest, key: str) -> Any:
    """The control with that key, of whatever kind."""
    found = [w for w in app.sidebar if getattr(w, "key", None) == key]
    assert len(found) == 1, f"{key}: {len(found)} controls"
    return found[0]


def test_a_county_is_ranked_among_those_like_it(opened: Opened, demo_cubes: Cubes) -> None:
    app = opened("talent_map", place=YUHANG, indicator="talent_per_10k")
    control(app, "w_peers").set_value("alike").run()
    seen = reading.seen_view(reading.whole(app), demo_cubes)
    assert (seen.peers, seen.level) == ("alike", "all")
    assert "余杭区和与其最相似的 10 个县（市、区）" in reading.card(app)
    assert any(c.value.startswith("与余杭区的距离（标准差）：") for c in app.sidebar.caption)
    control(app, "w_level").set_value("county").run()
    assert reading.seen_view(reading.whole(app), demo_cubes).peers == "all"
    control(app, "w_peers").set_value("prefecture").run()
    assert "杭州市 13 个县（市、区）" in reading.card(reading.whole(app))
    control(app, "w_place").set_value(PROVINCE).run()
    assert list(control(app, "w_peers").options) == ["全部地区", "山区26县", "海岛县"]


def test_a_rank_of_a_handful_is_remarked_in_table_ranking_and_file(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("talent_map", indicator="dual_share", window="month", level="all"))
    series = measures.series(demo_cubes, catalogue()["dual_share"], "month").filter(month="2026-10")
    few = series.filter(pl.col("value").is_not_null() & (pl.col("denominator") < 30))
    counties = {p.code: p.name for p in places.counties()}
    wanted = {counties[code] for code in few["place_code"] if code in counties}
    table = reading.table(app)
    assert 0 < len(wanted) < 90
    assert set(table.filter(pl.col("remark") == "数量少，仅供参考")["name"]) == wanted
    assert any("位次后带 * 的：比率的分母" in text for text in reading.texts(app))
    assert "remark" not in reading.table(reading.whole(opened("talent_map", indicator="training_completion"))).columns


def test_a_menu_of_exports_is_filled_once_it_is_opened(opened: Opened) -> None:
    app = reading.whole(opened("talent_map"))
    assert not app.get("download_button")
    app.session_state["export-数据表"] = True
    assert [button.proto.label for button in reading.whole(app.run()).get("download_button")] == [
        "Excel 工作簿",
        "CSV（含说明，ZIP）",
    ]
