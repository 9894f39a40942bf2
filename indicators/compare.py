"""Places side by side: the average they are held against, and which of them does better than it."""

from collections.abc import Collection, Sequence
from typing import Final, Literal

import polars as pl

from geo import places
from indicators import peers
from indicators.catalogue import Catalogue, Indicator

Standing = Literal["better", "worse", "alike", "above", "below"]
AVERAGE: Final = "平均：比率为各地分子之和÷分母之和，数量为合计÷有数的地区数；缺报和不公开的地区不计入"


def reference_places(against: str, place_codes: Sequence[str]) -> tuple[str, ...]:
    """Whose average `place_codes` are held against: the places themselves (`chosen`), all of their level (`level`:
    prefectures when no county is among them, else counties), or a group of counties (see `peers.among`)."""
    if against == "chosen":
        return tuple(code for code in place_codes if code != places.PROVINCE)
    levels = {places.place(code).level for code in place_codes}
    if against == "level" and "prefecture" in levels and "county" not in levels:
        return tuple(p.code for p in places.prefectures())
    return tuple(sorted(peers.among("all" if against == "level" else against, places.PROVINCE)))


def fair(place_code: str, reference: Sequence[str], indicator: Indicator) -> bool:
    """Whether a place can be held against the average of these: the province never, a count by places of its size alone."""
    level = places.place(place_code).level
    return level != "province" and (not indicator.additive or level in {places.place(code).level for code in reference})


def averages(values: pl.DataFrame, place_codes: Collection[str], indicator: Indicator) -> pl.DataFrame:
    """The average of these places by month, from a series: `month`, `value` (null where none of them has a value).

    A rate is the ratio of sums over the places that have a value, never the mean of their rates; a count is the sum
    over them by how many they are.
    """
    known = pl.col("value").is_not_null()
    ours = values.filter(pl.col("place_code").is_in(list(place_codes)))
    total, whole = (pl.col(column).filter(known).sum() for column in ("numerator", "denominator"))
    ratio = pl.when(whole != 0).then(indicator.per * total / whole)
    mean = pl.col("value").mean()
    return ours.group_by("month").agg(value=mean if indicator.additive else ratio).sort("month")


def standing(value: float | None, reference: float | None, indicator: Indicator) -> Standing | None:
    """How a value stands to its reference, by the indicator's polarity; None when either is missing."""
    if value is None or reference is None:
        return None
    if value == reference:
        return "alike"
    if indicator.polarity == "none":
        return "above" if value > reference else "below"
    return "better" if (value > reference) == (indicator.polarity == "higher") else "worse"


def completion_of(catalogue: Catalogue, key: str) -> Indicator | None:
    """The indicator that sets this one against its target; None when it has none."""
    for indicator in catalogue.values():
        for term in indicator.denominator:
            if term.cube.name == "target" and term.where.get("indicator_key") == [key]:
                return indicator
    return None
