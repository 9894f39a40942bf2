"""How one place stands on everything that can be compared between places of any size: value, rank, spread, trend."""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from data_sources.cubes import Cubes
from data_sources.engine import PolarsType
from data_sources.tables import MONTHLY_TABLES
from geo import places
from indicators import measures, small_numbers, trends
from indicators.catalogue import Catalogue, Indicator, Window
from indicators.small_numbers import FEWEST, counted

Series = Callable[[Cubes, str, Window], pl.DataFrame]
"""`indicators.measures.series` by key, or a cache of it."""

SCHEMA: Final = {
    **dict.fromkeys(("key", "title", "theme", "unit", "polarity", "window", "month"), pl.String),
    "value": pl.Float64,
    **dict.fromkeys(("rank", "ranked_of"), pl.Int64),
    **dict.fromkeys(("worst", "q1", "median", "q3", "best", "province", "prefecture", "yoy"), pl.Float64),
    **dict.fromkeys(("sure", "withheld", "province_withheld", "prefecture_withheld"), pl.Boolean),
    "trend": pl.String,
}


def comparable(indicator: Indicator) -> bool:
    """Whether its value does not grow with the size of the place."""
    return indicator.kind in ("rate", "share")


def positions(cubes: Cubes, catalogue: Catalogue, place_code: str, month: str, series: Series) -> pl.DataFrame:
    """One row a comparable indicator, in the catalogue's order: where the place stands among all places of its level.

    `key`, `title`, `theme`, `unit`, `polarity`, `window`, `month`; `value`, `rank`, `ranked_of` (null when missing);
    `worst`, `q1`, `median`, `q3`, `best` of the places that have a value, lowest first whatever the polarity;
    `province`, `prefecture` (null for a prefecture itself), `yoy`, `sure` (whether the rate stands on enough to be ranked, see
    `small_numbers`; null when missing), whether the three values are `withheld`, `province_withheld` and
    `prefecture_withheld`, `trend` (see `trends.trend`). The province has no places of its level: its rows
    have value, yoy and trend alone.
    """
    kept = [i for i in catalogue.values() if comparable(i)]
    rows = [_position(series(cubes, i.key, i.windows[0]), i, place_code, month) for i in kept]
    brought = np.array([_brought(cubes, i, series, place_code, month) for i in kept]).reshape(len(kept), -1)
    trend = trends.trends(brought)
    return pl.DataFrame([{**row, "trend": word} for row, word in zip(rows, trend, strict=True)], schema=SCHEMA)


APART: Final[Mapping[str, PolarsType]] = {
    **dict.fromkeys(("key", "title", "theme", "polarity", "month"), pl.String),
    **dict.fromkeys(("worst", "q1", "median", "q3", "best", "province"), pl.Float64),
    "province_withheld": pl.Boolean,
    "lowest": pl.List(pl.String),
    "highest": pl.List(pl.String),
}


def apart(cubes: Cubes, catalogue: Catalogue, place_codes: tuple[str, ...], month: str, series: Series) -> pl.DataFrame:
    """How far these places lie apart: one row a comparable indicator of which two of them have sure values, in the
    catalogue's order.

    `key`, `title`, `theme`, `polarity`, `month`; `worst`, `q1`, `median`, `q3`, `best` as in `positions`; `province`,
    `province_withheld`; `lowest` and `highest`: who has the least and the greatest value, all of those that share it.
    Values that stand on too few (see `small_numbers`) are left out.
    """
    rows = [
        _apart(series(cubes, i.key, i.windows[0]), i, place_codes, month) for i in catalogue.values() if comparable(i)
    ]
    return pl.DataFrame([row for row in rows if row], schema=APART)


def _apart(values: pl.DataFrame, indicator: Indicator, place_codes: tuple[str, ...], month: str) -> dict[str, Any]:
    at = measures.CENSUS_MONTH if indicator.windows[0] == "census" else month
    now = values.filter(pl.col("month") == at)
    known = now.filter(pl.col("place_code").is_in(place_codes) & small_numbers.sure(indicator)).sort("place_code")
    if known.height < 2:
        return {}
    whole = now.filter(pl.col("place_code") == places.PROVINCE).to_dicts()
    value = known["value"]
    return {
        "key": indicator.key,
        "title": indicator.title,
        "theme": indicator.theme,
        "polarity": indicator.polarity,
        "month": at,
        **_spread(value.to_numpy()),
        "province": whole[0]["value"] if whole else None,
        "province_withheld": bool(whole and whole[0]["withheld"]),
        "lowest": known.filter(value == value.min())["place_code"].to_list(),
        "highest": known.filter(value == value.max())["place_code"].to_list(),
    }


