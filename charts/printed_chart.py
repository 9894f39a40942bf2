"""A chart made fit for paper: title above, caption below, on white, with room for both."""

import plotly.graph_objects as go

from charts.theme import FONT, TOKENS

TITLE_PX = 44
LINE_PX = 18


def printed_chart(figure: go.Figure, title: str, caption: tuple[str, ...], *, width: int = 605) -> go.Figure:
    """A copy of a light-theme figure with its title and caption lines in the picture, `width` CSS pixels wide."""
    t = TOKENS["light"]
    copy = go.Figure(figure)
    body = copy.layout.height or 320
    bottom = LINE_PX * len(caption) + 26
    copy.update_layout(
        width=width,
        height=body + TITLE_PX + bottom,
        paper_bgcolor=t.ground,
        plot_bgcolor=t.ground,
        title={
            "text": _wrapped(title, width), "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yanchor": "top",
            "pad": {"t": 8, "l": 10}, "font": {"family": FONT, "size": 15, "color": t.ink},
        },
        margin={"t": TITLE_PX + 6, "b": bottom, "l": copy.layout.margin.l or 10, "r": 16},
    )  # fmt: skip
    for i, line in enumerate(caption):
        copy.add_annotation(
            text=line, xref="paper", yref="paper", x=0, y=0, xanchor="left", yanchor="top", showarrow=False,
            yshift=-22 - LINE_PX * i, font={"family": FONT, "size": 11, "color": t.muted},
        )  # fmt: skip
    return copy


def _wrapped(title: str, width: int) -> str:
    """The title on two lines when it is too long for one."""
    room = (width - 20) // 15
    if len(title) <= room:
        return title
    cut = max((title.rfind(mark, 0, room) for mark in "，、：；"), default=-1)
    at = cut + 1 if cut > room // 3 else room
    return f"{title[:at]}<br>{title[at:]}"
