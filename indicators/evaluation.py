"""Evaluation in one place: both ladders, issuers, contests, and which institutions stand where. Sums of leaves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from data_sources.cubes import BEFORE_PLAN as BEFORE_PLAN
from data_sources.cubes import BY_NAME, FIRST_MONTH, Cubes
from data_sources.policy import NotPermitted
from data_sources.vocabulary import CONTEST_LEVELS, ENGINEER_LEVELS, MILESTONE_KINDS, SKILL_LEVELS
from geo import places
from indicators import measures, people
from indicators.small_numbers import FEWEST

LADDERS: Final[Mapping[str, tuple[str, ...]]] = {"L": tuple(SKILL_LEVELS), "T": tuple(ENGINEER_LEVELS)}


def ladder(
    cubes: Cubes, place_code: str, span: tuple[str, str], ladder: str, *, stock: bool, clusters: Collection[str] = ()
) -> pl.DataFrame:
    """One row a level of one ladder, lowest first: `level`, `value`, `share` of the ladder, `province`, its share there.

    With `stock`, people at work at the end of the span (each has one open spell); else certificates issued in it.
    `share` is null when nobody stands on the ladder, `province` also where fewer than 30 do (too few to
    compare) and for the province itself. Raises `NotPermitted` where people of the place are not told apart by level to
    the reader of the cubes (see `people.closed`), or some of the levels would tell him a small number.
    """
    opened(cubes, place_code, span, stock=stock, clusters=clusters)
    whole = _levels(cubes, places.PROVINCE, span, stock, clusters)
    if place_code == places.PROVINCE or not _told(cubes, span, stock, clusters):
        whole = whole.clear()
    return compared(_beside(_levels(cubes, place_code, span, stock, clusters), whole), ladder)


def counted(
    cubes: Cubes, place_code: str, span: tuple[str, str], *, stock: bool, clusters: Collection[str]
) -> pl.DataFrame:
    """Both ladders of these clusters in one place, beside those of all clusters: `level`, `value`, `whole`; raises as
    `ladder` does."""
    opened(cubes, place_code, span, stock=stock, clusters=clusters)
    return _beside(*(_levels(cubes, place_code, span, stock, of) for of in (clusters, ())))


def compared(counts: pl.DataFrame, ladder: str) -> pl.DataFrame:
    """One ladder of what was counted (`level`, `value`, `whole`) as `ladder` gives it; `province` is the share of `whole`."""
    frame = pl.DataFrame({"level": list(LADDERS[ladder])}).join(counts, on="level", how="left", maintain_order="left")
    frame = frame.with_columns(pl.col("value", "whole").fill_null(0))
    total, all_of_it = pl.col("value").sum(), pl.col("whole").sum()
    comparable = total >= FEWEST
    return frame.select(
        "level",
        "value",
        share=pl.when(total > 0).then(pl.col("value") / total),
        province=pl.when(comparable & (all_of_it > 0)).then(pl.col("whole") / all_of_it),
    )


def opened(
    cubes: Cubes, place_code: str, span: tuple[str, str], *, stock: bool, clusters: Collection[str] = ()
) -> None:
    """Raises `NotPermitted` unless the levels of a place are shown to the reader of the cubes (see `ladder`)."""
    name, column = ("talent", "people") if stock else ("certificate", "certificates")
    if people.closed(cubes, (BY_NAME[name].table,), (place_code,), twice=bool(clusters)):
        raise NotPermitted("按等级分的人数只对本地区和上级开放，全省的对所有人开放。")
    of = [m for m in cubes.months if m <= span[1] and (stock or m >= span[0])]
    if place_code == places.PROVINCE and people.rare(cubes, name, column, "level", of):
        raise NotPermitted(f"部分等级不足 {cubes.fewest_people} 人，为保护个人不公开；请换一个月份查看。")


def issuers(cubes: Cubes, place_code: str, span: tuple[str, str]) -> pl.DataFrame:
    """Who issued certificates in the place and span, most first: `issuer_code`, `certificates`, `dual_certificates`.

    Raises `NotPermitted` where the organisations of the place are not open to the reader of the cubes.
    """
    cubes.opened("issuer", place_code)
    found = _within(cubes.frames["issuer"], place_code, span)
    grouped = found.group_by(pl.col("issuer_code").cast(pl.String)).agg(
        pl.col("certificates", "dual_certificates").sum()
    )
    return grouped.sort("certificates", "issuer_code", descending=[True, False])


def contests(cubes: Cubes, place_code: str, span: tuple[str, str]) -> pl.DataFrame:
    """One row a cluster and level with contests in the span, highest level first within each cluster: `cluster_code`,
    `level`, `contests`, `participants`, `awards`."""
    found = _within(cubes.frames["contest"], place_code, span).cast({"cluster_code": pl.String, "level": pl.String})
    grouped = found.group_by("cluster_code", "level").agg(pl.col("contests", "participants", "awards").sum())
    order = pl.col("level").replace_strict({level: i for i, level in enumerate(CONTEST_LEVELS)}, return_dtype=pl.Int64)
    return grouped.filter(pl.col("contests") > 0).sort("cluster_code", order)


def institutions(cubes: Cubes, place_codes: Sequence[str], month: str) -> pl.DataFrame:
    """One row a place and kind of milestone, in the given order: `place_code`, `kind`, `quantity` up to the month (0 when
    there was none: milestones are filed when they happen), `first` (its month, `BEFORE_PLAN` for earlier, null for none).
    """
    known = cubes.frames["milestone"].cast({"place_code": pl.String, "month": pl.String, "kind": pl.String})
    leaves = measures.members()
    inside = pl.DataFrame(
        [(code, leaf) for code in place_codes for leaf in leaves[code]],
        schema={"at": pl.String, "place_code": pl.String},
        orient="row",
    )
    reached = inside.join(known.filter(pl.col("month") <= month, pl.col("quantity") > 0), on="place_code")
    found = reached.group_by(pl.col("at").alias("place_code"), "kind").agg(
        pl.col("quantity").sum(), first=pl.col("month").min()
    )
    every = pl.DataFrame(
        [(code, kind) for code in place_codes for kind in MILESTONE_KINDS],
        schema={"place_code": pl.String, "kind": pl.String},
        orient="row",
    )
    joined = every.join(found, on=["place_code", "kind"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("quantity").fill_null(0))


def span_of(month: str, window: str) -> tuple[str, str]:
    """First and last month of a window that ends in a month: `year_to_date` or `since_2023`."""
    return (FIRST_MONTH if window == "since_2023" else f"{month[:4]}-01"), month


def _told(cubes: Cubes, span: tuple[str, str], stock: bool, clusters: Collection[str]) -> bool:
    try:
        opened(cubes, places.PROVINCE, span, stock=stock, clusters=clusters)
    except NotPermitted:
        return False
    return True


def _levels(
    cubes: Cubes, place_code: str, span: tuple[str, str], stock: bool, clusters: Collection[str]
) -> pl.DataFrame:
    """`level` and `value` as they stand in the cube, without an order."""
    name, column = ("talent", "people") if stock else ("certificate", "certificates")
    found = _within(cubes.frames[name], place_code, (BEFORE_PLAN, span[1]) if stock else span)
    if clusters:
        found = found.filter(pl.col("cluster_code").cast(pl.String).is_in(list(clusters)))
    return found.group_by(pl.col("level").cast(pl.String)).agg(pl.col(column).sum().alias("value"))


def _beside(held: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    return held.join(whole.rename({"value": "whole"}), on="level", how="full", coalesce=True)


def _within(frame: pl.DataFrame, place_code: str, span: tuple[str, str]) -> pl.DataFrame:
    """The rows of a place's leaves in the months of a span, both ends counted."""
    month = pl.col("month").cast(pl.String)
    inside = pl.col("place_code").cast(pl.String).is_in(list(measures.members()[place_code]))
    return frame.filter(inside, month >= span[0], month <= span[1])
