"""What the parts of 实训基地 share: how a base is reached, the words under the pictures, which bases do not count."""

from typing import Any, Final, cast

import polars as pl
import streamlit as st

from charts import words
from charts.bases import Told
from charts.sentences import scope
from charts.subject import Subject
from data_sources.settings import settings
from data_sources.vocabulary import BASE_KINDS
from geo import places
from geo.boundaries import UnusableFile
from geo.isochrones import Isochrones, of_file
from geo.reach import POINTS, Travel
from indicators.catalogue import Window
from indicators.options import BASE_KINDS_SHOWN, DETOUR, MINUTES, OVER, REACHED_BY, SPEED, Choice, Number, listed
from indicators.reach import Way
from pages.bases import cached
from pages.overview.parts import month as month
from pages.shared import controls, draw, state
from pages.shared.screen import Screen

WAY: Final = (MINUTES, REACHED_BY, DETOUR, SPEED)
EVENLY: Final = (
    f"县内人口按均匀分布估计（每县约 {POINTS} 个点）；常住人口为2020年普查，数字技能人才为月末在岗人数，"
    "市本级人才不属于任何县，不计入"
)
SOURCE: Final = "实训基地名录、各地就业报送、2020年人口普查"


def control(option: Choice | Number) -> None:
    """One of the page's controls; how a base is reached only where there is a choice, the estimate's own with it."""
    if option is REACHED_BY and settings().isochrones is None:
        return
    if option in (DETOUR, SPEED) and _asks_for_isochrones():
        return
    controls.option(option)


def way() -> Way:
    """How a base is reached; by straight lines where isochrones were asked for and cannot be used, which is said."""
    travel = Travel(int(state.option(DETOUR)) / 100, int(state.option(SPEED)))
    return Way(int(state.option(MINUTES)), travel, _isochrones() if state.option(REACHED_BY) == "isochrones" else None)


def way_told(asked: Way) -> str:
    """The parameters, as every caption states them."""
    if asked.isochrones is not None:
        levels = "、".join(f"{level:g}" for level in asked.isochrones.levels)
        return f"可达＝在自备等时圈内（文件有 {levels} 分钟，取不超过 {asked.minutes} 分钟的）"
    return (
        f"时间＝直线距离×绕行系数 {asked.travel.detour:g}÷车速 {asked.travel.speed:g} 公里/时，"
        f"{asked.minutes} 分钟约合直线 {words.number(asked.travel.km(asked.minutes), 1)} 公里"
    )


def kinds() -> tuple[str, ...]:
    """The chosen kinds of bases; all when empty."""
    return listed(state.option(BASE_KINDS_SHOWN))


def kinds_told() -> str:
    """The chosen kinds in words."""
    return "、".join(BASE_KINDS[kind] for kind in kinds()) or "全部"


def window() -> Window:
    """The chosen period of trainings and payments."""
    return cast("Window", state.option(OVER))


def here() -> str:
    """The name of the chosen place."""
    return places.place(state.current().place).name


def flagged(found: pl.DataFrame) -> pl.DataFrame:
    """Places with `withheld` (see `cached.flagged`)."""
    return cached.flagged(state.run().cubes, month(), found)


def left_out(found: Any) -> str:
    """Which bases in use are on no map and in no circle, and why; empty when there are none."""
    present = found.filter(~found["closed"])
    parts = [
        f"{n} 个基地{what}"
        for spot, what in (("missing", "没有位置"), ("outside", "的位置在省外，待核实"))
        if (n := present.filter(spot=spot).height)
    ]
    return f"{'，'.join(parts)}，不上图，也不计入可达范围。" if parts else ""


def without_polygon(asked: Way, held: Any) -> str:
    """How many bases the isochrones do not know; empty when they know all, or none are used."""
    if asked.isochrones is None:
        return ""
    missing = held.filter(~held["base_code"].is_in(list(asked.isochrones.codes))).height
    return f"{missing} 个在用基地不在等时圈文件里，按不可达计。" if missing else ""


def subject(title: str, short: str, definition: str, unit: str, **given: Any) -> Subject:
    """The subject of a picture of this page; `given` may set its `period`, `source`, `tables` and `approval`."""
    where = f"地区：{here()}；范围：{scope(state.current())}；基地类型：{kinds_told()}"
    return Subject(
        title, short, definition, unit, given.get("period") or words.period(month(), "month_end"), where,
        given.get("source", SOURCE), given.get("tables", frozenset({"base", "employment"})),
        approval=given.get("approval", ""),
    )  # fmt: skip


def told(of: Subject, *more: str) -> Told:
    """What a map says of its subject in its frame; `more` are lines of its printed caption that the page says beside it."""
    return of.title, (*draw.caption(of), *more), state.run().cubes.simulated(of.tables)


def tall(screen: Screen) -> int:
    """The height of a map in pixels."""
    return 400 if screen.narrow else 520


def nobody(asked: Way) -> bool:
    """Whether no base can be reached at all, which is said."""
    if cached.sites(state.run().cubes, month(), kinds()).height:
        return False
    st.info(f"{words.period(month(), 'month_end')}没有可用的实训基地（类型：{kinds_told()}），所有地区都在圈外。")
    return True


def _asks_for_isochrones() -> bool:
    return state.option(REACHED_BY) == "isochrones" and settings().isochrones is not None


def _isochrones() -> Isochrones | None:
    path = settings().isochrones
    if path is None:
        st.warning("没有设置等时圈文件（TALENT_ISOCHRONES），已按直线估算。")
        return None
    try:
        return of_file(path)
    except UnusableFile as error:
        st.warning(f"{error}已按直线估算。")
        return None
