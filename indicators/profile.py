"""How one place stands on everything that can be compared between places of any size: value, rank, spread, trend."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from data_sources.cubes import Cubes
from data_sources.tables import MONTHLY_TABLES
from geo import places
from indicators import measures, trends
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
    monthly = [_monthly(cubes, i, series, place_code, month) for i in kept]
    return pl.DataFrame([{**row, "trend": word} for row, word in zip(rows, monthly, strict=True)], schema=SCHEMA)


def _position(values: pl.DataFrame, indicator: Indicator, place_code: str, month: str) -> dict[str, Any]:
    window = indicator.windows[0]
    at = measures.CENSUS_MONTH if window == "census" else month
    level = places.place(place_code).level
    equals = {"county": places.counties(), "prefecture": places.prefectures()}.get(level, ())
    codes = tuple(p.code for p in equals) or (place_code,)
    now = measures.snapshot(values, at, codes, indicator)
    known = now["value"].drop_nulls() if equals else pl.Series([], dtype=pl.Float64)
    row = now.row(by_predicate=pl.col("place_code") == place_code, named=True)
    around = {
        r["place_code"]: r
        for r in values.filter(pl.col("month") == at).select("place_code", "value", "withheld").to_dicts()
    }
    within = places.prefecture_of(place_code)
    prefecture = within.code if within and level == "county" else ""
    nothing = {"value": None, "withheld": False}
    above = {code: around.get(code, nothing) for code in (place_code, places.PROVINCE, prefecture)}
    spread = dict(zip(("worst", "q1", "median", "q3", "best"), _quartiles(known), strict=True))
    return {
        "key": indicator.key,
        "title": indicator.title,
        "theme": indicator.theme,
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "window": window,
        "month": at,
        "value": row["value"],
        "rank": row["rank"] if equals else None,
        "ranked_of": row["ranked_of"] if equals else None,
        **spread,
        "province": above[places.PROVINCE]["value"],
        "prefecture": above[prefecture]["value"],
        "withheld": above[place_code]["withheld"],
        "province_withheld": above[places.PROVINCE]["withheld"],
        "prefecture_withheld": above[prefecture]["withheld"],
        "yoy": row["yoy"],
        "sure": row[counted(indicator)] >= FEWEST if row["value"] is not None else None,
    }


def _quartiles(known: pl.Series) -> tuple[float | None, ...]:
    return tuple(known.quantile(q, "linear") for q in (0.0, 0.25, 0.5, 0.75, 1.0))


def _monthly(cubes: Cubes, indicator: Indicator, series: Series, place_code: str, month: str) -> trends.Trend:
    """The trend of what each month brought, or of the stock at its end; sums since a year's beginning always rise."""
    window = next((w for w in ("month", "month_end") if w in indicator.windows), None)
    if window is None:
        return "unknown"
    past = measures.history(series(cubes, indicator.key, window), place_code).filter(pl.col("month") <= month)
    return trends.trend(past["value"].to_list())


def ahead(found: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a sure rank and a polarity, relatively best first: with `standing`, 1 for the first, 0 for the last.

    Without the census, which nobody can work on, and the filing of data, in which most places share the first rank.
    """
    judged = (pl.col("polarity") != "none") & ~pl.col("theme").is_in(["报送", "底数"])
    ranked = found.filter(pl.col("rank").is_not_null() & pl.col("sure") & judged & (pl.col("ranked_of") > 1))
    standing = 1 - (pl.col("rank") - 1) / (pl.col("ranked_of") - 1)
    return ranked.with_columns(standing=standing).sort("standing", "key", descending=[True, False])


def unfiled(cubes: Cubes, place_code: str) -> pl.DataFrame:
    """The months that the place's leaves have not filed, a row a table: `table_name`, `missing` (months), `months`."""
    leaves = measures.members()[place_code]
    rows = []
    for table in MONTHLY_TABLES:
        filed = cubes.filing.filter((pl.col("table_name") == table) & pl.col("place_code").is_in(list(leaves)))
        held = set(filed.select("place_code", "month").cast(pl.String).rows())
        late = sorted({m for m in cubes.months for leaf in leaves if (leaf, m) not in held})
        rows.append((table, len(late), "、".join(late)))
    return pl.DataFrame(rows, schema={"table_name": pl.String, "missing": pl.Int64, "months": pl.String}, orient="row")
