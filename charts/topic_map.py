"""A map of a topic on screen: the same description as its printed form, laid over the shapes as a deck.gl map."""

import html
from typing import Any, Final

from charts import words
from charts.drawing import round_values
from charts.map_picture import MapPicture
from charts.talent_map import circle_key
from charts.theme import TOKENS, Theme
from geo import colours, places
from geo.layers import Map, drawn_map
from geo.marks import GLYPHS, Frame, Mark

LAYER: Final = "topic"
"""The polygon layer's id; a page numbers it on (see `geo.layers.Map.numbered`)."""
TOOLTIP_KEYS: Final = ("name", "wording", "rank", "change", "note")


def deck(picture: MapPicture, theme: Theme, *, width: int, height: int) -> Map:
    """The map of a picture made for this theme, for a frame of so many pixels."""
    t = TOKENS[theme]
    frame = Frame(width=width, height=height, ink=t.ink, ground=t.ground, land=t.land, line=t.line, accent=t.accent)
    rows = picture.frame.to_dicts()
    return drawn_map(
        [_mark(row, picture, theme) for row in rows],
        picture.level,
        frame,
        layer_id=LAYER,
        chosen=picture.chosen,
        points=picture.points,
        arcs=picture.arcs,
        with_insets=has_insets(picture),
        detail="overview" if len(rows) > 30 or picture.level == "prefecture" else "full",
    )


def has_insets(picture: MapPicture) -> bool:
    """Whether dense cores are enlarged: when all counties are drawn, and no arc would end in two places."""
    return picture.level == "county" and picture.frame.height == len(places.counties()) and not picture.arcs


def codes(picture: MapPicture) -> tuple[str, ...]:
    """The drawn places in the order of their polygons."""
    return tuple(picture.frame["place_code"])


def legend(picture: MapPicture, theme: Theme) -> str:
    """The legend as HTML: classes with their counts, then what points and arcs mean."""
    t = TOKENS[theme]
    classes = zip(picture.colours, picture.class_labels, picture.class_counts, strict=False)
    keys = "".join(_key(f'<i style="background:{colour}"></i>', label, f"{n} 个") for colour, label, n in classes)
    if picture.kind == "circles" and not picture.class_labels:
        keys = "".join(
            circle_key(picture.radius(value) or 0, words.number(value, 0 if value >= 1 else 2), t.primary)
            for value in round_values(picture.greatest)
        )
    if picture.missing:
        hatched = f"repeating-linear-gradient(45deg,{colours.no_data(theme)} 0 4px,{t.muted} 4px 5px)"
        keys += _key(f'<i style="background:{hatched}"></i>', picture.missing_label, f"{len(picture.missing)} 个")
    if picture.withheld:
        grey = f'<i style="background:{colours.withheld(theme)}"></i>'
        keys += _key(grey, words.WITHHELD, f"{len(picture.withheld)} 个")
    keys += "".join(_key(f'<b class="point" style="background:{c}"></b>', label, "") for c, label in picture.keys)
    keys += "".join(_key(f"<em>{GLYPHS[shape]}</em> ", label, "") for shape, label in picture.shapes)
    title = f'<span class="legend-title">{html.escape(picture.unit)}</span>' if picture.unit else ""
    return f'<div class="legend" role="img" aria-label="图例">{title}{keys}</div>'


def _mark(row: dict[str, Any], picture: MapPicture, theme: Theme) -> Mark:
    t, plain, circles = TOKENS[theme], picture.kind == "plain", picture.kind == "circles"
    at = row["class_index"]
    bare = row["value"] is None and not plain
    fill = (
        t.land
        if plain or (circles and not bare)
        else (colours.withheld(theme) if row["wording"] == words.WITHHELD else colours.no_data(theme))
        if at is None
        else picture.colours[int(at)]
    )
    label = row.get("label") if row.get("label") is not None else row["wording"]
    name = places.place(row["place_code"]).name
    tooltip = dict.fromkeys(TOOLTIP_KEYS, "") | {"name": name, "wording": row["wording"] or ""}
    lines = (row["short_name"],) if plain and not label else (row["short_name"], label or words.MISSING)
    chosen = row["place_code"] == picture.chosen
    return Mark(
        code=row["place_code"],
        fill=fill,
        lines=lines,
        tooltip=tooltip,
        hatched=bare and row["wording"] != words.WITHHELD,
        radius=picture.radius(row["value"]) if circles else None,
        circle_fill=(t.accent if chosen else t.primary) if circles else None,
    )


def _key(sign: str, label: str, count: str) -> str:
    return f'<span class="legend-key">{sign}{html.escape(label)}<small>{html.escape(count)}</small></span>'