def ends(found: pl.DataFrame) -> pl.DataFrame:
    """How often each place is at the better and at the worse end of `apart`, of what is `judged` and not all the same:
    `place_code`, `first`, `last`."""
    told = found.filter(judged() & (pl.col("best") > pl.col("worst")))
    lower = pl.col("polarity") == "lower"
    better = told.select(place_code=pl.when(lower).then("lowest").otherwise("highest")).explode("place_code")
    worse = told.select(place_code=pl.when(lower).then("highest").otherwise("lowest")).explode("place_code")
    counts = (
        better.group_by("place_code")
        .len("first")
        .join(worse.group_by("place_code").len("last"), on="place_code", how="full", coalesce=True)
    )
    return counts.with_columns(pl.col("first", "last").fill_null(0).cast(pl.Int64)).sort("place_code")


def judged() -> pl.Expr:
    """Whether an indicator has a better end that somebody can work towards: not the census, nor the filing of data, in
    which most places share the first rank."""
    return (pl.col("polarity") != "none") & ~pl.col("theme").is_in(["报送", "底数"])


def _position(values: pl.DataFrame, indicator: Indicator, place_code: str, month: str) -> dict[str, Any]:
    window = indicator.windows[0]
    at = measures.CENSUS_MONTH if window == "census" else month
    level = places.place(place_code).level
    equals = {"county": places.counties(), "prefecture": places.prefectures()}.get(level, ())
    grid = measures.Grid(values)
    known = grid.month("value", [p.code for p in equals], at)
    known = known[~np.isnan(known)]
    own, within = grid.cell("value", place_code, at), places.prefecture_of(place_code)
    prefecture = within.code if within and level == "county" else ""
    above = {"": place_code, "province_": places.PROVINCE, "prefecture_": prefecture}
    return {
        "key": indicator.key,
        "title": indicator.title,
        "theme": indicator.theme,
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "window": window,
        "month": at,
        "value": own,
        "rank": _rank(own, known, lowest=indicator.polarity == "lower") if equals else None,
        "ranked_of": known.size if equals else None,
        **_spread(known),
        "province": grid.cell("value", places.PROVINCE, at),
        "prefecture": grid.cell("value", prefecture, at) if prefecture else None,
        **{f"{name}withheld": bool(code and grid.cell("withheld", code, at)) for name, code in above.items()},
        "yoy": grid.cell("yoy", place_code, at),
        "sure": None if own is None else grid.cell(counted(indicator), place_code, at) >= FEWEST,
    }


def _spread(known: measures.Matrix) -> dict[str, float | None]:
    """The quartiles of these values, nothing of none."""
    found = np.quantile(known, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist() if known.size else [None] * 5
    return dict(zip(("worst", "q1", "median", "q3", "best"), found, strict=True))


def _rank(own: float | None, known: measures.Matrix, *, lowest: bool) -> int | None:
    """1 is the highest value, or the lowest; ties share the better rank."""
    if own is None:
        return None
    return 1 + int((known < own if lowest else known > own).sum())


def _brought(cubes: Cubes, indicator: Indicator, series: Series, place_code: str, month: str) -> list[float]:
    """What each of the last months brought, or the stock at its end, NaN where nothing is known; sums since a year's
    beginning always rise."""
    window = next((w for w in ("month", "month_end") if w in indicator.windows), None)
    past: list[float] = []
    if window is not None:
        grid = measures.Grid(series(cubes, indicator.key, window))
        past = grid.matrix("value", (place_code,))[0, : bisect_right(grid.months, month)].tolist()
    return [*[math.nan] * trends.MONTHS, *past][-trends.MONTHS :]


def ahead(found: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a sure rank and are `judged`, relatively best first: with `standing`, 1 for the first, 0 for the
    last."""
    ranked = found.filter(pl.col("rank").is_not_null() & pl.col("sure") & judged() & (pl.col("ranked_of") > 1))
    standing = 1 - (pl.col("rank") - 1) / (pl.col("ranked_of") - 1)
    return ranked.with_columns(standing=standing).sort("standing", "key", descending=[True, False])


def unfiled(cubes: Cubes, place_code: str) -> pl.DataFrame:
    """The months that the place's leaves have not filed, a row a table: `table_name`, `missing` (months), `months`."""
    leaves = [measures.LEAVES.index(leaf) for leaf in measures.members()[place_code]]
    rows = []
    for table in MONTHLY_TABLES:
        missing = ~measures.filing(cubes, table, cubes.months)[leaves].all(axis=0)
        late = [cubes.months[at] for at in np.flatnonzero(missing)]
        rows.append((table, len(late), "、".join(late)))
    return pl.DataFrame(rows, schema={"table_name": pl.String, "missing": pl.Int64, "months": pl.String}, orient="row")
