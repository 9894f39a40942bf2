"""Reads an operator's own boundary file: Shapefile (plain or zipped), GeoPackage, GeoJSON or GeoParquet."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas
import numpy as np
import shapely

from geo.findings import UnusableFile
from geo.places import counties

FORMATS = (".zip", ".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet")
EPSG = 4490


def read(path: Path) -> geopandas.GeoDataFrame:
    """The file's rows as they are, in its own coordinate system; raises `UnusableFile`."""
    if not path.exists():
        raise UnusableFile(f"找不到文件 {path}。请检查路径。")
    if path.suffix.lower() not in FORMATS:
        raise UnusableFile(
            f"不认识 {path.name} 的格式。可用：{'、'.join(FORMATS)}（Shapefile 请连同附属文件打成 zip）。"
        )
    try:
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            return geopandas.read_parquet(path)
        return geopandas.read_file(path)
    except Exception as error:  # every driver has failures of its own
        raise UnusableFile(f"读不了 {path.name}：{error}。请确认文件完整，能在 GIS 软件中打开。") from error


def code_column(frame: geopandas.GeoDataFrame) -> str | None:
    """The column that holds county codes: the one with the most codes of today; None if no column has any."""
    wanted = {each.code for each in counties()}
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    found = {column: len(wanted & set(codes(frame[column]))) for column in columns}
    best = max(columns, key=lambda column: found[column], default=None)
    return best if best and found[best] else None


def codes(column: Iterable[object]) -> list[str]:
    """Six-digit codes from whatever a file holds: 330110, 330110.0, 330110000000 or 156330110; the rest as it is."""
    return [_code(each) for each in column]


def in_degrees(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """The rows in CGCS2000 degrees (EPSG:4490), flat; without a declared system, degrees are taken to be just those."""
    flat = frame.set_geometry(shapely.force_2d(frame.geometry.array))
    if flat.crs is not None:
        return flat.to_crs(EPSG)
    if looks_like_degrees(frame):
        return flat.set_crs(EPSG)
    raise UnusableFile(
        "文件没有声明坐标系，坐标也不是经纬度。请在 GIS 软件中定义投影后重新导出，建议 CGCS2000（EPSG:4490）。"
    )


def looks_like_degrees(frame: geopandas.GeoDataFrame) -> bool:
    """Whether all coordinates could be longitudes and latitudes."""
    west, south, east, north = frame.total_bounds
    return bool(
        np.isfinite([west, south, east, north]).all() and west >= -180 and east <= 180 and abs(south) <= 90 >= north
    )


def county_shapes(path: Path) -> Mapping[str, shapely.Geometry]:
    """The 90 counties by code in degrees of EPSG:4490; raises `UnusableFile` unless each is there exactly once."""
    frame = read(path)
    column = code_column(frame)
    if column is None:
        raise UnusableFile(f"{path.name} 里没有县（市、区）代码列。{_advice(path)}")
    found = codes(frame[column])
    count = Counter(found)
    wrong = [each for each in counties() if count[each.code] != 1]
    if wrong:
        names = "、".join(f"{each.name}（{count[each.code]} 行）" for each in wrong[:5])
        raise UnusableFile(f"{path.name} 应当每个县（市、区）恰好一行，{len(wrong)} 个不是：{names}。{_advice(path)}")
    by_code = dict(zip(found, in_degrees(frame).geometry, strict=True))
    shapes = {each.code: by_code[each.code] for each in counties()}
    bad = [code for code, shape in shapes.items() if not is_area(shape)]
    if bad:
        raise UnusableFile(f"{path.name} 有 {len(bad)} 个图形为空或无效，例如 {bad[0]}。{_advice(path)}")
    return shapes


def is_area(shape: shapely.Geometry | None) -> bool:
    """Whether a shape is a valid polygon or multipolygon with something in it."""
    return shape is not None and "Polygon" in shape.geom_type and not shape.is_empty and bool(shape.is_valid)


def _advice(path: Path) -> str:
    return f"请运行 python -m geo check {path} 查看全部问题。"


def _code(value: object) -> str:
    text = str(value).strip().removesuffix(".0")
    if re.fullmatch(r"156\d{6}", text):
        return text[3:]
    if re.fullmatch(r"\d{6}(000|000000)", text):
        return text[:6]
    return text
