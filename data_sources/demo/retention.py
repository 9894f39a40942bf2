"""Knows who of the trained is at work in the place of the course 6 and 12 months later, from the frames to be written.

The same judgement as `data_sources.retention` makes in a database, before there is one.
"""

import polars as pl

from data_sources.demo.months import COUNT, TEXTS
from data_sources.demo.world import World
from data_sources.retention import AFTER, later


def judged(world: World, training: pl.DataFrame, employment: pl.DataFrame) -> pl.DataFrame:
    """`training` with `retained_6` and `retained_12`; null where the place has not filed employment by then."""
    rows = training.select("_leaf", "_file", "person_key").with_row_index()
    spells = employment.select("_leaf", "person_key", "start_month", "end_month")
    spells = spells.with_columns(_number("start_month"), _number("end_month").fill_null(COUNT + max(AFTER)))
    both = rows.join(spells, on=["_leaf", "person_key"]).select("index", "_file", "start_month", "end_month")
    found = []
    for after in AFTER:
        due = pl.col("_file") + after
        there = both.filter((pl.col("start_month") <= due) & (pl.col("end_month") > due))["index"]
        month = rows["_file"].to_numpy() + after
        unknown = (month >= COUNT) | world.late.missing("employment", rows["_leaf"].to_numpy(), month)
        retained = pl.repeat(False, rows.height, eager=True).scatter(there.unique(), True)
        found.append(retained.set(pl.Series(unknown), None).alias(f"retained_{after}"))
    return training.with_columns(found)


def _number(column: str) -> pl.Expr:
    """A month's index, −1 for before the plan; null stays null."""
    index = {text: at - 1 for at, text in enumerate(TEXTS)}
    return pl.col(column).replace_strict(index, return_dtype=pl.Int64)


assert later(TEXTS[1], 12) == TEXTS[13]
