"""Clusters by place: quotients and concentration are what plain arithmetic over the cubes' rows says."""

import json

import polars as pl
import pytest

from data_sources.cubes import OWN_SUFFIX, Cubes
from data_sources.reference import clusters as known
from geo import places
from indicators import cli, clusters, command_line, measures
from indicators.catalogue import Window, catalogue
from indicators.small_numbers import FEWEST
from tests.indicators import small
from tests.indicators.asked import among, asked

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
        wanted = (here / total) / (everywhere / whole) if everywhere and total >= FEWEST else None
        assert row["quotient"] == (None if wanted is None else pytest.approx(wanted))


def test_few_people_have_no_quotient_but_keep_their_count(demo_cubes: Cubes) -> None:
    found = clusters.matrix(demo_cubes, "contests", "month", "2026-09", COUNTIES, series)
    assert found["total"].max() < FEWEST
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


TWO = ("C04", "C06")
SQL = {
    "talent_stock": "SELECT count(DISTINCT person_key) FROM employment WHERE start_month <= '2026-09' AND "
    "(end_month IS NULL OR end_month > '2026-09')",
    "vacancies": "SELECT coalesce(sum(headcount), 0) FROM vacancy WHERE month BETWEEN '2026-01' AND '2026-09'",
    "training_person_times": "SELECT count(*) FROM training WHERE month BETWEEN '2026-01' AND '2026-09'",
    "certificates": "SELECT count(*) FROM certificate WHERE month BETWEEN '2026-01' AND '2026-09'",
}


@pytest.mark.parametrize("key", SQL)
@pytest.mark.parametrize("place", ["330000", "330100", "330110"])
def test_two_clusters_together_are_what_sql_counts_with_people_once(
    key: str, place: str, demo_cubes: Cubes, demo_url: str
) -> None:
    cells = clusters.matrix(demo_cubes, key, clusters.WINDOWS[key], "2026-09", (place,), series)
    (row,) = clusters.together(cells, TWO).to_dicts()
    both, every = (
        asked(demo_url, f"{SQL[key]} AND {among(place)} {only}")[0][0] for only in (f"AND cluster_code IN {TWO}", "")
    )
    assert row["value"] == both
    assert row["share"] == pytest.approx(both / every)
    if place == "330000":
        assert row["quotient"] == pytest.approx(1)


def test_a_place_without_data_has_neither_share_nor_quotient_together(demo_cubes: Cubes) -> None:
    cells = clusters.matrix(demo_cubes, "talent_stock", "month_end", "2026-10", ("330922", "330110"), series)
    silent, known_place = clusters.together(cells, TWO).to_dicts()
    untold = {"withheld": False, "total_withheld": False}
    assert silent == {"place_code": "330922", "value": None, **untold, "share": None, "quotient": None}
    assert known_place["value"] > 0


@pytest.mark.parametrize("key", SQL)
def test_series_of_clusters_add_up_and_all_of_them_are_the_whole(key: str, demo_cubes: Cubes) -> None:
    window = clusters.WINDOWS[key]
    whole = series(demo_cubes, key, window, None).select("place_code", "month", "value", "filed", "expected")
    assert clusters.added(demo_cubes, key, window, tuple(known()), series).equals(whole)
    one = clusters.added(demo_cubes, key, window, ("C06",), series)
    assert one.equals(series(demo_cubes, key, window, "C06").select(one.columns))


@pytest.mark.parametrize("place", ["330000", "330100", "330110"])
def test_occupations_are_what_sql_counts(place: str, demo_cubes: Cubes, demo_url: str) -> None:
    found = clusters.occupations(demo_cubes, place, "2026-09", TWO)
    held = {row["occupation_code"]: row for row in found.to_dicts()}
    names = {
        "people": "talent_stock",
        "demand": "vacancies",
        "trained": "training_person_times",
        "certificates": "certificates",
    }
    for column, key in names.items():
        statement = SQL[key].replace("SELECT ", "SELECT occupation_code, ", 1)
        rows = asked(demo_url, f"{statement} AND {among(place)} AND cluster_code IN {TWO} GROUP BY occupation_code")
        assert {code: row[column] for code, row in held.items() if row[column]} == {c: n for c, n in rows if n}
        cells = clusters.matrix(demo_cubes, key, clusters.WINDOWS[key], "2026-09", (place,), series)
        assert found[column].sum() == clusters.together(cells, TWO)["value"][0]


