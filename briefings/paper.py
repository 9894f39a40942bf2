"""A table as plain HTML for printing: what a screen draws on a canvas shows on paper only what was in sight."""

import html
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from briefings.tables import ColumnForm
from charts import words

MOST: Final = 400


def table(frame: pl.DataFrame, columns: Mapping[str, ColumnForm]) -> str:
    """The columns that have a form, numbers at the right as their form rounds them; at most 400 rows, and how many more."""
    kept = {name: form for name, form in columns.items() if name in frame.columns}
    right = {name for name in kept if frame.schema[name].is_numeric()}
    head = "".join(f"<th{_side(name, right)}>{html.escape(form.header)}</th>" for name, form in kept.items())
    body = "".join(
        f"<tr>{''.join(f'<td{_side(name, right)}>{_cell(row[name], form)}</td>' for name, form in kept.items())}</tr>"
        for row in frame.head(MOST).iter_rows(named=True)
    )
    more = f"<p>其余 {frame.height - MOST:,} 行见导出文件。</p>" if frame.height > MOST else ""
    return f'<div class="on-paper"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>'


def _side(name: str, right: set[str]) -> str:
    return ' class="number"' if name in right else ""


def _cell(value: Any, form: ColumnForm) -> str:
    if value is None:
        return words.NO_VALUE
    if isinstance(value, float) and form.decimals is not None:
        return words.number(value, form.decimals)
    return f"{value:,}" if isinstance(value, int) and form.decimals is not None else html.escape(str(value))
