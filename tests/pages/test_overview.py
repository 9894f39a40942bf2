"""总览: targets, headlines, what changed; map, ranking and trend answer to the same view."""

import io
import re
from collections.abc import Callable
from urllib.parse import parse_qs

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from charts import words
from data_sources.cubes import Cubes
from data_sources.tables import TABLES
from geo import places
from indicators import measures, oversight
from indicators.catalogue import Window, catalogue
from tests.pages import reading
from tests.pages.conftest import Opened

HEADLINES = [i for i in catalogue().values() if i.headline is not None]


def cards(app: AppTest) -> list[str]:
    """Targets and headlines, from the left, without tags."""
    written = "".join(h.value for h in app.get("html") if "figure-card" in h.value and "<style" not in h.value)
    return [re.sub(r"<[^>]+>", " ", f"<{card}") for card in written.split('<div class="figure-card')[1:]]


@pytest.mark.parametrize("code", ["330000", "330100", "330110"])
def test_a_headline_is_what_the_measures_say(opened: Opened, demo_cubes: Cubes, code: str) -> None:
    app = reading.whole(opened(place=code))
    shown = cards(app)[2:]
    assert len(shown) == len(HEADLINES)
    for indicator, card in zip(HEADLINES, shown, strict=True):
        values = measures.series(demo_cubes, indicator, indicator.headline)  # type: ignore[arg-type]
        row = measures.history(values, code).row(-1, named=True)
        figure, unit = words.grand(row["value"], indicator)
        assert indicator.title in card
        assert re.search(rf"(?<![\d.,]){re.escape(figure)} +{re.escape(unit)}", card), card
        if indicator.compared and indicator.headline != "since_2023":
            assert f"同比 {words.change(row['yoy'], indicator)}" in card


def test_the_targets_stand_against_pace(opened: Opened, demo_cubes: Cubes) -> None:
    trained, skilled = cards(reading.whole(opened()))[:2]
    share = measures.series(demo_cubes, catalogue()["training_completion"], "since_2023")
    done = measures.history(share, places.PROVINCE).row(-1, named=True)
    assert "全省目标：数字技能培训" in trained
    assert f"完成 {words.number(done['value'], 1)}%" in trained
    assert "序时进度 76.7%" in trained
    assert f"超前序时进度 {words.number(done['value'] - measures.pace('2026-10'), 1)} 个百分点" in trained
    assert "到2027年底，今后每月需" in trained
    assert "全省目标：新增数字高技能人才" in skilled


def test_the_targets_of_a_county_are_its_own(opened: Opened) -> None:
    trained, skilled = cards(reading.whole(opened(place="330110")))[:2]
    assert "余杭区分解目标：数字技能培训" in trained
    assert "余杭区分解目标：新增数字高技能人才" in skilled


@pytest.mark.parametrize(
    ("key", "value", "changed"),
    [
        ("w_theme", "资金", {"map", "ranking", "trend", "titles"}),
        ("w_indicator", "training_person_times", {"map", "ranking", "trend", "titles"}),
        ("w_month", "2025-06", {"map", "ranking", "trend", "titles", "cards"}),
        ("w_level", "all", {"map", "ranking", "titles"}),
        ("w_place", "330110", {"map", "ranking", "trend", "titles", "cards"}),
    ],
)
def test_a_control_moves_map_ranking_and_trend_together(
    opened: Opened, key: str, value: object, changed: set[str]
) -> None:
    app = opened()
    before = _seen(app)
    next(w for w in app.sidebar if getattr(w, "key", None) == key).set_value(value).run()  # type: ignore[attr-defined]
    after = _seen(reading.whole(app))
    assert reading.changed(before, after) == changed
    assert app.query_params


def test_what_the_last_data_brought_and_who_is_late(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened())
    assert "本次数据更新（v46）" in reading.titles(app)
    brought = reading.table(app, "provenance")
    assert set(brought["status"]) == {"已接收"}
    assert brought["submissions"].sum() > 0
    filing = demo_cubes.filing.filter(month="2026-10", table_name="training")
    absent = set(measures.LEAVES) - set(filing["place_code"])
    written = " ".join(reading.texts(app))
    names = "、".join(sorted((places.place(code).name for code in absent), key=written.find))
    assert "2026年10月未报送" in written
    assert f"{TABLES['training'].label}：{names}" in written  # type: ignore[attr-defined]


def test_published_figures_stand_apart_with_their_source(opened: Opened) -> None:
    app = reading.whole(opened(place="330100"))
    published = reading.table(app, "source")
    assert {"浙江省", "杭州市"} == set(published["place"])
    assert published["source"].null_count() == 0


def test_only_what_simulated_rows_contribute_to_is_marked_in_the_lower_tables_files(
    opened: Opened, offered: dict[str, Callable[[], bytes]]
) -> None:
    reading.whole(opened())
    files = {name.split("_")[2]: file for name, file in offered.items() if name.endswith(".xlsx")}
    sheets = {
        name: list(pl.read_excel(io.BytesIO(files[name]()), sheet_id=0)) for name in ("本次数据更新", "公开统计参照")
    }
    assert sheets == {"本次数据更新": ["演示数据（模拟）", "说明"], "公开统计参照": ["数据", "说明"]}


def test_each_row_of_the_watch_list_leads_to_the_rank_that_it_names(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened(level="all", peers="mountain26"))
    found = oversight.judged(demo_cubes, catalogue(), "county", "2026-10", _series)
    peers = tuple(p.code for p in places.counties() if p.group_code == "mountain26")
    watched = oversight.watched(found, peers)
    assert f"督办清单：山区26县中 {watched.height} 项落后且在变差" in reading.titles(app)
    listed = [link for link in app.get("page_link") if "位" in link.value and "→" not in link.value]
    assert len(listed) == min(12, watched.height)
    label, query = listed[0].value, parse_qs(listed[0].proto.query_string)
    seen = reading.whole(opened("talent_map", **{name: values[0] for name, values in query.items()}))
    name, rank = label.partition("　")[0], re.search(r"第 \d+／\d+ 位", label)
    assert rank
    assert name in reading.card(seen)
    assert rank[0] in reading.card(seen)


def test_the_largest_moves_are_named_with_their_period(opened: Opened) -> None:
    app = reading.whole(opened(level="all"))
    assert "位次升降：2025年10月至2026年10月，90 个县（市、区）" in reading.titles(app)
    moves = [link.value for link in app.get("page_link") if "→" in link.value]
    assert 0 < len(moves) <= 10
    early = reading.whole(opened(month="2023-06"))
    assert "2023年6月之前不足 12 个月，不比较位次升降。" in [c.value for c in early.caption]


def _series(cubes: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window)


def _seen(app: AppTest) -> dict[str, object]:
    charts = {c.key: c.proto.spec or c.proto.figure.spec for c in app.get("plotly_chart")}
    return {
        "titles": reading.titles(app)[:3],
        "map": reading.layers(app),
        "ranking": next(spec for key, spec in charts.items() if key.startswith("ranking")),
        "trend": charts["trend"],
        "cards": cards(app),
    }
