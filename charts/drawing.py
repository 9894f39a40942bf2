"""What the map draws for a view: each place's value, wording, class and mark; screen and print share it."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from charts import words
from charts.theme import Theme
from data_sources.cubes import OWN_SUFFIX
from geo import classes, colours, places
from indicators import measures, small_numbers
from indicators.catalogue import Indicator
from indicators.view import View

PACE_BREAKS: Final = (-10.0, -3.0, 3.0, 10.0)
PACE_LABELS: Final = (
    "落后10个百分点以上",
    "落后3～10个百分点",
    "相差不到3个百分点",
    "超前3～10个百分点",
    "超前10个百分点以上",
)
OWN_NAME: Final = "市本级"
NOT_A_PEER: Final = "不在所选同类地区内"


@dataclass(frozen=True)
class Drawing:
    """The map of one view, without shapes.

    `frame`, one row a drawn place in code order: `place_code`, `name`, `short_name`, `value`, `wording`, `label`,
    `rank`, `ranked_of`, `rank_wording`, `unsure` (a rate of too few to be ranked as if it were sure), `yoy`,
    `yoy_wording`, `filed`, `expected`, `class_index` (null: no value or not among the peers), `fill` (hex), `peer`.
    `counts`: places in each class. `missing`: peers that filed nothing, `withheld`: peers whose value is not told.
    `largest`: the value whose circle is largest.
    """

    kind: Literal["choropleth", "circles"]
    frame: pl.DataFrame
    breaks: tuple[float, ...]
    class_labels: tuple[str, ...]
    counts: tuple[int, ...]
    colours: tuple[str, ...]
    missing: int
    withheld: int
    largest: float
    pace: float | None


def drawing(values: pl.DataFrame, indicator: Indicator, view: View, theme: Theme) -> Drawing:
    """The map of `view` from the indicator's whole series; classes stay the same through all months."""
    peers = frozenset(view.ranked_places)
    now = measures.snapshot(values, view.month, view.ranked_places, indicator)
    everyone = pl.DataFrame({"place_code": list(view.drawn)})
    frame = everyone.join(now, on="place_code", how="left", maintain_order="left")
    choropleth = indicator.kind in ("rate", "share")
    pace = measures.pace(view.month) if indicator.middle == "pace" else None
    breaks, labels = _classes(values, indicator, view, pace)
    palette = _palette(len(labels), indicator, theme)
    compared = [None if v is None else v - (pace or 0) for v in frame["value"]]
    indices = classes.classify(compared, breaks)
    untold = frame["withheld"].fill_null(False)
    empty = [colours.withheld(theme) if held else colours.no_data(theme) for held in untold]
    fills = [bare if i is None else palette[i] for i, bare in zip(indices, empty, strict=True)]
    bare_peers = frame["value"].is_null() & frame["place_code"].is_in(sorted(peers))
    worded = _worded(frame, indicator).with_columns(
        pl.Series("class_index", indices, dtype=pl.Int64),
        pl.Series("fill", fills, dtype=pl.String),
        pl.col("place_code").is_in(sorted(peers)).alias("peer"),
    )
    worded = worded.with_columns(wording=pl.when("peer").then("wording").otherwise(pl.lit(NOT_A_PEER)))
    sizes = values.filter(pl.col("place_code").is_in(list(view.drawn)))["value"].abs().max()
    return Drawing(
        kind="choropleth" if choropleth else "circles",
        frame=worded,
        breaks=breaks,
        class_labels=labels,
        counts=tuple(indices.count(i) for i in range(len(labels))),
        colours=palette,
        missing=int((bare_peers & ~untold).sum()),
        withheld=int((bare_peers & untold).sum()),
        largest=float(sizes) if isinstance(sizes, int | float) else 0.0,
        pace=pace,
    )


def rows(values: pl.DataFrame, indicator: Indicator, view: View) -> pl.DataFrame:
    """The table that says everything the map says: drawn places best first, then 市本级, then their total.

    Columns as in `Drawing.frame` up to `expected`.
    """
    whole = view.within
    own = [places.place(whole).code + OWN_SUFFIX] if whole != places.PROVINCE else []
    ranked = measures.snapshot(values, view.month, view.ranked_places, indicator)
    ranked = ranked.sort("rank", "place_code", nulls_last=True)
    rest = measures.snapshot(values, view.month, (*own, whole), indicator)
    unranked = rest.with_columns(rank=pl.lit(None, dtype=pl.Int64), ranked_of=pl.lit(0, dtype=pl.Int64))
    return _worded(pl.concat([ranked, unranked]), indicator)


def name_of(code: str) -> str:
    """The name of a place or of a prefecture's 市本级."""
    if code.endswith(OWN_SUFFIX):
        return f"{places.place(code.removesuffix(OWN_SUFFIX)).short_name}{OWN_NAME}"
    return places.place(code).name


def _worded(frame: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    table = frame.to_dict(as_series=False)
    codes = table["place_code"]
    unsure = frame.select(small_numbers.sure(indicator).not_().fill_null(False)).to_series()
    return frame.with_columns(
        unsure=unsure,
        name=pl.Series([name_of(c) for c in codes], dtype=pl.String),
        short_name=pl.Series(
            [OWN_NAME if c.endswith(OWN_SUFFIX) else places.place(c).short_name for c in codes], dtype=pl.String
        ),
        wording=pl.Series(
            [words.value(v, indicator, withheld=w) for v, w in zip(table["value"], table["withheld"], strict=True)],
            dtype=pl.String,
        ),
        label=pl.Series(
            [words.short(v, indicator, withheld=w) for v, w in zip(table["value"], table["withheld"], strict=True)],
            dtype=pl.String,
        ),
        rank_wording=pl.Series(
            [
                words.rank(r, of or 0, unsure=few and r is not None)
                for r, of, few in zip(table["rank"], table["ranked_of"], unsure, strict=True)
            ],
            dtype=pl.String,
        ),
        yoy_wording=pl.Series([words.change(y, indicator) for y in table["yoy"]], dtype=pl.String),
    )


def _classes(
    values: pl.DataFrame, indicator: Indicator, view: View, pace: float | None
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    if pace is not None:
        return PACE_BREAKS, PACE_LABELS
    if indicator.middle == "zero":
        return (0.0,), ("小于零", "不小于零")
    every_month = values.filter(pl.col("place_code").is_in(list(view.ranked_places)))["value"].drop_nulls()
    taken = _thinned(every_month) if view.method == "natural" else every_month
    breaks = classes.breaks(taken.to_list(), method=view.method)
    return breaks, classes.class_labels(breaks, words.exact)


def _thinned(values: pl.Series, most: int = 400) -> pl.Series:
    """At most so many of the values, evenly from least to greatest: natural breaks take time by the square of them."""
    if len(values) <= most:
        return values
    return values.sort().gather([round(i * (len(values) - 1) / (most - 1)) for i in range(most)])


def _palette(count: int, indicator: Indicator, theme: Theme) -> tuple[str, ...]:
    if indicator.middle is not None:
        return colours.diverging(count, theme)
    return colours.sequential(count, theme)


def round_values(greatest: float) -> list[float]:
    """What the circles of a legend stand for: three values of the form 1, 2 or 5 × 10ⁿ from small to large, the last below
    the greatest."""
    if greatest <= 0:
        return []
    last = _round_below(greatest / 1.3)
    return [_round_below(last / 22), _round_below(last / 4), last]


def _round_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next(step * power for step in (5, 2, 1) if step * power <= value * (1 + 1e-9))
