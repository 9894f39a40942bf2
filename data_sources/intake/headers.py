"""Finds the header of a part, in one line or two, which column is what, and which rows below it are data."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import polars as pl

from data_sources.intake import numbers
from data_sources.intake.cells import ROW, Part, UnusableUpload
from data_sources.intake.declarations import Layout, plain
from geo.coordinates import System

WITHIN: Final = 12
"""A header stands in one of the first rows."""
SUM: Final = r"^(合计|小计|总计|共计|本页小计|本页合计|累计)([:：]|[（(].*[)）])?$"
SUBTOTAL: Final = r"小计|本页"
NOTE: Final = r"^(注|备注|说明|填表|填报|制表|审核|复核|单位负责人|负责人|联系人|联系电话|报送日期|（以下空白）)"
SHORT: Final = 60
EXAMPLE: Final = "示例"
REMARK: Final = "备注"
Texts = list[str]


@dataclass(frozen=True)
class Columns:
    """What a part holds: `found` is field → (header, place of the column), `ignored` the other headers.

    `data` and `sums` (rows that say 合计 or 小计) have `_row` and the part's columns c0, c1, …
    """

    header_row: int
    found: dict[str, tuple[str, int]]
    ignored: tuple[str, ...]
    data: pl.DataFrame
    sums: pl.DataFrame


def columns(part: Part, layout: Layout) -> Columns:
    """Understand a part; raises `UnusableUpload` when a required column is missing or stands there twice."""
    top = part.cells.head(WITHIN + 1)
    lines = [["" if text is None else str(text) for text in row] for row in top.drop(ROW).rows()]
    at, texts = _header(lines[:WITHIN], layout)
    found = _found(texts, layout)
    absent = [f.label for f in layout.fields if f.required and f.name not in found]
    if absent:
        raise UnusableUpload(
            f"文件缺少列：{'、'.join(absent)}。可用模板：python -m data_sources template {layout.table} 模板.xlsx"
        )
    used = {place for _, place in found.values()}
    others = [numbers.masked(text) for i, text in enumerate(texts) if i not in used and text]
    below = _below(part.cells.slice(at + 1), texts, layout)
    sums = _says(below, SUM)
    return Columns(int(top[ROW][at]), found, tuple(others), below.filter(~sums), below.filter(sums))


def _header(lines: list[Texts], layout: Layout) -> tuple[int, Texts]:
    """The last line of the header, and each column's header."""
    best: tuple[int, int, Texts] = (-1, -1, [])
    for at, line in enumerate(lines):
        for end, texts in ((at, line), *([(at + 1, _two(line, lines[at + 1], layout))] if at + 1 < len(lines) else [])):
            if (score := len(_found(texts, layout, strict=False))) > best[0]:
                best = (score, end, texts)
    _, at, texts = best
    if at + 1 < len(lines) and 2 * len(_found(lines[at + 1], layout, strict=False)) >= best[0] > 0:
        return at + 1, texts  # the same header again, as codes or in English
    return at, texts


def _two(upper: Texts, lower: Texts, layout: Layout) -> Texts:
    """Two lines as one: a cell merged over several columns stands in the first of them."""
    names = _names(layout)
    wide = [next((text for text in reversed(upper[: i + 1]) if text), "") for i in range(len(upper))]
    joined = []
    for over, own, low in zip(wide, upper, lower, strict=True):
        options = (low, own + low, over + low) if low else (own,)
        joined.append(next((text for text in options if plain(text) in names), low or own))
    return joined


def _names(layout: Layout) -> dict[str, str]:
    return {alias: field.name for field in layout.fields for alias in field.aliases}


def _found(texts: Texts, layout: Layout, *, strict: bool = True) -> dict[str, tuple[str, int]]:
    """The column of each field: of several that could be it, the one named first among its names."""
    names = _names(layout)
    found: dict[str, tuple[str, int]] = {}
    for at, text in enumerate(texts):
        name = names.get(plain(text))
        if name is None:
            continue
        ranks = layout.field(name).aliases
        if name in found and strict and plain(found[name][0]) == plain(text):
            raise UnusableUpload(f"文件有两列都是：{layout.field(name).label}。请删去其中一列。")
        if name not in found or ranks.index(plain(text)) < ranks.index(plain(found[name][0])):
            found[name] = (text, at)
    return found


def _below(rows: pl.DataFrame, texts: Texts, layout: Layout) -> pl.DataFrame:
    """Without the template's examples, and without notes: a remark alone in its row."""
    remark = next((f"c{i}" for i, text in enumerate(texts) if plain(text) == REMARK), None)
    if remark:
        rows = rows.filter(~pl.col(remark).fill_null("").str.starts_with(EXAMPLE))
    cells = [c for c in rows.columns if c != ROW]
    filled = pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.Int32) for c in cells)
    first = pl.coalesce(cells).fill_null("")
    needed = max(2, sum(field.required for field in layout.fields) // 2)
    return rows.filter(~(first.str.contains(NOTE) & (filled <= needed)))


def _says(rows: pl.DataFrame, pattern: str) -> pl.Series:
    """Which rows have a cell that says so; regular expressions only where a cheap look finds a short one with 计."""
    cells = [pl.col(c) for c in rows.columns if c != ROW]
    short = pl.any_horizontal((c.str.len_bytes() <= SHORT) & c.str.contains("计", literal=True) for c in cells)
    some = rows.filter(short.fill_null(value=False))
    said = pl.any_horizontal(c.str.replace_all(r"\s", "").str.contains(pattern).fill_null(value=False) for c in cells)
    return rows[ROW].is_in(some.filter(said)[ROW].implode())


def unit(header: str) -> str:
    """The unit of money that a header names."""
    return "万元" if "万元" in unicodedata.normalize("NFKC", header) else "元"


def system(header: str) -> System | None:
    """The coordinate system that a header names."""
    bare = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", header)).upper()
    known: dict[str, System] = {"CGCS2000": "CGCS2000", "WGS84": "WGS84", "GCJ02": "GCJ02", "BD09": "BD09"}
    known |= {"国家2000": "CGCS2000", "GPS": "WGS84", "高德": "GCJ02", "腾讯": "GCJ02", "火星": "GCJ02", "百度": "BD09"}
    return next((found for text, found in known.items() if text in bare), None)
