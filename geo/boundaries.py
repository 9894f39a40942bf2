"""Knows the shapes of the places, and answers what is asked of shapes: what lies within, beside and in the middle.

Everything is in degrees of CGCS2000 (EPSG:4490). The shapes are built in (`geo/reference/boundaries.parquet`) unless
`use_file` names an operator's own file. Results are cached and shared between threads: nobody may mutate them.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely

from geo.findings import UnusableFile as UnusableFile
from geo.places import PROVINCE, REFERENCE, Level, counties, place, places

Detail = Literal["full", "overview"]
Ring = tuple[list[float], list[float]]
Shapes = Mapping[str, shapely.Geometry]

BUILT_IN = REFERENCE / "boundaries.parquet"
DECIMALS: Mapping[Detail, int] = {"full": 4, "overview": 3}
OVERVIEW_TOLERANCE = 0.012
MIDDLE_LATITUDE = 29.0

_P = ParamSpec("_P")
_R = TypeVar("_R")
_source = BUILT_IN
_caches: list[Callable[[], None]] = []


class LabelSpot(NamedTuple):
    """Where a label fits best: centre of the largest circle inside a place; `radius` in degrees of latitude."""

    lon: float
    lat: float
    radius: float


def remembered(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Cache a function until `use_file` changes the shapes; for everything that is made of shapes."""
    cached: Any = cache(function)
    _caches.append(cached.cache_clear)
    return cached  # type: ignore[no-any-return]


def use_file(path: Path | None) -> None:
    """Draw an operator's own counties from now on, or the built-in ones (`None`); costs nothing when already in use.

    Raises `UnusableFile` when the file cannot be read or does not hold exactly today's counties;
    `python -m geo check FILE` says everything that is wrong with it.
    """
    global _source
    wanted = path or BUILT_IN
    if wanted == _source:
        return
    if wanted != BUILT_IN:
        _operators(wanted)
    _source = wanted
    for clear in _caches:
        clear()


@remembered
def shapes(level: Level, detail: Detail = "full") -> Shapes:
    """Every place of a level as a shapely geometry by code, exterior rings clockwise; `overview` keeps shared edges."""
    if level == "county":
        return _full_counties() if detail == "full" else _simplified(_full_counties())
    return {
        each.code: oriented(shapely.union_all([shapes("county", detail)[below.code] for below in counties(each.code)]))
        for each in places()
        if each.level == level
    }


@remembered
def encoded(level: Level, detail: Detail = "overview") -> Mapping[str, str]:
    """Every place of a level as compact GeoJSON geometry text by code; 4 decimals, or 3 in overview."""
    return {code: geojson(shape, DECIMALS[detail]) for code, shape in shapes(level, detail).items()}


@remembered
def borders(level: Level, codes: tuple[str, ...], detail: Detail = "overview") -> str:
    """The edges of some places as JSON rows `s`, `t` (start, end), each shared edge once."""
    edges = {
        frozenset((start, end)): (start, end)
        for code in codes
        for lons, lats in rings(level, detail)[code]
        for start, end in pairwise(zip(lons, lats, strict=True))
    }
    return json.dumps([{"s": start, "t": end} for start, end in edges.values()], separators=(",", ":"))


@remembered
def rings(level: Level, detail: Detail = "overview") -> Mapping[str, list[Ring]]:
    """Every place of a level as rings of (longitudes, latitudes) by code, as Plotly's filled scatter wants them."""
    return {code: rings_of(shape, DECIMALS[detail]) for code, shape in shapes(level, detail).items()}


@remembered
def neighbours(code: str) -> tuple[str, ...]:
    """Codes of the same level that share an edge with a place; touching at a point is not enough, islands have none."""
    level = place(code).level
    here = shapes(level)[code]
    others = {other: shape for other, shape in shapes(level).items() if other != code and here.intersects(shape)}
    return tuple(sorted(other for other, shape in others.items() if _shared_length(here, shape) > 0))


def bounds(codes: Iterable[str] = (PROVINCE,)) -> tuple[float, float, float, float]:
    """West, south, east and north of places of any level together."""
    west, south, east, north = shapely.total_bounds([shapes(place(code).level)[code] for code in codes]).tolist()
    return west, south, east, north


@remembered
def label_spots(level: Level) -> Mapping[str, LabelSpot]:
    """The best spot for each place's label by code, on the ground's true proportions (longitude × cos latitude)."""
    return {code: label_spot(shape) for code, shape in shapes(level).items()}


def label_spot(shape: shapely.Geometry) -> LabelSpot:
    """Centre and radius (degrees of latitude) of the largest circle inside any shape."""
    squeeze = math.cos(math.radians(shape.centroid.y))
    circle = shapely.maximum_inscribed_circle(shapely.transform(shape, lambda xy: xy * [squeeze, 1]), tolerance=0.0005)
    (x, y), _ = circle.coords
    return LabelSpot(x / squeeze, y, circle.length)


