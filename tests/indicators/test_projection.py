"""The projection by its formula, on series whose future can be worked out by hand; its error; when it is silent."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.cubes import Cubes
from indicators import measures, projection
from indicators.catalogue import catalogue
from tests.indicators.small import months

SEASON = [5.0, 4.0, 9.0, 10.0, 11.0, 12.0, 13.0, 12.0, 11.0, 10.0, 11.0, 12.0]
NUMBERS = st.lists(st.floats(0, 1e6), min_size=24, max_size=50)


def history(values: list[float | None], first: str = "2023-01") -> pl.DataFrame:
    number = 12 * int(first[:4]) + int(first[5:]) - 2 + len(values)
    last = f"{number // 12}-{number % 12 + 1:02d}"
    return pl.DataFrame(
        {"month": months(first, last), "value": values}, schema={"month": pl.String, "value": pl.Float64}
    )


def test_a_year_like_the_one_before_goes_on() -> None:
    assert projection.forecast(SEASON * 2, 14) == pytest.approx([*SEASON, *SEASON[:2]])


def test_a_year_a_tenth_larger_grows_by_a_tenth_a_year_from_its_middle() -> None:
    grown = [*SEASON, *(1.1 * v for v in SEASON)]
    wanted = [1.1 * v * 1.1 ** ((h + 6.5) / 12) for h, v in enumerate(SEASON)]
    assert projection.forecast(grown, 12) == pytest.approx(wanted)


@pytest.mark.parametrize(("factor", "growth"), [(3.0, 1.25), (0.1, 0.8), (1.25, 1.25), (0.0, 0.8)])
def test_growth_is_limited(factor: float, growth: float) -> None:
    values = [*SEASON, *(factor * v for v in SEASON)]
    wanted = [factor * v * growth ** ((h + 6.5) / 12) for h, v in enumerate(SEASON)]
    assert projection.forecast(values, 12) == pytest.approx(wanted)


def test_the_season_is_the_mean_of_up_to_three_years() -> None:
    flat, peak = [1.0] * 12, [12.0] + [0.0] * 11
    shares = projection.seasonal([*peak, *flat, *flat])
    assert shares == pytest.approx([14 / 3, *([2 / 3] * 11)])
    assert projection.seasonal([*peak, *flat, *flat, *flat]) == pytest.approx(flat)
    assert projection.seasonal([0.0] * 24) == [1.0] * 12


@given(NUMBERS, st.integers(1, 14))
def test_nothing_is_ever_below_zero_or_not_a_number(values: list[float], ahead: int) -> None:
    told = projection.forecast(values, ahead)
    assert len(told) == ahead
    assert all(math.isfinite(v) and v >= 0 for v in told)


@given(NUMBERS)
def test_the_interval_holds_the_value_and_never_narrows(values: list[float]) -> None:
    found = projection.outlook(history(list(values)))
    if len(values) >= 60:
        assert found is None
        return
    assert found is not None
    _, running = projection.errors(values, found.path.height)
    assert [e for e in running if e is not None] == sorted(e for e in running if e is not None)
    for row in found.path.to_dicts():
        if row["low"] is not None:
            assert 0 <= row["low"] <= row["value"] <= row["high"]
        if row["total_low"] is not None:
            assert found.done <= row["total_low"] + 1e-6
            assert row["total_low"] - 1e-6 <= row["total"] <= row["total_high"] + 1e-6


def test_a_series_that_repeats_itself_has_no_error_and_arrives_exactly() -> None:
    found = projection.outlook(history([*SEASON] * 3 + SEASON[:10]))
    assert found is not None
    assert (found.last, found.done, found.whole) == ("2026-10", 3 * 120 + 97, True)
    assert found.arrival == {
        "month": "2027-12", **{c: pytest.approx(12.0) for c in ("value", "low", "high")},
        **{c: pytest.approx(600.0) for c in ("total", "total_low", "total_high")},
    }  # fmt: skip
    assert found.path["month"].to_list() == list(months("2026-11", "2027-12"))
    assert found.tests.rows() == [
        (6, "2026-04", pytest.approx(69.0), pytest.approx(69.0), pytest.approx(0)),
        (12, "2025-10", pytest.approx(120.0), pytest.approx(120.0), pytest.approx(0)),
    ]


def test_the_error_is_what_the_method_would_have_missed() -> None:
    values = [*SEASON * 2, *(1.2 * v for v in SEASON[:4])]
    single, running = projection.errors(values, 6)
    told = [[projection.forecast(values[:at], 4)[h] for h in range(28 - at)] for at in range(24, 28)]
    missed = [values[at + h] / told[at - 24][h] - 1 for at in range(24, 28) for h in range(28 - at)]
    assert single == pytest.approx(math.sqrt(sum(m * m for m in missed) / len(missed)))
    first = [values[at] / told[at - 24][0] - 1 for at in range(24, 28)]
    assert running[0] == pytest.approx(math.sqrt(sum(m * m for m in first) / 4))
    second = [sum(values[at : at + 2]) / sum(told[at - 24][:2]) - 1 for at in range(24, 27)]
    assert running[1] == pytest.approx(max(running[0], math.sqrt(sum(m * m for m in second) / 3)))
    assert running[2:] == [running[1]] * 4  # two points are too few to judge three months or more


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([1.0] * 23, "too few months"),
        ([None] * 46, "nothing known"),
        ([1.0] * 30 + [None] + [1.0] * 15, "a gap leaves too few"),
        ([1.0] * 60, "the plan is over"),
        ([], "no months"),
    ],
)
def test_it_is_silent_when(values: list[float | None], why: str) -> None:
    assert projection.outlook(history(values)) is None, why


def test_trailing_gaps_are_waited_for_and_an_early_gap_leaves_no_whole() -> None:
    found = projection.outlook(history([1.0] * 45 + [None]))
    assert found is not None
    assert (found.last, found.path.height) == ("2026-09", 15)
    broken = projection.outlook(history([1.0, None] + [1.0] * 44))
    assert broken is not None
    assert (broken.whole, broken.done) == (False, 44.0)


def test_with_two_years_only_there_is_no_interval() -> None:
    found = projection.outlook(history([1.0] * 25))
    assert found is not None
    assert found.path.select("low", "high", "total_low", "total_high").null_count().row(0) == (35,) * 4
    assert found.tests.is_empty()


@pytest.mark.parametrize("key", ["training_person_times", "high_skilled_trained", "vacancies", "certificates"])
def test_on_the_demonstration_the_method_misses_the_last_half_year_by_less_than_a_seventh(
    key: str, demo_cubes: Cubes
) -> None:
    values = measures.history(measures.series(demo_cubes, catalogue()[key], "month"), "330000")
    found = projection.outlook(values)
    assert found is not None
    assert found.done == values["value"].sum()
    (error,) = found.tests.filter(ago=6)["error"]
    assert abs(error) < 1 / 7
