"""Enlarged copies of dense city cores, drawn in empty corners of the province's bounding box so they can be read.

An inset is a window on the map, magnified into a frame over sea or foreign land. A window shows everything in it, so
places at its edge are cut. `codes` are the counties coloured in it, whose labels belong there instead of onto the main
map; the other land in the window is context. Insets are for maps of counties: prefectures need none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import shapely

from geo import boundaries

Frame = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Inset:
    """A magnified window: `frame` (west, south, east, north) is where it is drawn, `centre` what lies in its middle."""

    key: str
    title: str
    codes: tuple[str, ...]
    scale: float
    frame: Frame
    centre: tuple[float, float]

    @property
    def window(self) -> Frame:
        """West, south, east and north of what the frame shows, on the main map."""
        west, south, east, north = self.frame
        half_width, half_height = (east - west) / self.scale / 2, (north - south) / self.scale / 2
        lon, lat = self.centre
        return lon - half_width, lat - half_height, lon + half_width, lat + half_height

    @property
    def title_spot(self) -> tuple[float, float]:
        """Left end and middle height of the title: under a frame in the north, over a frame in the south."""
        west, south, _, north = self.frame
        in_the_north = south > boundaries.MIDDLE_LATITUDE
        return west, (south - TITLE_GAP if in_the_north else north + TITLE_GAP)

    def move(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point is drawn in the inset; outside the frame when the window does not show it."""
        window, frame = self.window, self.frame
        return frame[0] + (lon - window[0]) * self.scale, frame[1] + (lat - window[1]) * self.scale

    def shows(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the window."""
        west, south, east, north = self.window
        return west <= lon <= east and south <= lat <= north

    def transform(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """What the window shows of a geometry, where and as large as it is drawn; empty if it shows nothing of it."""
        shown = shapely.intersection(geometry, shapely.box(*self.window))
        window, frame = self.window, self.frame
        return shapely.transform(shown, lambda xy: (xy - window[:2]) * self.scale + frame[:2])


TITLE_GAP = 0.05

INSETS: tuple[Inset, ...] = (
    Inset(
        key="hangzhou",
        title="杭州主城区",
        codes=("330102", "330105", "330106", "330108", "330113"),
        scale=2.45,
        frame=(118.03, 30.09, 118.83, 31.18),
        centre=(120.164, 30.302),
    ),
    Inset(
        key="ningbo",
        title="宁波主城区",
        codes=("330203", "330205", "330206", "330211", "330212"),
        scale=2.1,
        frame=(121.32, 30.675, 122.40, 31.18),
        centre=(121.585, 29.952),
    ),
    Inset(
        key="taizhou",
        title="台州主城区",
        codes=("331002", "331004"),
        scale=2.0,
        frame=(122.09, 28.08, 122.83, 28.74),
        centre=(121.46, 28.63),
    ),
    Inset(
        key="wenzhou",
        title="温州主城区",
        codes=("330302", "330303", "330304"),
        scale=1.9,
        frame=(121.80, 27.17, 122.83, 27.94),
        centre=(120.665, 27.963),
    ),
)

CALLOUTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "330225": (122.17, 29.30),
        "330305": (121.42, 27.93),
        "330383": (120.86, 27.53),
        "330903": (122.62, 29.98),
        "330921": (122.42, 30.345),
        "330922": (122.62, 30.60),
        "330900": (122.66, 29.62),
    }
)
"""Spots in open water for the labels of islands and slender coasts too small to hold one, by code: (lon, lat)."""


def inset(key: str) -> Inset:
    """The inset of a key; raises KeyError."""
    return _by_key()[key]


@boundaries.remembered
def inset_shapes() -> Mapping[tuple[str, str], shapely.Geometry]:
    """The coloured counties as they are drawn in the insets, by (inset key, county code)."""
    full = boundaries.shapes("county")
    return {(each.key, code): boundaries.oriented(each.transform(full[code])) for each in INSETS for code in each.codes}


@boundaries.remembered
def inset_context() -> Mapping[str, shapely.Geometry]:
    """The other land of the province in each window, as it is drawn, by inset key."""
    full = boundaries.shapes("county")
    return {
        each.key: boundaries.oriented(
            shapely.union_all([each.transform(shape) for code, shape in full.items() if code not in each.codes])
        )
        for each in INSETS
    }


@boundaries.remembered
def inset_encoded() -> Mapping[tuple[str, str], str]:
    """`inset_shapes` as compact GeoJSON geometry text, 4 decimals."""
    return {key: boundaries.geojson(shape, boundaries.DECIMALS["full"]) for key, shape in inset_shapes().items()}


@boundaries.remembered
def inset_rings() -> Mapping[tuple[str, str], list[boundaries.Ring]]:
    """`inset_shapes` as rings of (longitudes, latitudes), for Plotly."""
    return {key: boundaries.rings_of(shape, boundaries.DECIMALS["full"]) for key, shape in inset_shapes().items()}


@boundaries.remembered
def inset_spots() -> Mapping[tuple[str, str], boundaries.LabelSpot]:
    """The best spot for each county's label in the insets, by (inset key, county code)."""
    return {key: boundaries.label_spot(shape) for key, shape in inset_shapes().items()}


@cache
def _by_key() -> Mapping[str, Inset]:
    return {each.key: each for each in INSETS}
