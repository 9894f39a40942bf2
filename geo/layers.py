"""The deck.gl map: polygons, circles, hatching, points and labels, encoded compactly; shapes and colours, no numbers.

Streamlit needs of a deck only its JSON and its tooltip. pydeck's own encoder indents the text to five times its size
and takes longer than the rest of the page, so `Map` is a `pydeck.Deck` that writes its JSON itself, with geometry that
was encoded once.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pydeck as pdk

from geo import boundaries, insets
from geo.boundaries import Detail
from geo.labels import FONT, Spot, halo, label_layers, label_spots, text_layer, written
from geo.marks import GLYPHS, Arc, Frame, Mark, Point, as_json, rgb
from geo.places import Level
from geo.projection import fitted, pixels

BORDER_PX: Final = 0.8
POINTS: Final = "points"
SHAPES: Final = "shapes"
"""The layers that points lie in: discs, and those of another shape."""
NO_BASE_MAP: Final = "__MAP_STYLE__"
TOOLTIP: Final = "<b>{name}</b><div>{wording}</div><div>{rank}</div><div>{change}</div><div>{note}</div>"
"""A line that says nothing takes no room."""


@dataclass
class Map(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON is already text."""

    text: str
    _tooltip: dict[str, Any]
    layers: list[Any] = field(default_factory=list)

    def numbered(self, layer_id: str, number: int) -> "Map":
        """The same deck with `-number` after one layer's id: a selection under another number no longer counts."""
        text = self.text.replace(f'"id":"{layer_id}"', f'"id":"{layer_id}-{number}"', 1)
        return Map(text=text, _tooltip=self._tooltip)

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
    arcs: Sequence[Arc] = (),
    with_insets: bool = False,
    detail: Detail = "overview",
) -> Map:
    """The map of these marks, fitted to the frame; clicking a polygon selects index i of `layer_id` (see `code_at`)."""
    codes = tuple(mark.code for mark in marks)
    shown = insets.INSETS if with_insets else ()
    zoom, centre = fitted(_extent(codes, shown, arcs), frame.width, frame.height)
    layers = [_inset_land(shown, frame)] if shown else []
    layers.append(_polygons(marks, level, frame, layer_id, shown, detail))
    if not shown:
        layers.append(_borders(codes, level, frame, detail))
    hatched = [mark.code for mark in marks if mark.hatched]
    if hatched:
        layers.append(_hatching(hatched, level, frame, zoom))
    if shown:
        layers += _inset_frames(shown, frame)
    layers += _outline(chosen, codes, level, frame, shown, detail)
    spots = label_spots(marks, level, shown, zoom)
    layers += _circles(marks, spots, frame)
    if arcs:
        layers.append(_arcs(arcs))
    if points:
        layers += _points(points, shown, frame)
        layers += _point_labels(points, frame)
    layers += label_layers(marks, spots, frame, zoom, plates=bool(points))
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


def _extent(
    codes: Iterable[str], shown: Sequence[insets.Inset], arcs: Sequence[Arc]
) -> tuple[float, float, float, float]:
    places = boundaries.bounds(codes)
    room = 0.05 * (places[3] - places[1])  # for what stands beside an arc's end
    ends = [end for arc in arcs for end in (arc.start, arc.end)]
    boxes = [places, *(i.frame for i in shown), *((x - room, y - room, x + room, y + room) for x, y in ends)]
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


