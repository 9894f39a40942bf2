"""Pictures of supply and demand: occupations by places, courses under way, retention, and the road to the end of 2027."""

import math
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import axes, words
from charts.matrix import lettered
from charts.theme import TOKENS, Theme, figure, layout
from geo import colours, places
from indicators.catalogue import Indicator
from indicators.projection import YEAR, Outlook

ROW: Final = 26
MOST_RATIO: Final = 2.0
"""The ratio that has the strongest colour: what is beyond is as strong."""
_LEGEND: Final = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
_MONTHS: Final = {"type": "date", "tickformat": "%Y-%m", "nticks": 7, "showgrid": False, "fixedrange": True}


def gaps(cells: pl.DataFrame, names: dict[str, str], theme: Theme, *, ratio: bool, narrow: bool = False) -> go.Figure:
    """Occupations by places; purple where people are short, teal where there are more than are asked for.

    `names` are the occupations to be shown, top first. A ratio is coloured around 1, a gap around 0 by its root.
    """
    t = TOKENS[theme]
    codes = cells["place_code"].unique(maintain_order=True).to_list()
    held = {(r["occupation_code"], r["place_code"]): r for r in cells.to_dicts()}
    rows = [[held.get((o, p)) for p in codes] for o in names]
    most = max((abs(r["gap"]) for row in rows for r in row if r and r["gap"] is not None), default=1) ** 0.5 or 1
    scale = colours.diverging(5, theme)
    drawn = {
        "type": "heatmap", "z": [[_strength(r, ratio) for r in row] for row in rows],
        "x": [places.place(p).short_name for p in codes], "y": [_clipped(n) for n in names.values()],
        "customdata": [
            [_told(r, names[o], places.place(p).name) for r, p in zip(row, codes, strict=True)]
            for row, o in zip(rows, names, strict=True)
        ],
        "text": [[_short(r, ratio) for r in row] for row in rows], 
        "xgap": 1, "ygap": 1, "hoverongaps": False, "showscale": False,
        "colorscale": [[i / 4, colour] for i, colour in enumerate(scale)],
        "zmin": 0 if ratio else -most, "zmax": MOST_RATIO if ratio else most,
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    ticks = {"tickfont": {"size": 12, "color": t.ink}, "fixedrange": True, "showgrid": False, "automargin": True}
    looks = layout(
        theme, height=ROW * len(names) + 100, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"range": [-0.5, len(codes) - 0.5], "side": "top", "tickangle": -90 if narrow else -45, "type": "category", **ticks},
        yaxis={"range": [len(names) - 0.5, -0.5], "type": "category", **ticks},
    )  # fmt: skip
    return figure([drawn] if narrow else [drawn, lettered(drawn, t.ink)], looks)


def courses(found: pl.DataFrame, theme: Theme) -> go.Figure:
    """Courses under way at each month's end (`month`, `known`, `estimated`): a line as far as they are known in full,
    then a pale one of what is known already, and dotted what is estimated."""
    t = TOKENS[theme]
    days, known, guessed = [f"{m}-01" for m in found["month"]], found["known"].to_list(), found["estimated"].to_list()
    whole = max(len(days) - YEAR, 0)
    lines = [
        _line(days[:whole], known[:whole], "月末在训", t.primary, "solid", "人次"),
        _line(days[whole:], known[whole:], "其中此后已结业（下限）", t.muted, "solid", "人次"),
        _line(days[whole:], guessed[whole:], "估计", t.accent, "dot", "人次"),
    ]
    return figure(lines, _monthly(lines, theme, 260))


def retained(histories: dict[str, pl.DataFrame], theme: Theme) -> go.Figure:
    """Retention by month of the course, a line each (name → `month`, `value` in percent); unknown months are gaps."""
    t = TOKENS[theme]
    lines = [
        _line([f"{m}-01" for m in h["month"]], h["value"].to_list(), name, colour, "solid", "%", decimals=1)
        for (name, h), colour in zip(histories.items(), (t.primary, t.accent), strict=True)
    ]
    return figure(lines, _monthly(lines, theme, 260, ticksuffix="%"))


def road(done: pl.DataFrame, outlook: Outlook, target: float | None, indicator: Indicator, theme: Theme) -> go.Figure:
    """The sum since 2023 (`month`, `total`), where it goes with its interval, the target, and the path that arrives."""
    t, unit = TOKENS[theme], indicator.unit
    path, last, at = outlook.path, f"{outlook.last}-01", outlook.done
    days = [last, *(f"{m}-01" for m in path["month"])]
    traces = _band(days, [at, *path["total_low"]], [at, *path["total_high"]], t.primary)
    traces += [
        _line([f"{m}-01" for m in done["month"]], done["total"].to_list(), "已完成", t.primary, "solid", unit),
        _line(days, [at, *path["total"]], "推算", t.primary, "dot", unit),
    ]
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    if target is not None:
        traces.append(_line([last, days[-1]], [at, max(target, at)], "达标所需", t.accent, "dash", unit))
        shapes = [{"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": target, "y1": target,
                   "line": {"color": t.ink, "width": 1}}]  # fmt: skip
        notes = [{"x": 0, "xref": "x domain", "xanchor": "left", "y": target, "yanchor": "bottom", "showarrow": False,
                  "text": f"目标 {words.goal(target, indicator)}", "font": {"size": 12, "color": t.ink}}]  # fmt: skip
    return figure(traces, {**_monthly(traces, theme, 300), "shapes": shapes, "annotations": notes})


