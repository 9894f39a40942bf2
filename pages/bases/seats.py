"""可达工位: seats per 1,000 digital workers that each place can reach, beside the seats it has itself."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import bases as figures
from charts import words
from charts.sentences import scope
from data_sources.settings import settings
from geo import places
from indicators import reach
from pages.bases import cached, common
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

METHOD = (
    "可达工位＝增强两步移动搜寻法（E2SFCA）：先把每个基地的工位分给圈内的数字技能人才，再把各地能分到的加总，"
    "乘以一千；圈分三段，由近到远权重 1、0.68、0.22"
)
FORMS = {
    "name": ColumnForm("地区", None, 16),
    "access": ColumnForm("可达工位（个/千人）", 1, 18),
    "own": ColumnForm("本地工位（个/千人）", 1, 18),
    "difference": ColumnForm("可达−本地（个/千人）", 1, 18),
    "seats": ColumnForm("本地工位（个）", 0, 14),
    "workers": ColumnForm("数字技能人才（人）", 0, 18),
}


def shown(screen: Screen) -> None:
    """All of it."""
    way, view, cubes = common.way(), state.current(), state.run().cubes
    if common.nobody(way):
        return
    counties = cached.access(cubes, common.month(), common.kinds(), way)
    found = common.flagged(reach.rolled_access(counties, view.drawn))
    here = common.flagged(reach.rolled_access(counties, (view.place,))).row(0, named=True)
    if here["access"] is None and here["withheld"]:
        draw.said(f"{common.here()}的数字技能人才数{words.WITHHELD}，没有可达工位。")
    elif here["access"] is None:
        draw.said(f"{common.here()}没有数字技能人才数或缺报，没有可达工位。")
    else:
        draw.said(
            f"{common.here()}每千名数字技能人才可达工位 {words.number(here['access'], 1)} 个，"
            f"本地工位 {words.number(here['own'], 1)} 个。{_unknown(here['unknown'], here['withheld'])}"
        )
    known = found.filter(pl.col("access").is_not_null()).sort("access", "place_code")
    if known.is_empty():
        st.info(f"{scope(view)}都没有数字技能人才数，没有可比的工位。")
        return
    definition = f"{METHOD}。{common.way_told(way)}。{common.EVENLY}。"
    subject = common.subject(
        f"{scope(view)}每千名数字技能人才可达工位：{places.place(known['place_code'][0]).name}最少"
        f"（{words.number(known['access'][0], 1)} 个）",
        "可达工位", definition, "个/千人", approval=settings().approval_line,
    )  # fmt: skip
    told = common.told(subject, common.way_told(way))
    draw.topic(
        "可达工位", subject, screen, height=common.tall(screen), table=lambda: _table(found),
        picture=lambda theme: figures.seats(found, view, theme, told),
    )  # fmt: skip
    title = common.subject(f"{scope(view)}可达工位和本地工位", "各地工位", definition, "见表头")
    draw.data("各地工位", title, lambda: _table(found))
    st.caption(f"{METHOD}。{common.way_told(way)}。本地工位只算报在该地的基地；可达工位按位置，市本级的基地也算在内。")


def _unknown(number: int, withheld: bool) -> str:
    return f"{number} 个县{words.gaps(withheld=withheld)}就业，未计入，也不参与分配邻县的工位。" if number else ""


def _table(found: pl.DataFrame) -> Table:
    names = pl.Series("name", [places.place(code).name for code in found["place_code"]], dtype=pl.String)
    table = found.with_columns(names, difference=pl.col("access") - pl.col("own"))
    untold = dict.fromkeys(("access", "own", "difference", "workers"), "withheld")
    return remarked(table.sort("access", "place_code", nulls_last=True), FORMS, untold)
