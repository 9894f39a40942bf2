"""What a place filed before: sums beside the file's own, usual ranges, and what is unusual against them."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from sqlalchemy import Select, func, select

from data_sources import queries
from data_sources.intake import known
from data_sources.intake.asked import Asked
from data_sources.intake.cells import ROW
from data_sources.intake.declarations import Layout, Rule
from data_sources.intake.problems import Problem
from data_sources.retention import later
from geo import places

LAST: str = "_last_month"
REPLACED: str = "_replaced"


def sums(url: str, asked: Asked, layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """One row a place: `rows` and each measure of the file; with `_last_month` of the month (year) before, with
    `_replaced` of what the file would replace. Null where there was no submission; money in fen.
    """
    found = sorted(rows["place_code"].drop_nulls().unique()) or [asked.place_code]
    mine = rows.group_by("place_code").agg(_totals(layout)).sort("place_code")
    mine = (
        pl.DataFrame({"place_code": found})
        .join(mine, on="place_code", how="left")
        .with_columns(pl.col("rows").fill_null(0))
    )
    for suffix, asked_then in ((LAST, _before(asked, layout)), (REPLACED, asked)):
        then = _filed(url, asked_then, layout, found) if asked_then else _nothing(layout)
        renamed = then.rename({name: name + suffix for name in then.columns if name != "place_code"})
        mine = mine.join(renamed, on="place_code", how="left", maintain_order="left")
    names = ["rows", *layout.measures]
    return mine.select("place_code", *(name + suffix for name in names for suffix in ("", LAST, REPLACED)))


def ranges(url: str, asked: Asked, layout: Layout, column: str, by: str) -> pl.DataFrame:
    """The least and the greatest value of a column by place and likeness in the year before: `low`, `high`."""
    t = queries.table(layout.table)
    within = t.c.month.between(later(asked.month, -12), later(asked.month, -1))
    low, high = func.min(t.c[column]).label("low"), func.max(t.c[column]).label("high")
    statement = (
        select(t.c.place_code, t.c[by], low, high)
        .where(queries.accepted(t), within, t.c.place_code.in_(asked.within))
        .group_by(t.c.place_code, t.c[by])
    )
    return queries.read(url, statement, {"place_code": pl.String, by: pl.String, "low": pl.Int64, "high": pl.Int64})


def unusual(url: str, asked: Asked, layout: Layout, rule: Rule, rows: pl.DataFrame) -> Iterator[Problem]:
    """Places whose rows or sums are far beyond their own last twelve months."""
    measures = rule.columns[1:]
    mine = rows.group_by("place_code").agg(pl.len().alias("rows"), pl.col(measures).sum(), first=pl.col(ROW).min())
    before = _by_month(url, asked, layout, measures)
    most = before.group_by("place_code").agg(most=pl.col("rows").max())
    for name, label in (("rows", "行数"), *((m, f"“{layout.field(m).label}”合计") for m in measures)):
        usual = before.group_by("place_code").agg(low=pl.col(name).min(), high=pl.col(name).max())
        large = pl.max_horizontal("rows", "most") >= rule.given["least"]
        beside = mine.join(usual, on="place_code").join(most, on="place_code").filter(large)
        factor = rule.given["factor"]
        odd = beside.filter((pl.col(name) > factor * pl.col("high")) | (pl.col(name) * factor < pl.col("low")))
        for row in odd.sort("place_code").iter_rows(named=True):
            money = name in measures and layout.field(name).kind == "money"
            now, low, high = (_told(row[key], money=money) for key in (name, "low", "high"))
            where = places.place(row["place_code"]).name
            why = f"{where}的{label}为 {now}，近一年各月在 {low} 与 {high} 之间"
            listed = pl.DataFrame({"row": [row["first"]], "value": [where], "right": [f"{low} 至 {high}"]})
            yield Problem(layout.field("place_code").label, why, 1, listed.cast({"row": pl.UInt32}))


def _told(value: int, *, money: bool) -> str:
    return f"{value / 100:,.2f} 元" if money else f"{value:,}"


def _totals(layout: Layout) -> list[pl.Expr]:
    return [pl.len().cast(pl.Int64).alias("rows"), *(pl.col(name).cast(pl.Int64).sum() for name in layout.measures)]


def _before(asked: Asked, layout: Layout) -> Asked | None:
    if layout.rhythm == "month":
        return Asked(asked.table, later(asked.month, -1), asked.place_code)
    if layout.rhythm == "year":
        return Asked(asked.table, str(int(asked.year) - 1), asked.place_code)
    return None


def _nothing(layout: Layout) -> pl.DataFrame:
    return pl.DataFrame(schema={"place_code": pl.String, **dict.fromkeys(("rows", *layout.measures), pl.Int64)})


def _filed(url: str, asked: Asked, layout: Layout, found: list[str]) -> pl.DataFrame:
    """Rows and sums of the accepted submissions of the period; zero rows where one brought none."""
    s, t = queries.table("submission"), queries.table(layout.table)
    same = known.replaced(asked, found)
    filed = queries.read(url, select(s.c.id, s.c.place_code).where(same), {"id": pl.Int64, "place_code": pl.String})
    statement = _summed(t, layout).where(t.c.submission_id.in_(filed["id"].to_list())).group_by(t.c.place_code)
    read = queries.read(url, statement, dict(_nothing(layout).schema))
    places_ = filed.select("place_code").unique().join(read, on="place_code", how="left")
    return places_.with_columns(pl.col("rows").fill_null(0))


def _summed(t: Any, layout: Layout) -> Select[Any]:
    measured = (func.sum(t.c[name]).label(name) for name in layout.measures)
    return select(t.c.place_code, func.count().label("rows"), *measured)


def _by_month(url: str, asked: Asked, layout: Layout, measures: tuple[str, ...]) -> pl.DataFrame:
    """The twelve months before by place, of accepted submissions: `place_code`, `month`, `rows` and the measures."""
    s, t = queries.table("submission"), queries.table(layout.table)
    within = s.c.month.between(later(asked.month, -12), later(asked.month, -1))
    own = (s.c.table_name == layout.table) & (s.c.status == "accepted") & s.c.place_code.in_(asked.within)
    kinds: dict[str, Any] = {"place_code": pl.String, "month": pl.String, "rows": pl.Int64}
    if not measures:
        counted = select(s.c.place_code, s.c.month, func.sum(s.c.row_count).label("rows"))
        return queries.read(url, counted.where(own, within).group_by(s.c.place_code, s.c.month), kinds)
    sums_ = (func.sum(t.c[name]).label(name) for name in measures)
    counted = select(s.c.place_code, s.c.month, func.count().label("rows"), *sums_)
    joined = counted.join_from(s, t, s.c.id == t.c.submission_id).where(own, within)
    return queries.read(url, joined.group_by(s.c.place_code, s.c.month), kinds | dict.fromkeys(measures, pl.Int64))