def _polygons(
    marks: Sequence[Mark], level: Level, frame: Frame, layer_id: str, shown: Sequence[insets.Inset], detail: Detail
) -> str:
    shapes = boundaries.encoded(level, detail)
    by_code = {mark.code: mark for mark in marks}
    properties = {
        mark.code: as_json({"fill": [*rgb(mark.fill), 110 if mark.faded else 255], **mark.tooltip}) for mark in marks
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
    options = as_json(
        {
            "@@type": "GeoJsonLayer",
            "id": layer_id,
            "pickable": True,
            "autoHighlight": True,
            "highlightColor": [*rgb(frame.accent), 60],
            "stroked": bool(shown),
            "filled": True,
            "lineWidthUnits": "pixels",
            "getLineWidth": BORDER_PX,
            "getLineColor": [*rgb(frame.ground), 255],
            "_subLayerProps": fill,
        }
    )
    return f'{options[:-1]},"data":[{",".join(features)}]}}'


def _borders(codes: Sequence[str], level: Level, frame: Frame, detail: Detail) -> str:
    """The places' edges as plain lines, which a computer without a graphics card draws in half the time of paths.

    With insets the polygons draw their own edges: every edge again as a line would double what is sent.
    """
    options = as_json({"@@type": "LineLayer", "id": "borders", "pickable": False, "getSourcePosition": "@@=s",
                     "getTargetPosition": "@@=t", "widthUnits": "pixels", "getWidth": BORDER_PX,
                     "getColor": [*rgb(frame.ground), 255]})  # fmt: skip
    return f'{options[:-1]},"data":{boundaries.borders(level, tuple(codes), detail)}}}'


def _feature(geometry: str, properties: str) -> str:
    return f'{{"type":"Feature","geometry":{geometry},"properties":{properties}}}'


def _hatching(codes: Sequence[str], level: Level, frame: Frame, zoom: float) -> str:
    spacing = 6 / pixels(1, zoom)
    lines = [[[round(x, 4), round(y, 4)] for x, y in line] for line in boundaries.hatch(tuple(codes), level, spacing)]
    return as_json(
        {
            "@@type": "PathLayer",
            "id": "hatching",
            "data": [{"path": line} for line in lines],
            "getPath": "@@=path",
            "getColor": [*rgb(frame.ink), 90],
            "widthUnits": "pixels",
            "getWidth": 0.8,
            "pickable": False,
        }
    )


def _inset_land(shown: Sequence[insets.Inset], frame: Frame) -> str:
    land = {key: boundaries.geojson(shape, 3) for key, shape in insets.inset_context().items()}
    options = as_json({"@@type": "GeoJsonLayer", "id": "inset-land", "pickable": False, "stroked": False,
                     "getFillColor": [*rgb(frame.land), 255]})  # fmt: skip
    return f'{options[:-1]},"data":[{",".join(_feature(land[inset.key], "{}") for inset in shown)}]}}'


def _inset_frames(shown: Sequence[insets.Inset], frame: Frame) -> list[str]:
    boxes = []
    for inset in shown:
        w, s, e, n = inset.frame
        boxes.append({"path": [[w, s], [e, s], [e, n], [w, n], [w, s]]})
    common = {"pickable": False}
    return [
        as_json(
            {
                "@@type": "PathLayer", "id": "inset-frames", "data": boxes, "getPath": "@@=path", **common,
                "getColor": [*rgb(frame.ink), 110], "widthUnits": "pixels", "getWidth": 1,
            }
        ),
        as_json(
            {
                "@@type": "TextLayer", "id": "inset-titles", **common,
                "data": [{"at": list(inset.title_spot), "t": inset.title} for inset in shown],
                "getPosition": "@@=at", "getText": "@@=t", "getSize": 11, "getColor": [*rgb(frame.ink), 200],
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
    options = as_json(
        {
            "@@type": "GeoJsonLayer", "id": layer_id, "pickable": False, "stroked": True, "filled": False,
            "lineWidthUnits": "pixels", "getLineWidth": width, "getLineColor": [*rgb(colour), 255],
        }
    )  # fmt: skip
    return f'{options[:-1]},"data":[{",".join(features)}]}}'


def _circles(marks: Sequence[Mark], spots: Mapping[str, Spot], frame: Frame) -> list[str]:
    data = [
        {
            "at": [spots[m.code].lon, spots[m.code].lat],
            "r": round(m.radius, 1),
            "c": [*rgb(m.circle_fill or m.fill), 120],
            "s": [*rgb(m.circle_fill or m.fill), 255],
        }
        for m in sorted(marks, key=lambda m: -(m.radius or 0))
        if m.radius
    ]
    if not data:
        return []
    return [
        as_json(
            {
                "@@type": "ScatterplotLayer", "id": "circles", "data": data, "pickable": False,
                "getPosition": "@@=at", "getRadius": "@@=r", "radiusUnits": "pixels", "getFillColor": "@@=c",
                "stroked": True, "lineWidthUnits": "pixels", "getLineWidth": 1.5, "getLineColor": "@@=s",
            }
        )
    ]  # fmt: skip


def _points(points: Sequence[Point], shown: Sequence[insets.Inset], frame: Frame) -> list[str]:
    """The points where they are, and again in each inset that shows their spot; discs below, other shapes above."""
    spots = [((p.lon, p.lat), p) for p in points]
    spots += [(i.move(p.lon, p.lat), p) for i in shown for p in points if i.shows(p.lon, p.lat)]
    discs = [_spot(at, p, frame) for at, p in spots if p.shape == "circle"]
    others = [_spot(at, p, frame) | {"t": GLYPHS[p.shape]} for at, p in spots if p.shape != "circle"]
    layers = [_discs(discs, frame)] if discs else []
    return layers + (_shapes(others, frame) if others else [])


def _spot(at: tuple[float, float], point: Point, frame: Frame) -> dict[str, Any]:
    return {
        "at": [round(at[0], 4), round(at[1], 4)],
        "r": round(point.radius, 1),
        "c": [*rgb(point.fill or frame.accent), 200 if point.fill else 130],
        **({"key": point.key} if point.key else {}),
        **point.tooltip,
    }


def _discs(data: Sequence[dict[str, Any]], frame: Frame) -> str:
    return as_json(
        {
            "@@type": "ScatterplotLayer", "id": POINTS, "data": data, "pickable": True, "getPosition": "@@=at",
            "getRadius": "@@=r", "radiusUnits": "pixels", "stroked": True, "lineWidthUnits": "pixels",
            "getLineWidth": 0.5, "getLineColor": [*rgb(frame.ground), 255],
            "getFillColor": "@@=c",
        }
    )  # fmt: skip


def _shapes(data: Sequence[dict[str, Any]], frame: Frame) -> list[str]:
    """Squares, triangles and the like as characters, over a slightly larger copy in the ground's colour."""
    common = {
        "@@type": "TextLayer", "data": data, "getPosition": "@@=at", "getText": "@@=t",
        "characterSet": "".join(GLYPHS.values()), "fontFamily": FONT,
    }  # fmt: skip
    under = {"id": "shapes-under", "pickable": False, "getSize": "@@=r*2.3+2", "getColor": [*rgb(frame.ground), 255]}
    over = {"id": SHAPES, "pickable": True, "getSize": "@@=r*2.3", "getColor": "@@=c"}
    return [as_json({**common, **each}) for each in (under, over)]


def _point_labels(points: Sequence[Point], frame: Frame) -> list[str]:
    """The points' labels, right under them, with a halo in the ground's colour."""
    labelled = [((p.lon, p.lat), p.label, p.radius + 9) for p in points if p.label]
    if not labelled:
        return []
    halos = [row for at, label, below in labelled for row in halo(at, label, frame.ground, below)]
    inked = [written(at, label, frame.ink, below) for at, label, below in labelled]
    return [text_layer("point-labels", [*halos, *inked])]


def _arcs(arcs: Sequence[Arc]) -> str:
    data = [
        {
            "a": [round(v, 4) for v in arc.start],
            "b": [round(v, 4) for v in arc.end],
            "w": round(arc.width, 1),
            "c": [*rgb(arc.colour), 210],
            **arc.tooltip,
        }
        for arc in arcs
    ]
    return as_json(
        {
            "@@type": "ArcLayer", "id": "arcs", "data": data, "pickable": True, "getSourcePosition": "@@=a",
            "getTargetPosition": "@@=b", "getWidth": "@@=w", "widthUnits": "pixels", "getSourceColor": "@@=c",
            "getTargetColor": "@@=c", "getHeight": 0.35, "getTilt": 25, "parameters": {"depthWriteEnabled": False},
        }
    )  # fmt: skip
