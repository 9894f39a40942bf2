"""When a rate stands on too few to be ranked as if it were sure: one rule for every page."""

from typing import Final, Literal

import polars as pl

from indicators.catalogue import Indicator

FEWEST: Final = 30
FEW: Final = "数量少"
DOUBT: Final = f"{FEW}，仅供参考"
RULE: Final = f"比率的分母（以常住或从业人口为分母的看分子）不足 {FEWEST} 的，数量太少，位次仅供参考"
MARKED: Final = f"位次后带 * 的：{RULE}"


def counted(indicator: Indicator) -> Literal["numerator", "denominator"]:
    """The column of a series on which a rate's certainty rests: its denominator, or what is set against residents.

    Residents are always many; how sure a rate of them is depends on how many were found.
    """
    people = indicator.denominator and all(term.cube.name == "census" for term in indicator.denominator)
    return "numerator" if people else "denominator"


def sure(indicator: Indicator) -> pl.Expr:
    """Whether a row of a series may be ranked as if it were sure: a count always, a rate that stands on 30; null when missing."""
    enough = pl.lit(True) if indicator.additive else pl.col(counted(indicator)) >= FEWEST
    return pl.when(pl.col("value").is_not_null()).then(enough)
