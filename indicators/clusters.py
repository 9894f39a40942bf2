"""Industry clusters by place: counts, location quotients, concentration; sums of leaves, so a prefecture is its parts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from data_sources.cubes import BY_NAME, Cubes
from data_sources.reference import clusters
from geo import places
from indicators import evaluation, measures, spans
from indicators.catalogue import Window
from indicators.evaluation import span_of
from indicators.small_numbers import FEWEST

ClusterSeries = Callable[[Cubes, str, Window, str | None], pl.DataFrame]
"""`indicators.measures.series` by key and cluster, or a cache of it."""

TOP: Final = 5
WINDOWS: Final[Mapping[str, Window]] = {
    "talent_stock": "month_end",
    "vacancies": "year_to_date",
    "training_person_times": "year_to_date",
    "certificates": "year_to_date",
}
"""The counts that are looked at by cluster, each over one window. They add up over clusters."""
OCCUPIED: Final[Mapping[str, tuple[str, str]]] = {
    "people": ("talent_occupation", "people"),
    "demand": ("vacancy_occupation", "headcount"),
    "trained": ("training_occupation", "person_times"),
    "certificates": ("certificate_occupation", "certificates"),
}
"""What is known by occupation and cluster: the cube and its measure."""
QUOTIENT: Final = (
    f"区位商＝本地该集群占本地各集群合计的比重÷全省同一比重，大于1为相对集中；本地各集群合计不足 {FEWEST} 的不计算"
)


def matrix(
    cubes: Cubes, key: str, window: Window, month: str, place_codes: Sequence[str], series: ClusterSeries
) -> pl.DataFrame:
    """One row a place and cluster, in the given order: `place_code`, `cluster_code`, `value` (null when missing, or when it is
    `withheld`), `total` of all clusters and `total_withheld`, `share` of the cluster in it (0 to 1), `province`, its share
    there, and `quotient`, the one over the other.

    `quotient` is null where the total is missing or below 30, or the province has nothing in the cluster.
    """
    wanted = [places.PROVINCE, *(code for code in place_codes if code != places.PROVINCE)]
    grids = [measures.Grid(series(cubes, key, window, code)) for code in clusters()]
    value, withheld = (
        np.column_stack([grid.month(name, wanted, month) for grid in grids]) for name in ("value", "withheld")
    )
    total = value.sum(axis=1, keepdims=True)  # NaN where one is missing
    share = np.divide(value, total, out=np.full_like(value, np.nan), where=total > 0)
    sure = (total >= FEWEST) & (share[:1] > 0)
    cells = {
        "value": value,
        "withheld": withheld == 1,
        "total": total,
        "total_withheld": (withheld == 1).any(axis=1, keepdims=True),
        "share": share,
        "province": share[:1],
        "quotient": np.divide(share, share[:1], out=np.full_like(share, np.nan), where=sure),
    }
    first = int(places.PROVINCE not in place_codes)
    shown = wanted[first:]
    return pl.DataFrame(
        [
            pl.Series("place_code", [code for code in shown for _ in clusters()], dtype=pl.String),
            pl.Series("cluster_code", [*clusters()] * len(shown), dtype=pl.String),
            *(
                pl.Series(name, np.broadcast_to(each, value.shape)[first:].ravel(), nan_to_null=True)
                for name, each in cells.items()
            ),
        ]
    )


def together(cells: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Several clusters of a `matrix` as one, a row a place in its order: `place_code`, `value`, `withheld`, `total_withheld`,
    `share`, `quotient`.

    What the page looks at adds up over clusters: a person at work is in one cluster, by the one open spell.
    """
    found = cells.filter(pl.col("cluster_code").is_in(list(codes)))
    sums = found.group_by("place_code", maintain_order=True).agg(
        pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).first().alias("value"),
        withheld=pl.col("withheld").any(),
        total=pl.col("total").first(),
        total_withheld=pl.col("total_withheld").first(),
        province=pl.col("province").sum(),
    )
    share = pl.when(pl.col("total") > 0).then(pl.col("value") / pl.col("total"))
    sure = (pl.col("total") >= FEWEST) & (pl.col("province") > 0)
    return sums.with_columns(share=share, quotient=pl.when(sure).then(share / pl.col("province"))).select(
        "place_code", "value", "withheld", "total_withheld", "share", "quotient"
    )


def added(cubes: Cubes, key: str, window: Window, codes: Sequence[str], series: ClusterSeries) -> pl.DataFrame:
    """The series of several clusters added up, for every place and month: `place_code`, `month`, `value` (null when
    missing), `filed`, `expected`."""
    frames = [
        series(cubes, key, window, code).select("place_code", "month", "value", "filed", "expected") for code in codes
    ]
    if len(frames) == 1:
        return frames[0]
    return frames[0].with_columns(
        value=pl.sum_horizontal([frame["value"] for frame in frames], ignore_nulls=False),
    )


