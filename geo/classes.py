"""Cuts values into few classes at rounded breaks, says which class a value is in, and words the classes."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import jenkspy
import numpy as np
import numpy.typing as npt

Method = Literal["quantile", "natural", "equal", "fixed"]
Floats = npt.NDArray[np.float64]

NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
SMALLEST = 1e-300  # nearer to zero, a width of classes can no longer be told from none
_STEPS = (5, 2, 1)


def breaks(
    values: Iterable[float | None],
    method: Method = "quantile",
    k: int = 5,
    *,
    fixed: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """At most k - 1 inner cut points, strictly rising and rounded; a value at a break belongs to the class above.

    Missing values are left out; fewer distinct values than k give fewer classes, none or one give `()`. With
    `quantile` and `natural` no class is empty. `equal` keeps its classes equally wide, so inner ones may be empty.
    `fixed` breaks come back as they are, in order and once each.
    """
    if method == "fixed":
        return tuple(sorted({float(each) for each in fixed or ()}))
    known = np.sort(np.array([each for each in values if each is not None and math.isfinite(each)], dtype=np.float64))
    known[np.abs(known) < SMALLEST] = 0
    classes = min(k, len(np.unique(known)))
    if classes < 2:
        return ()
    if method == "equal":
        return _equal(float(known[0]), float(known[-1]), classes)
    return _rounded(_groups(known, method, classes), whole=bool((known == np.round(known)).all()))


def classify(values: Iterable[float | None], cuts: Sequence[float]) -> list[int | None]:
    """The class of each value, 0 for the lowest; missing stays None."""
    return [None if each is None or math.isnan(each) else bisect_right(cuts, each) for each in values]


def class_labels(cuts: Sequence[float], wording: Callable[[float], str]) -> tuple[str, ...]:
    """How the classes read, lowest first: ＜60, 60～80, ≥80; a single class is 全部."""
    if not cuts:
        return ("全部",)
    words = [wording(each) for each in cuts]
    inner = (f"{low}～{high}" for low, high in pairwise(words))
    return (f"＜{words[0]}", *inner, f"≥{words[-1]}")


def _groups(known: Floats, method: Method, k: int) -> list[Floats]:
    """The sorted values class by class, as the method wants them before rounding; none is empty."""
    if method == "natural":
        return _split(known, _jenks(known, k))
    tops = np.quantile(known, np.arange(1, k) / k)
    lowest = int(np.searchsorted(known, known[0], side="right"))
    if k > 2 and tops[0] == known[0]:  # so many places at the lowest value, mostly zero, that they are a class
        return [known[:lowest], *_groups(known[lowest:], method, min(k - 1, len(np.unique(known[lowest:]))))]
    return _split(known, tops)


def _split(known: Floats, tops: Floats) -> list[Floats]:
    starts = np.unique(np.searchsorted(known, tops, side="right"))
    return [group for group in np.split(known, starts) if len(group)]


def _jenks(known: Floats, k: int) -> Floats:
    """The greatest value of each class of Fisher and Jenks but the last: of all ways to cut the sorted values into `k`
    classes, the one whose values differ least from the means of their classes (sum of squares)."""
    return np.array(jenkspy.jenks_breaks(known, k)[1:-1], dtype=np.float64)


def _rounded(groups: list[Floats], *, whole: bool) -> tuple[float, ...]:
    """A round number between neighbouring groups each; rounding moves at most a quarter of a group, so none empties."""
    return tuple(
        _round_within(float(below[(3 * len(below) - 1) // 4]), float(above[len(above) // 4]), cut, whole=whole)
        for below, above in pairwise(groups)
        for cut in [(float(below[-1]) + float(above[0])) / 2]
    )


def _round_within(low: float, high: float, wanted: float, *, whole: bool) -> float:
    """The roundest number above `low` and up to `high`, the nearest to `wanted` if several are as round."""
    nice = [each for each in _nice_numbers(low, high) if low < each <= high and not (whole and each % 1)]
    return min(nice, key=lambda each: abs(each - wanted)) if nice else _multiple_within(low, high, wanted)


def _nice_numbers(low: float, high: float) -> list[float]:
    top = math.floor(math.log10(max(abs(low), abs(high))))
    positive = [_decimal(each, power) for power in range(top - 3, top + 1) for each in NICE]
    return [0.0, *positive, *(-each for each in positive)]


def _multiple_within(low: float, high: float, wanted: float) -> float:
    top = math.floor(math.log10(high - low)) + 1
    for power in range(top, top - 3, -1):
        for step in _STEPS:
            size = _decimal(step, power)
            nearest = round(wanted / size)
            found = [_decimal(step * (nearest + shift), power) for shift in (0, -1, 1)]
            if within := [each for each in found if low < each <= high]:
                return within[0]
    return high


def _equal(low: float, high: float, k: int) -> tuple[float, ...]:
    power = math.floor(math.log10((high - low) / k))
    for step, exponent in ((step, exponent) for exponent in (power, power + 1) for step in NICE):
        size = _decimal(step, exponent)
        start = math.floor(low / size)
        if (start + k) * size > high:
            cuts = [_decimal(step * (start + i), exponent) for i in range(1, k)]
            return tuple(each for each in cuts if low < each <= high)
    raise AssertionError("a step ten times the width always reaches")


def _decimal(digits: float, power: int) -> float:
    """`digits` × 10^`power` as the float that prints shortest."""
    return float(Decimal(f"{digits:.12g}").scaleb(power))
