"""The talent map on screen: a drawing's numbers laid over the shapes as a deck.gl map, and its legend."""

import html
import math
from collections.abc import Sequence

from charts import words
from charts.drawing import Drawing, round_values
from charts.sentences import completeness
from charts.theme import TOKENS, Theme
from geo import colours
from geo.layers import Map, drawn_map
from geo.marks import Frame, Mark, Point
from indicators.catalogue import Indicator
from indicators.view import View

LAYER = "places"
"""The polygon layer's id; a page numbers it on (see `geo.layers.Map.numbered`)."""
LARGEST_CIRCLE = 0.042
"""Radius of the largest circle as a share of the map's smaller side."""


def deck(
    drawn: Drawing,
    indicator: Indicator,
    view: View,
    theme: Theme,
    *,
    width: int,
    height: int,
    bases: Sequence[Point] = (),
) -> Map:
    """The map of a drawing for a frame of so many pixels."""
    t = TOKENS[theme]
    frame = Frame(
        width=width,
        height=height,
        ink=t.ink,
        ground=t.ground,
        land=t.land,
        line=t.line,
        accent=t.accent,
    )
    largest = largest_radius(width, height)
    marks = [_mark(row, drawn, indicator, theme, largest) for row in drawn.frame.iter_rows(named=True)]
    return drawn_map(
        marks,
        view.drawn_level,
        frame,
        layer_id=LAYER,
        chosen=view.place,
        points=bases,
        with_insets=has_insets(view),
        detail="full" if view.level == "county" else "overview",
    )


def largest_radius(width: int, height: int) -> float:
    """The radius in pixels of the largest circle on a map of that size."""
    return LARGEST_CIRCLE * min(width, height)


def has_insets(view: View) -> bool:
    """Whether dense cores are enlarged in the corners: when all counties of the province are drawn."""
    return view.level == "all"


def legend(drawn: Drawing, indicator: Indicator, view: View, theme: Theme, *, largest: float) -> str:
    """The legend as HTML: classes with their counts and the chosen place's mark, or circles in the map's own scale.

    `largest` is the radius in pixels of the largest circle.
    """
    t = TOKENS[theme]
    chosen = drawn.frame.filter(drawn.frame["place_code"] == view.place)
    at = chosen["class_index"][0] if chosen.height else None
    if drawn.kind == "circles":
        keys = _circle_keys(drawn, indicator, t.primary, largest)
    else:
        keys = "".join(
            _key(colour, f"{label}", f"{n} 个", mark=t.accent if i == at else None)
            for i, (colour, label, n) in enumerate(zip(drawn.colours, drawn.class_labels, drawn.counts, strict=True))
        )
    if drawn.missing:
        keys += _key(_hatch(colours.no_data(theme), t.muted), words.MISSING, f"{drawn.missing} 个", mark=None)
    if drawn.withheld:
        keys += _key(colours.withheld(theme), words.WITHHELD, f"{drawn.withheld} 个", mark=None)
    if view.bases:
        keys += f'<span class="legend-key"><b class="point" style="background:{t.accent}"></b>实训基地（越大工位越多）</span>'
    title = f"{indicator.short}（{indicator.unit}）" + ("　各月同一比例" if drawn.kind == "circles" else "")
    if drawn.pace is not None:
        title = f"与序时进度 {words.number(drawn.pace, 1)}% 相比"
    return f'<div class="legend" role="img" aria-label="图例"><span class="legend-title">{html.escape(title)}</span>{keys}</div>'


def radius(value: float | None, largest_value: float, largest_radius: float) -> float | None:
    """A circle whose area is proportional to the value; None when there is nothing to draw."""
    if value is None or largest_value <= 0 or value == 0:
        return None
    return max(1.5, largest_radius * math.sqrt(abs(value) / largest_value))


def _mark(row: dict[str, object], drawn: Drawing, indicator: Indicator, theme: Theme, largest: float) -> Mark:
    t = TOKENS[theme]
    value = row["value"] if isinstance(row["value"], float) else None
    circles = drawn.kind == "circles"
    yoy = f"同比 {row['yoy_wording']}" if row["yoy"] is not None else ""
    tooltip = {
        "name": str(row["name"]),
        "wording": f"{indicator.short}：{row['wording']}" if row["peer"] else str(row["wording"]),
        "rank": str(row["rank_wording"]) if row["peer"] else "",
        "change": yoy,
        "note": completeness(row) if row["peer"] else "",
    }
    circle = t.primary if indicator.middle is None else str(row["fill"])
    return Mark(
        code=str(row["place_code"]),
        fill=t.land if circles and value is not None else str(row["fill"]),
        lines=(str(row["short_name"]), str(row["label"]) or words.MISSING)
        if row["peer"]
        else (str(row["short_name"]),),
        tooltip=tooltip,
        hatched=value is None and bool(row["peer"]) and not row["withheld"],
        radius=radius(value, drawn.largest, largest) if circles else None,
        circle_fill=circle if circles else None,
        faded=not row["peer"],
    )


def _key(background: str, label: str, count: str, *, mark: str | None) -> str:
    outline = f"outline:2px solid {mark};outline-offset:1px;" if mark else ""
    return (
        f'<span class="legend-key"><i style="background:{background};{outline}"></i>'
        f"{html.escape(label)}<small>{html.escape(count)}</small></span>"
    )


def _hatch(ground: str, ink: str) -> str:
    return f"repeating-linear-gradient(45deg,{ground} 0 4px,{ink} 4px 5px)"


def _circle_keys(drawn: Drawing, indicator: Indicator, primary: str, largest: float) -> str:
    keys = ""
    if indicator.middle == "zero":
        keys = "".join(
            _key(colour, label, f"{n} 个", mark=None)
            for colour, label, n in zip(drawn.colours, ("供给有余", "供不应求或持平"), drawn.counts, strict=True)
        )
    for value in round_values(drawn.largest):
        text = f"{value / 1e4:g}万" if value >= 1e4 else words.short(value, indicator)
        keys += circle_key(radius(value, drawn.largest, largest) or 0, text, primary)
    return keys


def circle_key(size: float, text: str, colour: str) -> str:
    """One circle of a legend as HTML: its radius in pixels, and what it stands for."""
    across = f"{2 * size:.0f}px"
    drawn = f'<b style="width:{across};height:{across};border-color:{colour}"></b>'
    return f'<span class="legend-key">{drawn}{html.escape(text)}</span>'
