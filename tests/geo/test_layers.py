"""The map's JSON is what deck.gl reads, fits its frame, tells which place was clicked, and keeps its labels apart."""

import itertools
import json
from typing import Any

import pytest

from geo import boundaries, insets, places
from geo.labels import LABEL_PX
from geo.layers import code_at, drawn_map
from geo.marks import Frame, Mark, Point, rgb
from geo.projection import fitted, position

FRAME = Frame(width=740, height=640, ink="#000000", ground="#ffffff", land="#eeeeee", line="#dddddd", accent="#c44e14")
TOOLTIP = {"name": "", "wording": "", "rank": "", "change": "", "note": ""}
OPAQUE = 255  # a label's halo is not
COUNTIES = tuple(p.code for p in places.counties())


def mark(code: str, **given: Any) -> Mark:
    place = places.place(code)
    return Mark(**{"code": code, "fill": "#153f6b", "lines": (place.short_name, "123"), "tooltip": TOOLTIP, **given})


def decks(marks: list[Mark], **given: Any) -> dict[str, Any]:
    level = places.place(marks[0].code).level
    return json.loads(drawn_map(marks, level, FRAME, **{"layer_id": "places", **given}).to_json())


def layer(deck: dict[str, Any], layer_id: str) -> dict[str, Any]:
    return next(each for each in deck["layers"] if each["id"] == layer_id)


def test_a_deck_has_a_camera_no_base_map_and_its_layers() -> None:
    deck = decks([mark(code) for code in COUNTIES], with_insets=True)
    assert set(deck) == {"initialViewState", "mapStyle", "views", "layers"}
    assert deck["mapStyle"] == "__MAP_STYLE__"
    assert deck["initialViewState"]["zoom"] > 5
    ids = [each["id"] for each in deck["layers"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("width", "height"), [(740, 640), (370, 414), (1000, 500)])
def test_the_whole_province_lies_in_the_frame_and_touches_its_margin(width: int, height: int) -> None:
    west, south, east, north = boundaries.bounds()
    zoom, centre = fitted((west, south, east, north), width, height)
    x, y = position(*centre, zoom)
    left, top = position(west, north, zoom)
    right, bottom = position(east, south, zoom)
    assert x - left <= width / 2
    assert right - x <= width / 2
    assert y - top <= height / 2
    assert bottom - y <= height / 2
    assert min(width - (right - left), height - (bottom - top)) == pytest.approx(16, abs=1.5)


def test_without_insets_every_edge_is_drawn_once_as_a_line_and_with_them_by_its_polygon() -> None:
    yuhang = mark("330110")
    alone = decks([yuhang])
    ((ring,),) = json.loads(boundaries.encoded("county")["330110"])["coordinates"]
    drawn = {frozenset((tuple(row["s"]), tuple(row["t"]))) for row in layer(alone, "borders")["data"]}
    assert drawn == {frozenset((tuple(a), tuple(b))) for a, b in itertools.pairwise(ring)}
    both = decks([yuhang, mark("330113")])
    assert len(layer(both, "borders")["data"]) < len(drawn) + len(layer(decks([mark("330113")]), "borders")["data"])
    assert layer(alone, "places")["stroked"] is False
    whole = decks([mark(code) for code in COUNTIES], with_insets=True)
    assert layer(whole, "places")["stroked"] is True
    assert not [each for each in whole["layers"] if each["id"] == "borders"]


def test_every_polygon_and_every_inset_copy_tells_its_place() -> None:
    deck = decks([mark(code) for code in COUNTIES], with_insets=True)
    features = layer(deck, "places")["data"]
    assert len(features) == 90 + len(insets.inset_encoded())
    assert [code_at(i, COUNTIES, True) for i in range(90)] == list(COUNTIES)
    assert {code_at(i, COUNTIES, True) for i in range(90, len(features))} == {c for _, c in insets.inset_encoded()}
    assert code_at(len(features), COUNTIES, True) is None
    assert code_at(90, COUNTIES, False) is None


def test_the_chosen_place_is_outlined_over_a_casing_where_it_is_drawn() -> None:
    hangzhou = [mark(p.code) for p in places.counties("330100")]
    ids = [each["id"] for each in decks(hangzhou, chosen="330110")["layers"]]
    assert ids.index("chosen-casing") < ids.index("chosen")
    assert "chosen" not in [each["id"] for each in decks(hangzhou, chosen="330200")["layers"]]


def test_a_place_without_a_value_is_hatched_and_others_are_not() -> None:
    deck = decks([mark("330122", hatched=True), mark("330127")])
    paths = [point for line in layer(deck, "hatching")["data"] for point in line["path"]]
    west, south, east, north = boundaries.bounds(["330122"])
    assert paths
    assert all(west - 0.01 <= lon <= east + 0.01 and south - 0.01 <= lat <= north + 0.01 for lon, lat in paths)


def test_circles_are_drawn_largest_first_so_that_none_hides_a_smaller_one() -> None:
    deck = decks([mark("330122", radius=5.0), mark("330127", radius=20.0), mark("330182", radius=None)])
    assert [circle["r"] for circle in layer(deck, "circles")["data"]] == [20.0, 5.0]


def test_a_point_in_a_window_is_drawn_again_in_its_inset() -> None:
    lon, lat, _ = boundaries.label_spots("county")["330102"]
    deck = decks([mark(code) for code in COUNTIES], with_insets=True, points=[Point(lon, lat, 3, TOOLTIP)])
    spots = [point["at"] for point in layer(deck, "points")["data"]]
    assert spots[0] == [round(lon, 4), round(lat, 4)]
    assert spots[1:] == [[round(x, 4), round(y, 4)] for x, y in [insets.inset("hangzhou").move(lon, lat)]]


def test_points_lie_under_the_names_of_places_which_stand_on_a_plate_of_their_ground() -> None:
    lon, lat, _ = boundaries.label_spots("county")["330122"]
    deck = decks([mark("330122"), mark("330127")], points=[Point(lon, lat, 9, TOOLTIP)])
    names = [each["id"] for each in deck["layers"]]
    assert names.index("labels") > names.index("points")
    assert layer(deck, "labels")["background"] is True
    assert {tuple(each["h"][:3]) for each in layer(deck, "labels")["data"]} == {tuple(rgb(mark("330122").fill))}
    assert "background" not in layer(decks([mark("330122")]), "labels")


@pytest.mark.parametrize("radius", [None, 6.0, 18.0])
def test_no_label_covers_another(radius: float | None) -> None:
    deck = decks([mark(code, radius=radius) for code in COUNTIES], with_insets=True)
    zoom = deck["initialViewState"]["zoom"]
    boxes = []
    for each in (row for row in layer(deck, "labels")["data"] if row["c"][3] == OPAQUE):
        x, y = position(*each["at"], zoom)
        lines = each["t"].split("\n")
        across = max(sum(1 if ord(c) > 0x2E80 else 0.56 for c in line) for line in lines) * LABEL_PX / 2
        down, y = len(lines) * LABEL_PX * 0.55, y + each["o"][1]
        boxes.append((x - across, y - down, x + across, y + down))
    assert len(boxes) > 50
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(boxes, 2):
        assert not (a < g - 0.2 and c > e + 0.2 and b < h - 0.2 and d > f + 0.2)


def test_text_in_a_name_stays_text() -> None:
    deck = decks([mark("330122", tooltip={**TOOLTIP, "name": '<script>"}]}\\'}), mark("330127")])
    assert layer(deck, "places")["data"][0]["properties"]["name"] == '<script>"}]}\\'
