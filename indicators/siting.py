"""Where the next training bases would help most: maximal coverage of the people whom no base reaches yet (`spopt`)."""

import importlib
import sys
from collections.abc import Collection
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from geo import reach
from indicators.reach import Way

EACH: Final = (3, 2, 1)
"""So many spots of each county are candidates: those that would reach most of the people outside. Fewer where so many
people are outside that the problem would be larger than `LARGE`."""
LARGE: Final = 60_000
"""Candidates × clients that are solved in well under a second."""
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
SCHEMA: Final[dict[str, Any]] = {
    "rank": pl.Int64,
    "place_code": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "gain": pl.Float64,
    "within": pl.Float64,
    "share": pl.Float64,
    "helps": pl.List(pl.String),
}


def next_bases(
    who: pl.DataFrame, held: pl.DataFrame, way: Way, *, count: int, helped: str, among: Collection[str]
) -> pl.DataFrame:
    """At most `count` new sites in the counties `among` that together bring most people within reach, best first: `rank`,
    `place_code`, `lon`, `lat`, `gain` (people within reach beside those of the bases and of the sites before it),
    `within` (all people within reach then), `share` of all, `helps` (up to three counties that gain most).

    `helped` is the column of `who` that counts: `residents` or `workers`; where it is null nobody is counted. New sites
    are reached by straight lines, also beside isochrones. Only sites that help are listed: none where everybody is
    within reach.
    """
    points = reach.points().join(who, on="place_code", maintain_order="left")
    spots = reach.xy(points)
    weights = (points[helped].fill_null(0) * points["share"]).to_numpy()
    reached = np.asarray(way.nearest(spots, held) <= way.minutes)
    outside = ~reached & (weights > 0)
    alone = _alone(points, weights, outside, way, among)
    if alone.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    for each in EACH:
        candidates = _candidates(alone, each)
        covers = _covers(spots[candidates], spots[outside], way)
        kept = _undominated(covers)
        candidates, covers = candidates[kept], covers[kept]
        if covers.shape[0] * len(np.unique(covers.T, axis=0)) <= LARGE:
            break
    chosen = _maximal(covers, weights[outside], count)
    ordered = _ordered(covers, weights[outside], chosen)
    return _table(points, weights, (candidates, outside, reached), covers, ordered)


def solver() -> tuple[Any, Any]:
    """The model and what solves it: only who asks where to build waits for their import."""
    from pulp import PULP_CBC_CMD
    from pulp.v4_migration import set_v4_migration_warnings

    set_v4_migration_warnings(False)  # it is spopt that makes variables the old way
    return _alone_in_its_package("spopt.locate.coverage").MCLP, PULP_CBC_CMD


def _alone_in_its_package(name: str) -> ModuleType:
    """Import a module without what its packages import for themselves: of `spopt` that is three quarters of the time, for
    plots and regions that nobody here asks for. Whoever imports the packages later gets them whole."""
    parents, path = name.split(".")[:-1], None
    stand_ins = {}
    for depth in range(1, len(parents) + 1):
        spec = PathFinder.find_spec(".".join(parents[:depth]), path)
        if spec is None:
            raise ModuleNotFoundError(name)
        path = spec.submodule_search_locations
        if spec.name not in sys.modules:
            stand_ins[spec.name] = module_from_spec(spec)
    sys.modules.update(stand_ins)
    try:
        return importlib.import_module(name)
    finally:
        for package in stand_ins:
            del sys.modules[package]


def _alone(points: pl.DataFrame, weights: Floats, outside: Flags, way: Way, among: Collection[str]) -> pl.DataFrame:
    """What each point of these counties alone would bring within reach, most first: `at` (which point), `code`, `alone`;
    without those that bring nobody."""
    allowed = np.flatnonzero(points["place_code"].is_in(list(among)).to_numpy())
    spots = reach.xy(points)
    gain = _covers(spots[allowed], spots[outside], way) @ weights[outside]
    frame = pl.DataFrame({"at": allowed, "code": points["place_code"].to_numpy()[allowed], "alone": gain})
    return frame.filter(pl.col("alone") > 0).sort("alone", "at", descending=[True, False])


def _candidates(alone: pl.DataFrame, each: int) -> npt.NDArray[np.intp]:
    """The best points, up to so many a county, in their order."""
    best = alone.group_by("code", maintain_order=True).head(each)
    return np.sort(best["at"].to_numpy()).astype(np.intp)


def _undominated(covers: Flags) -> npt.NDArray[np.intp]:
    """The sites that reach something which no other site reaches as well; of those that reach the same, the first."""
    sizes, at = covers.sum(axis=1), np.arange(len(covers))
    common = covers.astype(np.float32) @ covers.T.astype(np.float32)
    within = common >= sizes[:, None]
    larger = (sizes[None, :] > sizes[:, None]) | ((sizes[None, :] == sizes[:, None]) & (at[None, :] < at[:, None]))
    return np.flatnonzero(~(within & larger).any(axis=1))


def _covers(sites: Floats, spots: Floats, way: Way) -> Flags:
    """Which site (row) reaches which spot (column), by straight lines."""
    return np.asarray(reach.kilometres(sites, spots) <= way.travel.km(way.minutes))


def _maximal(covers: Flags, weights: Floats, count: int) -> list[int]:
    """The sites that together cover most; spots that the same sites cover are one client, which changes nothing."""
    model, by_cbc = solver()
    covered = covers.any(axis=0)
    clients, client = np.unique(covers[:, covered].T, axis=0, return_inverse=True)
    sums = np.bincount(client.ravel(), weights=weights[covered])
    problem = model.from_cost_matrix(np.where(clients, 0.0, 1.0), sums, 0.5, min(count, len(covers)))
    solved = problem.solve(by_cbc(msg=False))
    return [i for i, variable in enumerate(solved.fac_vars) if (variable.value() or 0) > 0.5]


def _ordered(covers: Flags, weights: Floats, chosen: list[int]) -> list[tuple[int, Flags]]:
    """The chosen sites, each time the one that adds most, with what it adds; without those that add nothing."""
    left, ordered = np.ones(covers.shape[1], dtype=bool), []
    remaining = list(chosen)
    while remaining:
        gains = [float(weights[covers[site] & left].sum()) for site in remaining]
        at = int(np.argmax(gains))
        if gains[at] <= 0:
            break
        site = remaining.pop(at)
        ordered.append((site, covers[site] & left))
        left &= ~covers[site]
    return ordered


def _table(
    points: pl.DataFrame,
    weights: Floats,
    found: tuple[npt.NDArray[np.intp], Flags, Flags],
    covers: Flags,
    ordered: list[tuple[int, Flags]],
) -> pl.DataFrame:
    candidates, outside, reached = found
    within, whole = float(weights[reached].sum()), float(weights.sum())
    codes, outer = points["place_code"].filter(pl.Series(outside)), weights[outside]
    rows = []
    for rank, (site, added) in enumerate(ordered, start=1):
        gain = float(outer[added].sum())
        within += gain
        spot = points.row(int(candidates[site]), named=True)
        helps = pl.DataFrame({"code": codes.filter(pl.Series(added)), "gain": outer[added]})
        most = helps.group_by("code").agg(pl.col("gain").sum()).sort("gain", "code", descending=[True, False])
        row = (rank, spot["place_code"], spot["lon"], spot["lat"], gain, within, within / whole)
        rows.append((*row, most["code"].head(3).to_list()))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
