"""The parts of 产业集群 over places: the map, everything by place, the matrix, concentration by month."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import clusters as figures
from charts import words
from charts.sentences import scope
from data_sources.reference import clusters
from data_sources.settings import settings
from geo import places
from indicators import clusters as measures
from indicators.catalogue import catalogue
from indicators.options import ASPECT, MATRIX
from pages.clusters import about, cached
from pages.shared import draw, state
from pages.shared.caches import once
from pages.shared.downloads import Table
from pages.shared.screen import Screen

HELD = {"people": "talent_stock", "demand": "vacancies", "trained": "training_person_times", "issued": "certificates"}
"""The columns of the table by place, each with its indicator."""
HELD_TABLES = frozenset({"employment", "vacancy", "training", "certificate", "organisation"})
QUOTIENT, SHARE = ColumnForm("区位商", 2, 10), ColumnForm("占本地（%）", 1, 12)


def where(screen: Screen) -> None:
    """The chosen clusters on the map: the quotient or the count of the chosen aspect."""
    found, indicator, view, quotient = about.together(), about.indicator(), state.current(), _by_quotient()
    unit, own = "倍" if quotient else indicator.unit, {"value": _form(indicator.key)}
    subject = about.subject(_found(), "集群分布", unit=unit, approval=settings().approval_line)
    lines, simulated = draw.caption(subject), state.run().cubes.simulated(subject.tables)
    draw.topic(
        "集群分布", subject, screen, share=0.5, height=430, table=lambda: _named(found, own),
        picture=lambda theme: once(
            figures.where, found, indicator, view, theme,
            quotient=quotient, title=subject.title, caption=lines, simulated=simulated,
        ),
    )  # fmt: skip


def by_place() -> None:
    """People, demand, training, certificates and organisations of the chosen clusters, place by place."""
    view, run = state.current(), state.run()
    found = about.together().with_columns(aspect=pl.col("value"))
    for name, key in HELD.items():
        held = once(measures.together, cached.matrix(run.cubes, key, about.month(), view.drawn), about.chosen())
        found = found.with_columns(held["value"].alias(name), held["withheld"].alias(f"{name}_withheld"))
    found = found.with_columns(cached.registered(run.cubes, view.drawn, about.chosen())["organisations"])
    found = found.sort("aspect", "place_code", descending=[True, False], nulls_last=True)
    forms = {**{name: _form(key) for name, key in HELD.items()}, "organisations": ColumnForm("企业（家）", 0, 10)}
    title = f"{scope(view)}的{about.named()}：人才、需求、培训、证书和企业"
    definition = (
        f"人才为月末在岗人数，需求、培训、证书为本年累计，企业含机构，为名录现状。区位商和占比按所选的一项"
        f"（{ASPECT.allowed[about.indicator().key]}）计算。{measures.QUOTIENT}。"
    )
    month = about.month()
    period = f"人才 {words.period(month, 'month_end')}，其余 {words.period(month, 'year_to_date')}"
    subject = about.subject(title, "各地集群", definition=definition, unit="见表头", tables=HELD_TABLES, period=period,
                            source="各地就业、岗位需求、培训、证书报送和机构名录")  # fmt: skip
    draw.data("各地集群", subject, lambda: _named(found, forms), height=430)


def matrix(screen: Screen) -> None:
    """Every place by every cluster."""
    cells, indicator, by_quotient, marked = about.cells(), about.indicator(), _by_quotient(), about.chosen()
    what = "区位商" if by_quotient else f"{indicator.short}（{indicator.unit}）"
    own = {"value": _form(indicator.key)}
    title = f"{scope(state.current())}各产业集群的{ASPECT.allowed[indicator.key]}：{what}"
    draw.chart(
        "地区与集群",
        about.subject(title, "地区与集群", unit="倍" if by_quotient else indicator.unit),
        screen,
        figure=lambda theme: once(
            figures.heatmap, cells, indicator, theme, quotient=by_quotient, narrow=screen.narrow, marked=marked
        ),
        table=lambda: _long(cells, own),
    )
    st.caption(f"{measures.QUOTIENT}。所选集群加粗。")


def concentration(screen: Screen) -> None:
    """How the share of the five largest places moved."""
    view = state.current()
    values = cached.added(state.run().cubes, state.option(ASPECT), about.chosen())
    found = once(measures.concentration, values, view.drawn)
    until = found.filter(pl.col("month") <= about.month())
    if until.is_empty():
        st.info(f"{scope(view)}都没有“{about.named()}”的{ASPECT.allowed[about.indicator().key]}数据，不计算集中度。")
        return
    last = until.row(-1, named=True)
    title = (
        f"{about.named()}集中度：前 {min(measures.TOP, last['places'])} 位地区占 {words.number(100 * last['top'], 1)}%"
        f"（{words.month_name(last['month'])}，HHI {words.number(last['hhi'], 3)}）"
    )
    months = state.run().cubes.months
    draw.chart(
        "集中度",
        about.subject(title, "集中度", period=words.span(months[0], months[-1]), unit="%"),
        screen,
        figure=lambda theme: once(figures.concentration, found, theme),
        table=lambda: _monthly(found),
    )
    st.caption(f"范围：{scope(view)}；HHI 为各地占比的平方和，1 为全在一地。市本级不参与。")


def _found() -> str:
    """The map's title: who has most, or who is most specialised; or that nobody has any."""
    indicator, view = about.indicator(), state.current()
    what = ASPECT.allowed[indicator.key]
    held = about.together().filter(pl.col("value") > 0)
    untold = bool(about.together()["withheld"].any())
    filed = about.together()["value"].count()
    if held.is_empty() and filed and not untold:
        return f"{about.named()}：有数的 {filed} 个地区都没有{what}"
    if held.is_empty():
        return f"{about.named()}：{scope(view)}都没有{'公开的' * untold}{what}数据"
    if held.height == 1 and about.together()["value"].count() == 1 and not untold:
        only = held.row(0, named=True)
        amount = words.value(only["value"], indicator)
        return f"{about.named()}{what}：仅{places.place(only['place_code']).name}有数（{amount}）"
    by = "quotient" if _by_quotient() and held["quotient"].count() else "value"
    first = held.sort(by, "place_code", descending=[True, False], nulls_last=True).row(0, named=True)
    name = places.place(first["place_code"]).name
    if by == "value":
        return f"{about.named()}{what}：{name}最多（{words.value(first['value'], indicator)}）"
    return f"{about.named()}{what}：{name}最集中（区位商 {words.number(first['quotient'], 2)}）"


