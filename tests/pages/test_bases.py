"""实训基地: each look says what the measures say, each control moves what is shown, what cannot be known is said."""

import shutil
import sqlite3
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from charts import words
from data_sources import reading as rows
from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from data_sources.settings import settings
from geo import places
from geo.reach import Travel
from indicators import bases, measures, reach, siting
from indicators.catalogue import catalogue
from indicators.reach import Way
from tests.data_sources import samples
from tests.indicators.asked import asked
from tests.indicators.conftest import Rows
from tests.pages import reading
from tests.pages.conftest import Opened

LOOKS = ("list", "circle", "seats", "next")
USUAL = Way(30, Travel(1.3, 40))


def people(cubes: Cubes) -> Any:
    return reach.people(cubes, measures.series(cubes, catalogue()["talent_stock"], "month_end"), "2026-10")


def told(app: AppTest) -> str:
    """Everything that the page says."""
    return " ".join([*reading.texts(app), *(each.value for each in (*app.info, *app.caption, *app.warning))])


def drawn(app: AppTest) -> list[str]:
    """The keys of the bases on the map."""
    layers = reading.layers(app)
    return [each["key"] for name in ("points", "shapes") for each in layers.get(name, {"data": []})["data"]]


def polygons(app: AppTest) -> list[Any]:
    """The places on the map, those of the insets among them."""
    (places_,) = (layer for name, layer in reading.layers(app).items() if name.startswith("topic-"))
    found: list[Any] = places_["data"]
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("query", [{"place": "330110"}, {"level": "all"}, {"month": "2023-01"}])
def test_every_look_opens_everywhere(look: str, query: dict[str, str], opened: Opened) -> None:
    app = reading.whole(opened("bases", base_look=look, **query))
    assert reading.titles(app) or app.info


def test_the_list_and_the_map_are_the_measures(opened: Opened, demo_cubes: Cubes, demo_url: str) -> None:
    app = reading.whole(opened("bases"))
    found = bases.listed(demo_cubes, rows.register(demo_url), "year_to_date", "2026-10", "330000")
    table = reading.table(app, "base_code")
    assert table["base_code"].to_list() == found["base_code"].to_list()
    assert table["person_times"].to_list() == found["person_times"].to_list()
    sums = bases.totals(found)
    assert f"在用实训基地 {sums['bases']:,} 个、工位 {sums['seats']:,} 个" in told(app)
    assert f"每工位 {words.number(sums['use'], 2)} 人次" in told(app)
    assert sorted(drawn(app)) == sorted(found.filter(closed=False)["base_code"])
    kinds = dict(found.select("base_code", "kind").rows())
    assert {kinds[each["key"]] for each in reading.layers(app)["points"]["data"]} == {"public_training"}


def test_period_kind_place_level_and_month_move_the_list(opened: Opened) -> None:
    app = opened("bases")
    before = reading.table(app, "base_code")
    app.button_group(key="w_option-over").set_value("month").run()
    assert reading.table(reading.whole(app), "base_code")["person_times"].sum() < before["person_times"].sum()
    app.multiselect(key="w_option-base_kinds").set_value(["talent_park", "master_studio"]).run()
    fewer = reading.table(reading.whole(app), "base_code")
    assert set(fewer["sort"]) == {"人才产业园区", "技能大师工作室"}
    app.selectbox(key="w_place").set_value("330100").run()
    assert set(reading.table(reading.whole(app), "base_code")["base_code"]) < set(fewer["base_code"])
    app.button_group(key="w_level").set_value("all").run()
    assert len(polygons(reading.whole(app))) > 90
    app.select_slider(key="w_month").set_value("2023-02").run()
    assert "2023年2月" in told(reading.whole(app))


def test_a_base_is_chosen_by_name_and_by_the_url(opened: Opened, demo_url: str) -> None:
    ((code, name, seats),) = asked(demo_url, "SELECT base_code, name, seats FROM base WHERE place_code = '330106' "
                                             "ORDER BY seats DESC LIMIT 1")  # fmt: skip
    app = opened("bases")
    app.selectbox(key="w_base").set_value(code).run()
    assert app.query_params["base"] in (code, [code])
    assert f"{name}逐月培训人次" in reading.titles(reading.whole(app))
    assert f"{seats:,} 个工位" in told(app)
    assert "分钟内可到的常住人口" in told(app)
    linked = reading.whole(opened("bases", place="330106", base=code))
    assert reading.titles(linked)[-2] == f"{name}逐月培训人次"


