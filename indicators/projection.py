"""What the coming months bring if the past goes on: a seasonal mean with growth, its error on the past as its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from data_sources.retention import later
from indicators import measures

LAST: Final = "2027-12"
YEAR: Final = 12
FEWEST: Final = 24
"""Months that the method needs: two years, the second against the first."""
FEWEST_ORIGINS: Final = 3
"""Standing points in the past that an interval needs at least."""
GROWTH: Final = (0.8, 1.25)
WIDTH: Final = 1.2816
"""Standard errors on either side of an interval that holds 80 in 100."""
STANDING: Final = (6, 12)
METHOD: Final = (
    "季节平均×趋势：最近12个月的月均数，乘以各月的季节系数（近两至三年各月与当年月均之比的平均），"
    "再按最近12个月对此前12个月的增长率逐月外推（年增长限于−20%至+25%）；"
    "区间为80%，由同一方法站在过去各月试算的误差得出；不足24个月不推算"
)


@dataclass(frozen=True)
class Outlook:
    """Where a monthly flow goes up to the end of 2027.

    `last` is the last known month, `done` the sum of the known ones, `whole` whether they reach back to 2023-01.
    `path`: one row a month to come, `month`, `value`, `low`, `high` (of the month), `total`, `total_low`, `total_high`
    (added up from `done`); bounds are null when the past is too short to judge the method. `tests`: one row a standing
    point, `ago`, `stood` (month), `forecast`, `actual` (sums of the months since), `error` (forecast ÷ actual − 1).
    """

    last: str
    done: float
    whole: bool
    path: pl.DataFrame
    tests: pl.DataFrame

    @property
    def arrival(self) -> dict[str, Any]:
        """The last row: what is reached at the end of 2027."""
        return self.path.row(-1, named=True)


def outlook(history: pl.DataFrame) -> Outlook | None:
    """The outlook of a monthly flow (`month`, `value`; later months than the last known one do not count).

    None when fewer than 24 unbroken known months end there, or nothing is left of the plan.
    """
    months, values = known(history)
    ahead = measures.PLAN_MONTHS - measures.months_elapsed(months[-1]) if months else 0
    if len(values) < FEWEST or ahead <= 0:
        return None
    ahead_values = forecast(values, ahead)
    done = math.fsum(values)
    single, running = errors(values, ahead)
    totals = [done + math.fsum(ahead_values[: h + 1]) for h in range(ahead)]
    rows = {
        "month": [later(months[-1], h + 1) for h in range(ahead)],
        "value": ahead_values,
        "low": [_off(v, single, -1) for v in ahead_values],
        "high": [_off(v, single, 1) for v in ahead_values],
        "total": totals,
        "total_low": [_off(t - done, e, -1, done) for t, e in zip(totals, running, strict=True)],
        "total_high": [_off(t - done, e, 1, done) for t, e in zip(totals, running, strict=True)],
    }
    kinds = {name: pl.String if name == "month" else pl.Float64 for name in rows}
    return Outlook(months[-1], done, months[0] == "2023-01", pl.DataFrame(rows, schema=kinds), _tests(months, values))


def known(history: pl.DataFrame) -> tuple[list[str], list[float]]:
    """The unbroken run of known months that ends with the last known one."""
    months, values = history["month"].to_list(), history["value"].to_list()
    while values and values[-1] is None:
        values.pop()
    start = max((i + 1 for i, value in enumerate(values) if value is None), default=0)
    return months[start : len(values)], values[start:]


def forecast(values: Sequence[float], ahead: int) -> list[float]:
    """The next months of a series of at least 24, none below zero."""
    level = math.fsum(values[-YEAR:]) / YEAR
    seasons = seasonal(values)
    before = math.fsum(values[-2 * YEAR : -YEAR])
    growth = min(max(level * YEAR / before, GROWTH[0]), GROWTH[1]) if before > 0 else 1.0
    middle = (YEAR - 1) / 2  # the level stands in the middle of the last twelve months
    return [max(0.0, level * seasons[h % YEAR] * growth ** ((h + 1 + middle) / YEAR)) for h in range(ahead)]


def seasonal(values: Sequence[float]) -> list[float]:
    """Each month of a year against the year's mean, over up to three whole years back from the end; the first is the
    month that comes next. A year without anything is left out; without any year every month is like the others."""
    years = [
        values[len(values) - YEAR * n : len(values) - YEAR * (n - 1)] for n in (1, 2, 3) if len(values) >= YEAR * n
    ]
    shares = [[v * YEAR / math.fsum(year) for v in year] for year in years if math.fsum(year) > 0]
    if not shares:
        return [1.0] * YEAR
    return [math.fsum(share[i] for share in shares) / len(shares) for i in range(YEAR)]


def errors(values: Sequence[float], ahead: int) -> tuple[float | None, list[float | None]]:
    """The root mean square of the relative errors that the method made, standing at each month of the past: of single
    months (over up to twelve months ahead), and of the sum of the first 1, 2, … `ahead` months, never narrowing; a sum
    longer than the past can judge takes the last error that it can. None where fewer than three points can be judged.
    """
    single: list[float] = []
    sums: list[list[float]] = [[] for _ in range(ahead)]
    for at in range(FEWEST, len(values)):
        actual = values[at : at + ahead]
        told = forecast(values[:at], len(actual))
        single += [a / f - 1 for a, f in zip(actual[:YEAR], told, strict=False) if f > 0]
        for h in range(len(actual)):
            whole = math.fsum(told[: h + 1])
            if whole > 0:
                sums[h].append(math.fsum(actual[: h + 1]) / whole - 1)
    found: list[float | None] = []
    for judged in sums:
        before = found[-1] if found else None
        now = _rms(judged) if len(judged) >= FEWEST_ORIGINS else None
        found.append(max((e for e in (before, now) if e is not None), default=None))
    return (_rms(single) if len(values) - FEWEST >= FEWEST_ORIGINS else None), found


def _tests(months: list[str], values: list[float]) -> pl.DataFrame:
    rows = []
    for ago in STANDING:
        if len(values) - ago >= FEWEST:
            told, actual = math.fsum(forecast(values[:-ago], ago)), math.fsum(values[-ago:])
            rows.append((ago, months[-ago - 1], told, actual, told / actual - 1 if actual > 0 else None))
    kinds = {"ago": pl.Int64, "stood": pl.String, "forecast": pl.Float64, "actual": pl.Float64, "error": pl.Float64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _rms(numbers: Sequence[float]) -> float | None:
    return math.sqrt(math.fsum(n * n for n in numbers) / len(numbers)) if numbers else None


def _off(value: float, error: float | None, side: int, onto: float = 0.0) -> float | None:
    """The interval's bound on top of what is certain; none below that."""
    return None if error is None else onto + max(0.0, value * (1 + side * WIDTH * error))
