"""补贴资金: each control moves the sums, the pictures and the table."""

from pathlib import Path

from charts import words
from data_sources.cubes import Cubes
from indicators import measures
from indicators.catalogue import catalogue
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def test_the_sums_and_the_table_are_the_indicators(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("subsidies"))
    paid = measures.series(demo_cubes, catalogue()["subsidy_paid"], "year_to_date").filter(month="2026-10")
    province = words.number(paid.filter(place_code="330000")["value"][0], 1)
    assert any(text.startswith(f"本年已支出 {province} 万元，占年度预算") for text in reading.texts(app))
    table = reading.table(app, "cost")
    hangzhou = table.filter(name="杭州市")["paid"][0]
    assert hangzhou == words.rounded(paid.filter(place_code="330100")["value"][0], 1)
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


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("subsidies", db=url)).info[0].value.startswith("数据库里还没有报送数据")
