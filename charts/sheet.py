"""A sheet of paper in CSS pixels, y downwards: words, lines and filled shapes with exact places, as a Plotly figure."""

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import plotly.graph_objects as go

from charts.lettering import PITCH, Box, Label
from charts.theme import FONT, TOKENS
from geo.marks import Shape

SYMBOLS: Final[Mapping[Shape, str]] = {
    "circle": "circle", "square": "square", "diamond": "diamond", "triangle": "triangle-up", "star": "star",
}  # fmt: skip
INK: Final = TOKENS["light"].ink
GROUND: Final = TOKENS["light"].ground

Path = tuple[Sequence[float], Sequence[float]]


class Sheet:
    """What has been drawn so far; `y` is how far down the sheet is used. Later things lie over earlier ones, and
    single words over all shapes."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.y = 0.0
        self._traces: list[go.Scatter] = []
        self._words: list[dict[str, Any]] = []

    def figure(self, **meta: Any) -> go.Figure:
        """The sheet as it is now, cut off at `y`; `meta` goes into the layout's."""
        height = math.ceil(self.y)
        axis = {"visible": False, "fixedrange": True}
        return go.Figure(
            data=self._traces,
            layout={
                "width": self.width,
                "height": height,
                "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0, "autoexpand": False},
                "paper_bgcolor": GROUND,
                "plot_bgcolor": GROUND,
                "showlegend": False,
                "hovermode": False,
                "dragmode": False,
                "font": {"family": FONT, "color": INK},
                "xaxis": {**axis, "range": [0, self.width]},
                "yaxis": {**axis, "range": [height, 0], "scaleanchor": "x", "scaleratio": 1},
                "annotations": self._words,
                "meta": meta,
            },
        )

    def write(
        self, x: float, y: float, text: str, *, size: float, colour: str = INK, bold: bool = False,
        anchor: Literal["left", "center", "right"] = "left", framed: bool = False,
    ) -> None:  # fmt: skip
        """One line of words, its middle at height `y`; `framed` puts a box in its own colour around it."""
        safe = html.escape(text, quote=False)
        self._words.append(
            {
                "x": x, "y": y, "xref": "x", "yref": "y", "xanchor": anchor, "yanchor": "middle", "showarrow": False,
                "text": f"<b>{safe}</b>" if bold else safe, "align": anchor, "borderpad": 3 if framed else 0,
                "bordercolor": colour if framed else "rgba(0,0,0,0)", "borderwidth": 1 if framed else 0,
                "font": {"size": size, "color": colour, "family": FONT},
            }
        )  # fmt: skip

    def shapes(self, paths: Iterable[Path], fill: str, line: str = "rgba(0,0,0,0)", thickness: float = 0.0) -> None:
        """Closed paths, holes after their exterior, filled and outlined alike."""
        self._path(paths, line, thickness, fill="toself", fillcolor=fill)

    def strokes(self, paths: Iterable[Path], colour: str, thickness: float, dash: str | None = None) -> None:
        """Open or closed paths as lines."""
        self._path(paths, colour, thickness, dash=dash)

    def boxes(self, boxes: Iterable[Box], fill: str, line: str = "rgba(0,0,0,0)", thickness: float = 0.0) -> None:
        """Filled rectangles."""
        self.shapes((rectangle(box) for box in boxes), fill, line, thickness)

    def circles(
        self,
        circles: Sequence[tuple[float, float, float]],
        fill: Sequence[str] | str,
        line: str,
        shapes: Sequence[Shape] = (),
    ) -> None:
        """Discs of (x, y, radius), those drawn later on top; not empty, `shapes` says what each is instead."""
        if circles:
            xs, ys, radii = zip(*circles, strict=True)
            marker = {
                "size": [2 * r for r in radii],
                "color": fill,
                "opacity": 1,
                "symbol": [SYMBOLS[each] for each in shapes] or "circle",
                "line": {"color": line, "width": 0.7},
            }
            self._trace(x=xs, y=ys, mode="markers", marker=marker)

    def label(self, labels: Iterable[tuple[Label, str]]) -> None:
        """Labels of a map with their inks, and their leaders under them."""
        labels = list(labels)
        led = [each for each, _ in labels if each.leader]
        self.strokes([_leader(each) for each in led], TOKENS["light"].muted, 0.6)
        self.circles([(*each.leader, 1.3) for each in led if each.leader], TOKENS["light"].muted, GROUND)
        lines = [line for label, ink in labels for line in _lines(label, ink)]
        if lines:
            xs, ys, texts, sizes, inks = zip(*lines, strict=True)
            self._trace(
                x=xs, y=ys, text=texts, mode="text", textposition="middle center", cliponaxis=False,
                textfont={"size": sizes, "color": inks, "family": FONT},
            )  # fmt: skip

    def _path(self, paths: Iterable[Path], colour: str, thickness: float, dash: str | None = None, **more: Any) -> None:
        xs: list[float | None] = []
        ys: list[float | None] = []
        for path in paths:
            xs += [*path[0], None]
            ys += [*path[1], None]
        if xs:
            line = {"color": colour, "width": thickness, "dash": dash, "simplify": False}
            self._trace(x=xs[:-1], y=ys[:-1], mode="lines", line=line, connectgaps=False, **more)

    def _trace(self, **drawn: Any) -> None:
        self._traces.append(go.Scatter(hoverinfo="skip", showlegend=False, **drawn))


def rectangle(box: Box) -> Path:
    """The outline of a box as a closed path."""
    left, top, right, bottom = box
    return (left, right, right, left, left), (top, top, bottom, bottom, top)


def _lines(label: Label, ink: str) -> list[tuple[float, float, str, float, str]]:
    first = label.y - label.size * PITCH * (len(label.lines) - 1) / 2
    return [
        (label.x, first + i * label.size * PITCH, html.escape(line, quote=False), label.size, ink)
        for i, line in enumerate(label.lines)
    ]


def _leader(label: Label) -> Path:
    """From the place to the nearest point of the label's box."""
    assert label.leader is not None
    (x, y), (left, top, right, bottom) = label.leader, label.box
    return (x, min(max(x, left - 1.5), right + 1.5)), (y, min(max(y, top), bottom))
