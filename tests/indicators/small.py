"""Cubes of a handful of rows, made by hand."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from data_sources.cubes import CUBES, Cube, Cubes

TONGLU, CHUNAN, HANGZHOU_OWN, PUTUO = "330122", "330127", "330100B", "330903"
"""Two counties of 杭州, its 市本级, and a county of 舟山."""
HANGZHOU, ZHOUSHAN, PROVINCE = "330100", "330900", "330000"
LEAVES = (TONGLU, CHUNAN, HANGZHOU_OWN, PUTUO)
USUAL = {"cluster_code": "C06", "mode": "project", "level": "L4", "kind": "public_training", "fund": "employment"}
TABLES = ("training", "certificate", "employment", "vacancy", "subsidy")


def months(first: str, last: str) -> tuple[str, ...]:
    """All months from one to the other."""
    numbers = range(12 * int(first[:4]) + int(first[5:]) - 1, 12 * int(last[:4]) + int(last[5:]))
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in numbers)


def row(place_code: str, when: str | int | None = None, **given: Any) -> dict[str, Any]:
    """One row of a cube; `when` is its month or year, what is not given is usual or 0."""
    time = {"month": when} if isinstance(when, str) else {"year": when} if when is not None else {}
    return {"place_code": place_code, **time, **given}


def filing(
    leaves: Iterable[str], of: Iterable[str], *, tables: Iterable[str] = TABLES, never: Iterable[tuple[str, ...]] = ()
) -> list[tuple[str, str, str]]:
    """Submissions of these leaves for these months, but for those that never came: (table, leaf, month)."""
    every = [(table, leaf, month) for table in tables for leaf in leaves for month in of]
    return [each for each in every if each not in set(never) and each[1:] not in set(never)]


def cubes(filed: Sequence[tuple[str, str, str]], provenance: str = "simulated", **rows: list[dict[str, Any]]) -> Cubes:
    """Cubes that hold just these rows, filed as given."""
    frames = {cube.name: _frame(cube, rows.get(cube.name, [])) for cube in CUBES}
    submissions = pl.DataFrame(
        [(table, leaf, month, provenance, 1, 0) for table, leaf, month in filed],
        schema={"table_name": pl.String, "place_code": pl.String, "month": pl.String, "provenance": pl.String}
        | {"submissions": pl.Int64, "unreviewed": pl.Int64},
        orient="row",
    )
    return Cubes(version=1, name="v1-small", frames=frames, filing=submissions)


def _frame(cube: Cube, rows: list[dict[str, Any]]) -> pl.DataFrame:
    timed = {"budget": [], "target": [], "census": []}.get(cube.name, ["month"])
    keys = dict.fromkeys(["place_code", *timed, *cube.dimensions, *(["year"] if cube.name == "budget" else [])])
    kinds = {k: pl.Int64 if k == "year" else pl.String for k in keys} | {m.name: pl.Int64 for m in cube.measures}
    usual = {k: USUAL.get(k) for k in keys} | {m.name: None if cube.name == "census" else 0 for m in cube.measures}
    return pl.DataFrame([usual | each for each in rows], schema=kinds, orient="row")