def test_a_base_that_nobody_knows_or_that_closed_long_ago_is_said(opened: Opened, demo_url: str) -> None:
    app = reading.whole(opened("bases", base="JD0"))
    assert "没有编号为“JD0”的实训基地" in told(app)
    ((code, closed),) = asked(
        demo_url, "SELECT base_code, closed_month FROM base WHERE closed_month < '2025-10' LIMIT 1"
    )
    app = reading.whole(opened("bases", base=code))
    assert f"{words.month_name(closed)}停用" in told(app)
    assert "没有启用或已经停用" in told(app)
    assert "没有用处" in told(opened("bases", bsae="1"))
    assert "应是不超过 18 位的字母和数字" in told(opened("bases", base="一号"))


def test_search_leads_to_a_base(opened: Opened, demo_url: str) -> None:
    ((code, name),) = asked(demo_url, "SELECT base_code, name FROM base WHERE closed_month IS NULL LIMIT 1")
    app = opened()
    next(field for field in app.text_input if field.label == "搜索").input(name)
    next(button for button in app.button if button.label == "搜索").click().run()
    assert app.query_params["base"] in (code, [code])
    assert f"{name}逐月培训人次" in reading.titles(reading.whole(app))


def test_the_circle_is_the_measures_and_what_the_terminal_says(
    opened: Opened, demo_cubes: Cubes, demo_url: str, printed: Rows
) -> None:
    app = reading.whole(opened("bases", base_look="circle"))
    covered = reach.coverage(people(demo_cubes), reach.sites(rows.register(demo_url), "2026-10"), USUAL)
    (province,) = reach.rolled(covered, ("330000",)).to_dicts()
    assert f"常住人口的 {words.number(100 * province['residents_share'], 1)}%" in told(app)
    (said,) = printed("reach", "--level", "province")
    assert said["residents_share"] == pytest.approx(province["residents_share"])
    outside = covered.filter(covered["share"] < 1)
    assert f"{outside.height} 个县（市、区）有人在圈外" in reading.titles(app)[1]
    shown = reading.table(app, "residents_outside")
    assert shown.height == outside.height
    first = outside.with_columns(out=outside["residents"] * (1 - outside["share"])).sort("out")["place_code"][-1]
    assert shown["name"][0] == places.place(first).name
    assert "绕行系数 1.3÷车速 40 公里/时，30 分钟约合直线 15.4 公里" in told(app)


@pytest.mark.parametrize("look", ["circle", "seats", "next"])
def test_minutes_detour_speed_and_kinds_move_the_reach(look: str, opened: Opened) -> None:
    app = opened("bases", base_look=look)
    seen = [reading.titles(app)]
    for key, value in (("minutes", 45), ("detour", 200), ("speed", 60)):
        app.slider(key=f"w_option-{key}").set_value(value).run()
        seen.append(reading.titles(reading.whole(app)))
    app.multiselect(key="w_option-base_kinds").set_value(["high_skill"]).run()
    seen.append(reading.titles(reading.whole(app)))
    assert all(before != after for before, after in pairwise(seen))
    assert "绕行系数 2÷车速 60 公里/时，45 分钟约合直线 22.5 公里" in told(app)


def test_seats_within_reach_are_the_measures(opened: Opened, demo_cubes: Cubes, demo_url: str) -> None:
    app = opened("bases", base_look="circle", level="all")
    within = filled(app)
    app.button_group(key="w_option-base_look").set_value("seats").run()
    assert len(set(within.values())) > 1
    assert filled(reading.whole(app)) != within
    held = reach.sites(rows.register(demo_url), "2026-10")
    found = reach.accessible(people(demo_cubes), held, USUAL).sort("access", "place_code", nulls_last=True)
    shown = reading.table(app, "access")
    assert shown["access"].to_list() == [None if v is None else words.rounded(v, 1) for v in found["access"]]
    (province,) = reach.rolled_access(found, ("330000",)).to_dicts()
    assert f"可达工位 {words.number(province['access'], 1)} 个" in told(app)
    assert f"{province['unknown']} 个县缺报就业" in told(app)


def filled(app: AppTest) -> dict[str, tuple[int, ...]]:
    """The colour of each place on the map by name."""
    (ground,) = (layer for name, layer in reading.layers(app).items() if name.startswith("topic-"))
    return {f["properties"]["name"]: tuple(f["properties"]["fill"]) for f in ground["data"]}


def test_the_next_bases_are_the_measures(opened: Opened, demo_cubes: Cubes, demo_url: str) -> None:
    app = opened("bases", base_look="next")
    held, everybody = reach.sites(rows.register(demo_url), "2026-10"), people(demo_cubes)
    among = tuple(p.code for p in places.counties())
    for count, helped in ((5, "residents"), (2, "residents"), (2, "workers")):
        if count == 2:
            app.slider(key="w_option-new_bases").set_value(count).run()
            app.button_group(key="w_option-helped").set_value(helped).run()
        found = siting.next_bases(everybody, held, USUAL, count=count, helped=helped, among=among)
        shown = reading.table(reading.whole(app), "gain")
        assert shown["gain"].to_list() == [words.rounded(v, 0) for v in found["gain"]]
        assert len(drawn(app)) >= found.height
        assert f"新建 {found.height} 处" in reading.titles(app)[0]


