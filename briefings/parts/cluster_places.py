"""产业集群各地: one cluster's places by size and speciality, how concentrated it is, and all clusters of the largest places."""

from typing import Final

import polars as pl

from briefings import cells, narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import drawn
from charts import words
from data_sources.reference import clusters
from geo import places
from indicators import clusters as measures
from indicators.catalogue import Window, catalogue
from indicators.options import ASPECT
from indicators.view import View

SHOWN: Final = 15
COLUMNS: Final = 11


def part(view: View, key: str, cluster: str, *, quotient: bool) -> Part:
    """The part about one cluster and the places that the view draws, by one of the four aspects."""
    return Part(
        "集群各地",
        lambda facts, *_: section(facts, view, key, cluster, quotient=quotient),
        catalogue()[key].tables,
        lambda facts, *_: _said(facts, view, key, cluster),
        indicators=(key,),
    )


def section(facts: Facts, view: View, key: str, cluster: str, *, quotient: bool) -> Section:
    """In words, the cluster's places as chart and table, all clusters of the largest places as a table."""
    said = _said(facts, view, key, cluster)
    blocks: list[Block] = [*said, _leaders(facts, view, key, cluster), _matrix(facts, view, key, quotient=quotient)]
    message = said[0] if said else (f"{clusters()[cluster]}各地",)
    return Section(f"{clusters()[cluster]}各地{ASPECT.allowed[key]}", message, tuple(blocks))


def _number(facts: Facts, what: str, style: Style, key: str, place: str, month: str, cluster: str) -> Number:
    window = catalogue()[key].windows[0]
    return facts.number(what, style, key=key, place=place, window=window, month=month, cluster=cluster)


def _said(facts: Facts, view: View, key: str, cluster: str) -> list[Text]:
    ordered = _by_size(facts, view, key, cluster)
    name, indicator = clusters()[cluster], catalogue()[key]
    told = [
        (places.place(code).name, _number(facts, "cluster_value", "value", key, code, view.month, cluster))
        for code in ordered
    ]
    if not told:
        return [(f"所显示的地区都没有{name}的{ASPECT.allowed[key]}数据。",)]
    of = {
        "key": key,
        "place": view.place,
        "window": indicator.windows[0],
        "month": view.month,
        "cluster": cluster,
        "detail": cells.detail("", view.level),
    }
    top = facts.number("concentration.top", "percent", **of)
    many = f"前 {measures.TOP} 位地区" if len(ordered) > measures.TOP else "全部有数的地区"
    return [narrative.joined(narrative.listed(f"{name}{ASPECT.allowed[key]}较多的是", told), (f"{many}占 ", top, "。"))]


def _by_size(facts: Facts, view: View, key: str, cluster: str) -> list[str]:
    values = {c: _number(facts, "cluster_value", "plain", key, c, view.month, cluster).value for c in view.drawn}
    return sorted((c for c in values if values[c]), key=lambda c: (-(values[c] or 0), c))


def _leaders(facts: Facts, view: View, key: str, cluster: str) -> Chart:
    order, name, indicator = _by_size(facts, view, key, cluster), clusters()[cluster], catalogue()[key]
    columns: tuple[tuple[str, Style], ...] = (
        ("cluster_value", "plain"),
        ("cluster_share", "percent"),
        ("cluster_quotient", "ratio"),
    )
    rows: tuple[Row, ...] = tuple(
        (places.place(c).name, *(_number(facts, w, s, key, c, view.month, cluster) for w, s in columns)) for c in order
    )
    title = f"{name}各地{ASPECT.allowed[key]}（{words.period(view.month, indicator.windows[0])}）"
    header = ("地区", f"{indicator.short}（{indicator.unit}）", "占本地", "区位商")
    table = Table(f"{title}（数据）", header, rows, f"{measures.QUOTIENT}。")
    numbers = tuple(_number(facts, "cluster_value", "plain", key, c, view.month, cluster) for c in order[:SHOWN])
    names = tuple(places.place(code).name for code in order[:SHOWN])
    return Chart(title, "bar", indicator.unit, names, (Series(indicator.short, numbers),), table)


def _matrix(facts: Facts, view: View, key: str, *, quotient: bool) -> Table:
    """Clusters by places; only the places with the most of all clusters where there are many."""
    indicator, names = catalogue()[key], clusters()
    whole = {c: facts.row(Fact("", key, c, indicator.windows[0], view.month))["value"] or 0 for c in view.drawn}
    shown = sorted(sorted(whole, key=lambda c: (-whole[c], c))[:COLUMNS])
    what = "cluster_quotient" if quotient else "cluster_value"
    style: Style = "ratio" if quotient else "plain"
    rows: tuple[Row, ...] = tuple(
        (name, *(_number(facts, what, style, key, c, view.month, code) for c in shown)) for code, name in names.items()
    )
    said = "区位商" if quotient else f"{indicator.short}（{indicator.unit}）"
    few = f"{indicator.short}最多的 {len(shown)} 个地区" if len(shown) < len(whole) else "各地"
    title = f"{few}各集群{said}（{words.period(view.month, indicator.windows[0])}）"
    return Table(
        title,
        ("产业集群", *(places.place(c).short_name for c in shown)),
        rows,
        f"{measures.QUOTIENT}。" if quotient else "",
    )


def _concentration(facts: Facts, fact: Fact, level: str) -> pl.DataFrame:
    """How concentrated the cluster is among the places of a level, in percent (see `clusters.concentration`)."""
    window: Window = fact.window  # type: ignore[assignment]
    values = facts.series(facts.cubes, fact.key, window, fact.cluster)
    found = measures.concentration(values, drawn(fact.place, level)).filter(month=fact.month)
    return found.select(row=pl.lit(fact.place), top=100 * pl.col("top"))


MEASURES: Final = cells.measures("concentration", _concentration, {"top": "前五位占比"})
