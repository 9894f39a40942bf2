"""对比: the chosen places by the chosen indicators, and what the map says of each."""

from charts import words
from data_sources.cubes import Cubes
from indicators import measures
from indicators.catalogue import catalogue
from tests.pages import reading
from tests.pages.conftest import Opened


def test_the_table_says_what_the_map_says(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("compare", compared="330110~330921", measured="talent_per_10k~bachelor_share"))
    table = reading.table(app, "period")
    assert table["title"].to_list() == ["每万常住人口数字技能人才", "大学本科及以上人口占比"]
    assert table.columns == ["title", "period", "330110", "330921", "330000"]
    known = catalogue()["talent_per_10k"]
    values = measures.series(demo_cubes, known, "month_end").filter(month="2026-10")
    for code in ("330110", "330921", "330000"):
        assert table[code][0] == words.value(values.filter(place_code=code)["value"][0], known)


def test_places_and_indicators_move_the_table_and_the_url(opened: Opened) -> None:
    app = opened("compare")
    app.multiselect(key="w_option-compared").set_value(["330400"]).run()
    app.multiselect(key="w_option-measured").set_value(["vacancies"]).run()
    table = reading.table(reading.whole(app), "period")
    assert table.columns == ["title", "period", "330400", "330000"]
    assert table["title"].to_list() == ["数字职业岗位需求"]
    assert (app.query_params["compared"], app.query_params["measured"]) == ("330400", "vacancies")


def test_the_month_moves_the_table(opened: Opened) -> None:
    app = opened("compare", measured="vacancies")
    app.select_slider(key="w_month").set_value("2025-03").run()
    assert reading.table(reading.whole(app), "period")["period"].to_list() == ["2025年3月"]


def test_nothing_chosen_is_said(opened: Opened) -> None:
    app = opened("compare")
    app.multiselect(key="w_option-compared").set_value([]).run()
    assert reading.whole(app).info[0].value == "请选择至少一个地区和一项指标。"


def test_a_wrong_place_in_the_url_is_named(opened: Opened) -> None:
    app = opened("compare", compared="330110~999999")
    assert app.warning[0].value == "网址中的对比地区“330110~999999”不能使用（没有“999999”），已改为默认值。"
