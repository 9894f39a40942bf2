"""Polygons that an operator loads: from where a training base is reached within so many minutes, by real roads.

A file has a row for each base and limit of minutes, with the base's code, the minutes and an area.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import shapely

from geo import boundaries
from geo.findings import Finding, Report, error, listed, note, warning
from geo.places import PROVINCE

if TYPE_CHECKING:
    import geopandas

CODE_COLUMNS: Final = ("base_code", "基地编号", "基地代码")
MINUTES_COLUMNS: Final = ("minutes", "分钟", "时长")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Isochrones:
    """The polygons of one file, side by side: whose they are, the minutes, the areas."""

    codes: tuple[str, ...]
    limits: tuple[float, ...]
    shapes: tuple[shapely.Geometry, ...]

    def minutes(self, spots: Floats, base_codes: Sequence[str]) -> Floats:
        """The least minutes at which each base's polygons hold each spot (rows of lon, lat); infinite where none does."""
        column = {code: i for i, code in enumerate(base_codes)}
        found = np.full((len(spots), len(base_codes)), np.inf)
        spot, polygon = shapely.STRtree(self.shapes).query(shapely.points(spots), predicate="intersects")
        at = np.array([column.get(code, -1) for code in self.codes], dtype=np.intp)
        known = at[polygon] >= 0
        np.minimum.at(found, (spot[known], at[polygon[known]]), np.array(self.limits)[polygon[known]])
        return found

    @property
    def levels(self) -> tuple[float, ...]:
        """The minutes that the file knows, least first."""
        return tuple(sorted(set(self.limits)))


def examine(path: Path) -> Report:
    """Check columns, codes, minutes, shapes and position; raises `UnusableFile` when unreadable."""
    return _examined(path)[0]


@lru_cache(maxsize=2)
def of_file(path: Path) -> Isochrones:
    """The polygons of a file; raises `UnusableFile` unless `examine` accepts it."""
    report, found = _examined(path)
    if found is None:
        first = next(each.message for each in report.findings if each.severity == "error")
        raise boundaries.UnusableFile(
            f"{path.name} 不能使用：{first}。请运行 python -m geo isochrones {path} 查看全部问题。"
        )
    return found


def _examined(path: Path) -> tuple[Report, Isochrones | None]:
    from geo import files  # geopandas takes seconds to import, and few operators bring a file

    frame = files.read(path)
    findings = [note(f"读到 {len(frame)} 行，坐标系：{frame.crs.name if frame.crs else '未声明'}")]
    code, minutes = _column(frame, CODE_COLUMNS), _column(frame, MINUTES_COLUMNS)
    findings += _columns(frame, code, minutes)
    if code is None or minutes is None:
        return Report(path, tuple(findings)), None
    try:
        frame = files.in_degrees(frame)
    except boundaries.UnusableFile as problem:
        return Report(path, (*findings, error(str(problem)))), None
    codes = [str(each).strip() for each in frame[code]]
    limits = [_number(each) for each in frame[minutes]]
    shapes = list(frame.geometry)
    findings += [*_rows(codes, limits), *_shapes(codes, shapes)]
    report = Report(path, tuple(findings))
    if not report.accepted:
        return report, None
    found = Isochrones(tuple(codes), tuple(float(each or 0) for each in limits), tuple(shapes))
    report = Report(path, (*findings, *_position(found), *_nested(found), _told(found)))
    return report, found if report.accepted else None


def _column(frame: "geopandas.GeoDataFrame", names: Sequence[str]) -> str | None:
    return next((str(c) for c in frame.columns if str(c).strip().lower() in names), None)


def _columns(frame: "geopandas.GeoDataFrame", code: str | None, minutes: str | None) -> Iterator[Finding]:
    columns = "、".join(str(each) for each in frame.columns if each != frame.geometry.name) or "无"
    for found, what, names in ((code, "基地编号", CODE_COLUMNS), (minutes, "分钟数", MINUTES_COLUMNS)):
        if found is None:
            yield error(f"没有找到{what}列。文件的列：{columns}。需要一列名为 {' 或 '.join(names)}")
    if frame.empty:
        yield error("文件里没有图形")


def _rows(codes: Sequence[str], limits: Sequence[float | None]) -> Iterator[Finding]:
    bare = [i + 1 for i, code in enumerate(codes) if code in ("", "None", "nan")]
    wrong = [f"第 {i + 1} 行（{code}）" for i, (code, limit) in enumerate(zip(codes, limits, strict=True)) if not limit]
    twice = [
        f"{code} {limit:g} 分钟有 {n} 行"
        for (code, limit), n in Counter(zip(codes, limits, strict=True)).items()
        if n > 1 and limit
    ]
    if bare:
        yield error(f"{len(bare)} 行没有基地编号：第 {listed([str(each) for each in bare])} 行")
    if wrong:
        yield error(f"{len(wrong)} 行的分钟数不是大于零的数：{listed(wrong)}")
    if twice:
        yield error(f"{len(twice)} 个基地同一时长有多行：{listed(twice)}。请先融合（dissolve）")


def _shapes(codes: Sequence[str], shapes: Sequence[shapely.Geometry | None]) -> Iterator[Finding]:
    for code, shape in zip(codes, shapes, strict=True):
        if shape is None or shape.is_empty:
            yield error(f"{code} 没有图形")
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield error(f"{code} 的图形是 {shape.geom_type}，应为面")
        elif not shape.is_valid:
            yield error(f"{code} 的图形无效：{shapely.is_valid_reason(shape)}。请在 GIS 软件中修复几何")


def _position(found: Isochrones) -> Iterator[Finding]:
    province = boundaries.shapes("province")[PROVINCE]
    outside = [
        code for code, inside in zip(found.codes, shapely.intersects(province, found.shapes), strict=True) if not inside
    ]
    if len(outside) == len(found.codes):
        west, south, east, north = (round(float(each), 2) for each in shapely.total_bounds(found.shapes))
        yield error(f"图形不在浙江：范围为经度 {west}–{east}、纬度 {south}–{north}。请检查坐标系，以及经纬度是否颠倒")
    elif outside:
        yield warning(f"{len(outside)} 个图形不在浙江，不影响任何县：{listed(list(dict.fromkeys(outside)))}")


def _nested(found: Isochrones) -> Iterator[Finding]:
    """A longer time must reach what a shorter one reaches; where it does not, the shorter polygon still counts."""
    rows = sorted(zip(found.codes, found.limits, found.shapes, strict=True), key=lambda row: row[:2])
    wrong = [
        f"{code} 的 {limit:g} 分钟"
        for (code, limit, small), (next_code, _, large) in pairwise(rows)
        if code == next_code and shapely.area(shapely.difference(small, large)) > 0.01 * shapely.area(small)
    ]
    if wrong:
        yield warning(f"{len(wrong)} 个图形超出同一基地更长时长的范围，按较短时长的也算可达：{listed(wrong)}")


def _told(found: Isochrones) -> Finding:
    levels = "、".join(f"{level:g}" for level in found.levels)
    return note(f"{len(set(found.codes))} 个基地，时长 {levels} 分钟；基地编号是否存在于数据库，在实训基地页说明")


def _number(value: object) -> float | None:
    """A number of minutes above zero, or None."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if np.isfinite(found) and found > 0 else None
