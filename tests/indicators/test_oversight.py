"""What is behind and getting worse, and what moved, found again by plain Python from the series."""

import math

import polars as pl
import pytest

from data_sources.cubes import Cubes
from geo import places
from indicators import measures, oversight
from indicators.catalogue import Indicator, Window, catalogue
from indicators.oversight import Level
from indicators.trends import trend
from tests.indicators import small

YEARS = small.months("2025-01", "2026-10")
COUNTIES = tuple(p.code for p in places.counties())


def series(cubes: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window)


def judged(cubes: Cubes, month: str, level: Level = "county") -> pl.DataFrame:
    return oversight.judged(cubes, catalogue(), level, month, series)


def passing(rates: dict[str, list[int]], size: int = 100) -> Cubes:
    """Cubes of training in which so many of `size` person-times pass each month since 2025, by county."""
    rows = [
        small.row(code, month, person_times=size, passed_person_times=passed)
        for code, passes in rates.items()
        for month, passed in zip(YEARS, passes, strict=True)
    ]
    every = small.months("2023-01", "2026-10")
    return small.cubes(small.filing(rates, every, tables=("training",)), training=rows)


FALLING, RISING, FLAT = list(range(90, 68, -1)), list(range(60, 82)), [80] * 22
FOUR = {"330122": FALLING, "330127": RISING, "330903": FLAT, "330110": [95] * 22}


def test_last_and_falling_is_on_the_list_and_nothing_else() -> None:
    """This year's rates: 330122 falls to 73.5 and is fourth of four, 330127 rises to 76.5, the others stand still."""
    found = oversight.watched(judged(passing(FOUR), "2026-10"), COUNTIES)
    (row,) = found.to_dicts()
    assert (row["key"], row["place_code"], row["direction"]) == ("training_pass_rate", "330122", "worse")
    assert (row["value"], row["rank"], row["ranked_of"]) == (73.5, 4, 4)
    assert row["behind"] is None


@pytest.mark.parametrize(("size", "accused"), [(3, 1), (2, 0)])
def test_too_few_are_not_accused(size: int, accused: int) -> None:
    """Ten months of three are 30 person-times, ten of two are 20."""
    rates = {"330122": [size] * 12 + [2, 2, 2, 2, 2, 1, 1, 1, 0, 0], "330110": [size] * 22}
    rates |= {"330127": [size] * 22, "330903": [size] * 22}
    found = oversight.watched(judged(passing(rates, size), "2026-10"), COUNTIES)
    assert found["place_code"].to_list() == ["330122"] * accused


def test_only_the_places_that_are_looked_at_are_listed() -> None:
    found = judged(passing(FOUR), "2026-10")
    assert oversight.watched(found, ("330127", "330903")).is_empty()
    assert oversight.watched(found, ("330122",)).height == 1


def test_movers_are_those_whose_rank_and_test_agree() -> None:
    """A year before, 330122 was second with 85.5 and 330127 fourth with 64.5; the flat ones moved without a trend."""
    better, worse = oversight.movers(judged(passing(FOUR), "2026-10"), COUNTIES)
    assert better.select("place_code", "rank_before", "rank", "gained").rows() == [("330127", 4, 3, 1)]
    assert worse.select("place_code", "rank_before", "rank", "gained").rows() == [("330122", 2, 4, -2)]
    assert (better["before"][0], worse["before"][0]) == (64.5, 85.5)


def test_without_a_year_before_nobody_moved() -> None:
    better, worse = oversight.movers(judged(passing(FOUR), "2023-12"), COUNTIES)
    assert better.is_empty()
    assert worse.is_empty()


def test_without_submissions_there_is_nothing_to_judge() -> None:
    found = judged(small.cubes([]), "2026-10")
    assert found.is_empty()
    assert oversight.watched(found, COUNTIES).is_empty()


@pytest.mark.parametrize("level", ["prefecture", "county"])
@pytest.mark.parametrize("month", ["2026-10", "2024-03", "2023-02"])
def test_the_list_is_what_plain_python_finds(demo_cubes: Cubes, level: Level, month: str) -> None:
    codes = [p.code for p in (places.counties() if level == "county" else places.prefectures())]
    wanted = {
        (i.key, code) for i in catalogue().values() for code in codes if _accused(demo_cubes, i, codes, code, month)
    }
    found = oversight.watched(judged(demo_cubes, month, level), tuple(codes))
    assert set(found.select("key", "place_code").iter_rows()) == wanted
    assert (month, level) != ("2026-10", "county") or wanted


def _accused(cubes: Cubes, indicator: Indicator, codes: list[str], code: str, month: str) -> bool:
    """The rule as it is written on screen, one place and one indicator at a time."""
    if indicator.kind not in ("rate", "share") or indicator.polarity == "none" or "census" in indicator.windows:
        return False
    rows = _kept(cubes, indicator, indicator.windows[0], code, month)
    now = rows[-1]
    residents = {t.cube.name for t in indicator.denominator} == {"census"}
    if now["value"] is None or (now["numerator"] if residents else now["denominator"]) < 30:
        return False
    if indicator.middle == "pace":
        leads = [None if r["value"] is None else r["value"] - measures.pace(r["month"]) for r in rows]
        return leads[-1] < 0 and trend(leads) == "falling"
    at_month = series_of(cubes, indicator, indicator.windows[0]).filter(pl.col("month") == month)
    values = dict(at_month.select("place_code", "value").iter_rows())
    known = [values[c] for c in codes if values.get(c) is not None]
    ahead = sum(v < now["value"] if indicator.polarity == "lower" else v > now["value"] for v in known)
    window = next((w for w in indicator.windows if w in ("month", "month_end")), None)
    if window is None or ahead + 1 <= 0.75 * len(known):
        return False
    direction = trend([r["value"] for r in _kept(cubes, indicator, window, code, month)])
    return direction == ("rising" if indicator.polarity == "lower" else "falling")


def _kept(cubes: Cubes, indicator: Indicator, window: Window, code: str, month: str) -> list[dict[str, float]]:
    values = series_of(cubes, indicator, window)
    return values.filter((pl.col("place_code") == code) & (pl.col("month") <= month)).to_dicts()


_kept_series: dict[tuple[str, Window], pl.DataFrame] = {}


def series_of(cubes: Cubes, indicator: Indicator, window: Window) -> pl.DataFrame:
    """Each series once."""
    key = (indicator.key, window)
    if key not in _kept_series:
        _kept_series[key] = series(cubes, *key)
    return _kept_series[key]


def test_the_rank_is_the_one_of_the_map(demo_cubes: Cubes) -> None:
    found = judged(demo_cubes, "2026-10").to_dicts()
    for key in ("shortage_share", "talent_per_10k"):
        known = catalogue()[key]
        now = measures.snapshot(series(demo_cubes, key, known.windows[0]), "2026-10", COUNTIES, known)
        ranks = {r["place_code"]: (r["rank"], r["value"]) for r in found if r["key"] == key}
        assert ranks == {code: (rank, value) for code, rank, value in now.select("place_code", "rank", "value").rows()}


def test_pace_is_told_in_points(demo_cubes: Cubes) -> None:
    found = judged(demo_cubes, "2026-10").filter(pl.col("key") == "training_completion", pl.col("value").is_not_null())
    for row in found.to_dicts():
        assert math.isclose(row["behind"], 100 * 46 / 60 - row["value"])
