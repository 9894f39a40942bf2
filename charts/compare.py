"""Small multiples: one row an indicator, one column a place, the same scale along a row."""

from collections.abc import Mapping
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.figures import untold
from charts.theme import TOKENS, Theme, figure, layout
from indicators.catalogue import Indicator
from indicators.compare import Standing, standing

ROW: Final = 150
GAP: Final = 0.02


MARKS: Final[Mapping[Standing, str]] = {"better": "▲", "worse": "▼", "alike": "＝", "above": "↑", "below": "↓"}
LEGEND: Final = "▲ 优于参照，▼ 劣于参照，↑↓ 高于、低于参照（不分优劣的指标），＝ 持平"


def marked(value: float | None, reference: float | None, indicator: Indicator, *, withheld: bool | None = False) -> str:
    """A value with its unit and the mark of how it stands to the reference, as both are shown: 331.8 人/万人 ▲."""
    shown = [None if v is None else words.rounded(v, indicator.decimals) for v in (value, reference)]
    mark = standing(shown[0], shown[1], indicator)
    said = words.value(value, indicator, withheld=withheld)
    return f"{said} {MARKS[mark]}" if mark else said


def multiples(
    histories: Mapping[tuple[str, str], pl.DataFrame],
    indicators: list[Indicator],
    names: Mapping[str, str],
    theme: Theme,
    *,
    references: Mapping[str, pl.DataFrame],
) -> go.Figure:
    """`histories` holds each place's series (`month`, `value`, `withheld` if any may be) by indicator key and place code;
    a missing month is a gap.

    `references` holds by indicator key the series that is drawn dashed beside every place's.
    """
    t = TOKENS[theme]
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    rows, columns = len(indicators), len(names)
    for r, indicator in enumerate(indicators):
        drawn = [*(histories[indicator.key, code] for code in names), references[indicator.key]]
        known = [v for history in drawn for v in history["value"].drop_nulls().to_list()]
        top, bottom = 1 - (r + 0.26) / rows, 1 - (r + 0.86) / rows
        low, high = (min(known), max(known)) if known else (0, 1)
        low = min(0, low) if indicator.kind in ("count", "stock") else low
        pad = 0.08 * ((high - low) or 1)
        notes.append(_note(f"<b>{indicator.title}（{indicator.unit}）</b>", 0, 1 - r / rows, "top", t.ink, 13))
        for c, (code, name) in enumerate(names.items()):
            n = r * columns + c + 1
            tail = "" if n == 1 else str(n)
            left, right = c / columns + GAP / 2, (c + 1) / columns - GAP / 2
            history = histories[indicator.key, code]
            traces.append(
                _line(references[indicator.key], indicator, "参照", tail, {"color": t.muted, "width": 1, "dash": "dot"})
            )
            traces.append(_line(history, indicator, name, tail, {"color": t.primary, "width": 1.8}))
            axes[f"xaxis{tail}"] = {"domain": [left, right], "anchor": f"y{tail}", "type": "date", "visible": False}
            axes[f"yaxis{tail}"] = {
                "domain": [bottom, top], "anchor": f"x{tail}", "range": [low - pad, high + pad], "visible": c == 0,
                "nticks": 3, "exponentformat": "none", "separatethousands": True,
                "fixedrange": True, "gridcolor": t.line, "tickfont": {"size": 10, "color": t.muted},
                "automargin": True,
            }  # fmt: skip
            last = next((v for v in reversed(history["value"].to_list()) if v is not None), None)
            bare = words.value(None, indicator, withheld=any(untold(history)))
            said = f"{name}　{bare if last is None else words.short(last, indicator)}"
            notes.append(_note(said, left, top, "bottom", t.muted, 11))
    looks = layout(theme, height=ROW * rows + 20, margin={"l": 8, "r": 8, "t": 14, "b": 6}, annotations=notes)
    return figure(traces, {**looks, **axes})


def _line(history: pl.DataFrame, indicator: Indicator, name: str, tail: str, line: dict[str, Any]) -> dict[str, Any]:
    months, values = history["month"].to_list(), history["value"].to_list()
    told = [
        f"{name}　{words.month_name(m)}<br>{words.value(v, indicator, withheld=w)}"
        for m, v, w in zip(months, values, untold(history), strict=True)
    ]
    return {
        "type": "scatter", "mode": "lines", "x": [f"{m}-01" for m in months], "y": values, "xaxis": f"x{tail}",
        "yaxis": f"y{tail}", "line": line, "connectgaps": False, "customdata": told,
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _note(text: str, x: float, y: float, anchor: str, colour: str, size: int) -> dict[str, Any]:
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": anchor, "yshift": -2}
    return {**place, "text": text, "showarrow": False, "font": {"size": size, "color": colour}}
