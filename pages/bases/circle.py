"""30分钟职业技能培训圈: who is within reach of a base, and which counties are not or not wholly."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import words
from charts.sentences import scope
from data_sources.settings import settings
from geo import places
from indicators import reach
from indicators.reach import Way
from indicators.view import View
from pages.bases import cached, common
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

PLACES = {
    "name": ColumnForm("地区", None, 16),
    "residents_percent": ColumnForm("圈内常住人口（%）", 1, 16),
    "workers_percent": ColumnForm("圈内数字技能人才（%）", 1, 18),
    "residents_within": ColumnForm("圈内常住人口（人）", 0, 18),
    "residents": ColumnForm("常住人口（人）", 0, 14),
    "workers": ColumnForm("数字技能人才（人）", 0, 16),
    "nearest": ColumnForm("到最近基地平均（分钟）", 0, 18),
}
OUTSIDE = {
    "name": ColumnForm("县（市、区）", None, 16),
    "percent": ColumnForm("圈内（%）", 1, 10),
    "residents_outside": ColumnForm("圈外常住人口（人）", 0, 18),
    "workers_outside": ColumnForm("圈外数字技能人才（人）", 0, 20),
    "nearest": ColumnForm("到最近基地平均（分钟）", 0, 20),
    "bases": ColumnForm("本县基地（个）", 0, 14),
}


def shown(screen: Screen) -> None:
    """All of it."""
    way = common.way()
    held = cached.sites(state.run().cubes, common.month(), common.kinds())
    common.nobody(way)
    covered = cached.coverage(state.run().cubes, common.month(), common.kinds(), way)
    draw.said(_sum(covered, way) + common.without_polygon(way, held))
    _map(covered, way, screen)
    _uncovered(covered, way)
    st.caption(f"{common.way_told(way)}。{common.EVENLY}。{_left_out()}")


def percent(share: float | None) -> str:
    """A share in percent, never rounded up to all."""
    if share is None:
        return words.NO_VALUE
    return "100%" if share == 1 else f"{words.number(min(100 * share, 99.9), 1)}%"


def _sum(covered: pl.DataFrame, way: Way) -> str:
    row = common.flagged(reach.rolled(covered, (state.current().place,))).row(0, named=True)
    why = words.gaps(withheld=row["withheld"])
    unknown = f"（{row['unknown']} 个县{why}人才，未计入）" if row["unknown"] and row["workers"] is not None else ""
    bare = words.WITHHELD if row["withheld"] else words.MISSING
    workers = f"{percent(row['workers_share'])}{unknown}" if row["workers_share"] is not None else bare
    return (
        f"{common.here()}常住人口的 {percent(row['residents_share'])}、数字技能人才的 {workers}"
        f"在实训基地 {way.minutes} 分钟圈内。"
    )


def _map(covered: pl.DataFrame, way: Way, screen: Screen) -> None:
    cubes, month, kinds, view = state.run().cubes, common.month(), common.kinds(), state.current()
    found = common.flagged(reach.rolled(covered, view.drawn))
    title = f"{way.minutes}分钟职业技能培训圈：{scope(view)}{_least(found)}"
    subject = common.subject(title, "培训圈", f"{common.way_told(way)}。{common.EVENLY}。", "%",
                             approval=settings().approval_line)  # fmt: skip
    told = common.told(subject, common.way_told(way))
    draw.topic(
        "培训圈", subject, screen, height=common.tall(screen), table=lambda: _placed(found),
        picture=lambda theme: cached.circle(cubes, month, kinds, way, view, theme, told),
    )  # fmt: skip


def _least(found: pl.DataFrame) -> str:
    """Where the least of the residents are within reach; nothing where all of them are."""
    shares = found["residents_share"]
    least = shares.min()
    if least is None or least == 1:
        return ""
    codes = found.filter(shares == least)["place_code"]
    if 1 < codes.len() == shares.len():
        return f"都是 {percent(least)}"
    return f"中{words.holders([places.place(code).name for code in codes])}最低（{percent(least)}）"


def _uncovered(covered: pl.DataFrame, way: Way) -> None:
    """The counties within the chosen place of which somebody is outside, most residents first."""
    inside = [county.code for county in places.counties(state.current().place)]
    here = covered.filter(pl.col("place_code").is_in(inside))
    outside = common.flagged(here.filter(pl.col("share") < 1))
    if outside.is_empty():
        st.info(f"{common.here()}的县（市、区）全部在 {way.minutes} 分钟圈内。")
        return
    bare = outside.filter(pl.col("share") == 0)
    title = f"{common.here()} {outside.height} 个县（市、区）有人在圈外"
    title += f"，其中 {bare.height} 个完全在圈外" if bare.height else "，没有完全在圈外的"
    definition = f"圈外人口＝常住人口×（1−圈内比例）。{common.way_told(way)}。{common.EVENLY}。"
    draw.data("圈外县", common.subject(title, "圈外县", definition, "见表头"), lambda: _outside(outside))


def _placed(found: pl.DataFrame) -> Table:
    named = _named(found).with_columns(
        residents_percent=100 * pl.col("residents_share"), workers_percent=100 * pl.col("workers_share")
    )
    return remarked(named, PLACES, dict.fromkeys(("workers_percent", "workers"), "withheld"))


def _outside(found: pl.DataFrame) -> Table:
    table = _named(found).with_columns(
        percent=100 * pl.col("share"),
        residents_outside=pl.col("residents") * (1 - pl.col("share")),
        workers_outside=pl.col("workers") * (1 - pl.col("share")),
    )
    table = table.sort("residents_outside", "place_code", descending=[True, False])
    return remarked(table, OUTSIDE, {"workers_outside": "withheld"})


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.Series("name", [places.place(code).name for code in frame["place_code"]], dtype=pl.String)
    )


def _left_out() -> str:
    view: View = state.current()
    return common.left_out(cached.listed(state.run().cubes, ("month", common.month(), view.place, common.kinds())))
