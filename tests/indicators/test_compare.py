"""Averages are ratios of sums, and a place is held only against what it can be held against."""

import polars as pl
import pytest

from data_sources.cubes import Cubes
from geo import places
from indicators import compare, measures, peers
from indicators.catalogue import catalogue

KNOWN = catalogue()
COUNTIES = tuple(p.code for p in places.counties())


def rows(*given: tuple[str, float | None, float | None, float | None]) -> pl.DataFrame:
    """A series of one month: place, value, numerator, denominator."""
    kinds = {"place_code": pl.String, "value": pl.Float64, "numerator": pl.Float64, "denominator": pl.Float64}
    return pl.DataFrame(list(given), schema=kinds, orient="row").with_columns(month=pl.lit("2026-10"))


@pytest.mark.parametrize(
    ("key", "given", "average"),
    [
        ("training_pass_rate", [("330110", 50, 1, 2), ("330122", 10, 1, 10)], 100 * 2 / 12),
        ("training_pass_rate", [("330110", 50, 1, 2), ("330122", None, 9, 10)], 50),
        ("training_pass_rate", [("330110", None, 0, 0)], None),
        ("training_pass_rate", [], None),
        ("training_person_times", [("330110", 7, 7, None), ("330122", 2, 2, None)], 4.5),
        ("training_person_times", [("330110", 7, 7, None), ("330122", None, 2, None)], 7),
        ("training_person_times", [("330110", None, 7, None)], None),
    ],
)
def test_an_average_is_made_of_sums_over_places_with_a_value(
    key: str, given: list[tuple[str, float | None, float | None, float | None]], average: float | None
) -> None:
    found = compare.averages(rows(*given, ("330000", 99, 99, 100)), ["330110", "330122"], KNOWN[key])
    assert found["value"].to_list() == ([average] if given else [])


@pytest.mark.parametrize("key", ["training_pass_rate", "talent_per_10k", "average_wage", "training_person_times"])
def test_the_average_of_all_counties_is_found_again_one_by_one(demo_cubes: Cubes, key: str) -> None:
    known = KNOWN[key]
    values = measures.series(demo_cubes, known, known.windows[0])
    found = dict(compare.averages(values, COUNTIES, known).iter_rows())
    for month in ("2023-01", "2026-10"):
        there = [r for r in values.filter(month=month).to_dicts() if r["place_code"] in COUNTIES]
        there = [r for r in there if r["value"] is not None]
        if known.additive:
            wanted = sum(r["value"] for r in there) / len(there)
        else:
            wanted = known.per * sum(r["numerator"] for r in there) / sum(r["denominator"] for r in there)
        assert found[month] == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("against", "compared", "number"),
    [
        ("chosen", ["330110", "330000"], 1),
        ("level", ["330110", "330122"], 90),
        ("level", ["330100", "330000"], 11),
        ("level", ["330100", "330110"], 90),
        ("level", ["330000"], 90),
        ("mountain26", ["330110"], 26),
        ("island", ["330110"], 6),
    ],
)
def test_whose_average_it_is(against: str, compared: list[str], number: int) -> None:
    found = compare.reference_places(against, compared)
    assert len(found) == number
    assert against not in ("mountain26", "island") or set(found) == peers.among(against, "330000")


@pytest.mark.parametrize(
    ("key", "value", "reference", "standing"),
    [
        ("training_pass_rate", 2, 1, "better"),
        ("training_pass_rate", 1, 2, "worse"),
        ("shortage_share", 2, 1, "worse"),
        ("shortage_share", 1, 2, "better"),
        ("average_wage", 2, 1, "above"),
        ("average_wage", 1, 2, "below"),
        ("average_wage", 1, 1, "alike"),
        ("training_pass_rate", None, 1, None),
        ("training_pass_rate", 1, None, None),
    ],
)
def test_better_follows_the_polarity(
    key: str, value: float | None, reference: float | None, standing: str | None
) -> None:
    assert compare.standing(value, reference, KNOWN[key]) == standing


@pytest.mark.parametrize(
    ("place", "key", "fair"),
    [
        ("330110", "training_person_times", True),
        ("330100", "training_person_times", False),
        ("330100", "training_pass_rate", True),
        ("330000", "training_pass_rate", False),
    ],
)
def test_a_count_is_held_against_places_of_its_size(place: str, key: str, fair: bool) -> None:
    assert compare.fair(place, ["330122", "330127"], KNOWN[key]) == fair


def test_a_count_with_a_target_knows_its_completion() -> None:
    found = compare.completion_of(KNOWN, "training_person_times")
    assert found is not None
    assert found.key == "training_completion"
    assert compare.completion_of(KNOWN, "vacancies") is None
