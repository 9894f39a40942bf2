"""Subsidy money of one place: each fund's plan, payments and balance, and what each fund pays for. All amounts in fen."""

import polars as pl

from data_sources.cubes import Cubes
from indicators import measures


def by_fund(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """One row a fund that has a plan or payments in the year up to `month`: `fund`, `budget` (null without a plan),
    `paid` (0 when nothing was), `balance` (null without a plan), `execution` in percent (null without a plan above 0).

    Payments are those of the months that were filed. Funds with the largest plan first.
    """
    year = int(month[:4])
    paid = _paid(cubes, place_code, month).group_by("fund").agg(pl.col("amount").sum().alias("paid"))
    plan = _of(cubes, "budget", place_code).filter(pl.col("year") == year)
    plan = plan.group_by("fund").agg(pl.col("amount").sum().alias("budget"))
    found = plan.join(paid, on="fund", how="full", coalesce=True).with_columns(pl.col("paid").fill_null(0))
    found = found.with_columns(
        balance=pl.col("budget") - pl.col("paid"),
        execution=pl.when(pl.col("budget") > 0).then(100 * pl.col("paid") / pl.col("budget")),
    )
    return found.sort("budget", "fund", descending=[True, False], nulls_last=True).select(
        "fund", "budget", "paid", "balance", "execution"
    )


def flows(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """What each fund paid for in the year up to `month`: `fund`, `kind`, `amount`, `person_times`, `payments`."""
    paid = _paid(cubes, place_code, month)
    grouped = paid.group_by("fund", "kind").agg(pl.col("amount", "person_times", "payments").sum())
    return grouped.filter(pl.col("amount") > 0).sort("fund", "amount", "kind", descending=[False, True, False])


def year_pace(month: str) -> float:
    """The share of the year that has passed at the month's end, in percent."""
    return 100 * int(month[5:]) / 12


def _paid(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    rows = _of(cubes, "subsidy", place_code)
    return rows.filter(
        (pl.col("month").cast(pl.String) >= f"{month[:4]}-01") & (pl.col("month").cast(pl.String) <= month)
    )


def _of(cubes: Cubes, cube: str, place_code: str) -> pl.DataFrame:
    frame = cubes.frames[cube].with_columns(pl.col("fund").cast(pl.String), pl.col("place_code").cast(pl.String))
    return frame.filter(pl.col("place_code").is_in(list(measures.members()[place_code])))
