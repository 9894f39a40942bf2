"""The training circle: who lives within so many minutes of a base, whom nobody reaches, and how many seats are in reach.

A county's people are taken to live evenly over it (see `geo.reach.points`). Who works in a prefecture's 市本级 belongs
to no county and stands outside these measures.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from data_sources.cubes import Cubes
from geo import places, reach
from geo.isochrones import Isochrones
from geo.reach import Floats, Travel
from indicators import bases

TABLES: Final = frozenset({"base", "employment"})
STOCK: Final = "talent_stock"
"""The indicator whose month's end says how many digital workers a county has."""
ZONES: Final = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
"""How much a seat counts by the share of the minutes that the way to it takes (Luo and Qi, 2009)."""
PER: Final = 1000


@dataclass(frozen=True)
class Way:
    """How a base is reached: within so many minutes, by straight lines, or by an operator's isochrones."""

    minutes: int
    travel: Travel
    isochrones: Isochrones | None = None

    def took(self, spots: Floats, sites: pl.DataFrame) -> Floats:
        """Minutes from each spot to each base; infinite where it is not known to be reached at all."""
        if self.isochrones is not None:
            return self.isochrones.minutes(spots, sites["base_code"].to_list())
        return self.travel.minutes(reach.kilometres(spots, reach.xy(sites)))

    def nearest(self, spots: Floats, sites: pl.DataFrame) -> Floats:
        """Minutes from each spot to the nearest of the bases; infinite where none is known to be reached."""
        if sites.is_empty():
            return np.full(len(spots), np.inf)
        if self.isochrones is not None:
            return np.asarray(self.took(spots, sites).min(axis=1))
        return self.travel.minutes(reach.nearest(spots, reach.xy(sites)))


def sites(register: pl.DataFrame, month: str, kinds: Collection[str] = ()) -> pl.DataFrame:
    """The bases that can be reached in a month: in use, with a position inside the province, of these kinds (all if none);
    `base_code`, `kind`, `place_code`, `lon`, `lat`, `seats`, in the order of codes."""
    found = bases.in_use(register, month, month).filter(pl.col("spot") == "inside", ~pl.col("closed"))
    if kinds:
        found = found.filter(pl.col("kind").is_in(list(kinds)))
    return found.select("base_code", "kind", "place_code", "lon", "lat", "seats").sort("base_code")


def people(cubes: Cubes, stock: pl.DataFrame, month: str) -> pl.DataFrame:
    """Every county: `place_code`, `residents` (census), `workers` (`stock` is the series of `talent_stock`; null where
    the county has not filed the month)."""
    counties = pl.DataFrame({"place_code": [each.code for each in places.counties()]}, {"place_code": pl.String})
    census = cubes.frames["census"].select(pl.col("place_code").cast(pl.String), "residents")
    working = stock.filter(pl.col("month") == month).select("place_code", workers=pl.col("value").cast(pl.Int64))
    found = counties.join(census, on="place_code", how="left", maintain_order="left")
    return found.join(working, on="place_code", how="left", maintain_order="left")


def coverage(who: pl.DataFrame, held: pl.DataFrame, way: Way) -> pl.DataFrame:
    """Every county of `who`: its columns, `share` (0 to 1) of its people within reach of a base of `held`, `bases` (so
    many of them lie in it by their filing), `nearest` (minutes to the nearest base, the mean of its people; null by
    isochrones and without any base)."""
    points = reach.points()
    least = way.nearest(reach.xy(points), held)
    told = points.select("place_code").with_columns(within=pl.Series(least <= way.minutes), least=pl.Series(least))
    by_county = told.group_by("place_code", maintain_order=True).agg(
        share=pl.col("within").mean(), nearest=pl.col("least").mean()
    )
    number = held.group_by("place_code").agg(bases=pl.len().cast(pl.Int64))
    found = who.join(by_county, on="place_code", how="left", maintain_order="left")
    found = found.join(number, on="place_code", how="left", maintain_order="left")
    known = pl.col("nearest").is_finite() & pl.lit(way.isochrones is None)
    return found.with_columns(pl.col("bases").fill_null(0), nearest=pl.when(known).then("nearest"))


def rolled(covered: pl.DataFrame, place_codes: Sequence[str]) -> pl.DataFrame:
    """Places of any level from their counties, in the given order: `place_code`, `residents`, `residents_within`,
    `residents_share`, `workers`, `workers_within`, `workers_share`, `counties`, `unknown` (counties that have not filed
    their workers), `bare` (counties of which nobody is within reach), `nearest` (the mean over residents).

    Shares are ratios of sums, null without people; workers count only where they were filed.
    """
    weighed = pl.col("residents") * pl.col("nearest")
    parts = _inside(place_codes).join(covered.rename({"place_code": "county"}), on="county")
    sums = parts.group_by("place_code").agg(
        pl.col("residents").sum(),
        residents_within=(pl.col("residents") * pl.col("share")).sum(),
        workers=_sum_of_known(pl.col("workers")),
        workers_within=_sum_of_known(pl.col("workers") * pl.col("share")),
        counties=pl.len().cast(pl.Int64),
        unknown=pl.col("workers").null_count().cast(pl.Int64),
        bare=(pl.col("share") == 0).sum().cast(pl.Int64),
        nearest=pl.when(pl.col("nearest").null_count() == 0).then(weighed.sum() / pl.col("residents").sum()),
    )
    wanted = pl.DataFrame({"place_code": list(place_codes)}, {"place_code": pl.String})
    found = wanted.join(sums, on="place_code", how="left", maintain_order="left")
    return found.with_columns(
        residents_share=_ratio("residents_within", "residents"), workers_share=_ratio("workers_within", "workers")
    )


