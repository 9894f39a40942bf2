"""The looks that every picture shares: typeface, colours for light and dark, and the Plotly layout made of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from geo.colours import TOKENS as TOKENS
from geo.colours import Theme as Theme

FONT: Final = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


def layout(theme: Theme, *, height: int, **changed: Any) -> dict[str, Any]:
    """A quiet layout: our typeface, no background of its own, hairline grid, no mode bar clutter.

    A plain dict: given to `go.Figure` at once it costs a tenth of `update_layout`.
    """
    t = TOKENS[theme]
    axis = {"gridcolor": t.line, "zeroline": False, "linecolor": t.line, "tickfont": {"color": t.muted, "size": 12}}
    below = {"ticklabelstandoff": 4}  # else the first month stands on the zero beside it
    base: dict[str, Any] = {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": t.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "bgcolor": t.second_ground, "bordercolor": t.line},
        "xaxis": {**axis, **below},
        "yaxis": axis,
        "dragmode": False,
        "template": None,
    }
    merged = {
        k: {**base[k], **v} if isinstance(v, dict) and isinstance(base.get(k), dict) else v for k, v in changed.items()
    }
    return {**base, **merged}


def figure(traces: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]) -> go.Figure:
    """A figure of traces and a `layout`, without Plotly's check of every property, which takes several times as long as all
    the rest of a picture: that the screen's figures are ones that Plotly knows is held by a test of every page."""
    return go.Figure({"data": list(traces), "layout": looks}, _validate=False)


CONFIG: Final[dict[str, Any]] = {"displayModeBar": False, "locale": "zh-CN", "scrollZoom": False}
