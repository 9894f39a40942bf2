"""The looks that every picture shares: typeface, colours for light and dark, and the Plotly layout made of them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import plotly.graph_objects as go
import plotly.io as pio

from geo.colours import TOKENS as TOKENS
from geo.colours import Theme as Theme

FONT: Final = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


def layout(theme: Theme, *, height: int, **changed: Any) -> dict[str, Any]:
    """A quiet layout: our typeface, no background of its own, hairline grid, no mode bar clutter.

    A plain dict, which `figure` takes as it is.
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
        # Without a colour of its own a tooltip's text has that of its border.
        "hoverlabel": {
            "font": {"family": FONT, "size": 13, "color": t.ink},
            "align": "left",
            "bgcolor": t.second_ground,
            "bordercolor": t.line,
        },
        "xaxis": {**axis, **below},
        "yaxis": axis,
        "dragmode": False,
        "template": _template(pio.templates.default),
    }
    merged = {
        k: {**base[k], **v} if isinstance(v, dict) and isinstance(base.get(k), dict) else v for k, v in changed.items()
    }
    return {**base, **merged}


class Drawn(go.Figure):  # type: ignore[misc]
    """A figure that nobody changes: it is sent as it was drawn. Plotly's own objects for its parts, and its check of every
    property, take several times as long as all the rest of a picture; they are made when somebody asks for them, as who
    prints does. That what is sent is a figure that Plotly knows is held by a test of every page."""

    def __init__(self, traces: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]) -> None:
        object.__setattr__(self, "drawn", {"data": list(traces), "layout": looks})

    def __getattr__(self, name: str) -> Any:
        """One of Plotly's own parts."""
        if "_validate" in self.__dict__ or "drawn" not in self.__dict__:
            raise AttributeError(name)
        super().__init__([dict(trace) for trace in self.drawn["data"]], dict(self.drawn["layout"]), _validate=False)
        return object.__getattribute__(self, name)

    def to_dict(self) -> dict[str, Any]:
        """Data and layout themselves: not to be changed."""
        return dict(self.drawn)


def figure(traces: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]) -> go.Figure:
    """A figure of traces and a `layout`."""
    return Drawn(traces, looks)


@cache
def _template(name: str) -> dict[str, Any]:
    """What a template of Plotly says where nothing else does, as plain values; by default its own, or in the app Streamlit's."""
    found: dict[str, Any] = pio.templates[name].to_plotly_json()
    return found


CONFIG: Final[dict[str, Any]] = {"displayModeBar": False, "locale": "zh-CN", "scrollZoom": False}