def accessible(who: pl.DataFrame, held: pl.DataFrame, way: Way) -> pl.DataFrame:
    """Every county: `place_code`, `workers`, `seats` of its own bases, `own` (seats per 1,000 of its workers) and
    `access`: seats per 1,000 digital workers by the enhanced two-step floating catchment.

    First each base's seats are shared among the workers within reach, nearer ones counting more (`ZONES`); then each
    county adds up what its people can reach. Null without workers or where they were not filed; those workers do not
    share in their neighbours' seats either.
    """
    number = held.group_by("place_code").agg(pl.col("seats").sum())
    found = who.select("place_code", "workers").join(number, on="place_code", how="left", maintain_order="left")
    found = found.with_columns(pl.col("seats").fill_null(0)).join(
        _access(who, held, way), on="place_code", how="left", maintain_order="left"
    )
    some = pl.col("workers") > 0
    return found.with_columns(
        own=pl.when(some).then(PER * pl.col("seats") / pl.col("workers")),
        access=pl.when(some).then(PER * pl.col("access").fill_null(0)),
    ).select("place_code", "workers", "seats", "own", "access")


def rolled_access(found: pl.DataFrame, place_codes: Sequence[str]) -> pl.DataFrame:
    """`accessible` for places of any level: sums of workers and seats, `access` weighted by workers; counties without
    `access` are left out of it, and counted as `unknown`."""
    parts = _inside(place_codes).join(found.rename({"place_code": "county"}), on="county")
    known = pl.col("access").is_not_null()
    sums = parts.group_by("place_code").agg(
        workers=_sum_of_known(pl.col("workers")),
        seats=pl.col("seats").sum(),
        known_seats=pl.col("seats").filter(known).sum(),
        reached=(pl.col("access") * pl.col("workers")).sum(),
        counted=pl.col("workers").filter(known).sum(),
        unknown=pl.col("workers").null_count().cast(pl.Int64),
    )
    wanted = pl.DataFrame({"place_code": list(place_codes)}, {"place_code": pl.String})
    joined = wanted.join(sums, on="place_code", how="left", maintain_order="left")
    return joined.with_columns(own=PER * _ratio("known_seats", "counted"), access=_ratio("reached", "counted")).select(
        "place_code", "workers", "seats", "own", "access", "unknown"
    )


def _access(who: pl.DataFrame, held: pl.DataFrame, way: Way) -> pl.DataFrame:
    """Seats for each worker of a county, by `access`: `place_code`, `access`; no row where nothing is reached."""
    points = reach.points().join(who.filter(pl.col("workers") > 0), on="place_code", maintain_order="left")
    took = way.took(reach.xy(points), held)
    point, base = np.nonzero(took <= way.minutes)
    if not len(point):
        return pl.DataFrame(schema={"place_code": pl.String, "access": pl.Float64})
    import pandas as pd  # with `access` comes pandas: only who asks for seats waits for that
    from access.fca import two_stage_fca

    ends, weights = zip(*ZONES, strict=True)
    zones = np.searchsorted(np.array(ends) * way.minutes, took[point, base])
    found = two_stage_fca(
        pd.DataFrame({"demand": (points["workers"] * points["share"]).to_numpy()}),
        pd.DataFrame({"supply": held["seats"].to_numpy().astype(float)}),
        pd.DataFrame({"origin": point, "dest": base, "weight": np.array(weights)[zones]}),
        demand_index=True,
        cost_name="weight",
        weight_fn=np.positive,  # of all ways at once; the step function of `access` is asked for each of 200,000 alone
    )
    each = np.zeros(points.height)
    each[found.index.to_numpy()] = found.to_numpy()
    reached = points.select("place_code", access=pl.col("share") * pl.Series(each))
    return reached.group_by("place_code").agg(pl.col("access").sum())


def _inside(place_codes: Sequence[str]) -> pl.DataFrame:
    """The counties of each place: `place_code`, `county`."""
    rows = [(code, county.code) for code in place_codes for county in places.counties(code)]
    return pl.DataFrame(rows, schema={"place_code": pl.String, "county": pl.String}, orient="row")


def _sum_of_known(column: pl.Expr) -> pl.Expr:
    return pl.when(column.null_count() < pl.len()).then(column.sum())


def _ratio(numerator: str, denominator: str) -> pl.Expr:
    return pl.when(pl.col(denominator) > 0).then(pl.col(numerator) / pl.col(denominator))