def hatch(codes: Iterable[str], level: Level, spacing_degrees: float) -> list[list[list[float]]]:
    """45° lines `[[lon, lat], [lon, lat]]` over places, `spacing_degrees` of latitude apart, in line across places."""
    area = shapely.union_all([shapes(level, "overview")[code] for code in codes])
    return hatched(area, spacing_degrees)


def hatched(area: shapely.Geometry, spacing_degrees: float) -> list[list[list[float]]]:
    """`hatch` over any shape."""
    if area.is_empty:
        return []
    squeeze = math.cos(math.radians(MIDDLE_LATITUDE))
    west, south, east, north = shapely.bounds(shapely.transform(area, lambda xy: xy * [squeeze, 1]))
    step = spacing_degrees * math.sqrt(2)
    first, last = math.ceil((south - east) / step), math.floor((north - west) / step)
    lines = [
        shapely.LineString([(west / squeeze, west + k * step), (east / squeeze, east + k * step)])
        for k in range(first, last + 1)
    ]
    pieces = shapely.get_parts(shapely.intersection(shapely.MultiLineString(lines), area))
    return [np.round(shapely.get_coordinates(each)[[0, -1]], 4).tolist() for each in pieces if each.length > 0]


def contains(code: str, lon: float, lat: float) -> bool:
    """Whether a point lies inside a place of any level or on its border."""
    return bool(shapely.intersects_xy(shapes(place(code).level)[code], lon, lat))


def points_inside(code: str, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """`n` points spread evenly over a place, rows of (lon, lat); the same for the same state of `rng`."""
    shape = shapes(place(code).level)[code]
    points = _scattered(_triangles(code), n, rng)
    while not (inside := shapely.contains_xy(shape, points)).all():
        points[~inside] = _scattered(_triangles(code), int((~inside).sum()), rng)
    return points


def geojson(shape: shapely.Geometry, decimals: int) -> str:
    """Any polygon or multipolygon as compact GeoJSON geometry text; rings that vanish by rounding are left out."""
    polygons = [_rounded(each, decimals) for each in shapely.get_parts(shape)]
    return json.dumps(
        {"type": "MultiPolygon", "coordinates": [each for each in polygons if each]}, separators=(",", ":")
    )


def rings_of(shape: shapely.Geometry, decimals: int) -> list[Ring]:
    """The rings of any polygon or multipolygon, rounded, as (longitudes, latitudes), holes after their exterior."""
    rounded = (ring for part in shapely.get_parts(shape) for ring in _rounded(part, decimals))
    return [([lon for lon, _ in ring], [lat for _, lat in ring]) for ring in rounded]


def oriented(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape whose exterior rings run clockwise, as deck.gl and Plotly want them, prepared for fast questions."""
    turned = shapely.orient_polygons(shape, exterior_cw=True)
    shapely.prepare(turned)
    return turned


@remembered
def _full_counties() -> Shapes:
    found = _operators(_source) if _source != BUILT_IN else built_in()
    return {code: oriented(found[code]) for code in sorted(found)}


@cache
def built_in() -> Shapes:
    """The built-in counties by code, whatever file is in use."""
    table = pq.ParquetFile(BUILT_IN).read(columns=["code", "geometry"])
    return dict(zip(table["code"].to_pylist(), shapely.from_wkb(table["geometry"].to_pylist()), strict=True))


def _operators(path: Path) -> Shapes:
    from geo.files import county_shapes  # geopandas takes seconds to import, and few operators bring a file

    return county_shapes(path)


def _simplified(full: Shapes) -> Shapes:
    simple = shapely.coverage_simplify(list(full.values()), OVERVIEW_TOLERANCE)
    return {code: oriented(shape) for code, shape in zip(full, simple, strict=True)}


def _shared_length(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(shapely.length(shapely.intersection(one.boundary, other.boundary)))


@remembered
def _triangles(code: str) -> npt.NDArray[np.float64]:
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(shapes(place(code).level)[code]))
    return shapely.get_coordinates(parts).reshape(-1, 4, 2)[:, :3].copy()  # type: ignore[no-any-return]


def _scattered(triangles: npt.NDArray[np.float64], n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    chosen = rng.choice(len(triangles), size=n, p=area / area.sum())
    along, across = rng.random((2, n))
    along, across = np.where(along + across > 1, [1 - along, 1 - across], [along, across])
    points: npt.NDArray[np.float64] = (
        triangles[chosen, 0] + along[:, None] * first[chosen] + across[:, None] * second[chosen]
    )
    return points


def _rounded(polygon: shapely.Polygon, decimals: int) -> list[list[list[float]]]:
    exterior, *holes = (_closed(ring, decimals) for ring in (polygon.exterior, *polygon.interiors))
    return [exterior, *(hole for hole in holes if hole)] if exterior else []


def _closed(ring: shapely.LinearRing, decimals: int) -> list[list[float]]:
    points = np.round(shapely.get_coordinates(ring), decimals)
    kept = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
    return kept.tolist() if len(kept) >= 4 else []
