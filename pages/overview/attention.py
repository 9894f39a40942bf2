"""督办清单 and what moved most, among the places drawn: each row a link to the view that shows why."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import attention, sentences, words
from charts.subject import Subject
from geo import places
from indicators import oversight
from indicators.catalogue import catalogue
from indicators.view import View
from pages.overview import cached
from pages.overview.parts import month
from pages.shared import draw, state
from pages.shared.downloads import Table

MOST: Final = 12
MAP: Final = "../talent_map/page.py"
FORMS: Final = {
    "theme": ColumnForm("主题", None, 8),
    "title": ColumnForm("指标", None, 28),
    "name": ColumnForm("地区", None, 16),
    "value": ColumnForm("数值", 2, 12),
    "unit": ColumnForm("单位", None, 12),
    "rank": ColumnForm("位次", 0, 8),
    "ranked_of": ColumnForm("参与排名（个）", 0, 14),
    "behind": ColumnForm("落后序时进度（百分点）", 1, 20),
    "before": ColumnForm("一年前数值", 2, 12),
    "rank_before": ColumnForm("一年前位次", 0, 12),
}


def watched() -> None:
    """What is behind and getting worse, by theme, the furthest behind first; all of it in the export."""
    view, found = state.current(), oversight.watched(_judged(), state.current().ranked_places)
    many = f"{found.height} 项落后且在变差" if found.height else "没有落后且在变差的项目"
    title = f"督办清单：{sentences.scope(view)}中{' ' * bool(found.height)}{many}"
    _headed("督办清单", title, found)
    shown = found.head(MOST)
    for theme in shown["theme"].unique(maintain_order=True):
        rows = shown.filter(pl.col("theme") == theme).to_dicts()
        _listed(f"attention-{rows[0]['key']}", theme, rows, attention.complaint)
    rest = f"列出最靠后的 {MOST} 项，其余见导出。" if found.height > MOST else ""
    st.html(f'<p class="note">{rest}{oversight.METHOD}。</p>')


def moved() -> None:
    """The largest tested improvements and declines in rank over twelve months."""
    at = month()
    better, worse = oversight.movers(_judged(), state.current().ranked_places)
    months = state.run().cubes.months
    if months.index(at) < oversight.YEAR:
        st.caption(f"{words.month_name(at)}之前不足 {oversight.YEAR} 个月，不比较位次升降。")
        return
    span = f"{words.month_name(months[months.index(at) - oversight.YEAR])}至{words.month_name(at)}"
    _headed("位次升降", f"位次升降：{span}，{sentences.scope(state.current())}", pl.concat([better, worse]))
    for name, found in (("上升最多", better), ("下降最多", worse)):
        if found.height:
            _listed(f"moved-{name}", name, found.to_dicts(), attention.move)
    nothing = "没有得到证实的升降。" if better.is_empty() and worse.is_empty() else ""
    st.html(f'<p class="note">{nothing}{oversight.MOVES}。</p>')


def _judged() -> pl.DataFrame:
    return cached.judged(state.run().cubes, state.current().drawn_level, month())


def _headed(name: str, title: str, found: pl.DataFrame) -> None:
    tables = frozenset(table for key in found["key"] for table in catalogue()[key].tables)
    filters = f"地区：{places.place(state.current().within).name}；范围：{sentences.scope(state.current())}"
    period = f"截至{words.month_name(month())}"
    subject = Subject(title, name, oversight.METHOD, "见各行", period, filters, "各指标来源见指标目录", tables)
    draw.headed(name, subject, lambda: _table(found))


def _listed(key: str, name: str, rows: list[dict[str, Any]], words_of: Callable[[dict[str, Any]], str]) -> None:
    with st.container(key=f"attention-list-{key}"):
        st.html(f'<p class="note"><b>{name}</b></p>')
        for row in rows:
            st.page_link(MAP, label=words_of(row), query_params=state.query_of(_why(row)))


def _why(row: dict[str, Any]) -> View:
    """The map on which the place has this rank."""
    view, indicator = state.current(), catalogue()[row["key"]]
    level = "prefecture" if view.level == "prefecture" else "all"
    place = row["place_code"]
    seen = replace(view, indicator=indicator.key, window=indicator.windows[0], month=month(), place=place, level=level)
    return replace(seen, peers="all", cluster=None)


def _table(found: pl.DataFrame) -> Table:
    known = [catalogue()[key] for key in found["key"]]
    named = found.with_columns(
        title=pl.Series([i.title for i in known], dtype=pl.String),
        unit=pl.Series([i.unit for i in known], dtype=pl.String),
        name=pl.Series([places.place(code).name for code in found["place_code"]], dtype=pl.String),
    )
    return named.select(list(FORMS)), FORMS
