"""Examines an operator's own boundary file and says, in Chinese, what is wrong with it and whether it can be used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas
import numpy as np
import shapely

from geo import boundaries, files
from geo.boundaries import UnusableFile
from geo.findings import Finding, Report, error, listed, note, warning
from geo.places import counties, place
from geo.succession import steps_of

AREA_EPSG = 4549  # CGCS2000, 3-degree zone of 120° E: square metres good to 0.1 % over the whole province
SLIVER_KM2 = 0.01
SHIFT_METRES = (150, 1500)
MANY_VERTICES = 300_000


def examine(path: Path) -> Report:
    """Check codes, shapes, gaps, overlaps, coordinate system and position; raises `UnusableFile` when unreadable."""
    frame = files.read(path)
    column = files.code_column(frame)
    findings = [note(f"读到 {len(frame)} 行，坐标系：{frame.crs.name if frame.crs else '未声明'}")]
    if column is None:
        columns = "、".join(str(each) for each in frame.columns if each != frame.geometry.name) or "无"
        problem = f"没有找到县（市、区）代码列。文件的列：{columns}。需要一列现行六位代码，例如 330110"
        return Report(path, (*findings, error(problem)))
    findings.append(note(f"代码列：{column}"))
    frame = frame.assign(code=files.codes(frame[column]))
    findings += [*_codes(frame["code"].tolist()), *_coordinates(frame)]
    try:
        ours = files.in_degrees(frame[frame["code"].isin([each.code for each in counties()])])
    except UnusableFile as problem:
        return Report(path, (*findings, error(str(problem))))
    findings += _shapes(ours)
    usable = ours[[files.is_area(shape) for shape in ours.geometry]].drop_duplicates("code")
    if len(usable):
        findings += [*_position(usable), *_overlaps(usable), *_gaps(usable)]
    return Report(path, tuple(findings))


def _codes(found: Sequence[str]) -> Iterator[Finding]:
    count = Counter(found)
    wanted = {each.code: each for each in counties()}
    missing = [_called(code) for code in wanted if not count[code]]
    doubled = [f"{_called(code)}有 {count[code]} 行" for code in wanted if count[code] > 1]
    if missing:
        yield error(f"缺少 {len(missing)} 个县（市、区）：{listed(missing)}")
    if doubled:
        yield error(f"{len(doubled)} 个代码重复：{listed(doubled)}。请先按代码融合（dissolve）")
    extra = [code for code in count if code not in wanted]
    foreign = [code for code in extra if not code.startswith("33")]
    unknown = [_unknown(code) for code in extra if code.startswith("33")]
    if unknown:
        yield error(f"多出 {len(unknown)} 个不是现行县级代码的：{listed(unknown)}")
    if foreign:
        yield note(f"{sum(count[code] for code in foreign)} 行不是浙江省的代码，不使用，例如“{foreign[0]}”")


def _unknown(code: str) -> str:
    became = "、".join(place(step.new_code).name for step in steps_of(code))
    return f"{code}（{steps_of(code)[0].old_name}，已并入或改为{became}）" if became else code


def _coordinates(frame: geopandas.GeoDataFrame) -> Iterator[Finding]:
    if frame.crs is None:
        yield warning("文件没有声明坐标系，按 CGCS2000 经纬度（EPSG:4490）处理")
        return
    datum = frame.crs.geodetic_crs.datum.name if frame.crs.geodetic_crs else ""
    if not any(known in datum for known in ("China 2000", "China_2000", "CGCS", "1984")):
        yield warning(f"基准面是 {datum or '未知'}，换算到 CGCS2000 可能偏几十米到一百多米")


def _shapes(frame: geopandas.GeoDataFrame) -> Iterator[Finding]:
    for code, shape in zip(frame["code"], frame.geometry, strict=True):
        if shape is None or shape.is_empty:
            yield error(f"{_called(code)}没有图形")
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield error(f"{_called(code)}的图形是 {shape.geom_type}，应为面")
        elif not shape.is_valid:
            yield error(f"{_called(code)}的图形无效：{shapely.is_valid_reason(shape)}。请在 GIS 软件中修复几何")
    vertices = int(shapely.get_num_coordinates(frame.geometry.array).sum())
    if vertices > MANY_VERTICES:
        yield warning(f"共 {vertices:,} 个顶点，地图会变慢；建议先按 50–100 米容差做保持拓扑的简化")


def _position(frame: geopandas.GeoDataFrame) -> Iterator[Finding]:
    built_in = boundaries.built_in()
    ours = np.array([built_in[code] for code in frame["code"]])
    shared = shapely.area(shapely.intersection(ours, frame.geometry.array)) / shapely.area(ours)
    astray = [code for code, share in zip(frame["code"], shared, strict=True) if share < 0.5]
    if len(astray) == len(frame):
        west, south, east, north = (round(float(each), 2) for each in frame.total_bounds)
        yield error(f"图形不在浙江：范围为经度 {west}–{east}、纬度 {south}–{north}。请检查坐标系，以及经纬度是否颠倒")
    elif astray:
        names = listed([_called(code) for code in astray])
        yield error(f"{len(astray)} 个县（市、区）与其应在的位置重合不到一半，代码可能填错：{names}")
    else:
        yield from _shift(ours, frame.geometry.array)


def _shift(ours: np.ndarray, theirs: np.ndarray) -> Iterator[Finding]:
    apart = shapely.get_coordinates(shapely.centroid(theirs)) - shapely.get_coordinates(shapely.centroid(ours))
    east, north = np.median(apart, axis=0) * [111_320 * np.cos(np.radians(boundaries.MIDDLE_LATITUDE)), 110_900]
    metres = float(np.hypot(east, north))
    if SHIFT_METRES[0] <= metres <= SHIFT_METRES[1]:
        yield warning(
            f"整体偏移约 {metres:.0f} 米，可能是 GCJ-02（高德、腾讯）或 BD-09（百度）坐标，请换成 CGCS2000 后再用"
        )


def _overlaps(frame: geopandas.GeoDataFrame) -> Iterator[Finding]:
    shapes, found = frame.geometry.array, frame["code"].tolist()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.array([(i, j) for i, j in zip(left, right, strict=True) if i < j], dtype=int).reshape(-1, 2)
    common = shapely.intersection(np.asarray(shapes)[pairs[:, 0]], np.asarray(shapes)[pairs[:, 1]])
    sizes = _km2(common)
    large = [
        f"{_called(found[i])}与{_called(found[j])} {size:.2f} 平方公里"
        for (i, j), size in zip(pairs, sizes, strict=True)
        if size >= SLIVER_KM2
    ]
    slivers = [size for size in sizes if 1e-9 < size < SLIVER_KM2]
    if large:
        yield error(f"{len(large)} 处重叠：{listed(large)}")
    if slivers:
        yield warning(f"{len(slivers)} 处细碎重叠，合计 {sum(slivers):.4f} 平方公里，不影响使用")


def _gaps(frame: geopandas.GeoDataFrame) -> Iterator[Finding]:
    whole = shapely.union_all(frame.geometry.array)
    rings = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = shapely.get_parts(shapely.difference(shapely.union_all(rings), whole))
    sizes = _km2(holes)
    beside = [frame["code"][frame.intersects(hole)].tolist() for hole in holes]
    between = [(hole, size, codes) for hole, size, codes in zip(holes, sizes, beside, strict=True) if len(codes) > 1]
    large = [_gap(hole, size, codes) for hole, size, codes in between if size >= SLIVER_KM2]
    if large:
        yield error(f"{len(large)} 处缝隙：{listed(large)}")
    if slivers := [size for _, size, _ in between if size < SLIVER_KM2]:
        yield warning(f"{len(slivers)} 处细碎缝隙，合计 {sum(slivers):.4f} 平方公里，不影响使用")
    if inner := len(holes) - len(between):
        yield note(f"{inner} 处空洞在单个县（市、区）之内，当作水面")


def _gap(hole: shapely.Polygon, size: float, codes: Sequence[str]) -> str:
    around = "、".join(place(code).name for code in codes)
    return f"{around}之间 {size:.2f} 平方公里（{hole.centroid.x:.3f}, {hole.centroid.y:.3f}）"


def _km2(shapes: np.ndarray) -> list[float]:
    areas = geopandas.GeoSeries(shapes, crs=files.EPSG).to_crs(AREA_EPSG).area / 1e6
    return [float(each) for each in areas]


def _called(code: str) -> str:
    return f"{place(code).name}（{code}）"
