"""数据质量: completeness, timeliness, refusals and open problems by place, table and month; who owes what."""

import datetime as dt
from typing import cast

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import quality as figures
from charts import words
from charts.drawing import name_of
from charts.sentences import scope
from charts.subject import Subject
from data_sources import quality as lineage
from data_sources.deadlines import deadlines
from data_sources.settings import settings
from geo import places
from indicators import quality, spans
from indicators.catalogue import Window
from indicators.options import ACROSS, OVER, QUALITY
from indicators.quality import ASPECTS, DEFINITIONS, UNITS
from pages.intake import cached
from pages.overview.parts import month
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

SUMS = {
    "name": ColumnForm("地区", None, 16),
    "completeness": ColumnForm("完整率（%）", 2, 11),
    "timeliness": ColumnForm("及时率（%）", 2, 11),
    "refusal": ColumnForm("退回率（%）", 2, 11),
    "expected": ColumnForm("应报（张）", 0, 10),
    "filed": ColumnForm("已报（张）", 0, 10),
    "in_time": ColumnForm("按时（张）", 0, 10),
    "late": ColumnForm("迟报（张）", 0, 10),
    "overdue": ColumnForm("逾期未报（张）", 0, 12),
    "files": ColumnForm("收到文件（份）", 0, 12),
    "refused": ColumnForm("退回（份）", 0, 10),
    "problems": ColumnForm("待改正（处）", 0, 11),
    "unreviewed": ColumnForm("待审核（批）", 0, 11),
}
OWING = {
    "name": ColumnForm("地区", None, 18),
    "table": ColumnForm("数据表", None, 12),
    "month": ColumnForm("月份", None, 10),
    "due": ColumnForm("期限", None, 12),
    "days": ColumnForm("已逾期（天）", 0, 11),
    "standing": ColumnForm("状态", None, 12),
    "problems": ColumnForm("待改正（处）", 0, 11),
}


def shown(screen: Screen) -> None:
    """The matrix, the map, and what is owing."""
    if not state.run().cubes.months:
        st.info("数据库里还没有报送数据，暂时没有数据质量。")
        return
    cells, view = _cells(), state.current()
    _matrix(cells, screen)
    left, right = st.columns([0.5, 0.5], gap="medium")
    sums = quality.summed(cells, view.drawn)
    with left:
        _map(sums, screen)
    with right:
        about = _subject(f"各地报送情况：{scope(view)}", "报送情况", "；".join(DEFINITIONS.values()), "见表头")
        draw.data("报送情况", about, lambda: (sums.with_columns(_named(sums)), SUMS))
    _owing(cells)


def _cells() -> pl.DataFrame:
    cubes = state.run().cubes
    of = spans.months(cubes, cast(Window, state.option(OVER)), month())
    return cached.cells(cubes, of, dt.date.today(), lineage.state(settings().url))


def _matrix(cells: pl.DataFrame, screen: Screen) -> None:
    aspect, across = state.option(QUALITY), state.option(ACROSS)
    codes = state.current().drawn
    months = sorted(set(cells["month"]))[-18:]
    labels = quality.table_labels() if across == "table_name" else {m: m for m in months}
    sums = quality.summed(cells, codes, [across]).filter(pl.col(across).is_in(list(labels)))
    whole = quality.summed(cells, (places.PROVINCE,)).row(0, named=True)
    within = quality.summed(cells, (state.current().within,)).row(0, named=True)
    name = places.place(state.current().within).name
    beside = "" if within == whole else f"，全省 {figures.wording(whole[aspect], aspect)}"
    title = f"{name}报送{ASPECTS[aspect]} {figures.wording(within[aspect], aspect)}{beside}"
    draw.chart(
        "报送矩阵",
        _subject(title, f"报送{ASPECTS[aspect]}", DEFINITIONS[aspect], UNITS[aspect]),
        screen,
        figure=lambda theme: figures.matrix(sums, across, labels, aspect, theme),
        table=lambda: _by(sums, across, labels),
    )
    rules = "；".join(
        f"{'、'.join(quality.table_labels()[t] for t in deadlines() if deadlines()[t].wording == wording)}为{wording}"
        for wording in dict.fromkeys(d.wording for d in deadlines().values())
    )
    st.caption(f"颜色越醒目，问题越多；底色为没有问题。报送期限：{rules}。")


def _map(sums: pl.DataFrame, screen: Screen) -> None:
    aspect, view, cubes = state.option(QUALITY), state.current(), state.run().cubes
    about = _subject(
        f"各地报送{ASPECTS[aspect]}：{scope(view)}", f"{ASPECTS[aspect]}地图", DEFINITIONS[aspect], UNITS[aspect],
        approval=settings().approval_line,
    )  # fmt: skip
    lines, simulated = draw.caption(about), cubes.simulated(about.tables)
    draw.topic(
        "报送地图",
        about,
        screen,
        picture=lambda theme: figures.on_map(
            sums, view, aspect, theme, title=about.title, caption=lines, simulated=simulated
        ),
        table=lambda: (sums.with_columns(_named(sums)), SUMS),
        share=0.5,
        height=420,
    )


def _owing(cells: pl.DataFrame) -> None:
    """Who is late, or has a refused file to mend."""
    here = state.current().place
    owed = quality.owing(cells, (here,))
    today = dt.date.today()
    labels = quality.table_labels()
    frame = owed.with_columns(
        _named(owed),
        table=pl.col("table_name").replace_strict(labels, return_dtype=pl.String),
        days=pl.max_horizontal((pl.lit(today) - pl.col("due")).dt.total_days(), 0),
        due=pl.col("due").cast(pl.String),
        standing=pl.col("state").replace_strict(lineage.STATES, return_dtype=pl.String),
    )
    units = owed["place_code"].n_unique()
    name = places.place(here).name
    title = (
        f"{name}有 {units} 个单位的 {owed.height:,} 张表逾期未报或待改正"
        if owed.height
        else f"{name}没有逾期未报或待改正的表"
    )
    definition = "过了期限没有已接收的批次，或最近一份文件被退回、尚未重新报送的，按期限先后。"
    draw.data(
        "谁还没报",
        _subject(title, "逾期未报", definition, "见表头"),
        lambda: (frame, OWING),
        height=380,
    )


def _by(sums: pl.DataFrame, across: str, labels: dict[str, str]) -> Table:
    head = ColumnForm(ACROSS.allowed[across], None, 12)
    named = sums.with_columns(_named(sums), pl.col(across).replace_strict(labels, return_dtype=pl.String))
    return named, {"name": SUMS["name"], across: head, **{k: v for k, v in SUMS.items() if k != "name"}}


def _named(frame: pl.DataFrame) -> pl.Series:
    return pl.Series("name", [name_of(code) for code in frame["place_code"]], dtype=pl.String)


def _subject(title: str, short: str, definition: str, unit: str, *, approval: str = "") -> Subject:
    view = state.current()
    return Subject(
        title=title,
        short=short,
        definition=definition,
        unit=unit,
        period=words.period(month(), cast(Window, state.option(OVER))),
        filter=f"地区：{places.place(view.place).name}；范围：{scope(view)}",
        source="报送批次记录",
        tables=frozenset(quality.table_labels()),
        approval=approval,
    )