def test_an_unfiled_county_has_no_occupations_but_nulls(demo_cubes: Cubes) -> None:
    found = clusters.occupations(demo_cubes, "330922", "2026-10", tuple(known()))
    assert found["people"].null_count() == found.height > 0


@pytest.mark.parametrize("stock", [True, False])
def test_levels_of_two_clusters_are_what_sql_counts(stock: bool, demo_cubes: Cubes, demo_url: str) -> None:
    statement = SQL["talent_stock" if stock else "certificates"].replace("SELECT ", "SELECT level, ", 1)
    where = f"{among('330100')} AND level IS NOT NULL"
    both, every = (
        dict(asked(demo_url, f"{statement} AND {where} {only} GROUP BY level"))
        for only in (f"AND cluster_code IN {TWO}", "")
    )
    for which in "LT":
        steps = clusters.levels(demo_cubes, "330100", "2026-09", which, TWO, stock=stock)
        assert dict(steps.select("level", "value").rows()) == {level: both.get(level, 0) for level in steps["level"]}
        ladder = sum(n for level, n in every.items() if level.startswith(which))
        enough = steps["value"].sum() >= FEWEST
        wanted = [every.get(level, 0) / ladder if enough else None for level in steps["level"]]
        assert steps["province"].to_list() == pytest.approx(wanted)


def test_the_register_counts_enterprises_of_a_cluster_and_knows_zero_from_unknown() -> None:
    rows = [
        {"place_code": "330110", "cluster_code": "C06", "organisations": 2, "chain_leaders": 1},
        {"place_code": "330110", "cluster_code": "C04", "organisations": 3},
        {"place_code": "330100" + OWN_SUFFIX, "cluster_code": "C06", "organisations": 4},
        {"place_code": "330108", "cluster_code": "", "organisations": 5},
    ]
    built = small.cubes([], organisation=rows)
    found = clusters.registered(built, ("330110", "330100", "330108", "330922"), ("C06",))
    assert found.rows() == [("330110", 2, 1), ("330100", 6, 1), ("330108", 0, 0), ("330922", None, None)]


def test_the_terminal_prints_every_part_of_the_page(
    demo_cubes: Cubes, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(*arguments: str) -> list[dict[str, object]]:
        chosen = ["--cluster", "高端软件", "--cluster", "C06", "--period", "2026-09", "--format", "json"]
        assert cli.main(["cluster", *arguments, *chosen, "--db", demo_url]) == command_line.OK
        found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    codes = tuple(p.code for p in places.prefectures())
    cells = clusters.matrix(demo_cubes, "certificates", "year_to_date", "2026-09", codes, series)
    printed = {row["place_code"]: row for row in rows("places", "--aspect", "certificates")}
    for row in clusters.together(cells, TWO).to_dicts():
        assert {name: printed[row["place_code"]][name] for name in row} == row
        assert printed[row["place_code"]]["certificates"] == row["value"]
    assert len(rows("matrix", "--level", "county", "--place", "杭州市")) == 13 * 2
    occupied = clusters.occupations(demo_cubes, "330110", "2026-09", TWO)
    assert [row["people"] for row in rows("occupations", "--place", "330110")] == occupied["people"].to_list()
    assert len(rows("levels", "--place", "余杭区")) == 2 * (8 + 3)
    (registered,) = asked(demo_url, f"SELECT count(*) FROM organisation WHERE cluster_code IN {TWO}")[0]
    assert len(rows("enterprises")) == registered
    assert [row["month"] for row in rows("concentration")] == list(demo_cubes.months)


def test_the_terminal_refuses_a_cluster_that_is_none(demo_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cluster", "places", "--cluster", "人工智障", "--db", demo_url]) == command_line.USAGE
    assert "相近的有：人工智能" in capsys.readouterr().err
