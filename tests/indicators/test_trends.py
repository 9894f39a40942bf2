"""Rising, falling or flat is what the Mann–Kendall test says, not the last two points."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from indicators.trends import CRITICAL, trend, trends


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "rising"),
        ([8, 7, 6, 5, 4, 3, 2, 1], "falling"),
        ([5] * 12, "flat"),
        ([1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 99], "flat"),
        ([1, 2, 3, 4, 5, 6, 7], "unknown"),
        ([1, None, 2, None, 3, None, 4, None, 5, None, 6, 7], "unknown"),
        ([None] * 12, "unknown"),
        ([], "unknown"),
        ([100, 90, 80, *range(1, 13)], "rising"),
    ],
)
def test_a_direction_needs_a_significant_test(values: list[float | None], found: str) -> None:
    assert trend(values) == found


@given(st.lists(st.integers(0, 20), min_size=8, max_size=12))
def test_it_is_never_against_kendalls_tau(values: list[int]) -> None:
    tau = kendalltau(range(len(values)), values).statistic
    found = trend([float(v) for v in values])
    if math.isnan(tau) or all(a == b for a, b in pairwise(values)):
        assert found == "flat"
    elif found in ("rising", "falling"):
        assert (tau > 0) == (found == "rising")
        assert abs(tau) > CRITICAL / 10


@given(st.lists(st.integers(0, 20), min_size=8, max_size=12))
def test_turned_around_it_says_the_opposite(values: list[int]) -> None:
    opposite = {"rising": "falling", "falling": "rising", "flat": "flat"}
    assert trend([float(v) for v in values[::-1]]) == opposite[trend([float(v) for v in values])]


@given(st.lists(st.lists(st.none() | st.integers(0, 6), min_size=14, max_size=14), max_size=6))
def test_many_rows_at_once_are_judged_as_one_by_one(rows: list[list[int | None]]) -> None:
    matrix = np.array([[math.nan if v is None else float(v) for v in row] for row in rows]).reshape(len(rows), 14)
    assert trends(matrix) == [trend(row) for row in rows]


def test_without_months_nothing_is_known() -> None:
    assert trends(np.empty((2, 0))) == ["unknown", "unknown"]
