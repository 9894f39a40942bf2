"""Converts points between the coordinate systems of Chinese files: CGCS2000, WGS-84, GCJ-02 and BD-09.

WGS-84 and CGCS2000 differ by centimetres and are taken as one. GCJ-02 has no published formula; the one here is that of
every open library (eviltransform, coordtransform), on Krasovsky's ellipsoid. It is undone
by iteration, to a fraction of a millimetre. BD-09 lies a further published shift away, undone to decimetres.
"""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

System = Literal["CGCS2000", "WGS84", "GCJ02", "BD09"]
Degrees = npt.NDArray[np.float64]

SYSTEMS: Final[dict[System, str]] = {
    "CGCS2000": "CGCS2000（国家大地坐标系）",
    "WGS84": "WGS-84（GPS）",
    "GCJ02": "GCJ-02（高德、腾讯地图）",
    "BD09": "BD-09（百度地图）",
}
AXIS: Final = 6378245.0
FLATTENED: Final = 0.00669342162296594323
BAIDU: Final = np.pi * 3000 / 180


def to_cgcs2000(lon: Degrees, lat: Degrees, system: System) -> tuple[Degrees, Degrees]:
    """Points of any system as CGCS2000 degrees; what is not a number stays so."""
    if system == "BD09":
        lon, lat = _from_baidu(lon, lat)
    if system in ("GCJ02", "BD09"):
        return _unshifted(lon, lat)
    return lon, lat


def gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 or CGCS2000 points as GCJ-02."""
    x, y = lon - 105, lat - 35
    wave = 20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(abs(x))
    north = north + 2 / 3 * (wave + 20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi))
    north = north + 2 / 3 * (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y / 30 * np.pi))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(abs(x))
    east = east + 2 / 3 * (wave + 20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi))
    east = east + 2 / 3 * (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi))
    magic = 1 - FLATTENED * np.sin(np.radians(lat)) ** 2
    per_north = np.radians(AXIS * (1 - FLATTENED) / (magic * np.sqrt(magic)))
    per_east = np.radians(AXIS / np.sqrt(magic) * np.cos(np.radians(lat)))
    return lon + east / per_east, lat + north / per_north


def bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 points as BD-09."""
    reach = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU)
    return reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006


def _from_baidu(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 0.0065, lat - 0.006
    reach = np.sqrt(x * x + y * y) - 0.00002 * np.sin(y * BAIDU)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * BAIDU)
    return reach * np.cos(angle), reach * np.sin(angle)


def _unshifted(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    found_lon, found_lat = lon, lat
    for _ in range(4):
        shifted_lon, shifted_lat = gcj02(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shifted_lon, found_lat + lat - shifted_lat
    return found_lon, found_lat