def monthly(
    known: dict[str, pl.DataFrame], outlooks: dict[str, Outlook], units: dict[str, str], theme: Theme
) -> go.Figure:
    """Monthly flows and where they go (by name: `month`, `value`), each with its interval."""
    t = TOKENS[theme]
    traces: list[dict[str, Any]] = []
    for (name, history), colour in zip(known.items(), (t.primary, t.accent), strict=False):
        days, values = [f"{m}-01" for m in history["month"]], history["value"].to_list()
        traces.append(_line(days, values, name, colour, "solid", units[name]))
        if name in outlooks:
            path = outlooks[name].path
            ahead = [f"{m}-01" for m in path["month"]]
            traces += _band(ahead, path["low"].to_list(), path["high"].to_list(), colour)
            traces.append(_line(ahead, path["value"].to_list(), f"{name}推算", colour, "dot", units[name]))
    return figure(traces, _monthly(traces, theme, 300))


def _monthly(traces: list[dict[str, Any]], theme: Theme, height: int, **values: Any) -> dict[str, Any]:
    """The looks of these lines by month, from zero."""
    most = max((y for trace in traces for y in trace["y"] if y is not None), default=0.0)
    return layout(
        theme, height=height, margin={"l": 8, "r": 16, "t": 34, "b": 26}, showlegend=True, legend=_LEGEND, xaxis=_MONTHS,
        yaxis={"rangemode": "tozero", "nticks": 5, "fixedrange": True, "automargin": True, **axes.counts(most), **values},
    )  # fmt: skip


def _line(
    days: list[str], values: list[Any], name: str, colour: str, dash: str, unit: str, *, decimals: int = 0
) -> dict[str, Any]:
    told = [f"{words.month_name(d[:7])}<br>{name} {words.number(v, decimals)}{unit if unit == '%' else f' {unit}'}"
            if v is not None else "" for d, v in zip(days, values, strict=True)]  # fmt: skip
    return {
        "type": "scatter", "mode": "lines", "x": days, "y": values, "name": name, "connectgaps": False, "customdata": told,
        "line": {"color": colour, "width": 2, "dash": dash}, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _band(days: list[str], low: list[Any], high: list[Any], colour: str) -> list[dict[str, Any]]:
    """The interval as a pale area; nothing without bounds."""
    if None in low or None in high:
        return []
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    area = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    filled = {"fill": "toself", "fillcolor": f"rgba({red},{green},{blue},0.16)"}
    return [{**area, **filled, "x": [*days, *days[::-1]], "y": [*high, *low[::-1]]}]


def _strength(cell: dict[str, Any] | None, ratio: bool) -> float | None:
    if cell is None or cell["gap"] is None:
        return None
    if ratio:
        return None if cell["ratio"] is None else min(float(cell["ratio"]), MOST_RATIO)
    gap = float(cell["gap"])
    return -math.copysign(math.sqrt(abs(gap)), gap)


def _short(cell: dict[str, Any] | None, ratio: bool) -> str:
    if cell is None or cell["gap"] is None:
        return words.WITHHELD if cell and cell["supply_withheld"] else words.NO_VALUE
    if ratio:
        return words.NO_VALUE if cell["ratio"] is None else words.number(cell["ratio"], 2)
    return words.number(cell["gap"], 0)


def _told(cell: dict[str, Any] | None, occupation: str, place: str) -> str:
    head = f"<b>{place}　{occupation}</b><br>"
    if cell is None:
        return f"{head}没有需求、持证和在岗"
    bare = f"<br>月末在岗 {words.WITHHELD}" if cell["stock_withheld"] else ""
    stock = bare if cell["stock"] is None else f"<br>月末在岗 {cell['stock']:,} 人"
    if cell["gap"] is None:
        return f"{head}{words.WITHHELD if cell['supply_withheld'] else words.MISSING}{stock}"
    ratio = words.NO_VALUE if cell["ratio"] is None else words.number(cell["ratio"], 2)
    return f"{head}需求 {cell['demand']:,} 人　持证 {cell['supply']:,} 本<br>缺口 {words.number(cell['gap'], 0)}　供需比 {ratio}{stock}"


def _clipped(name: str, most: int = 14) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
