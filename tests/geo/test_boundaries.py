"""What geo.boundaries promises: the facts of the built-in shapes, and right answers about them."""

import json
import math

import geopandas
import numpy as np
import pytest
import shapely

from geo import boundaries
from geo.boundaries import UnusableFile
from geo.places import PROVINCE, counties, place, places, prefectures

LEVELS = ("province", "prefecture", "county")


@pytest.fixture
def built_in_again():
    """Leave the built-in shapes in use, whatever a test does."""
    yield
    boundaries.use_file(None)


def metric(level):
    return geopandas.GeoSeries(list(boundaries.shapes(level).values()), crs=4490).to_crs(4549)


def test_the_built_in_set_is_ninety_valid_counties_with_9831_vertices():
    shapes = boundaries.shapes("county")
    assert list(shapes) == [each.code for each in counties()]
    assert all(shape.is_valid for shape in shapes.values())
    assert int(shapely.get_num_coordinates(list(shapes.values())).sum()) == 9831


def test_counties_neither_overlap_nor_leave_gaps():
    ours = metric("county")
    assert ours.area.sum() / 1e6 == pytest.approx(104_179, abs=1)
    assert ours.union_all().area == pytest.approx(ours.area.sum(), rel=1e-12)
    assert shapely.coverage_is_valid(list(boundaries.shapes("county").values()))
    assert sum(len(part.interiors) for part in shapely.get_parts(boundaries.shapes("province")[PROVINCE])) == 0


def test_prefectures_and_province_are_their_counties_dissolved():
    assert list(boundaries.shapes("prefecture")) == [each.code for each in prefectures()]
    for level in ("prefecture", "province"):
        assert metric(level).area.sum() == pytest.approx(metric("county").area.sum(), rel=1e-9)
    hangzhou = shapely.union_all([boundaries.shapes("county")[each.code] for each in counties("330100")])
    assert boundaries.shapes("prefecture")["330100"].equals(hangzhou)


def test_the_file_names_its_source_licence_and_coordinate_system():
    frame = geopandas.read_parquet(boundaries.BUILT_IN)
    assert frame.crs.to_epsg() == 4490
    assert dict(zip(frame["code"], frame["name"], strict=True)) == {each.code: each.name for each in counties()}
    metadata = boundaries.pq.read_schema(boundaries.BUILT_IN).metadata
    assert "天地图" in metadata[b"source"].decode()
    assert "MIT" in metadata[b"licence"].decode()


def test_the_overview_is_smaller_shares_its_edges_and_loses_no_place():
    overview = boundaries.shapes("county", "overview")
    assert list(overview) == list(boundaries.shapes("county"))
    assert shapely.coverage_is_valid(list(overview.values()))
    assert shapely.get_num_coordinates(list(overview.values())).sum() < 0.8 * 9831
    assert not any(shape.is_empty for shape in overview.values())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("detail", "decimals"), [("full", 4), ("overview", 3)])
def test_encoded_is_compact_geojson_with_clockwise_exteriors_and_few_decimals(level, detail, decimals):
    encoded = boundaries.encoded(level, detail)
    assert list(encoded) == [each.code for each in places() if each.level == level]
    for text in encoded.values():
        assert " " not in text
        geometry = json.loads(text)
        assert geometry["type"] == "MultiPolygon"
        for exterior, *_holes in geometry["coordinates"]:
            assert exterior[0] == exterior[-1]
            assert not shapely.is_ccw(shapely.LinearRing(exterior))
            assert all(round(value, decimals) == value for point in exterior for value in point)


def test_rings_are_what_is_encoded():
    rings, encoded = boundaries.rings("county", "overview"), boundaries.encoded("county", "overview")
    for code, text in encoded.items():
        expected = [ring for polygon in json.loads(text)["coordinates"] for ring in polygon]
        assert [[list(point) for point in zip(*ring, strict=True)] for ring in rings[code]] == expected


@pytest.mark.parametrize(
    ("code", "neighbours"),
    [
        ("330108", ["上城区", "西湖区", "萧山区"]),
        ("330383", ["平阳县", "苍南县"]),
        ("330922", []),
        ("330900", []),
        ("330100", ["嘉兴市", "湖州市", "绍兴市", "金华市", "衢州市"]),
        ("330000", []),
    ],
)
def test_neighbours_share_an_edge(code, neighbours):
    assert [place(each).name for each in boundaries.neighbours(code)] == neighbours


def test_neighbourhood_is_mutual():
    for each in counties():
        assert all(each.code in boundaries.neighbours(other) for other in boundaries.neighbours(each.code))


