"""下一个基地: where new bases bring most people within reach, in order, with what each adds."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import bases as figures
from charts import words
from data_sources.settings import settings
from geo import places
from indicators import reach
from indicators.options import HELPED, NEW_BASES
from indicators.siting import EACH
from pages.bases import cached, common
from pages.bases.circle import percent
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

METHOD = (
    f"最大覆盖选址（MCLP）：在候选点（每县取单独新增最多的至多 {EACH[0]} 处）中选出合起来新增最多的几处，再按新增多少排序；"
    "每处的新增不重复计算。候选点是大致位置，选址还要看用地、交通和现有设施"
)
FORMS = {
    "rank": ColumnForm("位次", 0, 8),
    "name": ColumnForm("建议位置", None, 16),
    "gain": ColumnForm("新增圈内（人）", 0, 14),
    "percent": ColumnForm("建成后全省圈内（%）", 2, 18),
    "helped": ColumnForm("主要惠及", None, 30),
    "lon": ColumnForm("经度", 3, 10),
    "lat": ColumnForm("纬度", 3, 10),
}


def shown(screen: Screen) -> None:
    """All of it."""
    cubes, view, way = state.run().cubes, state.current(), common.way()
    month, kinds, helped = common.month(), common.kinds(), state.option(HELPED)
    among = tuple(county.code for county in places.counties(view.place))
    with st.spinner("正在测算选址……"):
        cached.readied().join()
        sites = cached.next_bases(cubes, month, kinds, way, int(state.option(NEW_BASES)), helped, among)
    covered = reach.rolled(cached.coverage(cubes, month, kinds, way), (*view.drawn, places.PROVINCE))
    covered = common.flagged(covered)
    province = covered.row(-1, named=True)
    if sites.is_empty():
        st.info(_nothing(province[f"{helped}_share"], way.minutes))
        return
    gain, now = sites["gain"].sum(), province[f"{helped}_share"] or 0
    who = HELPED.allowed[helped]
    title = (
        f"在{common.here()}新建 {sites.height} 处，新增 {words.number(gain / 1e4, 2)} 万{who}进入 {way.minutes} 分钟圈"
        f"（全省 {percent(now)} → {percent(sites['share'][-1])}）"
    )
    definition = f"{METHOD}。{common.way_told(way)}；新建的一律按直线估算。{common.EVENLY}。"
    subject = common.subject(title, "下一个基地", definition, "人", approval=settings().approval_line)
    told, drawn = common.told(subject, common.way_told(way)), covered.head(len(view.drawn))
    draw.topic(
        "下一个基地", subject, screen, height=common.tall(screen), table=lambda: _table(sites),
        picture=lambda theme: figures.planned(drawn, sites, view, theme, told),
    )  # fmt: skip
    listed = common.subject(f"建议位置和新增的{who}", "选址清单", definition, "见表头")
    draw.data("选址清单", listed, lambda: _table(sites))
    fewer = int(state.option(NEW_BASES)) - sites.height
    short = f"再建 {fewer} 处不再有新增，未列出。" if fewer else ""
    st.caption(f"{short}{METHOD}。{common.way_told(way)}。{common.EVENLY}。")


def _nothing(share: float | None, minutes: int) -> str:
    if share == 1:
        return f"全省都在 {minutes} 分钟圈内，不需要再建。可以缩短时长再看。"
    return f"{common.here()}没有能让更多人进入 {minutes} 分钟圈的位置。可以放宽时长，或改看全省。"


def _table(sites: pl.DataFrame) -> Table:
    names = [places.place(code).name for code in sites["place_code"]]
    helped = ["、".join(places.place(code).name for code in codes) for codes in sites["helps"]]
    table = sites.with_columns(
        pl.Series("name", names, dtype=pl.String),
        pl.Series("helped", helped, dtype=pl.String),
        percent=100 * pl.col("share"),
    )
    return table.select(list(FORMS)), FORMS
