"""The project's own facts agree with themselves and reach a database unchanged."""

from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import text

from data_sources import engine, reference, tables
from geo import places
from tests.data_sources import samples


def test_every_reference_table_is_filled(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    expected = {"place": 102, "census": 102, "published_figure": 26, "cluster": 14, "occupation": 107}
    for name, rows in expected.items():
        assert engine.frame(fresh_url, f"SELECT count(*) AS n FROM {name}").item() == rows, name


def test_loading_again_changes_nothing_and_mends_what_differs(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    with engine.engine(fresh_url).begin() as connection:
        assert reference.differing(connection) == ()
        connection.execute(text("UPDATE census SET residents = 1 WHERE place_code = '330110'"))
        connection.execute(text("DELETE FROM cluster WHERE code = 'C99'"))
        assert reference.differing(connection) == ("census", "cluster")
    reference.load(fresh_url)
    with engine.engine(fresh_url).connect() as connection:
        assert reference.differing(connection) == ()


def test_clusters_are_named_by_their_codes() -> None:
    assert list(reference.clusters().items())[:2] == [("C01", "数字安防与网络通信"), ("C02", "智能计算")]
    assert list(reference.clusters())[-1] == "C99"


def test_the_census_of_the_counties_adds_up() -> None:
    census = pl.DataFrame(reference.facts()["census"])
    of_level = {code: {p.code for p in found} for code, found in _wholes().items()}
    columns = ("residents", "employed", "it_services_employed", "manufacturing_employed")
    for code, within in of_level.items():
        whole = census.filter(place_code=code).row(0, named=True)
        parts = census.filter(pl.col("place_code").is_in(sorted(within)))
        assert {c: parts[c].sum() for c in columns} == {c: whole[c] for c in columns}, code
        share = (parts["bachelor_share"] * parts["residents"]).sum() / parts["residents"].sum()
        assert whole["bachelor_share"] == pytest.approx(share, abs=1e-3), code
    assert census.filter(place_code=places.PROVINCE)["residents"].item() == 64_567_588


@pytest.mark.parametrize("name", ["place", "census", "published_figure", "cluster", "occupation"])
def test_the_facts_have_their_tables_columns_and_permitted_values(name: str) -> None:
    columns = tables.Place.metadata.tables[name].columns
    rows = reference.facts()[name]
    assert list(rows[0]) == [c.name for c in columns]
    for column in columns:
        held = {row[column.name] for row in rows}
        assert column.nullable or None not in held, column.name
        assert held - {None} <= set(column.info["values"] or held), column.name
        if column.info["refers_to"] == "place":
            assert held - {None} <= {p.code for p in places.places()}, column.name


def test_reference_files_are_plain_utf_8() -> None:
    for file in Path(reference.FOLDER).glob("*.csv"):
        assert not file.read_bytes().startswith(b"\xef\xbb\xbf"), file


def _wholes() -> dict[str, tuple[places.Place, ...]]:
    codes = [places.PROVINCE, *(p.code for p in places.prefectures())]
    return {code: places.counties(code) for code in codes}
