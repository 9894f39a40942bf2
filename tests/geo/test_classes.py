"""What geo.classes promises: few, rounded, rising breaks that leave no class empty, and their wording."""

import warnings
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.classes import _jenks, breaks, class_labels, classify

VALUES = st.lists(
    st.one_of(st.none(), st.integers(-50, 50), st.floats(-1e9, 1e9), st.floats(0, 1e-6), st.just(0)), max_size=60
)


@pytest.mark.parametrize(
    ("values", "method", "expected"),
    [
        (range(1, 101), "quantile", (20, 40, 60, 80)),
        (range(1, 101), "equal", (25, 50, 75, 100)),
        ([1, 2, 3, 50, 51, 52, 900, 910], "natural", (2, 25, 500, 910)),
        ([98.11, 98.12, 98.31, 98.33, 98.52, 98.55, 98.71, 98.74, 98.91, 98.95], "quantile", (98.2, 98.5, 98.6, 98.8)),
        ([0] * 60 + list(range(1, 31)), "quantile", (1, 8, 15, 25)),
        ([0.001, 0.5, 100, 40_000], "quantile", (0.25, 50, 20_000)),
        ([-9, -4, -1, 1, 4, 9], "equal", (-5, 0, 5)),
        ([3, 3, None, 3], "quantile", ()),
        ([1, 2], "quantile", (2,)),
        ([None, float("nan")], "natural", ()),
        ([], "equal", ()),
    ],
)
def test_breaks_are_round_numbers(values, method, expected):
    k = 4 if method == "equal" and min(values, default=0) < 0 else 5
    assert breaks(values, method, k) == pytest.approx(expected)


def test_fixed_breaks_come_back_in_order_and_once():
    assert breaks([1, 2, 3], "fixed", fixed=[120, 60, 60, 80]) == (60, 80, 120)
    assert breaks([1, 2, 3], "fixed") == ()


@settings(deadline=None)  # the first natural breaks import scikit-learn
@example([-1e9, -999999999.9921875], "quantile", 2)  # wider apart from zero than from each other
@given(VALUES, st.sampled_from(["quantile", "natural"]), st.integers(2, 7))
def test_no_class_of_quantile_or_natural_breaks_is_empty(values, method, k):
    cuts = breaks(values, method, k)
    assert len(cuts) <= k - 1
    assert all(low < high for low, high in pairwise(cuts))
    known = [each for each in classify(values, cuts) if each is not None]
    assert not known or set(known) == set(range(len(cuts) + 1))


@given(VALUES, st.integers(2, 7))
def test_equal_breaks_are_equally_far_apart_and_within_the_values(values, k):
    cuts = breaks(values, "equal", k)
    known = [each for each in values if each is not None]
    assert len(cuts) <= k - 1
    assert all(min(known) < each <= max(known) for each in cuts)
    assert np.diff(cuts, 2) == pytest.approx(0, abs=1e-9 * max(map(abs, known), default=1))


def test_rounded_quantiles_stay_near_a_fifth_each():
    values = np.random.default_rng(3).lognormal(5, 1, 90).tolist()
    sizes = Counter(classify(values, breaks(values)))
    assert all(12 <= sizes[each] <= 25 for each in range(5)), sizes


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-9, 99).map(lambda each: each / 4), min_size=4, max_size=9, unique=True), st.integers(2, 4))
def test_natural_classes_differ_least_from_their_means_of_all_ways_to_cut(values, k):
    known = np.array(sorted(values))

    def spread(starts):
        return sum(((group - group.mean()) ** 2).sum() for group in np.split(known, list(starts)))

    starts = np.searchsorted(known, _jenks(known, k), side="right")
    best = min(map(spread, combinations(range(1, len(known)), k - 1)))
    assert len(starts) == k - 1
    assert spread(starts) == pytest.approx(best)


def test_natural_breaks_separate_what_mapclassify_separates():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mapclassify

        values = [1.0, 1.1, 1.2, 5.0, 5.1, 9.0, 9.2, 9.3, 20.0, 21.0]
        expected = mapclassify.FisherJenks(np.array(values), 4).yb.tolist()
    assert classify(values, breaks(values, "natural", 4)) == expected


def test_a_value_at_a_break_goes_up_and_missing_stays_missing():
    assert classify([59.9, 60, None, float("nan"), 240, 1e9], (60, 80, 120, 240)) == [0, 1, None, None, 4, 4]
    assert classify([5, None], ()) == [0, None]


def test_labels_are_worded_by_the_caller():
    assert class_labels((60, 80, 120, 240), "{:.0f}".format) == ("＜60", "60～80", "80～120", "120～240", "≥240")
    assert class_labels((0.5,), "{:.1%}".format) == ("＜50.0%", "≥50.0%")
    assert class_labels((), str) == ("全部",)