def test_bounds_cover_places_of_any_level():
    west, south, east, north = boundaries.bounds()
    assert (west, south, east, north) == pytest.approx((118.0283, 27.1674, 122.8335, 31.1827), abs=1e-4)
    assert boundaries.bounds(["330100", "330110"]) == boundaries.bounds(["330100"])


@pytest.mark.parametrize("level", LEVELS)
def test_the_label_circle_lies_within_its_place(level):
    for code, spot in boundaries.label_spots(level).items():
        squeeze = math.cos(math.radians(spot.lat))
        circle = shapely.Point(0, 0).buffer(spot.radius * 0.98)
        on_the_map = shapely.transform(circle, lambda xy, s=spot, q=squeeze: xy / [q, 1] + [s.lon, s.lat])
        assert boundaries.shapes(level)[code].contains(on_the_map), place(code).name


def test_a_wide_square_at_60_degrees_has_half_the_circle():
    spot = boundaries.label_spot(shapely.box(10, 59, 12, 61))
    assert (spot.lon, spot.radius) == pytest.approx((11, 0.5), abs=0.01)


def test_hatch_lines_run_at_45_degrees_on_the_map_and_stay_inside():
    lines = boundaries.hatch(["330110", "330112"], "county", 0.05)
    area = shapely.union_all([boundaries.shapes("county", "overview")[code] for code in ("330110", "330112")])
    assert len(lines) > 10
    for (west, south), (east, north) in lines:
        assert (east - west) * math.cos(math.radians(29)) == pytest.approx(north - south, abs=2e-4)
        assert shapely.LineString([(west, south), (east, north)]).difference(area.buffer(2e-4)).is_empty


def test_hatch_lines_are_as_far_apart_as_asked():
    lines = boundaries.hatched(shapely.box(120, 29, 121, 30), 0.1)
    offsets = sorted({round(south - west * math.cos(math.radians(29)), 3) for (west, south), _ in lines})
    assert np.diff(offsets) == pytest.approx(0.1 * math.sqrt(2), abs=2e-3)


def test_no_place_has_no_hatch():
    assert boundaries.hatch([], "county", 0.05) == []


def test_a_point_is_in_its_county_prefecture_and_province_only():
    west_lake = (120.13, 30.245)
    assert [boundaries.contains(code, *west_lake) for code in ("330106", "330100", "330000", "330110")] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("code", ["330108", "330922", "330100"])
def test_random_points_lie_inside_and_follow_the_seed(code):
    points = boundaries.points_inside(code, 500, np.random.default_rng(7))
    assert points.shape == (500, 2)
    assert all(boundaries.contains(code, lon, lat) for lon, lat in points)
    assert (points == boundaries.points_inside(code, 500, np.random.default_rng(7))).all()


def test_random_points_are_spread_evenly():
    shape = boundaries.shapes("county")["330112"]
    west, south, east, north = shape.bounds
    western = shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north))
    points = boundaries.points_inside("330112", 20_000, np.random.default_rng(1))
    assert (points[:, 0] < (west + east) / 2).mean() == pytest.approx(western.area / shape.area, abs=0.015)


def test_no_points_are_no_rows():
    assert boundaries.points_inside("330108", 0, np.random.default_rng(1)).shape == (0, 2)


def test_an_operators_own_file_replaces_the_shapes_and_none_brings_them_back(tmp_path, built_in_again):
    before = boundaries.encoded("county")["330108"]
    frame = geopandas.read_parquet(boundaries.BUILT_IN)
    frame.geometry = shapely.transform(frame.geometry.array, lambda xy: np.add(xy, [0.001, 0]))
    frame.rename(columns={"code": "XZQDM"}).to_crs(4549).to_file(tmp_path / "own.gpkg")
    boundaries.use_file(tmp_path / "own.gpkg")
    assert boundaries.shapes("county")["330108"].centroid.x == pytest.approx(
        boundaries.built_in()["330108"].centroid.x + 0.001, abs=1e-6
    )
    assert boundaries.encoded("county")["330108"] != before
    boundaries.use_file(None)
    assert boundaries.encoded("county")["330108"] == before


def test_a_file_that_lacks_a_county_is_refused_and_nothing_changes(tmp_path, built_in_again):
    geopandas.read_parquet(boundaries.BUILT_IN).iloc[1:].to_file(tmp_path / "short.geojson")
    with pytest.raises(UnusableFile, match=r"上城区（0 行）.*python -m geo check"):
        boundaries.use_file(tmp_path / "short.geojson")
    assert len(boundaries.shapes("county")) == 90


def test_using_the_file_in_use_keeps_the_caches():
    shapes = boundaries.shapes("county")
    boundaries.use_file(None)
    assert boundaries.shapes("county") is shapes
