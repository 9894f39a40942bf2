"""The deck.gl map: polygons, circles, hatching, points and labels, encoded compactly; shapes and colours, no numbers.

Streamlit needs of a deck only its JSON and its tooltip. pydeck's own encoder indents the text to five times its size
and takes longer than the rest of the page, so `Map` is a `pydeck.Deck` that writes its JSON itself, with geometry that
was encoded once.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pydeck as pdk

from geo import boundaries, colours, insets
from geo.boundaries import Detail, LabelSpot
from geo.places import Level

TILE: Final = 512
LABEL_PX: Final = 12
FONT: Final = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
HALO: Final = ((1.2, 0), (-1.2, 0), (0, 1.2), (0, -1.2))
"""Copies in the ground's colour under a label; deck.gl's own outline needs distance fields, coarse at this size."""
NO_BASE_MAP: Final = "__MAP_STYLE__"
TOOLTIP: Final = "<b>{name}</b><br/>{wording}<br/>{rank}<br/>{change}<br/>{note}"


@dataclass(frozen=True)
class Mark:
    """How one place is drawn and what its tooltip says; `lines` are the label's lines, `radius` a circle in pixels."""

    code: str
    fill: str
    lines: tuple[str, ...]
    tooltip: Mapping[str, str]
    hatched: bool = False
    radius: float | None = None
    circle_fill: str | None = None
    faded: bool = False


@dataclass(frozen=True)
class Point:
    """A thing at a spot, such as a training base; `tooltip` has the same keys as a mark's."""

    lon: float
    lat: float
    radius: float
    tooltip: Mapping[str, str]


@dataclass(frozen=True)
class Frame:
    """The picture's size in pixels and its colours; `land` is what carries no class, `accent` marks the chosen place."""

    width: int
    height: int
    ink: str
    ground: str
    land: str
    line: str
    accent: str


