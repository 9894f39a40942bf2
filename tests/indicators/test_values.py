"""Every indicator of the catalogue, at every place, is what hand-written SQL over the fact tables says that it is."""

import math
from collections.abc import Iterator

import polars as pl
import pytest

from data_sources.cubes import Cubes
from indicators import catalogue, measures
from indicators.catalogue import Window
from tests.indicators.oracles import HIGH, ORACLES, Facts

MONTHS = ("2023-01", "2023-12", "2024-02", "2025-05", "2026-05", "2026-09", "2026-10")
"""First and last months, a year's end and its beginning, and those in which somebody did not file."""
KNOWN = catalogue.catalogue()
# A register or a year's plan that a place has not got is unknown there, and nothing in its parent's sum.
REGISTERS = {key for key, oracle in ORACLES.items() if oracle.known}
EACH = [(key, window) for key, indicator in KNOWN.items() for window in indicator.windows]


@pytest.fixture(scope="module")
def facts(demo_url: str) -> Iterator[Facts]:
    asked = Facts(demo_url)
    yield asked
    asked.db.close()


def close(value: float | None, wanted: float | None) -> bool:
    """The same but for the last bits of a float; missing is only like missing."""
    if value is None or wanted is None:
        return value is wanted
    return math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9)


def test_every_indicator_file_has_an_oracle() -> None:
    assert sorted(file.stem for file in catalogue.FOLDER.iterdir()) == sorted(ORACLES)


@pytest.mark.parametrize(("key", "window"), EACH)
def test_an_indicator_is_what_sql_says(key: str, window: Window, facts: Facts, demo_cubes: Cubes) -> None:
    months = ("2020-11",) if window == "census" else MONTHS
    values = measures.series(demo_cubes, KNOWN[key], window).filter(pl.col("month").is_in(months))
    rows = values.rows_by_key(["place_code", "month"], named=True, unique=True)
    wrong = []
    for month in months:
        for place, wanted in facts.expected(ORACLES[key], window, month).items():
            row = rows[place, month]
            same = [
                close(row["value"], wanted.value),
                close(row["yoy"], wanted.yoy),
                (row["filed"], row["expected"]) == (wanted.filed, wanted.expected),
            ]
            if not all(same):
                wrong.append((place, month, wanted, row))
    assert wrong == []


@pytest.mark.parametrize(
    "key", [k for k, i in KNOWN.items() if i.by_cluster and i.additive and k not in {"supply_gap", *REGISTERS}]
)
def test_one_cluster_is_what_sql_says_of_its_rows(key: str, facts: Facts, demo_cubes: Cubes) -> None:
    indicator, window = KNOWN[key], KNOWN[key].windows[0]
    values = measures.series(demo_cubes, indicator, window, "C01").filter(month="2026-09")
    top = ORACLES[key].top
    assert top.count("GROUP BY place_code") == 1
    one = top.replace("GROUP BY place_code", "AND cluster_code = 'C01' GROUP BY place_code")
    one = one.replace("SELECT place_code, month,", "SELECT place_code, month, cluster_code,")
    first = "2026-09" if window == "month" else "2026-01" if window == "year_to_date" else "2023-01"
    answered = facts.answer(one, first, "2026-09")
    for place in ("330108", "330100B", "330100", "330000"):
        wanted = sum(answered.get(code, 0) for code in facts.parts[place])
        assert values.filter(place_code=place)["value"].to_list() == [wanted]


@pytest.mark.parametrize("key", [k for k, i in KNOWN.items() if i.by_cluster and i.additive])
def test_the_clusters_add_up_to_all(key: str, demo_cubes: Cubes) -> None:
    indicator, window = KNOWN[key], KNOWN[key].windows[0]
    codes = demo_cubes.frames["training"]["cluster_code"].unique().to_list()
    parts = [measures.series(demo_cubes, indicator, window, code)["numerator"] for code in codes]
    whole = measures.series(demo_cubes, indicator, window)["numerator"]
    if key in REGISTERS:
        parts, whole = [part.fill_null(0) for part in parts], whole.fill_null(0)
    assert sum(parts[1:], start=parts[0]).to_list() == whole.to_list()


