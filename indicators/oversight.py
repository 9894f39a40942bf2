"""What needs attention: what is behind and getting worse (督办清单), and what moved most, by a stated test."""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from data_sources.cubes import Cubes
from geo import places
from indicators import measures, trends
from indicators.catalogue import Catalogue, Indicator
from indicators.profile import Series, comparable
from indicators.small_numbers import FEWEST, RULE, counted

Level = Literal["prefecture", "county"]
WORST: Final = 0.75
QUARTERED: Final = 4
"""So many must be ranked before there is a last quarter."""
YEAR: Final = 12
METHOD: Final = (
    "列入督办清单须同时满足：一、目标完成率落后序时进度，或比率在全省同级地区中居末四分之一（有数的不足 4 个不判断）；二、在变差："
    f"完成率与序时进度的差距、比率的当月值或月末值，按{trends.METHOD}。{RULE}，不列入"
)
MOVES: Final = (
    f"位次为全省同级地区中的位次，与 {YEAR} 个月前比；只列升降方向得到证实的（{trends.METHOD}）。{RULE}，不列入"
)
SCHEMA: Final = {
    "key": pl.String,
    "theme": pl.String,
    "place_code": pl.String,
    "value": pl.Float64,
    "behind": pl.Float64,
    "better": pl.Boolean,
    "trend": pl.String,
    "sure": pl.Boolean,
    "before": pl.Float64,
    "sure_before": pl.Boolean,
}


def judged(cubes: Cubes, catalogue: Catalogue, level: Level, month: str, series: Series) -> pl.DataFrame:
    """One row a place of the level and comparable indicator with a better end, the census left out; catalogue's order.

    `key`, `theme`, `place_code`; `value`, `rank`, `ranked_of` among all places of the level in the indicator's first
    window; `behind` pace in points (null without pace); `direction` (better, worse, flat, unknown: the tested trend);
    `sure` (not too few to be ranked); `before`, `rank_before`, `sure_before` (the same twelve months earlier, null where
    there is nothing).
    """
    codes = [p.code for p in (places.counties() if level == "county" else places.prefectures())]
    kept = [i for i in catalogue.values() if comparable(i) and i.polarity != "none" and "census" not in i.windows]
    rows = [_rows(cubes, i, codes, month, series) for i in kept] if month in cubes.months else []
    frame = pl.concat([pl.DataFrame(schema=SCHEMA), *rows])
    moved = pl.when(pl.col("trend").is_in(["rising", "falling"])).then(
        pl.when((pl.col("trend") == "rising") == pl.col("better")).then(pl.lit("better")).otherwise(pl.lit("worse"))
    )
    return frame.with_columns(
        rank=_rank("value"),
        ranked_of=pl.col("value").count().over("key").cast(pl.Int64),
        rank_before=_rank("before"),
        direction=moved.otherwise(pl.col("trend")),
    ).drop("trend", "better")


def watched(found: pl.DataFrame, place_codes: tuple[str, ...]) -> pl.DataFrame:
    """The rows of `judged` of these places that are behind and getting worse, the furthest behind first in each theme."""
    last = (pl.col("rank") > WORST * pl.col("ranked_of")) & (pl.col("ranked_of") >= QUARTERED)
    wanted = (pl.col("behind") > 0) | (pl.col("behind").is_null() & last)
    ours = found.filter(pl.col("place_code").is_in(list(place_codes)) & pl.col("sure"))
    ours = ours.filter((pl.col("direction") == "worse") & wanted)
    return ours.sort(pl.col("rank") / pl.col("ranked_of"), "key", "place_code", descending=[True, False, False])


def movers(found: pl.DataFrame, place_codes: tuple[str, ...], most: int = 5) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `judged` of these places whose rank rose most in twelve months with a tested improvement, and those
    whose rank fell most with a tested decline; `gained` is how many places were made good. At most so many of each."""
    ours = found.filter(pl.col("place_code").is_in(list(place_codes)) & pl.col("sure") & pl.col("sure_before"))
    ours = ours.with_columns(gained=pl.col("rank_before") - pl.col("rank"))
    ties = ["key", "place_code"]
    up = ours.filter((pl.col("direction") == "better") & (pl.col("gained") > 0))
    down = ours.filter((pl.col("direction") == "worse") & (pl.col("gained") < 0))
    return up.sort("gained", *ties, descending=[True, False, False]).head(most), down.sort("gained", *ties).head(most)


def _rank(column: str) -> pl.Expr:
    """1 is the best, ties share the better rank; a missing value has none."""
    best_first = pl.when(pl.col("better")).then(-pl.col(column)).otherwise(pl.col(column))
    return best_first.rank("min").over("key").cast(pl.Int64)


def _rows(cubes: Cubes, indicator: Indicator, codes: list[str], month: str, series: Series) -> pl.DataFrame:
    values = series(cubes, indicator.key, indicator.windows[0])
    grid, at = measures.Grid(values), cubes.months.index(month)
    known, enough = grid.matrix("value", codes), grid.matrix(counted(indicator), codes) >= FEWEST
    paced, pace = indicator.middle == "pace", np.array([measures.pace(m) for m in cubes.months])
    tested = known - pace if paced else _monthly(cubes, indicator, codes, series)
    year = [at, at - YEAR] if at >= YEAR else [at]
    nothing = np.full((len(codes), 1), np.nan)
    now, before = np.hstack([known[:, year], nothing])[:, :2].T
    return pl.DataFrame(
        {
            "key": [indicator.key] * len(codes),
            "theme": [indicator.theme] * len(codes),
            "place_code": codes,
            "value": now,
            "behind": pace[at] - now if paced else nothing[:, 0],
            "better": [indicator.polarity == "higher"] * len(codes),
            "trend": trends.trends(tested[:, : at + 1]),
            "sure": enough[:, at],
            "before": before,
            "sure_before": enough[:, year[-1]],
        },
        schema=SCHEMA,
        nan_to_null=True,
    )


def _monthly(cubes: Cubes, indicator: Indicator, codes: list[str], series: Series) -> npt.NDArray[np.float64]:
    """What each month brought, or the stock at its end; nothing where the indicator has neither: sums always rise."""
    window = next((w for w in ("month", "month_end") if w in indicator.windows), None)
    if window is None:
        return np.full((len(codes), len(cubes.months)), np.nan)
    return measures.Grid(series(cubes, indicator.key, window)).matrix("value", codes)
