"""The charts beside the map: ranking and trend; a frame in, a figure out."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from charts import axes, words
from charts.drawing import Drawing
from charts.theme import TOKENS, Theme, figure, layout
from geo import colours
from indicators import measures
from indicators.catalogue import Indicator

BAR_HEIGHT = 22
ROOM = 1.25
"""How far the axis goes on beyond the longest bar, for the value written after it."""


def ranking(drawn: Drawing, indicator: Indicator, theme: Theme, *, chosen: str | None) -> go.Figure:
    """All ranked places as bars, best first, coloured as on the map, the chosen one in the accent; `customdata` is the
    place code. A place without a value is left out (the table names it)."""
    t = TOKENS[theme]
    best_first = drawn.frame.filter(pl.col("value").is_not_null() & pl.col("peer")).sort("rank", "place_code")
    rows = best_first.to_dicts()[::-1]
    solid = t.primary if drawn.kind == "circles" and indicator.middle is None else None
    fills = [t.accent if r["place_code"] == chosen else solid or r["fill"] for r in rows]
    largest = max((abs(x) for x in (*(r["value"] for r in rows), drawn.pace or 0)), default=1) or 1
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [r["place_code"] for r in rows],
        "x": [r["value"] for r in rows],
        "text": [r["label"] for r in rows],
        "textposition": ["inside" if crossed(r["value"], drawn.pace, largest * ROOM / 8) else "outside" for r in rows],
        "outsidetextfont": {"size": 11, "color": t.muted},
        "insidetextfont": {"size": 11, "color": [colours.ink(fill) for fill in fills]},
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [[r["place_code"], r["name"], r["wording"], r["rank_wording"], r["yoy_wording"]] for r in rows],
        "marker": {"color": fills},
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[2]}　%{customdata[3]}<br>同比 %{customdata[4]}<extra></extra>",
    }
    low = min(0, min((r["value"] for r in rows), default=0)) * 1.3
    pace = [] if drawn.pace is None else [_upright(drawn.pace, t.muted)]
    named = [] if drawn.pace is None else [_pace_name(drawn.pace, t.muted)]
    top = 20 if named else 4
    looks = layout(
        theme,
        height=max(120, BAR_HEIGHT * len(rows) + 12 + top),
        bargap=0.28,
        margin={"l": 4, "r": 4, "t": top, "b": 4},
        xaxis={"visible": False, "range": [low, largest * ROOM], "fixedrange": True},
        yaxis={
            "tickvals": [r["place_code"] for r in rows],
            "ticktext": [f"{r['rank']}{'*' if r['unsure'] else ''}  {r['short_name']}" for r in rows],
            "tickfont": {"size": 12, "color": t.ink},
            "fixedrange": True,
            "showgrid": False,
            "type": "category",
            "automargin": True,
        },
        shapes=pace,
        annotations=named,
    )
    return figure([bars], looks)


def untold(history: pl.DataFrame) -> list[bool]:
    """Whether each month's value is not told; no, where the frame does not say."""
    return history["withheld"].to_list() if "withheld" in history.columns else [False] * history.height


def trend(
    history: pl.DataFrame, indicator: Indicator, theme: Theme, *, month: str, height: int = 220, with_pace: bool = False
) -> go.Figure:
    """One place's series by month, the looked-at month marked; a missing month is a gap, never a zero."""
    t = TOKENS[theme]
    months, values = history["month"].to_list(), history["value"].to_list()
    days = [f"{m}-01" for m in months]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": days,
            "y": values,
            "mode": "lines+markers",
            "marker": {"size": _sizes(values), "color": t.primary},
            "connectgaps": False,
            "line": {"color": t.primary, "width": 2},
            "customdata": [
                [words.month_name(m), words.value(v, indicator, withheld=w)]
                for m, v, w in zip(months, values, untold(history), strict=True)
            ],
            "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
        }
    ]
    notes: list[dict[str, Any]] = []
    if with_pace and months:
        paces = [measures.pace(m) for m in months]
        traces.append(_pace_line(days, paces, t.muted))
        notes.append(_pace_note(days, paces, t.muted))
    if month in months and values[months.index(month)] is not None:
        traces.append(_marked(f"{month}-01", values[months.index(month)], indicator, t.accent))
    known = [v for v in values if v is not None]
    from_zero = indicator.kind in ("count", "stock", "share") and all(v >= 0 for v in known)
    looks = layout(
        theme,
        height=height,
        margin={"l": 8, "r": 16, "t": 22, "b": 26},
        xaxis={"type": "date", "tickformat": "%Y-%m", "nticks": 6, "showgrid": False, "fixedrange": True},
        yaxis={
            "rangemode": "tozero" if from_zero else "normal",
            "nticks": 5,
            "fixedrange": True,
            "automargin": True,
            **_ticks(max(known, default=0.0) if from_zero else 0.0, indicator),
        },
        annotations=notes,
    )
    return figure(traces, looks)


def _ticks(most: float, indicator: Indicator) -> Mapping[str, Any]:
    """How an axis from zero names its steps: counts of many people in 万, like the figures beside it."""
    in_wan = words.grand(most, indicator)[1] == f"万{indicator.unit}"
    return axes.counts(most if in_wan else 0.0)


def _sizes(values: list[float | None]) -> list[int]:
    """A dot only for a month that no line reaches: missing months or nothing on both sides."""
    beside = [None, *values, None]
    return [
        0 if before is not None or after is not None else 6 for before, after in zip(beside, beside[2:], strict=False)
    ]


def crossed(value: float, pace: float | None, width: float) -> bool:
    """Whether the line at pace would run through what is written after a bar, `width` of the axis wide."""
    return pace is not None and value <= pace < value + width


def _upright(x: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def _pace_name(x: float, colour: str) -> dict[str, Any]:
    place = {"x": x, "y": 1, "yref": "y domain", "xanchor": "center", "yanchor": "bottom"}
    font = {"size": 11, "color": colour}
    return {**place, "text": f"序时进度 {words.number(x, 1)}%", "showarrow": False, "font": font}


def _pace_line(days: list[str], paces: list[float], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": days,
        "y": paces,
        "mode": "lines",
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
        "hovertemplate": "序时进度 %{y:.1f}%<extra></extra>",
    }


def _pace_note(days: list[str], paces: list[float], colour: str) -> dict[str, Any]:
    at = len(days) * 2 // 3
    font = {"size": 11, "color": colour}
    place = {"x": days[at], "y": paces[at], "xanchor": "left", "xshift": 8, "yshift": -14}
    return {**place, "text": "序时进度", "showarrow": False, "font": font}


def _marked(day: str, value: float, indicator: Indicator, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [day],
        "y": [value],
        "mode": "markers+text",
        "text": [words.short(value, indicator)],
        "textposition": "top left",
        "marker": {"color": colour, "size": 9},
        "textfont": {"color": colour, "size": 12},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
