"""What geo.insets promises: enlarged cores in empty corners, every county readable on a map 620 × 640 pixels."""

import math

import pytest
import shapely

from geo import boundaries, insets
from geo.places import PROVINCE, counties, place

PIXELS_PER_DEGREE = 143  # of latitude: the province fitted into 620 × 640 with a little air
LABEL_PX = 9  # an inscribed circle of this radius holds two characters of 11 px


def frames():
    return [shapely.box(*each.frame) for each in insets.INSETS]


def test_there_are_insets_for_the_four_dense_cores():
    assert [each.key for each in insets.INSETS] == ["hangzhou", "ningbo", "taizhou", "wenzhou"]
    assert {"330102", "330105", "330106", "330108"} <= set(insets.inset("hangzhou").codes)
    assert {"330203", "330205", "330206", "330211", "330212"} == set(insets.inset("ningbo").codes)


def test_frames_lie_in_the_provinces_box_over_no_land_and_apart():
    land = boundaries.shapes("province")[PROVINCE]
    box = shapely.box(*boundaries.bounds()).buffer(0.01)
    for i, frame in enumerate(frames()):
        assert box.contains(frame)
        assert not frame.intersects(land)
        assert not any(frame.intersects(other) for other in frames()[i + 1 :])


def test_no_county_belongs_to_two_insets():
    codes = [code for each in insets.INSETS for code in each.codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("inset", insets.INSETS, ids=lambda each: each.key)
def test_the_window_is_the_frame_shrunk_by_the_scale(inset):
    west, south, east, north = inset.window
    assert inset.move(west, south) == pytest.approx(inset.frame[:2])
    assert inset.move(east, north) == pytest.approx(inset.frame[2:])
    assert (inset.frame[2] - inset.frame[0]) / (east - west) == pytest.approx(inset.scale)
    assert inset.shows(*inset.centre)
    assert not inset.shows(west - 0.01, south)


@pytest.mark.parametrize("inset", insets.INSETS, ids=lambda each: each.key)
def test_transforming_a_shape_clips_and_moves_it(inset):
    for code in inset.codes:
        shape = boundaries.shapes("county")[code]
        moved = inset.transform(shape)
        shown = shapely.intersection(shape, shapely.box(*inset.window))
        assert moved.area == pytest.approx(shown.area * inset.scale**2)
        assert shapely.box(*inset.frame).buffer(1e-9).contains(moved)
        spot = boundaries.label_spot(shown)
        assert moved.contains(shapely.Point(inset.move(spot.lon, spot.lat)))


def test_a_shape_outside_the_window_becomes_empty():
    assert insets.inset("hangzhou").transform(boundaries.shapes("county")["331102"]).is_empty


def test_encoded_rings_and_spots_cover_the_same_counties():
    expected = {(each.key, code) for each in insets.INSETS for code in each.codes}
    assert set(insets.inset_shapes()) == set(insets.inset_encoded()) == expected
    assert set(insets.inset_rings()) == set(insets.inset_spots()) == expected


def test_the_context_is_the_rest_of_the_window():
    for each in insets.INSETS:
        ours = shapely.union_all([insets.inset_shapes()[each.key, code] for code in each.codes])
        context = insets.inset_context()[each.key]
        assert context.intersection(ours).area == pytest.approx(0, abs=1e-9)
        whole = each.transform(boundaries.shapes("province")[PROVINCE])
        assert context.area + ours.area == pytest.approx(whole.area, rel=1e-6)


@pytest.mark.parametrize("each", counties(), ids=lambda each: each.short_name)
def test_every_county_has_room_for_its_label(each):
    spots = [spot for (_, code), spot in insets.inset_spots().items() if code == each.code]
    on_the_map = boundaries.label_spots("county")[each.code]
    room = max(spot.radius for spot in [*spots, on_the_map]) * PIXELS_PER_DEGREE
    assert room >= LABEL_PX or each.code in insets.CALLOUTS


@pytest.mark.parametrize(("code", "spot"), insets.CALLOUTS.items())
def test_a_callout_stands_in_open_water_beside_its_own_place(code, spot):
    squeeze = math.cos(math.radians(29))
    half_width, half_height = 13 / PIXELS_PER_DEGREE / squeeze, 12 / PIXELS_PER_DEGREE
    label = shapely.box(spot[0] - half_width, spot[1] - half_height, spot[0] + half_width, spot[1] + half_height)
    hit = [other for other, shape in boundaries.shapes("county").items() if shape.intersects(label)]
    assert set(hit) <= {each.code for each in counties(code)}, [place(other).name for other in hit]
    assert not any(label.intersects(frame) for frame in frames())
    assert shapely.Point(spot).distance(boundaries.shapes(place(code).level)[code]) < 0.35


def test_titles_stand_outside_their_frames_over_no_land():
    land = boundaries.shapes("province")[PROVINCE]
    for each in insets.INSETS:
        lon, lat = each.title_spot
        title = shapely.box(lon, lat - 0.04, lon + 0.5, lat + 0.04)
        assert not title.intersects(land)
        assert not any(title.intersects(frame) for frame in frames())
