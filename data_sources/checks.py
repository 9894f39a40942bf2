"""Looks through a whole database for what should not be: reference facts, orphan codes, row counts, doubles, cubes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Select, Table, func, select

from data_sources import cubes, health, queries, reference, tables
from data_sources.engine import engine
from data_sources.submissions import Progress
from geo import places

FACTS: Final = tuple(str(model.__tablename__) for model in tables.FACT_TABLES)
CODE_COLUMNS: Final = {"place": "code", "cluster": "code", "occupation": "code"} | {
    "organisation": "organisation_code",
    "base": "base_code",
}
"""The column of a table that references to it hold."""
NATURAL_KEYS: Final = (("organisation", "organisation_code"), ("base", "base_code"))


@dataclass(frozen=True)
class Report:
    """Rows in each table, and what is wrong, in Chinese."""

    counts: dict[str, int]
    findings: tuple[str, ...]


def run(url: str, progress: Progress) -> Report:
    """Check a database whose schema is of today; takes some seconds for a million rows."""
    steps: list[tuple[str, Callable[[], Iterator[str]]]] = [
        ("核对参照表", lambda: _reference(url)),
        *((f"核对{_label(name)}的代码", lambda name=name: _orphans(url, name)) for name in FACTS),
        *((f"核对{_label(name)}的行数", lambda name=name: _row_counts(url, name)) for name in FACTS),
        ("查找重复", lambda: _doubles(url)),
        ("核对立方体", lambda: _cubes(url)),
    ]
    findings: list[str] = []
    for number, (stage, step) in enumerate(steps):
        progress(number / len(steps), stage)
        findings.extend(step())
    progress(1.0, "核对完成")
    return Report({name: _count(url, name) for name in tables.TABLES}, tuple(findings))


def _reference(url: str) -> Iterator[str]:
    with engine(url).connect() as connection:
        differing = reference.differing(connection)
    if differing:
        labels = "、".join(_label(name) for name in differing)
        yield f"参照表与程序自带的不一致：{labels}。运行 {health.command('migrate', url)} 更新。"


def _orphans(url: str, name: str) -> Iterator[str]:
    table = queries.table(name)
    for column in table.columns:
        referred = "place" if column.name == "previous_place_code" else column.info.get("refers_to")
        if referred not in CODE_COLUMNS:
            continue
        known = _codes(url, referred)
        if column.name == "previous_place_code":
            known |= {origin.code for origin in places.origins()}
        used = queries.read(url, select(column).distinct().where(column.is_not(None)), {column.name: pl.String})
        orphans = sorted(set(used[column.name]) - known)
        if orphans:
            some = "、".join(orphans[:5])
            label = f"{_label(name)}的“{column.info['label']}”"
            yield f"{label}有 {len(orphans):,} 个代码在{_label(referred)}表里找不到：{some}"


def _row_counts(url: str, name: str) -> Iterator[str]:
    """Rows without a submission, of another place than their submission, or not as many as it declared."""
    fact, submission = queries.table(name), queries.table("submission")
    counted = _read(
        url, select(fact.c.submission_id, fact.c.place_code, func.count().label("n")).group_by(*list(fact.c)[:2])
    )
    filed = _read(
        url,
        select(submission.c.id, submission.c.place_code.label("filed_at"), submission.c.row_count).where(
            submission.c.table_name == name
        ),
    )
    joined = counted.join(filed, left_on="submission_id", right_on="id", how="full", coalesce=True)
    stray = joined.filter(pl.col("filed_at").is_null() | (pl.col("filed_at") != pl.col("place_code")))
    odd = joined.filter(pl.col("n").fill_null(0) != pl.col("row_count"))
    for wrong, said in ((stray, "有行没有对应的报送批次，或不属于其报送地区"), (odd, "的行数与报送批次申报的不符")):
        if len(wrong):
            yield f"{_label(name)}{said}：{_some(wrong['submission_id'])}"


def _doubles(url: str) -> Iterator[str]:
    for name, key in NATURAL_KEYS:
        table = queries.table(name)
        yield from _doubled(url, table, (table.c[key],), f"{_label(name)}的“{table.c[key].info['label']}”重复")
    spell = queries.table("employment")
    yield from _doubled(url, spell, (spell.c.person_key,), "同一人有多段在岗就业", spell.c.end_month.is_(None))
    filed = queries.table("submission")
    keys = (filed.c.table_name, filed.c.place_code, filed.c.month, filed.c.department)
    again = _read(
        url,
        select(*keys)
        .where(filed.c.status == "accepted", filed.c.table_name.in_(tables.MONTHLY_TABLES))
        .group_by(*keys)
        .having(func.count() > 1),
    )
    if len(again):
        first = "、".join(str(value) for value in again.sort(again.columns).row(0))
        yield f"有 {len(again):,} 组报送批次的数据表、地区、月份和部门都相同，如 {first}"


def _doubled(url: str, table: Table, keys: tuple[Any, ...], said: str, *conditions: Any) -> Iterator[str]:
    statement = select(*keys).where(queries.accepted(table), *conditions).group_by(*keys).having(func.count() > 1)
    found = _read(url, statement)
    if len(found):
        yield f"{said}：{_some(found.to_series())}"


def _cubes(url: str) -> Iterator[str]:
    """Whether each cube adds up to the rows that it was grouped from."""
    built = cubes.build(url).frames
    t = {name: queries.table(name) for name in tables.MONTHLY_TABLES}
    open_spells = select(func.count().label("n")).where(t["employment"].c.end_month.is_(None))
    sums = (
        ("training", "training", "person_times", select(func.count().label("n"))),
        ("certificate", "certificate", "certificates", select(func.count().label("n"))),
        ("talent", "employment", "people", open_spells),
        ("vacancy", "vacancy", "headcount", select(func.coalesce(func.sum(t["vacancy"].c.headcount), 0).label("n"))),
        ("subsidy", "subsidy", "payments", select(func.count().label("n"))),
    )
    for cube, name, measure, statement in sums:
        rows = statement.select_from(t[name]).where(queries.accepted(t[name]))
        wanted = int(queries.read(url, rows, {"n": pl.Int64}).item())
        got = int(built[cube][measure].sum())
        if wanted != got:
            yield f"立方体 {cube} 的“{measure}”合计 {got:,}，与明细 {wanted:,} 不符"


def _read(url: str, statement: Select[Any]) -> pl.DataFrame:
    return queries.read(url, statement)


def _codes(url: str, name: str) -> set[str]:
    column = queries.table(name).c[CODE_COLUMNS[name]]
    return set(queries.read(url, select(column), {column.name: pl.String})[column.name])


def _count(url: str, name: str) -> int:
    counting = select(func.count().label("n")).select_from(queries.table(name))
    return int(queries.read(url, counting, {"n": pl.Int64}).item())


def _label(name: str) -> str:
    return str(getattr(tables.TABLES[name], "label", name))


def _some(values: pl.Series) -> str:
    some = "、".join(str(value) for value in values.unique().sort().head(5))
    return f"{values.n_unique():,} 处，如 {some}"
