"""Cubes summed over months and places for tables of many rows: what was filed, what it adds up to, who is complete.

The same rules as in `indicators.measures`: a county without a month has no value, a larger place is what was filed.
"""

from collections.abc import Sequence

import polars as pl

from data_sources.cubes import BEFORE_PLAN, BY_NAME, Cubes
from data_sources.retention import later
from indicators import people
from indicators.catalogue import Window
from indicators.measures import members


def months(cubes: Cubes, window: Window, month: str) -> tuple[str, ...]:
    """The months of a window that ends in a month."""
    first = {"month": month, "year_to_date": f"{month[:4]}-01"}.get(window, "2023-01")
    return tuple(m for m in cubes.months if first <= m <= month)


def around(month: str, first: int, last: int) -> tuple[str, ...]:
    """The months from so many after this one to so many; negative ones lie before it."""
    return tuple(later(month, by) for by in range(first, last + 1))


def with_before(cubes: Cubes) -> tuple[str, ...]:
    """All months, and before them the one that stands for everything before the plan."""
    return (BEFORE_PLAN, *cubes.months)


def parts(place_codes: Sequence[str]) -> pl.DataFrame:
    """The leaves of each place: `place_code`, `leaf`."""
    inside = members()
    rows = [(code, leaf) for code in place_codes for leaf in inside[code]]
    return pl.DataFrame(rows, schema={"place_code": pl.String, "leaf": pl.String}, orient="row")


def kept(
    cubes: Cubes,
    cube: str,
    cluster: str | Sequence[str] | None,
    *,
    of: Sequence[str] | None = None,
    leaves: Sequence[str] | None = None,
) -> pl.DataFrame:
    """A cube's rows with `place_code` as `leaf` and keys as text; of one cluster, of several, or all; of these months and
    leaves, or all. What is not wanted is left out by its codes, before any is written out."""
    frame = cubes.frames[cube]
    clusters = [cluster] if isinstance(cluster, str) else cluster
    for column, codes in {"cluster_code": clusters, "month": of, "place_code": leaves}.items():
        if codes is not None:
            frame = frame.filter(_among(frame, column, codes))
    return frame.with_columns(pl.col("place_code", "month").cast(pl.String)).rename({"place_code": "leaf"})


def _among(frame: pl.DataFrame, column: str, codes: Sequence[str]) -> pl.Expr:
    """Whether a column of codes is one of these."""
    kind = frame.schema[column]
    known = set(kind.categories) if isinstance(kind, pl.Enum) else set(codes)
    return pl.col(column).is_in(pl.Series([code for code in codes if code in known], dtype=kind).implode())


def filed(cubes: Cubes, tables: Sequence[str], of: Sequence[str]) -> pl.DataFrame:
    """The leaf-months of these months for which every one of the tables was filed: `leaf`, `month`."""
    came = cubes.filing.filter(pl.col("table_name").is_in(list(tables)) & pl.col("month").is_in(list(of)))
    counted = came.group_by(pl.col("place_code").cast(pl.String).alias("leaf"), pl.col("month").cast(pl.String))
    return counted.agg(pl.col("table_name").n_unique().alias("n")).filter(pl.col("n") == len(set(tables))).drop("n")


def complete(
    cubes: Cubes, tables: Sequence[str], of: Sequence[str], place_codes: Sequence[str], *, twice: bool = False
) -> pl.DataFrame:
    """How far each place has filed these months: `place_code`, `filed` (leaves complete in all months), `expected`,
    `usable` (a single leaf: complete; a larger place: something filed in the last month; and the people whom the tables
    tell apart are not closed to the reader, see `people.closed`)."""
    shut = people.closed(cubes, tables, place_codes, twice=twice)
    found = filed(cubes, tables, of)
    by_leaf = found.group_by("leaf").agg(n=pl.len(), last=(pl.col("month") == (of[-1] if of else "")).any())
    whole = (
        parts(place_codes)
        .join(by_leaf, on="leaf", how="left")
        .with_columns(full=(pl.col("n").fill_null(0) == len(of)) & (len(of) > 0), last=pl.col("last").fill_null(False))
    )
    counted = whole.group_by("place_code", maintain_order=True).agg(
        filed=pl.col("full").sum().cast(pl.Int64), expected=pl.len().cast(pl.Int64), some=pl.col("last").any()
    )
    single = pl.col("expected") == 1
    return counted.select(
        "place_code",
        "filed",
        "expected",
        usable=pl.when(single).then(pl.col("filed") == 1).otherwise("some") & ~pl.col("place_code").is_in(sorted(shut)),
    )


def summed(
    cubes: Cubes,
    cube: str,
    of: Sequence[str],
    place_codes: Sequence[str],
    measures: Sequence[str],
    *,
    by: Sequence[str] = (),
    cluster: str | Sequence[str] | None = None,
    tables: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Measures of a cube summed over months, by place and the dimensions `by` (text).

    Only leaf-months count that filed every one of `tables` (the cube's own table unless given; all with none). Nothing
    is summed for places whose people are closed to the reader (see `people.closed`).
    """
    shut = people.closed(cubes, BY_NAME[cube].tables, place_codes, twice=cluster is not None)
    inside = parts([code for code in place_codes if code not in shut])
    frame = kept(cubes, cube, cluster, of=of, leaves=inside["leaf"].unique().to_list())
    asked = BY_NAME[cube].tables if tables is None else tables
    if asked:
        frame = frame.join(filed(cubes, asked, of), on=["leaf", "month"], how="semi")
    small = frame.group_by("leaf", *by).agg(pl.col(measures).sum())
    sums = small.join(inside, on="leaf").group_by("place_code", *by).agg(pl.col(measures).sum())
    return sums.with_columns(pl.col(by).cast(pl.String)) if by else sums
