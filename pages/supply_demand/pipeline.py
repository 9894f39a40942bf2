"""供给储备: courses under way and certificates to come."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import supply_demand as figures
from charts import words
from charts.sentences import scope
from data_sources.retention import later
from geo import places
from pages.shared import draw, state
from pages.shared.screen import Screen
from pages.supply_demand import cached, common

COURSES = (
    "月末在训＝已开始而未结束的培训人次。课程结业后才报送，最长一年，所以近12个月末的已知数只含此后已结业的课程，是下限；"
    "估计＝上年同月末在训×（近12个月结业人次÷此前12个月结业人次），不低于已知数。"
)
DUE = (
    "待取证＝近3个月考核合格人次×换证率；换证率＝上年同期：其后3个月发放的证书数÷此前3个月考核合格人次。"
    "上年没有数据、或有月份缺报的不计算。"
)


def shown(screen: Screen) -> None:
    """Both."""
    _courses(screen)
    _due()


def _courses(screen: Screen) -> None:
    cubes, place = state.run().cubes, state.current().place
    found = cached.in_training(cubes, place, state.current().cluster)
    at = found.row(by_predicate=pl.col("month") == common.month(), named=True)
    title = f"{common.here()}{words.month_name(at['month'])}末在训"
    if at["estimated"] is not None:
        title += f"约 {words.number(at['estimated'], 0)} 人次（估计）"
    elif at["known"] is not None:
        title += f" {words.number(at['known'], 0)} 人次"
    else:
        title += common.why("：月份太少或有缺报，不能估计", ("training",), (place,))
    months = state.run().cubes.months
    forms = {
        "month": ColumnForm("月份", None, 10),
        "known": ColumnForm("月末在训，已知（人次）", 0, 20),
        "estimated": ColumnForm("月末在训，估计（人次）", 0, 20),
    }
    subject = common.subject(
        title, "月末在训", COURSES, "人次", frozenset({"training"}), source="各地培训报送",
        period=words.span(months[0], months[-1]),
    )  # fmt: skip
    untold = dict.fromkeys(("known", "estimated"), "withheld")
    draw.chart(
        "月末在训", subject, screen, figure=lambda theme: figures.courses(found, theme),
        table=lambda: remarked(found, forms, untold),
    )  # fmt: skip
    st.caption(COURSES)


def _due() -> None:
    month, codes = common.month(), (state.current().place, *state.current().drawn)
    codes = tuple(dict.fromkeys(codes))
    found = cached.due(state.run().cubes, month, codes, state.current().cluster)
    here = found.row(0, named=True)
    ahead = words.span(later(month, 1), later(month, 3))
    if found["due"].null_count() == found.height:
        why = common.why("不能估计待取证：上年同期没有数据，或有月份缺报", ("training", "certificate"), codes)
        st.info(f"{scope(state.current())}截至{words.month_name(month)}{why}。")
        return
    title = f"{ahead}预计取证：" + (
        f"{places.place(here['place_code']).name}约 {words.number(here['due'], 0)} 本"
        if here["due"] is not None
        else "各地"
    )
    forms = {
        "name": ColumnForm("地区", None, 16),
        "passed": ColumnForm("近3个月考核合格（人次）", 0, 20),
        "rate": ColumnForm("换证率（本/人次）", 2, 16),
        "due": ColumnForm("预计取证（本）", 0, 14),
    }
    table = common.named(found).sort("due", descending=True, nulls_last=True)
    tables = frozenset({"training", "certificate"})
    subject = common.subject(title, "待取证", DUE, "见表头", tables, source="各地培训报送、证书报送", period=ahead)
    untold = {"passed": "passed_withheld", "rate": "rate_withheld", "due": "due_withheld"}
    table = table.with_columns(due_withheld=pl.col("passed_withheld") | pl.col("rate_withheld"))
    draw.data("待取证", subject, lambda: remarked(table, forms, untold))
    st.caption(DUE)
