"""Industry clusters by place: counts, location quotients, concentration; sums of leaves, so a prefecture is its parts."""

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from data_sources.cubes import Cubes
from data_sources.reference import clusters
from geo import places
from indicators.catalogue import Window

ClusterSeries = Callable[[Cubes, str, Window, str | None], pl.DataFrame]
"""`indicators.measures.series` by key and cluster, or a cache of it."""

FEWEST: Final = 30
TOP: Final = 5
QUOTIENT: Final = (
    f"区位商＝本地该集群占本地各集群合计的比重÷全省同一比重，大于1为相对集中；本地各集群合计不足 {FEWEST} 的不计算"
)


def matrix(
    cubes: Cubes, key: str, window: Window, month: str, place_codes: Sequence[str], series: ClusterSeries
) -> pl.DataFrame:
    """One row a place and cluster, in the given order: `place_code`, `cluster_code`, `value` (null when missing),
    `total` of all clusters, `share` of the cluster in it (0 to 1), `quotient` against the province's share.

    `quotient` is null where the total is missing or below 30, or the province has nothing in the cluster.
    """
    wanted = [places.PROVINCE, *(code for code in place_codes if code != places.PROVINCE)]
    order = pl.DataFrame(
        {"place_code": wanted, "at": range(len(wanted))}, schema={"place_code": pl.String, "at": pl.Int64}
    )
    frames = []
    for number, code in enumerate(clusters()):
        now = series(cubes, key, window, code).filter(pl.col("month") == month)
        found = order.join(now, on="place_code", how="left").select("place_code", "at", "value")
        frames.append(found.with_columns(cluster_code=pl.lit(code), number=pl.lit(number)))
    cells = pl.concat(frames).with_columns(total=pl.col("value").sum().over("place_code"))
    cells = cells.with_columns(share=pl.when(pl.col("total") > 0).then(pl.col("value") / pl.col("total")))
    whole = cells.filter(pl.col("place_code") == places.PROVINCE).select("cluster_code", province="share")
    cells = cells.join(whole, on="cluster_code", how="left")
    sure = (pl.col("total") >= FEWEST) & (pl.col("province") > 0)
    cells = cells.with_columns(quotient=pl.when(sure).then(pl.col("share") / pl.col("province")))
    kept = cells.filter(pl.col("place_code").is_in(list(place_codes))).sort("at", "number")
    return kept.select("place_code", "cluster_code", "value", "total", "share", "quotient")


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
