"""Subsidy money of one place: each fund's plan, payments and balance, what it pays for, to whom. All amounts in fen."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from data_sources.cubes import Cubes
from geo import places
from indicators import measures, people
from indicators.catalogue import catalogue

BREAKDOWNS: Final[Mapping[str, tuple[str, str]]] = {
    "fund": ("subsidy", "fund"),
    "kind": ("subsidy", "kind"),
    "cluster": ("subsidy_cluster", "cluster_code"),
    "payee": ("subsidy_payee", "payee"),
    "base": ("subsidy_payee", "base_kind"),
}
"""What payments can be told apart by: the cube and its dimension."""


def least() -> float:
    """The smallest plan in fen that has an execution: less is told as 0.0 万元, and nothing is a share of that."""
    return catalogue()["budget_execution"].least_denominator


def by_fund(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """One row a fund that has a plan or payments in the year up to `month`: `fund`, `budget` (null without a plan),
    `paid` (0 when nothing was), `balance` (null without a plan), `execution` in percent (null without a plan of `least`).

    Payments are those of the months that were filed. Funds with the largest plan first.
    """
    year = int(month[:4])
    paid = _paid(cubes, place_code, month).group_by("fund").agg(pl.col("amount").sum().alias("paid"))
    plan = _of(cubes, "budget", place_code).filter(pl.col("year") == year)
    plan = plan.group_by("fund").agg(pl.col("amount").sum().alias("budget"))
    found = plan.join(paid, on="fund", how="full", coalesce=True).with_columns(pl.col("paid").fill_null(0))
    found = found.with_columns(
        balance=pl.col("budget") - pl.col("paid"),
        execution=pl.when(pl.col("budget") >= least()).then(100 * pl.col("paid") / pl.col("budget")),
    )
    return found.sort("budget", "fund", descending=[True, False], nulls_last=True).select(
        "fund", "budget", "paid", "balance", "execution"
    )


def breakdown(cubes: Cubes, place_code: str, month: str, by: str) -> pl.DataFrame:
    """Payments of the year up to `month` told apart by one of `BREAKDOWNS`, most money first.

    `code` ('' where the payments do not say), `amount`, `share` (of all, percent; null when nothing is paid),
    `person_times` (null where it is closed to the reader, see `people.closed`), `payments`.
    """
    cube, dimension = BREAKDOWNS[by]
    grouped = _grouped(cubes, cube, place_code, month, [dimension]).rename({dimension: "code"})
    whole = grouped["amount"].sum()
    shared = grouped.with_columns(share=pl.col("amount") * 100 / whole if whole else pl.lit(None, pl.Float64))
    shared = shared.sort("amount", "code", descending=[True, False])
    return shared.select("code", "amount", "share", "person_times", "payments")


def flows(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """What each fund paid for in the year up to `month`: `fund`, `kind`, `amount`, `person_times`, `payments`."""
    grouped = _grouped(cubes, "subsidy", place_code, month, ["fund", "kind"])
    return grouped.filter(pl.col("amount") > 0).sort("fund", "amount", "kind", descending=[False, True, False])


def onward(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """Into which clusters each kind went: `kind`, `cluster_code` ('' for none), `amount`, `person_times`, `payments`."""
    grouped = _grouped(cubes, "subsidy_cluster", place_code, month, ["kind", "cluster_code"])
    return grouped.filter(pl.col("amount") > 0).sort("kind", "amount", "cluster_code", descending=[False, True, False])


def year_pace(month: str) -> float:
    """The share of the year that has passed at the month's end, in percent."""
    return 100 * int(month[5:]) / 12


def _grouped(cubes: Cubes, cube: str, place_code: str, month: str, keys: list[str]) -> pl.DataFrame:
    paid = _paid(cubes, place_code, month, cube).with_columns(pl.col(keys).cast(pl.String))
    shut = bool(people.closed(cubes, ("subsidy",), (place_code,), twice=len(keys) > 1))
    of = [m for m in cubes.months if m[:4] == month[:4] and m <= month]
    shut |= place_code == places.PROVINCE and bool(people.rare(cubes, cube, "person_times", keys[0], of))
    person_times = pl.when(~pl.lit(shut)).then(pl.col("person_times").sum())
    return paid.group_by(keys).agg(pl.col("amount").sum(), person_times, pl.col("payments").sum())


def _paid(cubes: Cubes, place_code: str, month: str, cube: str = "subsidy") -> pl.DataFrame:
    rows = _of(cubes, cube, place_code)
    text = pl.col("month").cast(pl.String)
    return rows.filter((text >= f"{month[:4]}-01") & (text <= month))


def _of(cubes: Cubes, cube: str, place_code: str) -> pl.DataFrame:
    frame = cubes.frames[cube]
    inside = frame.filter(pl.col("place_code").cast(pl.String).is_in(list(measures.members()[place_code])))
    return inside.with_columns(pl.col("fund").cast(pl.String)) if "fund" in frame.columns else inside
