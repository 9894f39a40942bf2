"""Knows the demonstration's calendar: 46 months as indices from 0 (2023-01), their dates, seasons and growth.

Assumed: little happens in the month of the Spring Festival (dates of the real calendar), most in summer, autumn and
at the year's end.
"""

from typing import Final

import numpy as np

from data_sources.demo.arrays import Days, Floats, Integers

FIRST_YEAR: Final = 2023
BEFORE: Final = -1
"""The index of 2022-12: everything from before the plan."""
MONTHS: Final = tuple(f"{FIRST_YEAR + i // 12}-{i % 12 + 1:02d}" for i in range(46))
COUNT: Final = len(MONTHS)
LAST: Final = COUNT - 1
YEARS: Final = tuple(range(FIRST_YEAR, FIRST_YEAR + (COUNT + 11) // 12))
TEXTS: Final = ("2022-12", *MONTHS)
"""Month texts from index -1 on: `TEXTS[i + 1]`."""

YEAR_OF: Final = np.arange(COUNT) // 12
"""Each month's year as an index."""

_STARTS: Final = np.arange("2022-12", np.datetime64("2022-12") + COUNT + 3, dtype="datetime64[M]").astype(
    "datetime64[D]"
)

# Ordinary months relative to their year's mean: peaks in July to September and at the year's end.
_TRAINING_SEASON: Final = (0.95, 0.90, 0.95, 1.0, 1.05, 1.08, 1.18, 1.10, 1.15, 1.05, 1.22, 1.25)
# Share left of a month in or beside the Spring Festival (2023-01-22, 2024-02-10, 2025-01-29, 2026-02-17).
_SPRING_FESTIVAL: Final = {0: 0.45, 1: 0.90, 12: 0.95, 13: 0.42, 24: 0.50, 25: 0.80, 36: 0.95, 37: 0.42}
# Relative size of the years 2023 to 2026 (a year's months, not its total).
_TRAINING_GROWTH: Final = (0.84, 1.0, 1.08, 1.13)


def training_curve() -> Floats:
    """How much training each month brings, relative to the mean month of 2024."""
    season = np.array(_TRAINING_SEASON)[np.arange(COUNT) % 12]
    festival = np.array([_SPRING_FESTIVAL.get(i, 1.0) for i in range(COUNT)])
    return np.asarray(season * festival * np.array(_TRAINING_GROWTH)[YEAR_OF])


def yearly(season: tuple[float, ...], growth: tuple[float, ...]) -> Floats:
    """A curve over all months from a season of 12 months and one factor a year."""
    return np.asarray(np.array(season)[np.arange(COUNT) % 12] * np.array(growth)[YEAR_OF])


def days_in(month: Integers, rng: np.random.Generator) -> Days:
    """One date in each given month (indices from -1)."""
    first = _STARTS[month + 1]
    length = (_STARTS[month + 2] - first).astype(np.int64)
    return np.asarray(first + (rng.random(len(month)) * length).astype(np.int64))


def index_of(day: Days) -> Integers:
    """The month index of each date."""
    return day.astype("datetime64[M]").astype(np.int64) - np.datetime64("2023-01", "M").astype(np.int64)
