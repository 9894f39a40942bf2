"""The charts beside the map: ranking and trend; a frame in, a figure out."""

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.drawing import Drawing
from charts.theme import TOKENS, Theme, layout
from indicators import measures
from indicators.catalogue import Indicator

BAR_HEIGHT = 22


def ranking(drawn: Drawing, indicator: Indicator, theme: Theme, *, chosen: str | None) -> go.Figure:
    """All ranked places as bars, best first, coloured as on the map, the chosen one in the accent; `customdata` is the
    place code. A place without a value is left out (the table names it)."""
    t = TOKENS[theme]
    best_first = drawn.frame.filter(pl.col("value").is_not_null() & pl.col("peer")).sort("rank", "place_code")
    rows = best_first.to_dicts()[::-1]
    solid = t.primary if drawn.kind == "circles" and indicator.middle is None else None
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=[r["place_code"] for r in rows],
            x=[r["value"] for r in rows],
            text=[r["label"] for r in rows],
            textposition="outside",
            textfont={"size": 11, "color": t.muted},
            cliponaxis=False,
            customdata=[[r["place_code"], r["name"], r["wording"], r["rank_wording"], r["yoy_wording"]] for r in rows],
            marker={"color": [t.accent if r["place_code"] == chosen else solid or r["fill"] for r in rows]},
            hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[2]}　%{customdata[3]}<br>同比 %{customdata[4]}<extra></extra>",
        )
    )
    names = [f"{r['rank']}  {r['short_name']}" for r in rows]
    largest = max((abs(r["value"]) for r in rows), default=1) or 1
    low = min(0, min((r["value"] for r in rows), default=0)) * 1.3
    figure.update_layout(
        layout(
            theme,
            height=max(120, BAR_HEIGHT * len(rows) + 16),
            bargap=0.28,
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            xaxis={"visible": False, "range": [low, largest * 1.25], "fixedrange": True},
            yaxis={
                "tickvals": [r["place_code"] for r in rows],
                "ticktext": names,
                "tickfont": {"size": 12, "color": t.text},
                "fixedrange": True,
                "showgrid": False,
                "type": "category",
                "automargin": True,
            },
        )
    )
    if drawn.pace is not None:
        figure.add_vline(x=drawn.pace, line={"color": t.muted, "width": 1, "dash": "dot"})
    return figure


def trend(
    history: pl.DataFrame, indicator: Indicator, theme: Theme, *, month: str, height: int = 220, with_pace: bool = False
) -> go.Figure:
    """One place's series by month, the looked-at month marked; a missing month is a gap, never a zero."""
    t = TOKENS[theme]
    months, values = history["month"].to_list(), history["value"].to_list()
    figure = go.Figure(
        go.Scatter(
            x=[f"{m}-01" for m in months],
            y=values,
            mode="lines" if len(months) > 1 else "markers",
            connectgaps=False,
            line={"color": t.primary, "width": 2},
            customdata=[[words.month_name(m), words.value(v, indicator)] for m, v in zip(months, values, strict=True)],
            hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
        )
    )
    if with_pace:
        figure.add_scatter(
            x=[f"{m}-01" for m in months],
            y=[measures.pace(m) for m in months],
            mode="lines",
            line={"color": t.muted, "width": 1.5, "dash": "dot"},
            hovertemplate="序时进度 %{y:.1f}%<extra></extra>",
        )
        if months:
            figure.add_annotation(
                x=f"{months[len(months) * 2 // 3]}-01",
                y=measures.pace(months[len(months) * 2 // 3]),
                text="序时进度",
                showarrow=False,
                xanchor="left",
                xshift=8,
                yshift=-14,
                font={"size": 11, "color": t.muted},
            )
    if month in months and values[months.index(month)] is not None:
        now = values[months.index(month)]
        figure.add_scatter(
            x=[f"{month}-01"],
            y=[now],
            mode="markers+text",
            text=[words.short(now, indicator)],
            textposition="top left",
            marker={"color": t.accent, "size": 9},
            textfont={"color": t.accent, "size": 12},
            hoverinfo="skip",
            cliponaxis=False,
        )
    known = [v for v in values if v is not None]
    from_zero = indicator.kind in ("count", "stock", "balance", "share")
    low = min(0, *known) if known and from_zero else None
    figure.update_layout(
        layout(
            theme,
            height=height,
            margin={"l": 8, "r": 16, "t": 22, "b": 8},
            xaxis={"type": "date", "tickformat": "%Y.%-m", "nticks": 6, "showgrid": False, "fixedrange": True},
            yaxis={
                "rangemode": "tozero" if low == 0 else "normal",
                "nticks": 5,
                "fixedrange": True,
                "automargin": True,
                "tickformat": ",~r",
            },
        )
    )
    return figure
