"""对比: the chosen places by the chosen indicators, and what the map says of each."""

import polars as pl

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
    assert table.columns == ["title", "330110", "330921", "330000", "average", "target", "period"]
    known = catalogue()["talent_per_10k"]
    values = measures.series(demo_cubes, known, "month_end").filter(month="2026-10")
    for code in ("330110", "330921", "330000"):
        assert table[code][0].rstrip(" ▲▼＝") == words.value(values.filter(place_code=code)["value"][0], known)


def test_each_place_is_marked_against_the_average_that_the_url_names(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("compare", compared="330110~330921", measured="talent_per_10k", against="chosen"))
    table = reading.table(app, "period")
    known = catalogue()["talent_per_10k"]
    both = measures.series(demo_cubes, known, "month_end").filter(
        pl.col("place_code").is_in(["330110", "330921"]), month="2026-10"
    )
    average = 10_000 * both["numerator"].sum() / both["denominator"].sum()
    assert table["average"][0] == words.value(average, known)
    marks = {code: "▲" if value > average else "▼" for code, value in both.select("place_code", "value").rows()}
    assert {code: table[code][0][-1] for code in marks} == marks
    assert table["330000"][0][-1] not in "▲▼＝"
    next(g for g in app.button_group if g.key == "w_option-against").set_value("island").run()
    assert app.query_params["against"] == "island"
    assert reading.table(reading.whole(app), "period")["average"][0] != table["average"][0]


def test_targets_and_pace_stand_in_their_own_column(opened: Opened) -> None:
    app = opened("compare", measured="training_completion~training_person_times~vacancies")
    table = reading.table(reading.whole(app), "period")
    assert table["target"].to_list() == ["序时进度 76.7%", "全省 10,000 人次", "—"]


def test_places_and_indicators_move_the_table_and_the_url(opened: Opened) -> None:
    app = opened("compare")
    app.multiselect(key="w_option-compared").set_value(["330400"]).run()
    app.multiselect(key="w_option-measured").set_value(["vacancies"]).run()
    table = reading.table(reading.whole(app), "period")
    assert table.columns == ["title", "330400", "330000", "average", "target", "period"]
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
    assert app.warning[0].value == "网址中的对比地区“330110\\~999999”不能使用（没有“999999”），已改为默认值。"