def registered(cubes: Cubes, place_codes: Sequence[str], codes: Sequence[str]) -> pl.DataFrame:
    """Organisations of these clusters in the register, a row a place in the given order: `place_code`, `organisations`,
    `chain_leaders`; null where a place has no register."""
    frame = cubes.frames["organisation"].with_columns(pl.col("place_code", "cluster_code").cast(pl.String))
    inside = frame.rename({"place_code": "leaf"}).join(spans.parts(place_codes), on="leaf")
    wanted = pl.col("cluster_code").is_in(list(codes))
    found = inside.group_by("place_code").agg(
        pl.col(column).filter(wanted).sum() for column in ("organisations", "chain_leaders")
    )
    order = pl.DataFrame({"place_code": list(place_codes)}, {"place_code": pl.String})
    return order.join(found, on="place_code", how="left", maintain_order="left")


def occupations(cubes: Cubes, place_code: str, month: str, codes: Sequence[str]) -> pl.DataFrame:
    """What these clusters are made of in one place, a row an occupation that has any, most people first:
    `occupation_code`, `people` at work at the month's end, `demand`, `trained` (person-times) and `certificates` of the
    year up to it.

    A column is null where the place has not filed what it needs.
    """
    found = pl.DataFrame(schema={"occupation_code": pl.String})
    for name, (cube, measure) in OCCUPIED.items():
        sums = _by_occupation(cubes, cube, measure, place_code, month, codes).rename({measure: name})
        found = found.join(sums, on="occupation_code", how="full", coalesce=True)
    known = {name: _filed(cubes, cube, place_code, month) for name, (cube, _) in OCCUPIED.items()}
    found = found.with_columns(
        (pl.col(name).fill_null(0) if known[name] else pl.lit(None, dtype=pl.Int64)).alias(name) for name in OCCUPIED
    )
    return found.sort(*OCCUPIED, "occupation_code", descending=[*(True for _ in OCCUPIED), False], nulls_last=True)


def levels(cubes: Cubes, place_code: str, month: str, which: str, codes: Sequence[str], *, stock: bool) -> pl.DataFrame:
    """One ladder of these clusters in one place, lowest level first (see `evaluation.ladder`): `level`, `value`, `share`,
    `province`: the share among all clusters of the same place, null where fewer than 30 stand on the ladder."""
    return evaluation.compared(counted(cubes, place_code, month, codes, stock=stock), which)


def counted(cubes: Cubes, place_code: str, month: str, codes: Sequence[str], *, stock: bool) -> pl.DataFrame:
    """Both ladders of these clusters in one place, beside all clusters there (see `evaluation.counted`)."""
    return evaluation.counted(cubes, place_code, span_of(month, "year_to_date"), stock=stock, clusters=codes)


def concentration(values: pl.DataFrame, place_codes: Sequence[str]) -> pl.DataFrame:
    """How concentrated a count is among these places, a row a month: `month`, `top` (share of the five largest, 0 to 1),
    `hhi` (sum of squared shares, 0 to 1), `places` (with a value). A month in which no place has anything is left out.
    """
    known = values.filter(pl.col("place_code").is_in(list(place_codes)) & (pl.col("value") > 0))
    shares = known.with_columns(share=pl.col("value") / pl.col("value").sum().over("month"))
    return (
        shares.group_by("month")
        .agg(
            top=pl.col("share").top_k(TOP).sum(),
            hhi=(pl.col("share") ** 2).sum(),
            places=pl.len().cast(pl.Int64),
        )
        .sort("month")
    )


def _months(cubes: Cubes, cube: str, month: str) -> tuple[str, ...]:
    """What is summed: all changes up to the month for a stock, else the months of its year."""
    if cube == "talent_occupation":
        return tuple(m for m in spans.with_before(cubes) if m <= month)
    return spans.months(cubes, "year_to_date", month)


def _by_occupation(
    cubes: Cubes, cube: str, measure: str, place_code: str, month: str, codes: Sequence[str]
) -> pl.DataFrame:
    found = spans.summed(
        cubes, cube, _months(cubes, cube, month), (place_code,), (measure,), by=("occupation_code",), cluster=codes,
        tables=() if cube == "talent_occupation" else None,
    )  # fmt: skip
    return found.filter(pl.col(measure) != 0).select("occupation_code", measure)


def _filed(cubes: Cubes, cube: str, place_code: str, month: str) -> bool:
    """Whether the place has a value: a stock needs its month, a flow every month of the window."""
    of = (month,) if cube == "talent_occupation" else _months(cubes, cube, month)
    return bool(spans.complete(cubes, BY_NAME[cube].tables, of, (place_code,), twice=True)["usable"][0])
