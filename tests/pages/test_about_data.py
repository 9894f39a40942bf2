"""指标与数据: the catalogue, the versions, the submissions, the dictionary; each control narrows its own table."""

import io
import re
from collections.abc import Callable
from html import unescape

import polars as pl
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data_sources import tables
from data_sources.cubes import Cubes
from data_sources.engine import engine
from data_sources.intake import dictionary
from indicators import measures, plan
from indicators.catalogue import THEMES, catalogue
from indicators.view import DEFAULT_INDICATOR
from pages.shared import screen
from pages.shared.screen import Screen
from tests.pages import reading
from tests.pages.conftest import Opened


def listed(app: AppTest) -> list[list[str]]:
    """The catalogue's rows, cell by cell."""
    (body,) = (h.value.split("<tbody>")[1] for h in app.get("html") if "<th>口径</th>" in h.value)
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


def test_every_indicator_is_listed_with_its_definition(opened: Opened) -> None:
    app = reading.whole(opened("about_data"))
    assert [t.label for t in app.tabs] == ["指标目录", "规划举措", "数据版本", "报送批次", "数据字典"]
    assert f"{len(catalogue())} 项指标" in reading.titles(app)
    rows = listed(app)
    for indicator, (name, definition, unit, *_, source) in zip(catalogue().values(), rows, strict=True):
        assert f"indicator={indicator.key}" in name or indicator.key == DEFAULT_INDICATOR
        assert indicator.title in name
        assert (definition, unit, source) == (indicator.definition, indicator.unit, indicator.source)


def test_a_theme_narrows_the_catalogue(opened: Opened) -> None:
    app = opened("about_data")
    for theme in THEMES:
        app.button_group(key="w_option-theme").set_value(theme).run()
        expected = [i.definition for i in catalogue().values() if i.theme == theme]
        assert [row[1] for row in listed(reading.whole(app))] == expected
        assert f"{len(expected)} 项指标" in reading.titles(app)


def test_the_plans_measures_have_their_indicators_latest_value_and_owner(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("about_data"))
    (matrix,) = (unescape(h.value) for h in app.get("html") if "<th>举措和指标</th>" in h.value)
    serving = sum(bool(i.plan_measures) for i in catalogue().values())
    assert f"规划 18 项举措中 17 项有数据，共 {serving} 项指标" in reading.titles(app)
    assert '14. 部门责任分工</th></tr><tr><td colspan="4">暂无数据：还没有记录这项举措的数据表' in matrix
    values = measures.series(demo_cubes, catalogue()["contests"], "year_to_date")
    held = values.filter(place_code="330000", month="2026-10")["value"][0]
    row = next(row for row in matrix.split("<tr>") if "技能竞赛</a>" in row)
    assert f">{held:,.0f} 场</td>" in row
    assert ">2026年1—10月</td>" in row
    assert f">{catalogue()['contests'].owner}</td>" in row


def test_on_a_telephone_the_measures_are_folded_and_say_how_much_each_holds(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "screen", lambda: Screen(360, "light"))
    app = reading.whole(opened("about_data"))
    (measures_,) = (unescape(h.value) for h in app.get("html") if "<th>举措和指标</th>" in h.value)
    folded = measures_.split("<details>")[1:]
    assert [each.partition(". ")[2].partition("<small>")[0] for each in folded][4:6] == [plan.MEASURES[5], "技能竞赛"]
    counts = [sum(number in i.plan_measures for i in catalogue().values()) for number in plan.MEASURES]
    told = [f"{count} 项指标" if count else "暂无数据" for count in counts]
    assert [each.partition("<small>")[2].partition("</small>")[0] for each in folded] == told
    assert [each.count("<a href") for each in folded] == counts


def test_the_versions_are_the_databases(opened: Opened, demo_url: str) -> None:
    app = reading.whole(opened("about_data"))
    versions = reading.table(app, "received")
    assert versions["version"].to_list()[:2] == ["v46", "v45"]
    with engine(demo_url).connect() as database:
        filed, rows = database.execute(text("SELECT count(*), sum(row_count) FROM submission")).one()
    assert (versions["submissions"].sum(), versions["rows"].sum()) == (filed, rows)


def test_every_table_is_taken_along_with_its_notes(opened: Opened, offered: dict[str, Callable[[], bytes]]) -> None:
    reading.whole(opened("about_data", tab="submissions", theme="资金", dictionary="certificate"))
    books = {name.split("_")[2]: file for name, file in offered.items() if name.endswith(".xlsx")}
    assert set(books) == {"指标目录", "规划举措", "数据版本", "报送批次", "数据字典", "核对规则"}
    taken = {
        name: pl.read_excel(io.BytesIO(books[name]()), sheet_id=0) for name in ("指标目录", "数据版本", "数据字典")
    }
    assert [list(sheets) for sheets in taken.values()] == [
        ["数据", "说明"],
        ["演示数据（模拟）", "说明"],
        ["数据", "说明"],
    ]
    funds = [i for i in catalogue().values() if i.theme == "资金"]
    assert taken["指标目录"]["数据"].select("指标代码", "口径").rows() == [(i.key, i.definition) for i in funds]
    assert ("筛选条件", "主题：资金") in taken["指标目录"]["说明"].rows()


def test_submissions_by_table_and_page(opened: Opened) -> None:
    app = reading.whole(opened("about_data", tab="submissions"))
    newest = reading.table(app, "row_count")
    assert newest.height == 200
    assert newest["version"].unique().to_list() == ["v46"]
    app.selectbox(key="w_option-listed_table").set_value("training").run()
    training = reading.table(reading.whole(app), "row_count")
    assert set(training["table"]) == {str(tables.TABLES["training"].label)}  # type: ignore[attr-defined]
    app.number_input(key="w_option-listed_page").set_value(2).run()
    second = reading.table(reading.whole(app), "row_count")
    assert not set(second["id"]) & set(training["id"])
    assert "第 2 页" in " ".join(c.value for c in app.caption)
    assert (app.query_params["listed_table"], app.query_params["listed_page"]) == ("training", "2")
    app.number_input(key="w_option-listed_page").set_value(999).run()
    assert [i.value for i in reading.whole(app).info] == ["没有符合条件的报送批次。"]


def test_the_dictionary_is_the_declared_schema(opened: Opened) -> None:
    app = opened("about_data")
    for name in tables.TABLES:
        app.selectbox(key="w_option-dictionary").set_value(name).run()
        columns = tables.SQLModel.metadata.tables[name].columns
        columns_listed = reading.table(reading.whole(app), "required")
        assert columns_listed["name"].to_list() == [c.name for c in columns]
        assert columns_listed["label"].to_list() == [c.info["label"] for c in columns]


def test_the_dictionary_lists_the_rules_of_tables_that_are_filed(opened: Opened) -> None:
    app = opened("about_data")
    for name in ("certificate", "vacancy", "place"):
        app.selectbox(key="w_option-dictionary").set_value(name).run()
        wanted = dictionary.rules(name)
        found = [t for t in reading.titles(reading.whole(app)) if t.startswith("报送核对规则")]
        assert found == ([] if name == "place" else [f"报送核对规则 {wanted.height} 条"])
        if found:
            assert reading.table(app, "severity")["rule"].to_list() == wanted["rule"].to_list()


def test_the_view_is_kept_on_the_way_through(opened: Opened) -> None:
    app = opened("about_data", place="330110", indicator="talent_stock")
    assert "place=330110" in reading.links(app)["人才地图"]
    assert "indicator=talent_stock" in reading.links(app)["人才地图"]
