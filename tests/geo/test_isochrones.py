"""An operator's isochrones are taken whole or refused with every reason; they say from where a base is reached in time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import isochrones
from geo.__main__ import main
from geo.boundaries import UnusableFile

Written = Callable[..., Path]


def square(half: float, lon: float = 120.1, lat: float = 30.2) -> shapely.Polygon:
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


GOOD = {"base_code": ["B1", "B1", "B2"], "minutes": [15, 30, 30]}
SHAPES = [square(0.1), square(0.2), square(0.1, 121)]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A file of these columns and shapes, good ones unless given."""

    def write(name: str = "own.gpkg", shapes: Any = None, crs: Any = 4490, **columns: Any) -> Path:
        frame = geopandas.GeoDataFrame({**GOOD, **columns}, geometry=SHAPES if shapes is None else shapes, crs=crs)
        frame = frame.drop(columns=[c for c, values in columns.items() if values is None])
        path = tmp_path / name
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path)
        return path

    return write


def errors(path: Path) -> list[str]:
    return [each.message for each in isochrones.examine(path).findings if each.severity == "error"]


@pytest.mark.parametrize("name", ["own.gpkg", "own.geojson", "own.shp", "own.parquet"])
def test_every_format_is_accepted(written: Written, name: str) -> None:
    path = written(name)
    assert isochrones.examine(path).accepted
    found = isochrones.of_file(path)
    assert found.levels == (15, 30)
    spots = np.array([[120.1, 30.2], [120.25, 30.2], [121.0, 30.2], [122.0, 30.2]])
    assert found.minutes(spots, ("B2", "B1", "B9")).tolist() == [
        [np.inf, 15, np.inf],
        [np.inf, 30, np.inf],
        [30, np.inf, np.inf],
        [np.inf, np.inf, np.inf],
    ]


def test_another_coordinate_system_is_converted(written: Written) -> None:
    metres = geopandas.GeoSeries(SHAPES, crs=4490).to_crs(4549)
    found = isochrones.of_file(written(shapes=list(metres), crs=4549))
    assert found.shapes[0].symmetric_difference(SHAPES[0]).area < 1e-6


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"base_code": None}, "没有找到基地编号列。文件的列：minutes"),
        ({"minutes": None}, "没有找到分钟数列。文件的列：base_code"),
        ({"base_code": ["B1", " ", "B2"]}, "1 行没有基地编号：第 2 行"),
        ({"minutes": [15, 0, 30]}, "1 行的分钟数不是大于零的数：第 2 行（B1）"),
        ({"minutes": ["15", "半小时", "30"]}, "1 行的分钟数不是大于零的数：第 2 行（B1）"),
        ({"minutes": [30, 30, 30]}, "1 个基地同一时长有多行：B1 30 分钟有 2 行。请先融合（dissolve）"),
        ({"shapes": [SHAPES[0], None, SHAPES[2]]}, "B1 没有图形"),
        ({"shapes": [SHAPES[0], shapely.Point(120, 30), SHAPES[2]]}, "B1 的图形是 Point，应为面"),
        (
            {"shapes": [shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)]), *SHAPES[1:]]},
            "B1 的图形无效：Self-intersection[120.5 30.5]。请在 GIS 软件中修复几何",
        ),
        (
            {"shapes": [square(0.1, 30, 120 - 90)] * 3},
            "图形不在浙江：范围为经度 29.9–30.1、纬度 29.9–30.1。请检查坐标系",
        ),
    ],
)
def test_each_fault_is_named(written: Written, given_: dict[str, Any], said: str) -> None:
    path = written(**given_)
    assert any(message.startswith(said) for message in errors(path)), errors(path)
    with pytest.raises(UnusableFile, match="python -m geo isochrones"):
        isochrones.of_file(path)


def test_what_is_only_odd_is_a_warning(written: Written) -> None:
    path = written(shapes=[square(0.2), square(0.1), square(0.1, 118, 35)])
    report = isochrones.examine(path)
    assert report.accepted
    told = [each.message for each in report.findings if each.severity == "warning"]
    assert told == [
        "1 个图形不在浙江，不影响任何县：B2",
        "1 个图形超出同一基地更长时长的范围，按较短时长的也算可达：B1 的 15 分钟",
    ]


def test_the_command_accepts_and_refuses(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written()
    assert main(["isochrones", str(path)]) == 0
    assert f"TALENT_ISOCHRONES={path}" in capsys.readouterr().out
    assert main(["isochrones", str(written("bad.gpkg", minutes=[1, 2, -3]))]) == 1
    assert "✗ 错误：1 行的分钟数" in capsys.readouterr().out
    assert main(["isochrones", str(path.with_name("none.gpkg"))]) == 2
    assert "找不到文件" in capsys.readouterr().err


@given(st.floats(1, 60), st.floats(0, 60), st.lists(st.floats(0.01, 0.4), min_size=2, max_size=4))
def test_the_share_within_reach_never_falls_when_minutes_grow(minutes: float, more: float, halves: list[float]) -> None:
    limits = tuple(float(10 * (i + 1)) for i in range(len(halves)))
    held = isochrones.Isochrones(("B1",) * len(halves), limits, tuple(square(half) for half in halves))
    spots = np.column_stack([np.linspace(119.6, 120.6, 50), np.full(50, 30.2)])
    took = held.minutes(spots, ("B1",))
    assert (took <= minutes).mean() <= (took <= minutes + more).mean()
