"""One cube from its database: grouped anew as a whole, or brought up to date where the submissions since have touched it."""

from functools import partial
from typing import Any, Final

import polars as pl
from sqlalchemy import Select

from data_sources import cube_changes, cube_statements, queries
from data_sources.cube_declarations import OWN_SUFFIX, Cube
from data_sources.cube_statements import BEFORE_PLAN, FIRST_MONTH
from geo import places

MOST_CELLS: Final = 1_000
"""More months of places than this are not looked up one by one: the whole cube is grouped anew."""


def built(url: str, cube: Cube) -> pl.DataFrame:
    """The whole cube, in the order of its keys, texts as codes."""
    return _grouped(url, cube, cube_statements.statements(cube.name)).pipe(_finished, cube)


def filing(url: str) -> pl.DataFrame:
    """Which accepted submissions there are (see `cubes.Cubes`)."""
    read = _typed(queries.read(url, cube_statements.filing()), ["submissions", "unreviewed"])
    return _leaves(read).sort("table_name", "place_code", "month", "provenance")


def refreshed(
    url: str, cube: Cube, before: pl.DataFrame, changes: pl.DataFrame, registry: pl.DataFrame
) -> pl.DataFrame:
    """What `built` gives, from the cube as it was before these `changes` made the `registry` what it is now (see
    `cube_changes`); `before` itself when they do not touch it."""
    if cube.table == "census" or cube_changes.joined(cube.name, changes):
        return built(url, cube)
    if cube.name in cube_changes.WORKED_OUT:
        return _in_months(url, cube, before, registry, cube_changes.cells(url, cube.table, changes, registry))
    mine = changes.filter(pl.col("table_name").is_in(cube.tables))
    if mine.is_empty():
        return before
    if cube.monthly:
        return _moved(url, cube, before, mine)
    if cube.table == "submission" and set(before["month"]) != cube_changes.months(registry, cube.tables):
        return built(url, cube)  # everybody should have filed another month
    return _in_places(url, cube, before, mine)


