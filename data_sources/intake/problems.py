"""What is wrong with a file, or looks unusual: grouped by column and reason, with the rows that have it."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from data_sources.intake import numbers
from data_sources.intake.cells import ROW
from data_sources.intake.numbers import HIDDEN as HIDDEN

MOST: Final = 100_000
"""The most rows that one problem lists; its count is exact."""


@dataclass(frozen=True)
class Problem:
    """One kind of mistake in one column: how often, and the rows that make it (`row`, `value`, `right`)."""

    column: str
    why: str
    count: int
    rows: pl.DataFrame

    @property
    def said(self) -> str:
        """The column and what is wrong with it."""
        return self.why if self.why.startswith("“") else f"“{self.column}”{self.why}"


def of_rows(column: str, why: str, rows: pl.Series, right: str = "") -> Problem:
    """A problem whose values are not to be shown."""
    some = pl.DataFrame({"row": rows.head(MOST)}).with_columns(value=pl.lit(HIDDEN), right=pl.lit(right))
    return Problem(column, why, len(rows), some)


def of_values(column: str, why: str, wrong: pl.DataFrame) -> Problem:
    """A problem of texts: `wrong` has `_row`, `value` and `right`."""
    rows = wrong.head(MOST).select(
        pl.col(ROW).alias("row"), numbers.masked_all(pl.col("value")).alias("value"), pl.col("right")
    )
    return Problem(column, why, wrong.height, rows)
