"""The parts of 产业集群."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import clusters as figures
from charts import words
from charts.sentences import scope
from charts.subject import Subject
from data_sources.reference import clusters
from geo import places
from indicators import clusters as measures
from indicators.catalogue import Indicator, catalogue
from indicators.options import ASPECT, MATRIX
from indicators.view import LEVELS
from pages.overview.parts import month
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen


def cluster() -> None:
    """The cluster that ranking and concentration show."""
    names = clusters()
    st.selectbox(
        "产业集群",
        list(names),
        format_func=lambda code: names[code],
        **state.widget("cluster", _cluster(), lambda code: state.change(cluster=code, indicator=_indicator().key)),
    )


def matrix(screen: Screen) -> None:
    """Every place by every cluster."""
    cells, indicator = _cells(), _indicator()
    by_quotient = state.option(MATRIX) == "quotient"
    what = "区位商" if by_quotient else f"{indicator.short}（{indicator.unit}）"
    subject = _subject(
        f"{scope(state.current())}各产业集群的{ASPECT.allowed[indicator.key]}：{what}",
        "地区与集群",
        unit="倍" if by_quotient else indicator.unit,
    )
    draw.chart(
        "地区与集群",
        subject,
        screen,
        figure=lambda theme: figures.heatmap(cells, indicator, theme, quotient=by_quotient, narrow=screen.narrow),
        table=lambda: _long(cells, indicator),
    )
    st.caption(f"{measures.QUOTIENT}。")


def leaders() -> None:
    """The places of one cluster, most first, with share and quotient."""
    name, indicator = clusters()[_cluster()], _indicator()
    cells = _cells().filter(pl.col("cluster_code") == _cluster())
    found = cells.filter(pl.col("value") > 0).sort("value", "place_code", descending=[True, False])
    if found.is_empty():
        st.info(f"{scope(state.current())}都没有“{name}”的{ASPECT.allowed[indicator.key]}数据。")
        return
    first = places.place(found["place_code"][0]).name
    subject = _subject(f"{name}：{first}最多（{words.value(found['value'][0], indicator)}）", "集群位次")
    draw.data("集群位次", subject, lambda: _ranked(found, indicator), height=320)


def concentration(screen: Screen) -> None:
    """How the share of the five largest places moved."""
    view, indicator = state.current(), _indicator()
    values = cached.series(state.run().cubes, indicator.key, indicator.windows[0], _cluster())
    found = measures.concentration(values, view.drawn)
    name = clusters()[_cluster()]
    if found.is_empty():
        st.info(f"没有“{name}”的数据，无法计算集中度。")
        return
    last = found.row(-1, named=True)
    title = (
        f"{name}集中度：前 {min(measures.TOP, last['places'])} 位地区占 {words.number(100 * last['top'], 1)}%"
        f"（{words.month_name(last['month'])}，HHI {words.number(last['hhi'], 3)}）"
    )
    months = state.run().cubes.months
    subject = _subject(title, "集中度", words.span(months[0], months[-1]), "%")
    draw.chart(
        "集中度",
        subject,
        screen,
        figure=lambda theme: figures.concentration(found, theme),
        table=lambda: _monthly(found),
    )
    st.caption(f"范围：{scope(view)}；HHI 为各地占比的平方和，1 为全在一地。市本级不参与。")


def _indicator() -> Indicator:
    return catalogue()[state.option(ASPECT)]


def _cluster() -> str:
    return state.current().cluster or next(iter(clusters()))


def _cells() -> pl.DataFrame:
    view, indicator = state.current(), _indicator()
    return cached.cluster_matrix(state.run().cubes, indicator.key, indicator.windows[0], month(), view.drawn)


def _subject(title: str, short: str, period: str | None = None, unit: str | None = None) -> Subject:
    indicator, view = _indicator(), state.current()
    return Subject(
        title, short, f"{indicator.definition}{measures.QUOTIENT}。", unit or indicator.unit,
        period or words.period(month(), indicator.windows[0]),
        f"地区：{places.place(view.place).name}；层级：{LEVELS[view.level]}；产业集群：{clusters()[_cluster()]}",
        indicator.source, indicator.tables,
    )  # fmt: skip


def _long(cells: pl.DataFrame, indicator: Indicator) -> Table:
    forms = {
        "name": ColumnForm("地区", None, 16),
        "cluster": ColumnForm("产业集群", None, 20),
        "value": ColumnForm(f"{indicator.title}（{indicator.unit}）", indicator.decimals, 20),
        "percent": ColumnForm("占本地（%）", 1, 12),
        "quotient": ColumnForm("区位商", 2, 10),
    }
    return _named(cells).select(list(forms)), forms


def _ranked(found: pl.DataFrame, indicator: Indicator) -> Table:
    frame, forms = _long(found, indicator)
    return frame.drop("cluster"), {name: form for name, form in forms.items() if name != "cluster"}


def _monthly(found: pl.DataFrame) -> Table:
    forms = {
        "month": ColumnForm("月份", None, 10),
        "percent": ColumnForm("前五位占比（%）", 1, 16),
        "hhi": ColumnForm("HHI", 3, 10),
        "places": ColumnForm("有数的地区（个）", 0, 16),
    }
    return found.with_columns(percent=pl.col("top") * 100).select(list(forms)), forms


def _named(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(
        name=pl.Series([places.place(code).name for code in cells["place_code"]], dtype=pl.String),
        cluster=pl.col("cluster_code").replace_strict(clusters(), return_dtype=pl.String),
        percent=pl.col("share") * 100,
    )