def _moved(url: str, cube: Cube, before: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The cube with the rows of what began to count added, and of what ceased to taken away."""
    measures = [m.name for m in cube.measures]
    leaves = _leaves_of(changes)
    parts = [_plain(before.filter(pl.col("place_code").is_in(leaves.implode())))]
    for (began,), some in changes.group_by("began"):
        rows = _grouped(url, cube, _counting(cube, some)).select(before.columns)
        parts.append(rows if began else rows.with_columns(-pl.col(measures)))
    keys = [name for name in before.columns if name not in measures]
    anew = pl.concat(parts).group_by(keys).agg(pl.col(measures).sum())
    return _with(before, _finished(anew.filter(_told(cube)), cube), leaves, cube)


def _in_months(url: str, cube: Cube, before: pl.DataFrame, registry: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The cube with these months of places (`cells`, as filed) grouped anew."""
    if cells.height > MOST_CELLS:
        return built(url, cube)
    if cells.is_empty():
        return before
    touched, filed = (frame.with_columns(_counted_month()) for frame in (cells, registry))
    counts = filed.filter(pl.col("accepted"), table_name=cube.table).join(
        touched, on=["place_code", "month"], how="semi"
    )
    leaves = _leaves_of(cells)
    own = _plain(before.filter(pl.col("place_code").is_in(leaves.implode())))
    parts = [own.join(_leaves(touched), on=["place_code", "month"], how="anti")]
    if counts.height:
        parts.append(_grouped(url, cube, _counting(cube, counts)).select(before.columns))
    return _with(before, _finished(pl.concat(parts), cube), leaves, cube)


def _in_places(url: str, cube: Cube, before: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The cube with the places of these changes grouped anew."""
    filed_at = sorted(set(changes["place_code"]))
    statements = cube_statements.statements(cube.name)
    here = tuple(s.where(s.selected_columns["place_code"].in_(filed_at)) for s in statements)
    anew = _finished(_grouped(url, cube, here).select(before.columns), cube)
    return _with(before, anew, _leaves_of(changes), cube)


def _counting(cube: Cube, submissions: pl.DataFrame) -> tuple[Select[Any], ...]:
    """The cube's statements over the rows of these submissions alone."""
    return cube_statements.statements(cube.name, partial(cube_changes.rows_of, submissions=submissions))


def _told(cube: Cube) -> pl.Expr:
    """Keeps the groups that say anything: of a table that is filed monthly, nothing is as much as nothing but zeros."""
    return pl.any_horizontal(pl.col(m.name) != 0 for m in cube.measures) if cube.monthly else pl.lit(value=True)


def _with(before: pl.DataFrame, anew: pl.DataFrame, leaves: pl.Series, cube: Cube) -> pl.DataFrame:
    """`before` with all of these leaves as they are in `anew`."""
    whole = _exchanged(before, anew, leaves)
    if whole is not None:
        return whole
    others = _plain(before).filter(~pl.col("place_code").is_in(leaves.implode()))
    return _finished(pl.concat([others, _plain(anew)]), cube)


def _exchanged(before: pl.DataFrame, anew: pl.DataFrame, leaves: pl.Series) -> pl.DataFrame | None:
    """`before`, in the order of its keys, with the rows of these leaves exchanged for those of `anew`.

    None when texts come or go that the codes of `before` stand for: then all codes are other ones.
    """
    known = before.schema["place_code"]
    assert isinstance(known, pl.Enum)
    codes = {code: n for n, code in enumerate(known.categories)}
    if any(code not in codes for code in leaves):
        return None
    ordered = before["place_code"].to_physical().to_numpy()
    try:
        anew = anew.cast({name: kind for name, kind in before.schema.items() if kind == pl.Enum})
    except pl.exceptions.InvalidOperationError:
        return None
    parts, removed, at = [], [], 0
    for leaf in sorted(leaves):
        first, last = (int(ordered.searchsorted(codes[leaf], side)) for side in ("left", "right"))
        parts += [before[at:first], anew.filter(pl.col("place_code") == leaf)]
        removed.append(before[first:last])
        at = last
    whole = pl.concat([*parts, before[at:]], rechunk=True)
    gone = pl.concat(removed)
    coded = [name for name, kind in before.schema.items() if kind == pl.Enum]
    return None if any(_lost(name, gone, anew, whole) for name in coded) else whole


def _lost(name: str, gone: pl.DataFrame, anew: pl.DataFrame, whole: pl.DataFrame) -> bool:
    """Whether a code that rows had which are gone stands in none any more."""
    had = gone[name].drop_nulls().unique()
    missing = had.filter(~had.is_in(anew[name].unique().implode()))
    return not missing.is_empty() and not missing.is_in(whole[name].unique().implode()).all()


def _grouped(url: str, cube: Cube, statements: tuple[Select[Any], ...]) -> pl.DataFrame:
    """What these statements of a cube answer, added up."""
    measures = [m.name for m in cube.measures]
    frame = _leaves(pl.concat([_typed(queries.read(url, s), measures) for s in statements], how="vertical"))
    if "month" not in frame.columns:
        return frame
    keys = [c for c in frame.columns if c not in measures]
    return frame.with_columns(_counted_month()).group_by(keys).agg(pl.col(measures).sum()).filter(_told(cube))


def _finished(frame: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """In the order of its keys, texts as codes."""
    measures = [m.name for m in cube.measures]
    keys = [c for c in frame.columns if c not in measures]
    texts = [key for key in keys if frame.schema[key] == pl.String]
    codes = frame.select(pl.col(texts).drop_nulls().unique().sort().implode())
    return frame.sort(keys).with_columns(pl.col(key).cast(pl.Enum(codes[key].item())) for key in texts)


def _typed(frame: pl.DataFrame, measures: list[str]) -> pl.DataFrame:
    """Measures as Int64, keys as text (`year` as Int64), whatever the driver made of an empty or all-null column."""
    kinds = {c: pl.Int64 if c in measures or c == "year" else pl.String for c in frame.columns}
    return frame.cast(kinds)  # type: ignore[arg-type]


def _leaves(frame: pl.DataFrame) -> pl.DataFrame:
    """Facts that are filed at a prefecture belong to its 市本级."""
    own = {p.code: p.code + OWN_SUFFIX for p in places.prefectures()}
    return frame.with_columns(pl.col("place_code").cast(pl.String).replace(own))


def _leaves_of(filed: pl.DataFrame) -> pl.Series:
    return _leaves(filed.select(pl.col("place_code").unique().sort()))["place_code"]


def _counted_month() -> pl.Expr:
    """All months before the plan are one."""
    early = pl.col("month") < FIRST_MONTH
    return pl.when(early).then(pl.lit(BEFORE_PLAN)).otherwise(pl.col("month")).alias("month")


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """With texts instead of codes."""
    return frame.with_columns(pl.col(pl.Enum).cast(pl.String))
