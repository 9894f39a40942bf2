"""The parts of 评价激励 that are summed: ladders, contests, institutions."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import evaluation as figures
from charts import words
from charts.sentences import scope
from data_sources.reference import clusters
from data_sources.vocabulary import CONTEST_LEVELS, LADDERS, LEVELS, MILESTONE_KINDS
from geo import places
from indicators.options import PYRAMID
from indicators.small_numbers import FEWEST
from pages.evaluation import about, cached
from pages.overview.parts import month
from pages.shared import draw, ladders, state
from pages.shared.caches import once
from pages.shared.downloads import Table
from pages.shared.screen import Screen

STOCK = "月末在岗的数字技能人才，每人只计一次"
ISSUED = "时期内新发的证书，一人多证计多本"


def ladder(which: str, screen: Screen) -> None:
    """One ladder of the chosen place beside the province's."""
    stock = state.option(PYRAMID) == "stock"
    unit, name = ("人" if stock else "本"), LADDERS[which]
    known, missing = about.filed("talent_stock", "month_end") if stock else about.filed("certificates", about.window())
    steps = cached.ladder(state.run().cubes, state.current().place, about.span(), which, stock)
    total = steps["value"].sum()
    what = "在岗人才" if stock else "新发证书"
    if not known or not total:
        why = missing if not known else f"没有{what}"
        draw.titled(f"{about.here()}{name}{what}")
        st.info(f"{about.here()}{name}：{why}。")
        return
    top = steps.sort("value", descending=True)["level"][0]
    compared = _compared(steps, total, unit)
    draw.chart(
        f"{name}{what}",
        about.subject(
            f"{about.here()}{name}{what} {total:,} {unit}，{LEVELS[top]}最多{compared}",
            f"{name}{what}",
            f"{STOCK if stock else ISSUED}；没有等级的不在内。{ladders.APART}。",
            unit,
            period=words.period(month(), "month_end") if stock else about.period(),
            source="各地就业报送" if stock else "各地证书报送",
            tables=("employment",) if stock else ("certificate",),
        ),
        screen,
        figure=lambda theme: once(figures.pyramid, steps, unit, theme),
        table=lambda: ladders.steps(steps, unit, "全省"),
    )
    st.caption(f"{STOCK if stock else ISSUED}。{ladders.APART}。{missing}{'。' * bool(missing)}")


def contests(screen: Screen) -> None:
    """Contests, who took part and who won, by cluster and level."""
    held = cached.contests(state.run().cubes, state.current().place, about.span())
    if held.is_empty():
        draw.titled(f"{about.here()}技能竞赛")
        st.info(f"{about.here()}在{about.period()}没有举办数字技能竞赛，场次和获奖均为 0。")
        return
    sums = held.select(pl.col("contests", "participants", "awards").sum()).row(0, named=True)
    title = (
        f"{about.here()}举办竞赛 {sums['contests']:,} 场，参赛 {sums['participants']:,} 人次，"
        f"获奖 {sums['awards']:,} 人次"
    )
    definition = "时期内各级数字技能竞赛的获奖人次，按产业集群和竞赛级别；一人多次计多次。"
    draw.chart(
        "技能竞赛",
        about.subject(title, "技能竞赛", definition, "人次", period=about.period(), source="各地技能竞赛报送",
                      tables=("contest",)),
        screen,
        figure=lambda theme: once(figures.awards, held, theme),
        table=lambda: _contests(held),
    )  # fmt: skip
    levels = held.group_by("level").agg(pl.col("contests", "participants", "awards").sum())
    by_level = {row["level"]: row for row in levels.to_dicts()}
    told = [
        f"{label} {by_level[level]['contests']:,} 场、获奖 {by_level[level]['awards']:,} 人次"
        for level, label in CONTEST_LEVELS.items()
        if level in by_level
    ]
    st.caption(f"{'；'.join(told)}。")


def institutions(screen: Screen) -> None:
    """Which steps of institution building each place has taken, how many, and what has not happened."""
    cells = cached.institutions(state.run().cubes, state.current().drawn, month())
    empty = cells.filter(pl.col("quantity") == 0)
    worst = empty.group_by("kind").len().sort("len", "kind", descending=[True, False])
    if worst.is_empty():
        title = f"{scope(state.current())}的 {len(MILESTONE_KINDS)} 类制度建设事项均已有"
    else:
        kind, number = worst.row(0)
        title = f"制度建设：{scope(state.current())}中 {number} 个尚无{MILESTONE_KINDS[kind]}"
    draw.chart(
        "制度建设",
        about.subject(title, "制度建设", "各地制度建设事项自始至该月的累计数量；没有发生的为0，不是缺报。", "个",
                      period=f"截至{words.period(month(), 'month_end')}", source="各地制度建设报送",
                      tables=("milestone",)),
        screen,
        figure=lambda theme: once(figures.institutions, cells, theme, narrow=screen.narrow),
        table=lambda: _institutions(cells),
    )  # fmt: skip
    st.caption("颜色在每一列内比较，越醒目越多；0 为尚无。首次时间在表和悬停提示中。市本级计入所在设区市。")


def _compared(steps: pl.DataFrame, total: int, unit: str) -> str:
    """What stands beside the ladder, in words: the province, or why it does not."""
    if steps["province"][0] is not None:
        return "，描边为全省"
    return f"；不足 {FEWEST} {unit}，不与全省比较" if total < FEWEST else ""


def _contests(held: pl.DataFrame) -> Table:
    forms = {
        "cluster": ColumnForm("产业集群", None, 20),
        "rank": ColumnForm("竞赛级别", None, 12),
        "contests": ColumnForm("场次（场）", 0, 10),
        "participants": ColumnForm("参赛（人次）", 0, 14),
        "awards": ColumnForm("获奖（人次）", 0, 14),
    }
    named = held.with_columns(
        cluster=pl.col("cluster_code").replace_strict(clusters(), return_dtype=pl.String),
        rank=pl.col("level").replace_strict(CONTEST_LEVELS, return_dtype=pl.String),
    )
    return named.select(list(forms)), forms


def _institutions(cells: pl.DataFrame) -> Table:
    forms = {
        "name": ColumnForm("地区", None, 16),
        "what": ColumnForm("事项", None, 20),
        "quantity": ColumnForm("累计数量（个）", 0, 14),
        "since": ColumnForm("首次时间", None, 14),
    }
    named = cells.with_columns(
        pl.Series("name", [places.place(code).name for code in cells["place_code"]], dtype=pl.String),
        pl.Series("since", [figures.first_reached(first) for first in cells["first"]], dtype=pl.String),
        what=pl.col("kind").replace_strict(MILESTONE_KINDS, return_dtype=pl.String),
    )
    return named.select(list(forms)), forms