def test_a_place_that_is_reached_needs_no_more(opened: Opened) -> None:
    app = reading.whole(opened("bases", base_look="next", minutes="120", speed="100", detour="100"))
    assert "全省都在 120 分钟圈内，不需要再建" in told(app)
    app = reading.whole(opened("bases", base_look="circle", place="330108"))
    assert "滨江区的县（市、区）全部在 30 分钟圈内" in told(app)


@pytest.fixture
def altered(demo_url: str, tmp_path: Path) -> Callable[[str], str]:
    """The demonstration database after a statement."""

    def alter(statement: str) -> str:
        file = tmp_path / "altered.db"
        shutil.copy(sqlite_file(demo_url), file)
        with sqlite3.connect(file) as connection:
            connection.executescript(statement)
        connection.close()
        return f"sqlite:///{file}"

    return alter


def test_misplaced_bases_and_bases_without_seats_are_said_and_never_counted(
    opened: Opened, altered: Callable[[str], str], demo_url: str
) -> None:
    codes = [code for (code,) in asked(demo_url, "SELECT base_code FROM base WHERE place_code = '330106' AND "
                                                 "closed_month IS NULL ORDER BY 1 LIMIT 3")]  # fmt: skip
    url = altered(
        f"UPDATE base SET lon = 121.47, lat = 31.23 WHERE base_code = '{codes[0]}';"
        f"UPDATE base SET lon = NULL WHERE base_code = '{codes[1]}';"
        f"UPDATE base SET seats = 0 WHERE base_code = '{codes[2]}';"
    )
    app = reading.whole(opened("bases", db=url, place="330106"))
    assert "1 个基地没有位置，1 个基地的位置在省外，待核实，不上图" in told(app)
    assert not set(codes[:2]) & set(drawn(app))
    table = reading.table(app, "base_code")
    states = dict(table.select("base_code", "state").rows())
    assert [states[code] for code in codes[:2]] == ["在用；位置在省外，待核实", "在用；没有位置"]
    assert dict(table.select("base_code", "use").rows())[codes[2]] is None
    app = reading.whole(opened("bases", db=url, place="330106", base=codes[2]))
    assert "没有工位，不计算" in told(app)


def test_a_province_without_any_base_is_all_outside(opened: Opened, altered: Callable[[str], str]) -> None:
    url = altered("DELETE FROM base;")
    assert "没有在用的实训基地" in told(reading.whole(opened("bases", db=url)))
    circle = reading.whole(opened("bases", db=url, base_look="circle"))
    assert "常住人口的 0.0%" in told(circle)
    assert reading.titles(circle)[0] == "30分钟职业技能培训圈：11 个设区市都是 0.0%"
    assert "其中 90 个完全在圈外" in reading.titles(circle)[1]
    assert "所有地区都在圈外" in told(reading.whole(opened("bases", db=url, base_look="seats")))
    planned = reading.whole(opened("bases", db=url, base_look="next", new_bases="1"))
    assert "全省 0.0% →" in reading.titles(planned)[0]


def test_isochrones_are_offered_when_there_are_some(
    opened: Opened, over: Callable[..., None], demo_url: str, tmp_path: Path
) -> None:
    app = reading.whole(opened("bases", base_look="circle", reached_by="isochrones"))
    assert "没有设置等时圈文件" in told(app)
    ((code,),) = asked(demo_url, "SELECT base_code FROM base WHERE closed_month IS NULL LIMIT 1")
    file = tmp_path / "own.geojson"
    frame = geopandas.GeoDataFrame({"base_code": [code], "minutes": [20]}, geometry=[shapely.box(118, 27, 123, 32)])
    frame.set_crs(4490).to_file(file)
    over(TALENT_ISOCHRONES=file)
    settings.cache_clear()
    app = reading.whole(opened("bases", base_look="circle"))
    assert "常住人口的 100%" not in told(app)
    app.button_group(key="w_option-reached_by").set_value("isochrones").run()
    assert "常住人口的 100%" in told(reading.whole(app))
    assert "可达＝在自备等时圈内（文件有 20 分钟，取不超过 30 分钟的）" in told(app)
    assert "个在用基地不在等时圈文件里" in told(app)
    assert not [each for each in app.slider if each.key == "w_option-detour"]
    over(TALENT_ISOCHRONES=tmp_path / "none.gpkg")
    settings.cache_clear()
    app = reading.whole(opened("bases", base_look="circle", reached_by="isochrones"))
    assert "找不到文件" in told(app)


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("bases", db=url)).info[0].value.startswith("数据库里还没有报送数据")
