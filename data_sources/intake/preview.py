"""What a file would bring: which column became what, its rows in the table's types, and what is wrong with which row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl
from sqlalchemy import select
from sqlmodel import SQLModel

from data_sources import queries
from data_sources.engine import polars_type
from data_sources.intake import declarations, people, values
from data_sources.intake.declarations import Field, Layout, Rule
from data_sources.intake.reading import ROW, Part, UnusableUpload, Upload
from data_sources.submissions import Progress
from geo import places

HEADER_WITHIN: Final = 10
SUMS: Final = ("合计", "小计", "总计")


@dataclass(frozen=True)
class Asked:
    """What is loaded for whom: table, month (`YYYY-MM`), and the place that submits (its rows must lie within it)."""

    table: str
    month: str
    place_code: str


@dataclass(frozen=True)
class Problem:
    """One kind of mistake in one column: how often, and the first rows that make it (`row`, `value`, `right`)."""

    column: str
    why: str
    count: int
    rows: pl.DataFrame


@dataclass(frozen=True)
class Preview:
    """`understood` is header → label; `rows` are complete and typed only when there are no `problems`."""

    understood: dict[str, str]
    ignored: tuple[str, ...]
    rows: pl.DataFrame
    problems: tuple[Problem, ...]


HIDDEN: Final = "（不显示）"
SHOWN: Final = 1000
"""The most rows that one problem lists; its count is exact."""


def examined(url: str, upload: Upload, asked: Asked, tell: Progress) -> Preview:
    """Understand and check a file; raises `UnusableUpload` when its columns cannot be told, or `people.MissingKey`."""
    layout = declarations.layout(asked.table)
    if len(upload.parts) > 1:
        raise UnusableUpload("ZIP 里应只有一个 CSV 文件，请逐个报送。")
    cells, headers = _headed(upload.parts[0], layout)
    typed, problems = cells.select(ROW), []
    for number, field in enumerate(layout.fields):
        tell(number / len(layout.fields), f"核对「{field.label}」")
        header = next((h for h, name in headers.items() if name == field.name), None)
        raw = cells[header] if header else pl.Series(field.name, [None] * cells.height, dtype=pl.String)
        column, wrong = _column(field, raw, cells[ROW], _unit(header or ""))
        typed = typed.with_columns(column.alias(field.name))
        problems += wrong
    typed = typed.with_columns(pl.col("place_code").fill_null(asked.place_code))
    problems += _outside(typed, asked)
    problems += [problem for rule in layout.rules for problem in _broken(url, rule, typed, asked, layout)]
    known = {h: layout.field(name).label for h, name in headers.items()}
    ignored = tuple(c for c in cells.columns if c not in headers and c != ROW)
    return Preview(known, ignored, typed, tuple(problems))


def _headed(part: Part, layout: Layout) -> tuple[pl.DataFrame, dict[str, str]]:
    """The rows below the header, under its names, and which header fills which field."""
    names = {alias: field.name for field in layout.fields for alias in field.aliases}
    best: tuple[int, dict[str, str], list[str]] = (-1, {}, [])
    top = part.cells.head(HEADER_WITHIN).drop(ROW).rows()
    for at, row in enumerate(top):
        texts = [str(text or f"第{i + 1}列") for i, text in enumerate(row)]
        texts = [text if texts.index(text) == i else f"{text}#{i + 1}" for i, text in enumerate(texts)]
        found = {text: names[declarations.plain(text)] for text in texts if declarations.plain(text) in names}
        if len(found) > len(best[1]):
            best = (at, found, texts)
    at, found, texts = best
    doubled = {name for name in found.values() if list(found.values()).count(name) > 1}
    absent = [f.label for f in layout.fields if f.required and f.name not in found.values()]
    if doubled or absent:
        said = (
            f"缺少列：{'、'.join(absent)}"
            if absent
            else f"有两列都是：{'、'.join(layout.field(d).label for d in doubled)}"
        )
        raise UnusableUpload(f"文件{said}。可用模板：python -m data_sources template {layout.table} 模板.xlsx")
    below = part.cells.slice(at + 1)
    first = next(c for c in below.columns if c != ROW)
    kept = ~pl.col(first).fill_null("").str.contains(f"^({'|'.join(SUMS)})[:：]?$")
    return below.filter(kept).rename(dict(zip(below.columns[1:], texts, strict=True))), found


def _masked(text: pl.Expr) -> pl.Expr:
    return (
        pl.when(text.str.normalize("NFKC").str.contains(values.NUMBER.pattern))
        .then(pl.lit(HIDDEN))
        .otherwise(text)
        .alias("value")
    )


def _unit(header: str) -> str:
    return "万元" if "万元" in header else "元"


def _column(field: Field, raw: pl.Series, rows: pl.Series, unit: str) -> tuple[pl.Series, list[Problem]]:
    if field.kind == "person":
        return _people(field, raw, rows)
    read, wrong = {}, {}
    for text in raw.drop_nulls().unique():
        try:
            read[text] = values.understood(field, text, unit)
        except values.Wrong as error:
            wrong[text] = (str(error), error.right)
    kind = polars_type(
        next(c.type for t in SQLModel.metadata.tables.values() for c in t.columns if c.name == field.name)
    )
    typed = raw.replace_strict(list(read), pl.Series(list(read.values()), dtype=kind), default=None, return_dtype=kind)
    problems = _absent(field, raw, rows)
    for why in sorted({each for each, _ in wrong.values()}):
        rights = {text: right for text, (each, right) in wrong.items() if each == why}
        found = pl.DataFrame({"row": rows, "value": raw}).filter(pl.col("value").is_in(list(rights)))
        right = pl.col("value").replace_strict(rights, return_dtype=pl.String).alias("right")
        problems.append(
            Problem(field.label, why, found.height, found.head(SHOWN).with_columns(right, _masked(pl.col("value"))))
        )
    return typed, problems


def _people(field: Field, raw: pl.Series, rows: pl.Series) -> tuple[pl.Series, list[Problem]]:
    """Person keys; what was written is in no problem."""
    numbers = raw.str.normalize("NFKC").str.to_uppercase()
    wrong = ~people.valid(numbers) & numbers.is_not_null()
    problems = _absent(field, raw, rows)
    if wrong.any():
        problems.append(_problem(field.label, "不是有效的居民身份证号码（18位，末位校验不符）", rows.filter(wrong)))
    return people.keyed(numbers.zip_with(~wrong.fill_null(value=False), pl.Series([None], dtype=pl.String))), problems


def _absent(field: Field, raw: pl.Series, rows: pl.Series) -> list[Problem]:
    if not field.required or not raw.null_count():
        return []
    return [_problem(field.label, "必填，不能为空", rows.filter(raw.is_null()))]


def _problem(column: str, why: str, rows: pl.Series) -> Problem:
    some = pl.DataFrame({"row": rows.head(SHOWN)}).with_columns(value=pl.lit(HIDDEN), right=pl.lit(""))
    return Problem(column, why, len(rows), some)


def _outside(typed: pl.DataFrame, asked: Asked) -> Iterator[Problem]:
    within = {asked.place_code, *(p.code for p in places.children(asked.place_code))}
    stray = typed.filter(~pl.col("place_code").is_in(list(within)))
    if stray.height:
        yield _found("地区代码", f"不在报送地区{places.place(asked.place_code).name}之内", stray, "place_code")


def _found(label: str, why: str, wrong: pl.DataFrame, column: str) -> Problem:
    shown = pl.lit(HIDDEN) if column == "person_key" else pl.col(column).cast(pl.String)
    rows = wrong.head(SHOWN).select(row=ROW, value=shown, right=pl.lit(""))
    return Problem(label, why, wrong.height, rows)


def _broken(url: str, rule: Rule, typed: pl.DataFrame, asked: Asked, layout: Layout) -> Iterator[Problem]:
    wrong = typed.filter(_breaks(url, rule, asked).fill_null(value=False))
    if wrong.height:
        yield _found(layout.field(rule.columns[-1]).label, rule.says, wrong, rule.columns[-1])


def _breaks(url: str, rule: Rule, asked: Asked) -> pl.Expr:
    first, last = pl.col(rule.columns[0]), pl.col(rule.columns[-1])
    if rule.check == "period":
        return last.dt.strftime("%Y-%m") != asked.month
    if rule.check == "order":
        return first > last
    if rule.check == "between":
        return ~last.is_between(rule.bounds["low"], rule.bounds["high"])
    if rule.check == "unique":
        known = pl.all_horizontal(pl.col(rule.columns).is_not_null())
        return known & pl.struct(rule.columns).is_duplicated()
    fact = queries.table("base")
    codes = queries.read(url, select(fact.c.base_code).where(queries.accepted(fact)), {"base_code": pl.String})
    return ~last.is_in(codes["base_code"].to_list())
