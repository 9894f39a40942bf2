"""A plain bar, column or line chart of a few rounded numbers: the picture of a document's native chart."""

from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from charts import words
from charts.theme import TOKENS, figure, layout

Values = Sequence[float | None]


def chart(
    form: Literal["bar", "column", "line"],
    categories: Sequence[str],
    series: Sequence[tuple[str, Values, bool]],
    decimals: int,
) -> go.Figure:
    """`series` are (name, values, dashed); each value is written with so many `decimals`. A missing value is a gap."""
    t = TOKENS["light"]
    palette = (t.primary, t.accent, t.muted)
    traces: list[dict[str, Any]] = []
    for (name, values, dashed), colour in zip(series, palette, strict=False):
        if form == "line":
            line = {"color": t.muted if dashed else colour, "width": 2, "dash": "dash" if dashed else "solid"}
            traces.append(
                {"type": "scatter", "mode": "lines", "x": categories, "y": values, "name": name, "line": line}
            )
        else:
            flat = form == "bar"
            along, across = ("x", "y") if flat else ("y", "x")
            traces.append(
                {"type": "bar", along: values, across: categories, "name": name, "marker": {"color": colour},
                 "orientation": "h" if flat else "v", "cliponaxis": False, "textfont": {"size": 11, "color": t.muted},
                 **({"text": [words.number(v, decimals) for v in values], "textposition": "outside"} if flat else {})}
            )  # fmt: skip
    names = {"type": "category", "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}}
    numbers = {"tickformat": f",.{decimals}f", "nticks": 5, "automargin": True}
    known = [v for _, values, _ in series for v in values if v is not None]
    room = {"visible": False, "range": [min(0, *known, 0) * 1.2, max(0, *known, 0) * 1.18 or 1]}
    axes = (
        {"yaxis": {**names, "autorange": "reversed"}, "xaxis": room}
        if form == "bar"
        else {"xaxis": names, "yaxis": numbers}
    )
    height = max(160, 24 * len(categories) * max(1, len(series)) + 60) if form == "bar" else 280
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    looks = layout(
        "light",
        height=height,
        showlegend=len(series) > 1,
        legend=legend,
        margin={"l": 8, "r": 16, "t": 30, "b": 30},
        **axes,
    )
    return figure(traces, looks)
