"""A topic's map says the same on screen and on paper: points and arcs in their colours, classes, what nobody reported."""

import json
import re
from typing import Any

import polars as pl

from charts import topic_map
from charts.lettering import width
from charts.map_picture import MapPicture
from charts.printed_map import WIDTH, printed_map
from geo import boundaries, places
from geo.marks import Arc, Point

TIPS = {"name": "甲基地", "wording": "60 个工位", "rank": "", "change": "", "note": ""}
HANGZHOU = tuple(p.code for p in places.counties("330100"))


def picture(kind: Any = "plain", values: dict[str, float] | None = None, **given: Any) -> MapPicture:
    rows = [
        (c, places.place(c).short_name, (values or {}).get(c), "", 0 if c in (values or {}) else None) for c in HANGZHOU
    ]
    names = {"place_code": pl.String, "short_name": pl.String, "value": pl.Float64, "wording": pl.String}
    frame = pl.DataFrame(rows, schema=names | {"class_index": pl.Int64}, orient="row")
    return MapPicture(
        **{"title": "杭州的基地", "subtitle": "", "frame": frame, "level": "county", "kind": kind, "breaks": ()}
        | {"class_labels": ("有",), "colours": ("#5fb0a6",), "chosen": None, "caption": ("单位：个",)}
        | {"simulated": True, "keys": (("#123456", "公共实训基地"),)}
        | given
    )


def layers(made: MapPicture) -> dict[str, Any]:
    deck = json.loads(topic_map.deck(made, "light", width=600, height=500).to_json())
    return {layer["id"]: layer for layer in deck["layers"]}


def test_points_have_their_own_colour_and_arcs_their_width() -> None:
    point = Point(lon=120.2, lat=30.3, radius=5, tooltip=TIPS, fill="#123456")
    arc = Arc(start=(120.2, 30.3), end=(119.0, 29.6), width=3, colour="#654321", tooltip=TIPS)
    drawn = layers(picture(points=(point,), arcs=(arc,)))
    assert drawn["points"]["data"] == [{"at": [120.2, 30.3], "r": 5, "c": [18, 52, 86, 200], **TIPS}]
    assert drawn["arcs"]["data"] == [{"a": [120.2, 30.3], "b": [119.0, 29.6], "w": 3, "c": [101, 67, 33, 210], **TIPS}]


def test_a_plain_map_is_ground_and_a_choropleth_hatches_what_is_missing() -> None:
    assert "hatching" not in layers(picture())
    drawn = layers(picture("choropleth", {"330110": 1.0}))
    fills = {f["properties"]["name"]: f["properties"]["fill"][:3] for f in drawn["topic"]["data"]}
    assert fills["余杭区"] == [0x5F, 0xB0, 0xA6]
    assert "hatching" in drawn


def test_the_legend_names_classes_points_and_missing_places() -> None:
    plain = topic_map.legend(picture(), "light")
    assert "公共实训基地" in plain
    assert "缺报" not in plain
    classes = topic_map.legend(picture("choropleth", {"330110": 1.0}), "light")
    assert "有<small>1 个</small>" in classes
    assert f"缺报<small>{len(HANGZHOU) - 1} 个</small>" in classes


def test_the_legend_of_circles_says_what_three_round_sizes_stand_for() -> None:
    keys = topic_map.legend(picture("circles", {"330110": 13.0}, class_labels=(), colours=(), keys=()), "light")
    assert re.findall(r"width:(\d+)px.*?</b>([^<]+)<", keys) == [("6", "0.20"), ("20", "2"), ("44", "10")]


def test_on_paper_are_the_same_points_arcs_and_keys() -> None:
    point = Point(lon=120.2, lat=30.3, radius=5, tooltip=TIPS, fill="#123456")
    arc = Arc(start=(120.2, 30.3), end=(119.0, 29.6), width=3, colour="#654321", tooltip=TIPS)
    figure = printed_map(picture(points=(point,), arcs=(arc,)))
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert any(trace.marker.color == ("#123456",) and trace.marker.size == (10,) for trace in dots)
    assert any(trace.line.color == "#654321" and trace.line.width == 3 for trace in figure.data)
    assert any(note.text == "公共实训基地" for note in figure.layout.annotations)


def test_on_paper_no_name_of_a_point_leaves_the_sheet_or_meets_the_legend_or_the_scale_bar() -> None:
    """Ends of arcs beyond the map stand on its edge, as 嘉兴市 does on the right, 江西 below and 湖州本级 on the left."""
    west, south, east, north = boundaries.bounds(HANGZHOU)
    spots = {
        "嘉兴市": (east + 0.2, north),
        "江西": (west + 0.2, south - 0.2),
        "湖州本级": (west - 0.2, (south + north) / 2),
    }
    points = tuple(Point(lon=x, lat=y, radius=4, tooltip=TIPS, fill="#123456", label=n) for n, (x, y) in spots.items())
    arcs = tuple(Arc(start=spot, end=(120.0, 30.3), width=1, colour="#654321", tooltip=TIPS) for spot in spots.values())
    figure = printed_map(picture(points=points, arcs=arcs))
    notes = {note.text: note for note in figure.layout.annotations}
    for name in spots:
        half = width(name, 8) / 2
        assert half <= notes[name].x <= WIDTH - half
    assert notes["公共实训基地"].y > notes["江西"].y + 6
    bar = next(note for text, note in notes.items() if text.endswith(" 千米"))
    assert abs(bar.y - notes["江西"].y) > 10 or abs(bar.x - notes["江西"].x) > 60
