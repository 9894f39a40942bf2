"""What is wrong with submissions and their rows before they are written: columns, nulls, codes, values, keys."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from sqlalchemy import Column, String, Table

from data_sources import tables
from geo import places

Codes = Mapping[str, frozenset[str]]


def of(submissions: pl.DataFrame, facts: Mapping[str, pl.DataFrame], known: Codes) -> tuple[str, ...]:
    """Every finding, in Chinese; nothing when all can be written. `known` has the codes of each reference table."""
    return tuple(_all(submissions, facts, known))


def _all(submissions: pl.DataFrame, facts: Mapping[str, pl.DataFrame], known: Codes) -> Iterator[str]:
    fact_names = {str(model.__tablename__) for model in tables.FACT_TABLES}
    wrong = [f"没有名为“{name}”的数据表" for name in sorted(set(facts) - fact_names)]
    frames = {"submission": submissions, **{name: rows for name, rows in facts.items() if name in fact_names}}
    wrong += [finding for name, rows in frames.items() for finding in _of_table(name, rows, known)]
    yield from wrong
    if not wrong:
        yield from _of_lineage(submissions, facts)


def _of_table(name: str, rows: pl.DataFrame, known: Codes) -> Iterator[str]:
    table = tables.Place.metadata.tables[name]
    title = f"{getattr(tables.TABLES[name], 'label', name)}（{name}）"
    declared = {column.name for column in table.columns}
    missing, unknown = sorted(declared - set(rows.columns)), sorted(set(rows.columns) - declared)
    if missing:
        yield f"{title}缺少列 {'、'.join(missing)}"
    if unknown:
        yield f"{title}有未声明的列 {'、'.join(unknown)}"
    for column in table.columns:
        if column.name in rows.columns:
            yield from (f"{title}的“{column.info['label']}”{said}" for said in _of_column(rows, column, known))
    if not missing:
        yield from (f"{title}{said}" for said in _of_keys(rows, table))


def _of_column(rows: pl.DataFrame, column: Column[Any], known: Codes) -> Iterator[str]:
    values = rows[column.name]
    nullable = column.nullable or column.name == "data_version"
    if not nullable and values.null_count():
        yield f"有 {values.null_count():,} 行为空"
    if isinstance(column.type, String) and values.dtype == pl.String:
        length = column.type.length or 10**9
        too_long = values.filter(values.str.len_chars() > length)
        if len(too_long):
            yield f"超过 {length} 个字，如“{too_long[0]}”"
    permitted = _permitted(column, known)
    if permitted is not None:
        strange = sorted(set(values.drop_nulls().unique().to_list()) - permitted)
        if strange:
            yield f"有不认识的值 {'、'.join(map(str, strange[:5]))}" + (" 等" if len(strange) > 5 else "")


def _permitted(column: Column[Any], known: Codes) -> frozenset[str] | None:
    if column.info.get("values"):
        return frozenset(column.info["values"])
    if column.name == "previous_place_code":
        return known["place"] | {origin.code for origin in places.origins()}
    return known.get(column.info.get("refers_to") or "")


def _of_keys(rows: pl.DataFrame, table: Table) -> Iterator[str]:
    key = [column.name for column in table.primary_key.columns]
    repeated = len(rows) - rows.select(key).n_unique()
    if repeated:
        yield f"有 {repeated:,} 行的主键（{'、'.join(key)}）重复"


def _of_lineage(submissions: pl.DataFrame, facts: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """Rows whose submission is missing, of another table or of another place; row counts that do not agree."""
    declared = submissions.select("id", "table_name", "row_count", filed_at="place_code")
    nameless = sorted(set(declared["table_name"]) - {str(model.__tablename__) for model in tables.FACT_TABLES})
    if nameless:
        yield f"报送批次的数据表不存在：{'、'.join(nameless)}"
    for name, rows in facts.items():
        counted = rows.group_by("submission_id", "place_code").len("n")
        own = declared.filter(table_name=name)
        joined = counted.join(own, left_on="submission_id", right_on="id", how="full", coalesce=True)
        stray = joined.filter(pl.col("filed_at").is_null() | (pl.col("filed_at") != pl.col("place_code")))
        if len(stray):
            yield f"{name} 有 {len(stray):,} 个批次的行不属于该批次的报送地区或数据表，如批次 {_first(stray)}"
        odd = joined.filter(pl.col("n").fill_null(0) != pl.col("row_count"))
        if len(odd):
            yield f"{name} 有 {len(odd):,} 个批次的行数与申报不符，如批次 {_first(odd)}"


def _first(found: pl.DataFrame) -> int:
    return int(found["submission_id"].sort()[0])
