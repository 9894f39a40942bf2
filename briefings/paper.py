"""Tables and long pictures as plain HTML for printing: of a canvas paper shows only what was in sight, and a picture that is
taller than a sheet would be cut."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from briefings.tables import ColumnForm
from charts import words

WHOLE: Final = 100
"""A table of so many rows, such as all counties, is printed whole; of a longer list, which would take ten sheets, so many:"""
FIRST: Final = 50
SHORT: Final = 30
"""A table of more rows is printed in so many columns beside each other as have room:"""
MOST, ACROSS = 3, 160
"""at most so many, of so many characters together."""
SHEET: Final = 1000
"""Pixels: a taller picture does not fit on a sheet at every width that a page may have."""


def table(frame: pl.DataFrame, columns: Mapping[str, ColumnForm]) -> str:
    """The columns that have a form, numbers at the right as their form rounds them; of more than
    `WHOLE` rows the `FIRST`, and how many there are. A long and narrow table is set in columns, like a page of a register."""
    printed = frame if frame.height <= WHOLE else frame.head(FIRST)
    kept = {name: form for name, form in columns.items() if name in frame.columns}
    right = {name for name in kept if frame.schema[name].is_numeric()}
    head = "".join(f"<th{_side(name, right)}>{_head(form.header)}</th>" for name, form in kept.items())
    body = "".join(
        f"<tr>{''.join(f'<td{_side(name, right, row[name])}>{_cell(row[name], form)}</td>' for name, form in kept.items())}</tr>"
        for row in printed.iter_rows(named=True)
    )
    told = f"<p>这里印出前 {FIRST} 行，共 {frame.height:,} 行；全部行在导出文件里。</p>"
    more = told if frame.height > printed.height else ""
    beside = min(MOST, ACROSS // round(sum(form.width for form in kept.values()))) if printed.height > SHORT else 1
    side = f' columns" style="columns: {beside}' if beside > 1 else ""
    return f'<div class="on-paper{side}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>'


def long_picture(figure: go.Figure, told: Callable[[], tuple[pl.DataFrame, Mapping[str, ColumnForm]]]) -> str:
    """What is printed in place of a picture that is taller than a sheet: the cells of a matrix as they are lettered, of any
    other picture its table; empty where the picture fits."""
    drawn = figure.to_dict()
    if drawn["layout"].get("height", 0) <= SHEET:
        return ""
    layers = [layer for layer in drawn["data"] if layer["type"] == "heatmap"]
    return _matrix(layers) if layers else table(*told())


def _matrix(layers: Sequence[Mapping[str, Any]]) -> str:
    """One row a line of the heatmap and one column a column of it; of several layers the one that says something."""
    first = layers[0]
    head = "".join(f"<th>{_plain(x)}</th>" for x in ("", *first["x"]))
    lines = zip(first["y"], *(layer["text"] for layer in layers), strict=True)
    body = "".join(
        f"<tr><th>{_plain(name)}</th>"
        + "".join(
            f'<td class="number">{_plain(next(filter(None, cell), ""))}</td>' for cell in zip(*texts, strict=True)
        )
        + "</tr>"
        for name, *texts in lines
    )
    return f'<div class="on-paper"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _plain(text: Any) -> str:
    """A label without the picture's own marks, which are letters in bold and broken lines."""
    return html.escape(re.sub(r"</?b>|<br>", "", str(text)))


def _side(name: str, right: set[str], value: Any = None) -> str:
    """Numbers stand at the right; a date or code would be broken at its hyphens."""
    if name in right:
        return ' class="number"'
    return ' class="whole"' if isinstance(value, str) and "-" in value and value.isascii() else ""


def _head(header: str) -> str:
    """A header that takes two lines never breaks inside its unit."""
    name, bracket, unit = header.rpartition("（")
    whole = f'<span class="whole">{html.escape(bracket + unit)}</span>' if name else html.escape(header)
    return html.escape(name) + whole


def _cell(value: Any, form: ColumnForm) -> str:
    if value is None:
        return words.NO_VALUE
    if isinstance(value, float):
        return words.exact(float(f"{value:.12g}")) if form.decimals is None else words.number(value, form.decimals)
    counted = isinstance(value, int) and form.decimals is not None
    return words.number(value, 0) if counted else html.escape(str(value))