@dataclass
class Map(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON is already text."""

    text: str
    _tooltip: dict[str, Any]
    layers: list[Any] = field(default_factory=list)

    def to_json(self) -> str:
        """The deck as JSON."""
        return self.text


def drawn_map(
    marks: Sequence[Mark],
    level: Level,
    frame: Frame,
    *,
    layer_id: str,
    chosen: str | None = None,
    points: Sequence[Point] = (),
    with_insets: bool = False,
    detail: Detail = "overview",
) -> Map:
    """The map of these marks, fitted to the frame; clicking a polygon selects index i of `layer_id` (see `code_at`)."""
    codes = tuple(mark.code for mark in marks)
    shown = insets.INSETS if with_insets else ()
    zoom, centre = fitted(_extent(codes, shown), frame.width, frame.height)
    layers = [_inset_land(shown, frame)] if shown else []
    layers.append(_polygons(marks, level, frame, layer_id, shown, detail))
    hatched = [mark.code for mark in marks if mark.hatched]
    if hatched:
        layers.append(_hatching(hatched, level, frame, zoom))
    if shown:
        layers += _inset_frames(shown, frame)
    layers += _outline(chosen, codes, level, frame, shown, detail)
    spots = _spots(marks, level, shown, zoom)
    layers += _circles(marks, spots, frame)
    if points:
        layers.append(_points(points, shown, frame))
    layers += _labels(marks, spots, frame, zoom)
    view = {"longitude": centre[0], "latitude": centre[1], "zoom": zoom, "minZoom": zoom - 1, "maxZoom": 13}
    head = json.dumps(view, separators=(",", ":"))
    body = (
        f'{{"initialViewState":{head},"mapStyle":"{NO_BASE_MAP}",'
        f'"views":[{{"@@type":"MapView","id":"map","controller":{{"dragRotate":false,"touchRotate":false}}}}],'
        f'"layers":[{",".join(layers)}]}}'
    )
    ink, ground = frame.ink, frame.ground
    style = {"backgroundColor": ground, "color": ink, "border": f"1px solid {frame.line}", "fontSize": "13px",
             "lineHeight": "1.55", "borderRadius": "4px", "boxShadow": "0 2px 8px rgba(0,0,0,.18)"}  # fmt: skip
    return Map(text=body, _tooltip={"html": TOOLTIP, "style": style})


def code_at(index: int, codes: Sequence[str], with_insets: bool) -> str | None:
    """Which place was clicked: index i of the polygon layer, whose features are the places and then their inset copies."""
    order = [*codes, *(code for _, code in _inset_order(codes, insets.INSETS if with_insets else ()))]
    return order[index] if 0 <= index < len(order) else None


def fitted(extent: tuple[float, float, float, float], width: int, height: int) -> tuple[float, tuple[float, float]]:
    """Zoom and centre (lon, lat) at which west, south, east, north just fit into so many pixels, with a margin."""
    west, south, east, north = extent
    top, bottom = _mercator(north), _mercator(south)
    across = (max(width, 80) - 16) / ((east - west) / 360 * TILE)
    down = (max(height, 80) - 16) / ((top - bottom) / (2 * math.pi) * TILE)
    middle = math.degrees(2 * math.atan(math.exp((top + bottom) / 2)) - math.pi / 2)
    return round(math.log2(min(across, down)), 3), (round((west + east) / 2, 4), round(middle, 4))


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def _pixels(degrees_of_latitude: float, zoom: float) -> float:
    return float(degrees_of_latitude / 360 * TILE * 2**zoom / math.cos(math.radians(boundaries.MIDDLE_LATITUDE)))


def _extent(codes: Iterable[str], shown: Sequence[insets.Inset]) -> tuple[float, float, float, float]:
    boxes = [boundaries.bounds(codes), *(inset.frame for inset in shown)]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _inset_order(codes: Sequence[str], shown: Sequence[insets.Inset]) -> list[tuple[str, str]]:
    drawn = frozenset(codes)
    return [
        (inset.key, code)
        for inset in shown
        for key, code in insets.inset_encoded()
        if key == inset.key and code in drawn
    ]


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def _polygons(
    marks: Sequence[Mark], level: Level, frame: Frame, layer_id: str, shown: Sequence[insets.Inset], detail: Detail
) -> str:
    shapes = boundaries.encoded(level, detail)
    by_code = {mark.code: mark for mark in marks}
    properties = {
        mark.code: _json({"fill": [*_rgb(mark.fill), 110 if mark.faded else 255], **mark.tooltip}) for mark in marks
    }
    features = [_feature(shapes[code], properties[code]) for code in by_code]
    copies = insets.inset_encoded() if shown else {}
    features += [_feature(copies[key, code], properties[code]) for key, code in _inset_order(tuple(by_code), shown)]
    fill = {
        "polygons-fill": {
            "getFillColor": "@@=properties.fill",
            "updateTriggers": {"getFillColor": [m.fill for m in marks]},
        }
    }
    options = _json(
        {
            "@@type": "GeoJsonLayer",
            "id": layer_id,
            "pickable": True,
            "autoHighlight": True,
            "highlightColor": [*_rgb(frame.accent), 60],
            "stroked": True,
            "filled": True,
            "lineWidthUnits": "pixels",
            "getLineWidth": 0.8,
            "getLineColor": [*_rgb(frame.ground), 255],
            "_subLayerProps": fill,
        }
    )
    return f'{options[:-1]},"data":[{",".join(features)}]}}'


def _feature(geometry: str, properties: str) -> str:
    return f'{{"type":"Feature","geometry":{geometry},"properties":{properties}}}'


def _hatching(codes: Sequence[str], level: Level, frame: Frame, zoom: float) -> str:
    spacing = 6 / _pixels(1, zoom)
    lines = [[[round(x, 4), round(y, 4)] for x, y in line] for line in boundaries.hatch(tuple(codes), level, spacing)]
    return _json(
        {
            "@@type": "PathLayer",
            "id": "hatching",
            "data": [{"path": line} for line in lines],
            "getPath": "@@=path",
            "getColor": [*_rgb(frame.ink), 90],
            "widthUnits": "pixels",
            "getWidth": 0.8,
            "pickable": False,
        }
    )


def _inset_land(shown: Sequence[insets.Inset], frame: Frame) -> str:
    land = {key: boundaries.geojson(shape, 3) for key, shape in insets.inset_context().items()}
    options = _json({"@@type": "GeoJsonLayer", "id": "inset-land", "pickable": False, "stroked": False,
                     "getFillColor": [*_rgb(frame.land), 255]})  # fmt: skip
    return f'{options[:-1]},"data":[{",".join(_feature(land[inset.key], "{}") for inset in shown)}]}}'


def _inset_frames(shown: Sequence[insets.Inset], frame: Frame) -> list[str]:
    boxes = []
    for inset in shown:
        w, s, e, n = inset.frame
        boxes.append({"path": [[w, s], [e, s], [e, n], [w, n], [w, s]]})
    common = {"pickable": False}
    return [
        _json(
            {
                "@@type": "PathLayer", "id": "inset-frames", "data": boxes, "getPath": "@@=path", **common,
                "getColor": [*_rgb(frame.ink), 110], "widthUnits": "pixels", "getWidth": 1,
            }
        ),
        _json(
            {
                "@@type": "TextLayer", "id": "inset-titles", **common,
                "data": [{"at": list(inset.title_spot), "t": inset.title} for inset in shown],
                "getPosition": "@@=at", "getText": "@@=t", "getSize": 11, "getColor": [*_rgb(frame.ink), 200],
                "characterSet": "auto", "fontFamily": "sans-serif", "getTextAnchor": "start",
                "getAlignmentBaseline": "center",
            }
        ),
    ]  # fmt: skip


def _outline(
    chosen: str | None, codes: Sequence[str], level: Level, frame: Frame, shown: Sequence[insets.Inset], detail: Detail
) -> list[str]:
    if chosen is None or chosen not in codes:
        return []
    copies = [insets.inset_encoded()[key, code] for key, code in _inset_order(codes, shown) if code == chosen]
    features = [_feature(g, "{}") for g in (boundaries.encoded(level, detail)[chosen], *copies)]
    return [_stroke("chosen-casing", features, frame.ground, 6), _stroke("chosen", features, frame.accent, 3)]


def _stroke(layer_id: str, features: Sequence[str], colour: str, width: float) -> str:
    options = _json(
        {
            "@@type": "GeoJsonLayer", "id": layer_id, "pickable": False, "stroked": True, "filled": False,
            "lineWidthUnits": "pixels", "getLineWidth": width, "getLineColor": [*_rgb(colour), 255],
        }
    )  # fmt: skip
    return f'{options[:-1]},"data":[{",".join(features)}]}}'


@dataclass(frozen=True)
class _Spot:
    lon: float
    lat: float
    room: float
    outside: bool = False


def _spots(marks: Sequence[Mark], level: Level, shown: Sequence[insets.Inset], zoom: float) -> dict[str, _Spot]:
    """Where each place's mark goes and its room in pixels: in an inset when it has one, else in its largest circle."""
    spots: dict[str, _Spot] = {}
    copies = insets.inset_spots() if shown else {}
    for mark in marks:
        own: LabelSpot = boundaries.label_spots(level)[mark.code]
        spots[mark.code] = _Spot(own.lon, own.lat, _pixels(own.radius, zoom))
        for inset in shown:
            copy = copies.get((inset.key, mark.code))
            if copy is not None and mark.code in inset.codes:
                spots[mark.code] = _Spot(copy.lon, copy.lat, _pixels(copy.radius, zoom))
        crowded = mark.radius is None and _fitting(mark.lines, spots[mark.code].room) != mark.lines
        if (shown or level == "prefecture") and crowded and mark.code in insets.CALLOUTS:
            lon, lat = insets.CALLOUTS[mark.code]
            spots[mark.code] = _Spot(lon, lat, 30, outside=True)
    return spots


def _circles(marks: Sequence[Mark], spots: Mapping[str, _Spot], frame: Frame) -> list[str]:
    data = [
        {
            "at": [spots[m.code].lon, spots[m.code].lat],
            "r": round(m.radius, 1),
            "c": [*_rgb(m.circle_fill or m.fill), 120],
            "s": [*_rgb(m.circle_fill or m.fill), 255],
        }
        for m in sorted(marks, key=lambda m: -(m.radius or 0))
        if m.radius
    ]
    if not data:
        return []
    return [
        _json(
            {
                "@@type": "ScatterplotLayer", "id": "circles", "data": data, "pickable": False,
                "getPosition": "@@=at", "getRadius": "@@=r", "radiusUnits": "pixels", "getFillColor": "@@=c",
                "stroked": True, "lineWidthUnits": "pixels", "getLineWidth": 1.5, "getLineColor": "@@=s",
            }
        )
    ]  # fmt: skip


def _points(points: Sequence[Point], shown: Sequence[insets.Inset], frame: Frame) -> str:
    """The points where they are, and again in each inset that shows their spot."""
    places = [((p.lon, p.lat), p) for p in points]
    places += [(i.move(p.lon, p.lat), p) for i in shown for p in points if i.shows(p.lon, p.lat)]
    data = [{"at": [round(x, 4), round(y, 4)], "r": round(p.radius, 1), **p.tooltip} for (x, y), p in places]
    return _json(
        {
            "@@type": "ScatterplotLayer", "id": "points", "data": data, "pickable": True, "getPosition": "@@=at",
            "getRadius": "@@=r", "radiusUnits": "pixels", "stroked": True, "lineWidthUnits": "pixels",
            "getLineWidth": 0.5, "getLineColor": [*_rgb(frame.ground), 255],
            "getFillColor": [*_rgb(frame.accent), 130],
        }
    )  # fmt: skip


@dataclass(frozen=True)
class _Label:
    """A label at a spot, `below` pixels under it; `ink` on `halo` where it is not inside its own polygon."""

    lon: float
    lat: float
    below: float
    lines: tuple[str, ...]
    ink: str
    halo: str | None

    def box(self, zoom: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in pixels of the world at that zoom."""
        x, y = self.lon / 360 * TILE * 2**zoom, -_mercator(self.lat) / (2 * math.pi) * TILE * 2**zoom + self.below
        across, down = _width(self.lines) / 2, len(self.lines) * LABEL_PX * 0.55
        return x - across, y - down, x + across, y + down


def _labels(marks: Sequence[Mark], spots: Mapping[str, _Spot], frame: Frame, zoom: float) -> list[str]:
    """Labels in a colour that contrasts with what lies under them; one that spills over its polygon has a halo.

    None covers another: where two would, the place with more room or the larger circle keeps its label, the other
    loses its value, then its name.
    """
    wanted = [label for mark in marks for label in _variants(mark, spots[mark.code], frame)]
    kept = _apart(wanted, zoom)
    inside = [_text_row(label) for label in kept if label.halo is None]
    haloed = [{**_text_row(each), "h": [*_rgb(each.halo), 230], "o": each.below} for each in kept if each.halo]
    copies = [
        _text(f"halo-{i}", haloed, "@@=h", {"getPixelOffset": f"@@=[{x},o+{y}]"})
        for i, (x, y) in enumerate(HALO)
        if haloed
    ]
    return [_text("labels", inside), *copies, _text("labels-haloed", haloed, "@@=c", {"getPixelOffset": "@@=[0,o]"})]


def _variants(mark: Mark, spot: _Spot, frame: Frame) -> list[tuple[float, tuple[_Label, ...]]]:
    """The mark's label in order of preference, all lines before the first alone, with its weight; empty for no room."""
    below = _below(mark)
    lines = mark.lines if below else _fitting(mark.lines, spot.room)
    if not lines:
        return []
    on_land = mark.radius is None and not mark.faded and not spot.outside
    ink, ground = (colours.ink(mark.fill), mark.fill) if on_land else (frame.ink, frame.ground)
    shorter = (lines,) if len(lines) == 1 else (lines, lines[:1])
    labels = tuple(
        _Label(
            spot.lon, spot.lat, _below(mark, each), each, ink,
            None if on_land and _half_diagonal(each) <= spot.room * 1.12 else ground,
        )
        for each in shorter
    )  # fmt: skip
    return [(mark.radius or spot.room, labels)]


def _apart(wanted: Iterable[tuple[float, tuple[_Label, ...]]], zoom: float) -> list[_Label]:
    kept: list[_Label] = []
    taken: list[tuple[float, float, float, float]] = []
    for _, variants in sorted(wanted, key=lambda each: -each[0]):
        for label in variants:
            left, top, right, bottom = box = label.box(zoom)
            if not any(left < r and right > x and top < b and bottom > y for x, y, r, b in taken):
                kept.append(label)
                taken.append(box)
                break
    return kept


def _text_row(label: _Label) -> dict[str, Any]:
    return {"at": [round(label.lon, 4), round(label.lat, 4)], "t": "\n".join(label.lines), "c": _rgb(label.ink)}


def _below(mark: Mark, lines: tuple[str, ...] | None = None) -> float:
    """How far under its spot a label stands: just below a circle that is too small to hold it, else 0."""
    lines = lines or mark.lines
    if mark.radius is None or _half_diagonal(lines) <= mark.radius:
        return 0
    return round(mark.radius + len(lines) * LABEL_PX * 0.575 + 2, 1)


def _text(
    layer_id: str, data: list[dict[str, Any]], colour: str = "@@=c", extra: Mapping[str, Any] | None = None
) -> str:
    return _json(
        {
            "@@type": "TextLayer", "id": layer_id, "data": data, "pickable": False, "getPosition": "@@=at",
            "getText": "@@=t", "getColor": colour, "getSize": LABEL_PX, "characterSet": "auto", "lineHeight": 1.15,
            "fontFamily": FONT, **(extra or {}),
        }
    )  # fmt: skip


def _fitting(lines: tuple[str, ...], room: float) -> tuple[str, ...]:
    """As many of the lines as fit into a circle of that radius in pixels: all, the first, or none."""
    if _half_diagonal(lines) <= room * 1.4:
        return lines
    return lines[:1] if lines and _half_diagonal(lines[:1]) <= room * 1.6 else ()


def _half_diagonal(lines: tuple[str, ...]) -> float:
    return math.hypot(_width(lines), len(lines) * LABEL_PX * 1.15) / 2


def _width(lines: tuple[str, ...]) -> float:
    return max((sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in line) for line in lines), default=0) * LABEL_PX


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