@pytest.mark.parametrize(("key", "window"), [(k, w) for k, w in EACH if KNOWN[k].additive])
def test_counties_and_the_prefecture_itself_add_up(key: str, window: Window, facts: Facts, demo_cubes: Cubes) -> None:
    values = measures.series(demo_cubes, KNOWN[key], window)
    month = values["month"].max()
    for last in {"2026-09", month} if window != "census" else {month}:
        at = dict(values.filter(month=last).select("place_code", "value").rows())
        whole = dict(values.filter(month=last).select("place_code", "numerator").rows())
        for prefecture in (p for p in facts.parts if p.endswith("00") and p != "330000"):
            parts = [c for c in facts.parts[prefecture] if c != prefecture] + [f"{prefecture}B"]
            assert (whole[prefecture] or 0) == pytest.approx(sum(whole[p] or 0 for p in parts))
            if last == "2026-09" and key not in {"vacancies", "shortage_vacancies", "supply_gap", *REGISTERS}:
                assert at[prefecture] == pytest.approx(sum(at[p] for p in parts))
        prefectures = [p for p in facts.parts if p.endswith("00") and p != "330000"]
        assert len(prefectures) == 11
        assert at["330000"] == pytest.approx(sum(at[p] or 0 for p in prefectures))


@pytest.mark.parametrize(
    ("key", "persons"),
    [
        ("high_skilled_trained", f"SELECT count(DISTINCT person_key) FROM certificate WHERE {HIGH}"),
        ("dual_certified", "SELECT count(DISTINCT person_key) FROM certificate WHERE dual"),
        ("talent_stock", "SELECT count(DISTINCT person_key) FROM employment WHERE end_month IS NULL"),
        (
            "high_skilled_stock",
            f"SELECT count(DISTINCT person_key) FROM employment WHERE end_month IS NULL AND {HIGH}",
        ),
    ],
)
def test_the_province_counts_every_person_once(key: str, persons: str, facts: Facts, demo_cubes: Cubes) -> None:
    values = measures.series(demo_cubes, KNOWN[key], KNOWN[key].windows[0])
    wanted = facts.db.execute(persons).fetchone()[0]
    assert wanted > 100
    assert values.filter(place_code="330000", month="2026-10")["value"].item() == wanted


def test_person_times_count_a_person_as_often_as_trained(facts: Facts, demo_cubes: Cubes) -> None:
    values = measures.series(demo_cubes, KNOWN["training_person_times"], "since_2023")
    rows, persons = facts.db.execute("SELECT count(*), count(DISTINCT person_key) FROM training").fetchone()
    assert values.filter(place_code="330000", month="2026-10")["value"].item() == rows > persons


@pytest.mark.parametrize("figure", ["residents", "employed", "it_services_employed", "manufacturing_employed"])
def test_the_counties_census_adds_up_to_what_is_published_for_larger_places(figure: str, facts: Facts) -> None:
    published = dict(facts.db.execute(f"SELECT place_code, {figure} FROM census").fetchall())
    for place, files in facts.parts.items():
        if len(files) > 1:
            assert sum(published[c] for c in files if not c.endswith("00")) == published[place]


@pytest.mark.parametrize(
    ("key", "late"),
    [
        ("training_person_times", 3),
        ("talent_stock", 2),
        ("certificates", 1),
        ("subsidy_paid", 2),
        ("vacancies", 2),
        ("supply_gap", 3),
    ],
)
def test_late_places_have_no_value_but_their_prefecture_has(key: str, late: int, demo_cubes: Cubes) -> None:
    window: Window = "month" if "month" in KNOWN[key].windows else "month_end"
    values = measures.series(demo_cubes, KNOWN[key], window).filter(month="2026-10")
    missing = values.filter(values["value"].is_null())
    assert (missing.height, missing["expected"].to_list()) == (late, [1] * late)
    assert values.filter(place_code="330000").select("filed", "expected").row(0) == (101 - late, 101)
