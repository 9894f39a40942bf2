"""Pictures of industry clusters: the matrix of places and clusters, and concentration by month."""

from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.theme import TOKENS, Theme, layout
from data_sources.reference import clusters
from geo import colours, places
from indicators.catalogue import Indicator

ROW: Final = 24
MOST: Final = 2.0
"""The quotient that has the strongest colour: what is beyond is as strong."""


def heatmap(
    cells: pl.DataFrame, indicator: Indicator, theme: Theme, *, quotient: bool, narrow: bool = False
) -> go.Figure:
    """Places by clusters; `customdata` is place and cluster. Quotients are coloured around 1, counts by their root.

    On a narrow screen the cells have no numbers: they would lie over each other.
    """
    t = TOKENS[theme]
    rows = cells["place_code"].unique(maintain_order=True).to_list()
    codes = list(clusters())
    held = {(r["place_code"], r["cluster_code"]): r for r in cells.to_dicts()}
    scale = colours.diverging(5, theme) if quotient else colours.sequential(5, theme)
    drawn = [[_strength(held[p, c], quotient) for c in codes] for p in rows]
    told = [[[p, c, _told(held[p, c], indicator)] for c in codes] for p in rows]
    names, labels = [places.place(p).short_name for p in rows], list(clusters().values())
    text = [[_short(held[p, c], indicator, quotient) for c in codes] for p in rows]
    bars: dict[str, Any] = {
        "type": "heatmap", "z": drawn, "x": labels, "y": names, "customdata": told, "text": text,
        "texttemplate": "" if narrow else "%{text}", "textfont": {"size": 11}, "xgap": 1, "ygap": 1, "hoverongaps": False,
        "colorscale": [[i / 4, colour] for i, colour in enumerate(scale)], "showscale": False,
        "hovertemplate": "%{customdata[2]}<extra></extra>",
        **({"zmin": 0, "zmax": MOST} if quotient else {}),
    }  # fmt: skip
    looks = layout(
        theme,
        height=ROW * len(rows) + 130,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"side": "top", "tickangle": -45, "fixedrange": True, "showgrid": False, "tickfont": {"size": 12, "color": t.ink},
               "automargin": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, "type": "category", "automargin": True,
               "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return go.Figure({"data": [bars], "layout": looks})


def concentration(found: pl.DataFrame, theme: Theme) -> go.Figure:
    """The share of the five largest places by month."""
    t = TOKENS[theme]
    told = [
        f"{words.month_name(r['month'])}<br>前五位占 {words.number(100 * r['top'], 1)}%<br>HHI {words.number(r['hhi'], 3)}"
        for r in found.to_dicts()
    ]
    line = {
        "type": "scatter", "mode": "lines+markers" if found.height < 3 else "lines",
        "x": [f"{m}-01" for m in found["month"]], "y": [100 * v for v in found["top"]], "customdata": told,
        "line": {"color": t.primary, "width": 2}, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    axis = {"type": "date", "tickformat": "%Y-%m", "nticks": 6, "showgrid": False, "fixedrange": True}
    values = {"rangemode": "tozero", "ticksuffix": "%", "nticks": 5, "fixedrange": True, "automargin": True}
    looks = layout(theme, height=220, margin={"l": 8, "r": 16, "t": 12, "b": 26}, xaxis=axis, yaxis=values)
    return go.Figure({"data": [line], "layout": looks})


def _strength(cell: dict[str, Any], quotient: bool) -> float | None:
    if quotient:
        return None if cell["quotient"] is None else min(float(cell["quotient"]), MOST)
    return None if cell["value"] is None else float(max(cell["value"], 0)) ** 0.5


def _short(cell: dict[str, Any], indicator: Indicator, quotient: bool) -> str:
    if quotient:
        return words.NO_VALUE if cell["quotient"] is None else words.number(cell["quotient"], 2)
    return words.short(cell["value"], indicator) if cell["value"] is not None else words.NO_VALUE


def _told(cell: dict[str, Any], indicator: Indicator) -> str:
    name = f"<b>{places.place(cell['place_code']).name}　{clusters()[cell['cluster_code']]}</b>"
    share = "" if cell["share"] is None else f"<br>占本地 {words.number(100 * cell['share'], 1)}%"
    quotient = words.NO_VALUE if cell["quotient"] is None else words.number(cell["quotient"], 2)
    return f"{name}<br>{indicator.short} {words.value(cell['value'], indicator)}{share}<br>区位商 {quotient}"
