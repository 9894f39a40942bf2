"""区域画像: one place on one page; each control changes what stands there."""

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from charts import words
from data_sources.cubes import Cubes
from geo import boundaries, places
from indicators import measures, oversight, profile
from indicators.catalogue import Window, catalogue
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def test_a_county_stands_among_its_equals(opened: Opened) -> None:
    app = reading.whole(opened("place_profile", place="330110"))
    shown = reading.titles(app)
    assert "余杭区画像　2026年10月" in shown
    assert "余杭区在全省 90 个县（市、区）中的位置" in shown
    assert "与余杭区最相似的 10 个县（市、区）" in shown
    assert any(text.startswith("余杭区相对最好的是") for text in reading.texts(app))
    standing = reading.table(app, "trend_wording")
    assert standing.height == sum(profile.comparable(i) for i in catalogue().values())


def test_a_prefecture_is_compared_with_prefectures_and_has_no_likes(opened: Opened) -> None:
    app = reading.whole(opened("place_profile", place="330100"))
    assert "杭州市在全省 11 个设区市中的位置" in reading.titles(app)
    assert "相似地区按县（市、区）比较，请先选择一个县（市、区）。" in [c.value for c in app.caption]


def test_the_province_shows_how_far_its_prefectures_lie_apart(
    opened: Opened, demo_cubes: Cubes, offered: dict[str, Callable[[], bytes]]
) -> None:
    app = reading.whole(opened("place_profile"))
    (title,) = (t for t in reading.titles(app) if t.startswith("11 个设区市的差距："))
    codes = tuple(p.code for p in places.prefectures())
    ends = profile.ends(profile.apart(demo_cubes, catalogue(), codes, "2026-10", _series))
    first = ends.filter(pl.col("first") == pl.col("first").max())
    assert f"{'、'.join(places.place(c).name for c in first['place_code'])}居首最多（{first['first'][0]} 项）" in title
    (file,) = (made for name, made in offered.items() if "设区市差距" in name and name.endswith(".xlsx"))
    taken = pl.read_excel(io.BytesIO(file()), sheet_id=1).filter(pl.col("指标") == "每万常住人口数字技能人才")
    per_10k = _series(demo_cubes, "talent_per_10k", "month_end").filter(
        pl.col("place_code").is_in(codes), month="2026-10"
    )
    best = per_10k.sort("value").row(-1, named=True)
    assert taken["最好的地区"].item() == places.place(best["place_code"]).short_name
    assert taken["最好（中性为最高）"].item() == words.value(best["value"], catalogue()["talent_per_10k"])


def test_the_province_has_all_its_bases(opened: Opened, demo_cubes: Cubes) -> None:
    bases = catalogue()["bases"]
    held = measures.snapshot(measures.series(demo_cubes, bases, "month_end"), "2026-10", ("330000",), bases)
    shown = reading.titles(reading.whole(opened("place_profile")))
    assert [title for title in shown if title.startswith(f"浙江省在用实训基地 {held['value'].item():.0f} 个")]


def test_place_and_month_move_everything(opened: Opened) -> None:
    app = opened("place_profile", place="330110")
    app.selectbox(key="w_place").set_value("330921").run()
    assert "岱山县画像　2026年10月" in reading.titles(reading.whole(app))
    app.select_slider(key="w_month").set_value("2025-06").run()
    assert "岱山县画像　2025年6月" in reading.titles(reading.whole(app))
    assert app.query_params["month"] == "2025-06"


def test_neighbours_by_border_stand_beside_the_county(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("place_profile", place="330110"))
    table = reading.table(app, "talent_per_10k")
    codes = ("330110", *boundaries.neighbours("330110"))
    assert table["name"].to_list() == [places.place(code).name for code in codes]
    known = catalogue()["talent_per_10k"]
    now = measures.snapshot(measures.series(demo_cubes, known, "month_end"), "2026-10", codes, known)
    assert table["talent_per_10k"].to_list() == [words.rounded(v, known.decimals) for v in now["value"]]


def test_enterprises_are_listed_with_their_roles_first(opened: Opened, demo_url: str) -> None:
    app = reading.whole(opened("place_profile", place="330110"))
    with closing(sqlite3.connect(demo_url.removeprefix("sqlite:///"))) as database:
        sql = "SELECT count(*), sum(chain_leader), sum(evaluation_body) FROM organisation WHERE place_code = '330110'"
        number, leaders, bodies = database.execute(sql).fetchone()
    (title,) = (t for t in reading.titles(app) if t.startswith("余杭区企业和机构"))
    assert f"企业和机构 {number} 家：" in title
    assert not leaders or f"链主 {leaders} 家" in title
    assert f"社会评价机构 {bodies} 家" in title
    roles = reading.table(app, "roles")["roles"].to_list()
    assert len(roles) == number
    assert [bool(r) for r in roles] == sorted((bool(r) for r in roles), reverse=True)


def test_changes_are_those_of_the_stated_test(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("place_profile", place="330100"))
    found = oversight.judged(demo_cubes, catalogue(), "prefecture", "2026-10", _series)
    ours = found.filter(pl.col("place_code") == "330100", pl.col("sure"))
    (said,) = (h.value for h in app.get("html") if 'id="changes"' in h.value)
    better, worse = said.split("变差")
    for part, way in ((better, "better"), (worse, "worse")):
        rows = ours.filter(pl.col("direction") == way)
        assert part.count("<li>") == max(1, min(6, rows.height))
        assert all(catalogue()[key].short in part for key in rows["key"].head(1))


def test_a_rank_on_too_few_bears_a_mark_and_the_rule_is_stated(opened: Opened, demo_cubes: Cubes) -> None:
    small = _with_few(demo_cubes)
    app = reading.whole(opened("place_profile", place=small))
    ranks = reading.table(app, "rank_wording")["rank_wording"].to_list()
    assert any(rank.endswith(" *") for rank in ranks)
    assert any("不足 30 的" in c.value for c in app.caption)


def _with_few(cubes: Cubes) -> str:
    """A county whose seats stand against fewer than 30 people with digital skills."""
    now = _series(cubes, "seats_per_1000_talent", "month_end").filter(month="2026-10", expected=1)
    few = now.filter(
        pl.col("value").is_not_null(), pl.col("denominator") < 30, ~pl.col("place_code").str.ends_with("B")
    )
    return str(few["place_code"][0])


def _series(cubes: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window)


@pytest.mark.parametrize("page", ["place_profile", "compare"])
def test_without_submissions_the_page_says_so(page: str, opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    app = reading.whole(opened(page, db=url))
    assert app.info[0].value.startswith("数据库里还没有报送数据")