def _by_quotient() -> bool:
    return state.option(MATRIX) == "quotient"


def _form(key: str) -> ColumnForm:
    return ColumnForm(f"{ASPECT.allowed[key]}（{catalogue()[key].unit}）", 0, 12)


def _named(found: pl.DataFrame, forms: dict[str, ColumnForm]) -> Table:
    """A row a place: its columns `forms`, with quotient and share."""
    every = {"name": ColumnForm("地区", None, 16), "quotient": QUOTIENT, **forms, "percent": SHARE}
    named = found.with_columns(
        name=pl.Series([places.place(code).name for code in found["place_code"]], dtype=pl.String),
        percent=100 * pl.col("share"),
    )
    flags = dict.fromkeys(("quotient", "percent"), "total_withheld")
    flags |= {name: "withheld" if name == "value" else f"{name}_withheld" for name in forms}
    return remarked(named, every, {name: flag for name, flag in flags.items() if flag in named.columns})


def _long(cells: pl.DataFrame, own: dict[str, ColumnForm]) -> Table:
    frame, forms = _named(cells, own)
    names = cells["cluster_code"].replace_strict(clusters(), return_dtype=pl.String).alias("cluster")
    every = {"name": forms["name"], "cluster": ColumnForm("产业集群", None, 20), **forms}
    return frame.with_columns(names).select(list(every)), every


def _monthly(found: pl.DataFrame) -> Table:
    forms = {
        "month": ColumnForm("月份", None, 10),
        "percent": ColumnForm("前五位占比（%）", 1, 16),
        "hhi": ColumnForm("HHI", 3, 10),
        "places": ColumnForm("有数的地区（个）", 0, 16),
    }
    return found.with_columns(percent=pl.col("top") * 100).select(list(forms)), forms
