"""A file's own 合计 and 小计 rows against the sums of its rows."""

import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from data_sources.intake import headers, values
from data_sources.intake.asked import Asked
from data_sources.intake.cells import ROW
from data_sources.intake.codes import Wrong
from data_sources.intake.declarations import Field, Layout
from data_sources.intake.headers import SUBTOTAL, Columns
from data_sources.intake.problems import Problem
from data_sources.intake.values import Context

COUNTED: Final = r"(?:^|共|计)\s*(\d[\d,]*)\s*(?:人次|人|条|行|笔|家|个|项)"


def wrong(layout: Layout, part: Columns, typed: pl.DataFrame, asked: Asked) -> Iterator[Problem]:
    """What a sum row says that is not so: measures in their columns, or the number of rows anywhere (共 35 人)."""
    last = 0
    for row in part.sums.iter_rows(named=True):
        texts = {key: str(text) for key, text in row.items() if key != ROW and text is not None}
        partial = any(re.search(SUBTOTAL, text) for text in texts.values())
        above = typed.filter(pl.col(ROW) < row[ROW])
        summed = above.filter(pl.col(ROW) > last) if partial else above
        for name in layout.measures:
            if name in part.found and (text := texts.pop(f"c{part.found[name][1]}", None)):
                yield from _measure(
                    layout.field(name),
                    text,
                    summed,
                    row[ROW],
                    Context(headers.unit(part.found[name][0]), asked.place_code),
                )
        yield from (p for text in texts.values() for p in _count(text, summed.height, row[ROW]))
        last = row[ROW] if partial else last


def _measure(field: Field, text: str, summed: pl.DataFrame, row: int, context: Context) -> Iterator[Problem]:
    found = int(summed[field.name].cast(pl.Int64).sum())
    try:
        said = values.understood(field, text, context)
    except Wrong:
        said = None
    if said != found:
        yield _problem(field.label, row, text, values.shown(field, found))


def _count(text: str, found: int, row: int) -> Iterator[Problem]:
    said = re.search(COUNTED, text)
    if said and int(said[1].replace(",", "")) != found:
        yield _problem("合计", row, text, f"{found:,}")


def _problem(label: str, row: int, text: str, right: str) -> Problem:
    rows = pl.DataFrame({"row": [row], "value": [text], "right": [right]}, schema_overrides={"row": pl.UInt32})
    return Problem(label, "合计行与各行之和不符", 1, rows)
