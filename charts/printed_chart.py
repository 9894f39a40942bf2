"""A chart made fit for paper: title above, caption below, on white, with room for both."""

from typing import Any

import plotly.graph_objects as go

from charts import lettering, words
from charts.theme import FONT, TOKENS

TITLE_PX = 24
LINE_PX = 18
SIZE = 15
MARK_PX = 130
LEGEND_PX = 22
KEY_PX = 48
"""What stands beside a name in a legend."""


def printed_chart(figure: go.Figure, title: str, caption: tuple[str, ...], *, width: int = 605) -> go.Figure:
    """A copy of a light-theme figure with its title and caption lines in the picture, `width` CSS pixels wide.

    A caption that says “演示数据（模拟）” is framed at the top as well.
    """
    t = TOKENS["light"]
    copy = go.Figure(figure)
    simulated = any(words.SIMULATED in line for line in caption)
    titled = lettering.wrapped(title, width - 60 - MARK_PX * simulated, SIZE)
    legend = LEGEND_PX * _legend_lines(copy, 0.7 * width)
    top, bottom = 18 + TITLE_PX * len(titled) + legend, LINE_PX * len(caption) + 26
    copy.update_layout(
        width=width,
        height=(copy.layout.height or 320) + top + bottom,
        paper_bgcolor=t.ground,
        plot_bgcolor=t.ground,
        margin={"t": top, "b": bottom, "l": copy.layout.margin.l or 10, "r": 16},
    )
    for i, line in enumerate(titled):
        copy.add_annotation(_line(f"<b>{line}</b>", y=1, up=top - 8 - TITLE_PX * i, size=SIZE, colour=t.ink))
    for i, line in enumerate(caption):
        copy.add_annotation(_line(line, y=0, up=-22 - LINE_PX * i, size=11, colour=t.muted))
    if simulated:
        mark = _line(f"<b>{words.SIMULATED}</b>", y=1, up=top - 10, size=11, colour=t.accent)
        copy.add_annotation({**mark, "x": 1, "xanchor": "right", "bordercolor": t.accent, "borderpad": 3})
    return copy


def _legend_lines(figure: go.Figure, room: float) -> int:
    """How many lines a legend above the plot takes, each so wide; 0 without one."""
    layout = figure.layout
    if not layout.showlegend or (layout.legend.y or 0) < 1:
        return 0
    names = dict.fromkeys(trace.name for trace in figure.data if trace.name and trace.showlegend is not False)
    return -(-int(sum(lettering.width(name, 12) + KEY_PX for name in names)) // int(room))


def _line(text: str, *, y: int, up: int, size: int, colour: str) -> dict[str, Any]:
    """A line at the picture's left edge, so many pixels above the plot's bottom (`y` 0) or top (1)."""
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xanchor": "left", "yanchor": "top", "yshift": up}
    font = {"family": FONT, "size": size, "color": colour}
    return {**place, "text": text, "showarrow": False, "font": font}
