"""人员流动: arcs between places, what each gained and lost, the matrix and the largest pairs."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import flows as pictures
from charts import words
from charts.sentences import scope
from charts.subject import Subject
from data_sources.settings import settings
from indicators import flows
from indicators.options import ARCS
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen
from pages.supply_demand import cached, common

MATRIX = 30
DEFINITION = (
    "一次流动＝一段就业开始时，上一段就业在另一地区；同一人多次流动计多次。流入分省内和外省；流出只有流向省内他地的（由流入地报送），"
    "转往外省无人报送，所以省内净流入＝省内流入−流向省内他地，不含外省。去向不明＝结束就业、此后没有新的就业报送（转往外省、转行或离岗）。"
    "在岗净增＝流入＋首次就业−流向省内他地−去向不明。有月份缺报的县没有流入数，流向它的人次也不列出。"
)
BALANCE = {
    "name": ColumnForm("地区", None, 16),
    "inside": ColumnForm("省内流入", 0, 12),
    "outflow": ColumnForm("流向省内他地", 0, 14),
    "net": ColumnForm("省内净流入", 0, 12),
    "outside": ColumnForm("外省流入", 0, 12),
    "inflow": ColumnForm("流入合计", 0, 12),
    "first": ColumnForm("首次就业", 0, 12),
    "unknown": ColumnForm("去向不明", 0, 12),
    "change": ColumnForm("在岗净增（人）", 0, 14),
    "within": ColumnForm("本地区内流动", 0, 14),
}
TABLES = frozenset({"employment"})
UNTOLD = {**dict.fromkeys(flows.ARRIVED, "withheld"), **dict.fromkeys(flows.ONWARD, "onward_withheld")}
"""What says of a column that it is not told."""
PAIRS = {
    "from": ColumnForm("从", None, 16),
    "to": ColumnForm("到", None, 16),
    "people": ColumnForm("人次", 0, 10),
    "share": ColumnForm("占全部流动（%）", 1, 14),
}


def shown(screen: Screen) -> None:
    """All of it."""
    asked = (*common.asked()[1:], state.current().drawn, state.current().cluster)
    pairs = cached.pairs(state.run().cubes, *asked)
    if pairs.is_empty():
        why = common.why("在所选时期没有人员流动，或有月份缺报就业", TABLES, state.current().drawn)
        st.info(f"{scope(state.current())}{why}。")
        return
    own = pictures.of_place(pairs, state.current().place, state.current().drawn)
    if own.is_empty():
        why = common.why("在所选时期没有流入或流出", TABLES, (state.current().place,))
        st.info(f"{common.here()}{why}；下面为全部地区。")
    _map(asked, own if own.height else pairs, screen)
    _balance(asked)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        _largest(own if own.height else pairs)
    with right:
        _matrix(pairs)


def _map(asked: cached.Asked, pairs: pl.DataFrame, screen: Screen) -> None:
    cubes, place, most = state.run().cubes, state.current().place, int(state.option(ARCS))
    share = flows.covered(pairs, most)
    whose = common.here() if pairs.height and place in state.current().drawn else scope(state.current())
    title = f"{whose}人员流动：最大 {min(most, pairs.height)} 个流向，占全部 {words.number(100 * (share or 0), 1)}%"
    subject = _subject(title, "流向图", settings().approval_line)
    told = (title, draw.caption(subject))
    draw.topic(
        "流向图",
        subject,
        screen,
        picture=lambda theme: cached.arcs(cubes, asked, theme, most, place, told),
        table=lambda: _pair_table(pairs),
        height=560,
    )
    st.caption(f"{pictures.EDGE}；线越宽人次越多，从起点到终点见提示。底色为省内净流入。")


def _balance(asked: cached.Asked) -> None:
    found = cached.balance(state.run().cubes, *asked)
    table = common.named(found).sort("net", descending=True, nulls_last=True)
    known = table.filter(pl.col("net").is_not_null())
    title = (
        f"各地流入流出：{known['name'][0]}省内净流入最多" if known.height and known["net"][0] > 0 else "各地流入流出"
    )
    draw.data("流入流出", _subject(title, "流入流出"), lambda: remarked(table, BALANCE, UNTOLD))
    st.caption(DEFINITION + f"{words.WITHHELD}的流入和流出也不列出。" * table["onward_withheld"].any())


def _largest(pairs: pl.DataFrame) -> None:
    first = pairs.row(0, named=True)
    title = f"最大流向：{pictures.name(first['origin'])} → {pictures.name(first['destination'])}（{first['people']:,} 人次）"
    draw.data("最大流向", _subject(title, "最大流向"), lambda: _pair_table(pairs))


def _matrix(pairs: pl.DataFrame) -> None:
    found = flows.matrix(pairs, MATRIX, state.current().drawn)
    columns = [column for column in found.columns if column not in ("origin", "total")]
    forms = {
        "from": ColumnForm("从＼到", None, 14),
        "total": ColumnForm("合计", 0, 10),
        **{code: ColumnForm(pictures.name(code), 0, 12) for code in columns},
    }
    share = 100 * found["total"].sum() / pairs["people"].sum()
    cut = f"（流动最多的 {MATRIX} 个地区，占全部 {words.number(share, 1)}%）" if share < 100 else ""
    table = common.named(found, "origin", "from").select(list(forms))
    draw.data("流动矩阵", _subject(f"从哪里到哪里{cut}", "流动矩阵"), lambda: (table, forms))
    st.caption("点表头可排序；“—”为同一地区之内或图外地区之间，不在统计范围。")


def _pair_table(pairs: pl.DataFrame) -> Table:
    table = common.named(common.named(pairs, "origin", "from"), "destination", "to")
    return table.with_columns(share=100 * pl.col("people") / pl.col("people").sum()).select(list(PAIRS)), PAIRS


def _subject(title: str, short: str, approval: str = "") -> Subject:
    return common.subject(title, short, DEFINITION, "人次", TABLES, source="各地就业报送", approval=approval)
