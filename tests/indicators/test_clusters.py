"""Clusters by place: quotients and concentration are what plain arithmetic over the cubes' rows says."""

import polars as pl
import pytest

from data_sources.cubes import Cubes
from data_sources.reference import clusters as known
from geo import places
from indicators import clusters, measures
from indicators.catalogue import Window, catalogue

COUNTIES = tuple(p.code for p in places.counties())


def series(cubes: Cubes, key: str, window: Window, cluster: str | None) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window, cluster)


def talent(cubes: Cubes, place: str, cluster: str | None) -> int:
    """People at work at the end of 2026-09, added up row by row."""
    leaves = set(measures.members()[place])
    rows = cubes.frames["talent"].select("place_code", "month", "cluster_code", "people").cast({"month": pl.String})
    return sum(
        row["people"]
        for row in rows.to_dicts()
        if row["place_code"] in leaves and row["month"] <= "2026-09" and cluster in (None, row["cluster_code"])
    )


@pytest.mark.parametrize("place", ["330108", "330110", "330400"])
def test_a_quotient_is_the_places_share_over_the_provinces(place: str, demo_cubes: Cubes) -> None:
    found = clusters.matrix(demo_cubes, "talent_stock", "month_end", "2026-09", (place,), series)
    assert found["cluster_code"].to_list() == list(known())
    total, whole = talent(demo_cubes, place, None), talent(demo_cubes, "330000", None)
    for row in found.to_dicts():
        here, everywhere = (talent(demo_cubes, code, row["cluster_code"]) for code in (place, "330000"))
        assert (row["value"], row["total"]) == (here, total)
        wanted = (here / total) / (everywhere / whole) if everywhere and total >= clusters.FEWEST else None
        assert row["quotient"] == (None if wanted is None else pytest.approx(wanted))


def test_few_people_have_no_quotient_but_keep_their_count(demo_cubes: Cubes) -> None:
    found = clusters.matrix(demo_cubes, "contests", "month", "2026-09", COUNTIES, series)
    assert found["total"].max() < clusters.FEWEST
    assert found["quotient"].null_count() == found.height
    assert found["value"].null_count() == 0


def test_the_provinces_quotient_is_one(demo_cubes: Cubes) -> None:
    found = clusters.matrix(demo_cubes, "talent_stock", "month_end", "2026-09", ("330000",), series)
    assert found.filter(pl.col("value") > 0)["quotient"].to_list() == pytest.approx(
        [1.0] * found.filter(pl.col("value") > 0).height
    )


@pytest.mark.parametrize(
    ("amounts", "top", "hhi", "held"),
    [
        ([10, 0, 0, 0, 0, 0], 1.0, 1.0, 1),
        ([1, 1, 1, 1, 1, 1], 5 / 6, 1 / 6, 6),
        ([6, 2, 1, 1, None, None], 1.0, 0.42, 4),
    ],
)
def test_concentration_of_small_tables(amounts: list[float | None], top: float, hhi: float, held: int) -> None:
    codes = COUNTIES[:6]
    values = pl.DataFrame(
        {"place_code": codes, "month": ["2026-09"] * 6, "value": amounts}, schema_overrides={"value": pl.Float64}
    )
    (row,) = clusters.concentration(values, codes).to_dicts()
    assert (row["top"], row["hhi"], row["places"]) == (pytest.approx(top), pytest.approx(hhi), held)


def test_a_cluster_that_nobody_has_is_not_concentrated() -> None:
    values = pl.DataFrame({"place_code": ["330110"], "month": ["2026-09"], "value": [0.0]})
    assert clusters.concentration(values, COUNTIES).is_empty()
