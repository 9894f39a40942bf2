"""Training bases one by one: seats, person-times and money of a window, how hard the seats are used, month by month."""

from collections.abc import Collection
from typing import Final

import polars as pl

from data_sources import policy
from data_sources.cubes import OWN_SUFFIX, Cubes
from geo import places, reach
from indicators import measures, spans
from indicators.catalogue import Window

SUMS: Final = {"training_base": ("person_times", "passed_person_times"), "subsidy_base": ("amount", "payments")}
TABLES: Final = {"training_base": "training", "subsidy_base": "subsidy"}
FIGURES: Final = ("person_times", "passed_person_times", "amount", "payments")


def in_use(register: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """The bases of a register (see `reading.register`) that were in use in any month from the first to the last, with

    `closed` (whether it is no longer in use in the last month) and `spot`: `inside` the province, `outside`, or `missing`.
    """
    ended = pl.col("closed_month")
    there = register.filter((pl.col("opened_month") <= last) & (ended.is_null() | (ended > first)))
    located = there.select(pl.col("lon").is_not_null() & pl.col("lat").is_not_null()).to_series().to_numpy()
    spots = reach.xy(there.with_columns(pl.col("lon", "lat").fill_null(0)))
    inside = pl.Series(located & reach.in_province(spots), dtype=pl.Boolean)
    spot = pl.when(inside).then(pl.lit("inside")).when(pl.Series(located, dtype=pl.Boolean)).then(pl.lit("outside"))
    return there.with_columns(closed=(ended <= last).fill_null(False), spot=spot.otherwise(pl.lit("missing")))


def listed(
    cubes: Cubes, register: pl.DataFrame, window: Window, month: str, place_code: str, kinds: Collection[str] = ()
) -> pl.DataFrame:
    """The bases of a place that were in use in the window, most seats first: the columns of the register, `closed` and
    `spot` (see `in_use`), `person_times`, `passed_person_times`, `amount` (fen), `payments`, and `use`: person-times for
    each seat, null without seats.

    A figure is null where the base's own county (or 市本级) has not filed every month of the window in which it was in
    use, and where what single bases did there is not open to the cubes' reader: `open` is whether it is. Not empty,
    `kinds` keeps those of these kinds.
    """
    months = spans.months(cubes, window, month)
    held = in_use(register, months[0], month).filter(pl.col("place_code").is_in(list(measures.filed_at(place_code))))
    if kinds:
        held = held.filter(pl.col("kind").is_in(list(kinds)))
    for cube in SUMS:
        held = _with_sums(cubes, cube, months, held)
    use = pl.when(pl.col("seats") > 0).then(pl.col("person_times") / pl.col("seats"))
    opened = _open(cubes, "training")
    return held.with_columns(use=use, open=opened).sort("seats", "base_code", descending=[True, False])


def history(cubes: Cubes, base: pl.DataFrame) -> pl.DataFrame:
    """One base (a row of the register) month by month while it was in use: `month` and the figures of `listed`, null in
    a month that its county has not filed, and everywhere where they are not open to the cubes' reader."""
    row = base.row(0, named=True)
    ended = row["closed_month"] or "9999"
    months = [m for m in cubes.months if row["opened_month"] <= m < ended]
    found = pl.DataFrame({"month": months}, {"month": pl.String})
    for cube, figures in SUMS.items():
        frame = spans.kept(cubes, cube, None).filter(pl.col("base_code").cast(pl.String) == row["base_code"])
        sums = frame.group_by("month").agg(pl.col(figures).sum())
        filed = spans.filed(cubes, (TABLES[cube],), months).filter(leaf=_leaf(row["place_code"]))["month"]
        opened = row["place_code"] in policy.detail_places(cubes.reader, TABLES[cube])
        known = pl.col("month").is_in(filed.implode()) & opened
        found = found.join(sums, on="month", how="left", maintain_order="left").with_columns(
            pl.when(known).then(pl.col(figure).fill_null(0)).alias(figure) for figure in figures
        )
    return found


def totals(found: pl.DataFrame) -> dict[str, int | float | None]:
    """What a list adds up to: `bases` and `seats` of those in use, `person_times`, `amount`, and `use`, a ratio of sums
    of which those are left out whose person-times are not known: as the indicator `base_use`, person-times of the whole
    window over the seats at its end."""
    present = found.filter(~pl.col("closed"))
    known = found.filter(pl.col("person_times").is_not_null())
    seats = int(known.filter(~pl.col("closed"))["seats"].sum())
    return {
        "bases": present.height,
        "seats": int(present["seats"].sum()),
        "person_times": int(found["person_times"].sum()) if found["person_times"].drop_nulls().len() else None,
        "amount": int(found["amount"].sum()) if found["amount"].drop_nulls().len() else None,
        "use": int(known["person_times"].sum()) / seats if seats else None,
    }


def _with_sums(cubes: Cubes, cube: str, months: tuple[str, ...], held: pl.DataFrame) -> pl.DataFrame:
    """The figures of one cube added up over the window; null where a month that counts was not filed."""
    figures = list(SUMS[cube])
    frame = spans.kept(cubes, cube, None, of=months)
    sums = frame.group_by(pl.col("base_code").cast(pl.String)).agg(pl.col(figures).sum())
    complete = _complete(cubes, TABLES[cube], months, held)
    joined = held.join(sums, on="base_code", how="left", maintain_order="left")
    joined = joined.join(complete, on="base_code", how="left", maintain_order="left")
    known = pl.col("complete") & _open(cubes, TABLES[cube])
    return joined.with_columns(pl.when(known).then(pl.col(f).fill_null(0)).alias(f) for f in figures).drop("complete")


def _open(cubes: Cubes, table: str) -> pl.Expr:
    """Whether what a base did is open to the cubes' reader; these cubes hold nothing else, which is not nothing done."""
    return pl.col("place_code").is_in(sorted(policy.detail_places(cubes.reader, table)))


def _complete(cubes: Cubes, table: str, months: tuple[str, ...], held: pl.DataFrame) -> pl.DataFrame:
    """Whether each base's leaf has filed the table in every month in which the base was in use: `base_code`, `complete`."""
    window = pl.DataFrame({"month": list(months)}, {"month": pl.String})
    needed = held.select(
        "base_code", "opened_month", "closed_month", leaf=pl.col("place_code").map_elements(_leaf, pl.String)
    ).join(window, how="cross")
    ended = pl.col("closed_month")
    needed = needed.filter((pl.col("opened_month") <= pl.col("month")) & (ended.is_null() | (ended > pl.col("month"))))
    came = spans.filed(cubes, (table,), months).with_columns(came=pl.lit(True))
    found = needed.join(came, on=["leaf", "month"], how="left")
    return found.group_by("base_code").agg(complete=pl.col("came").fill_null(False).all())


def _leaf(place_code: str) -> str:
    return place_code + OWN_SUFFIX if places.place(place_code).level == "prefecture" else place_code
