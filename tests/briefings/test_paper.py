"""A table for paper says every row up to a hundred, as the screen rounds it, and nothing that is not text."""

import re

import plotly.graph_objects as go
import polars as pl
import pytest

from briefings import paper
from briefings.tables import ColumnForm

FORMS = {
    "name": ColumnForm("地区", None, 10),
    "value": ColumnForm("数（人）", 1, 10),
    "rank": ColumnForm("位次", 0, 10),
}


def nothing() -> tuple[pl.DataFrame, dict[str, ColumnForm]]:
    raise AssertionError("the table is not needed")


def test_each_row_is_there_with_numbers_at_the_right() -> None:
    frame = pl.DataFrame({"name": ["甲", "<b>乙"], "value": [12345.25, None], "rank": [1, None], "other": [1, 2]})
    assert paper.table(frame, FORMS) == (
        '<div class="on-paper"><table><thead><tr><th>地区</th><th class="number">数<span class="whole">（人）</span></th>'
        '<th class="number">位次</th></tr></thead><tbody>'
        '<tr><td>甲</td><td class="number">12,345.3</td><td class="number">1</td></tr>'
        '<tr><td>&lt;b&gt;乙</td><td class="number">—</td><td class="number">—</td></tr>'
        "</tbody></table></div>"
    )


def test_a_number_of_any_decimals_is_printed_with_those_that_it_has() -> None:
    figures = pl.DataFrame({"value": [90131.0, -34.6, None]})
    said = paper.table(figures, {"value": ColumnForm("数值", None, 8)})
    assert re.findall(r"<td[^>]*>(.*?)</td>", said) == ["90,131", "−34.6", "—"]


def test_a_number_below_zero_has_a_minus_and_no_hyphen() -> None:
    said = paper.table(pl.DataFrame({"value": [-1234.5], "rank": [-1234]}), FORMS)
    assert re.findall(r"<td[^>]*>(.*?)</td>", said) == ["−1,234.5", "−1,234"]


def test_a_date_is_not_broken_at_its_hyphen() -> None:
    told = paper.table(pl.DataFrame({"name": ["2023-08", "甲-乙", "A"]}), FORMS)
    assert '<td class="whole">2023-08</td>' in told
    assert "<td>甲-乙</td>" in told
    assert "<td>A</td>" in told


def test_what_is_left_out_is_counted() -> None:
    whole, long = (paper.table(pl.DataFrame({"name": ["甲"] * rows}), FORMS) for rows in (100, 1401))
    assert (whole.count("<tr>"), "这里印出" in whole) == (101, False)
    assert long.count("<tr>") == 51
    assert "<p>这里印出前 50 行，共 1,401 行；全部行在导出文件里。</p>" in long


@pytest.mark.parametrize(
    ("rows", "width", "columns"),
    [(30, 40, ""), (31, 40, "3"), (90, 60, "2"), (90, 80, "2"), (90, 81, ""), (90, 10, "3")],
)
def test_a_long_and_narrow_table_is_set_in_columns(rows: int, width: float, columns: str) -> None:
    said = paper.table(pl.DataFrame({"name": ["甲"] * rows}), {"name": ColumnForm("地区", None, width)})
    style = f' columns" style="columns: {columns}' if columns else ""
    assert said.startswith(f'<div class="on-paper{style}"><table>')


def heatmap(lines: int, **layer: object) -> dict[str, object]:
    """A layer of two columns and so many lines."""
    return {"type": "heatmap", "x": ["<b>一</b>", "二"], "y": [f"地{n}" for n in range(lines)], **layer}


def test_a_matrix_taller_than_a_sheet_is_printed_cell_by_cell() -> None:
    empty, told = [["", "0"]] * 2, [["1.20", ""], ["—", ""]]
    layers = [heatmap(2, text=empty), heatmap(2, text=told)]
    figure = go.Figure({"data": layers, "layout": {"height": 1001}})
    assert paper.long_picture(figure, nothing) == (
        '<div class="on-paper"><table><thead><tr><th></th><th>一</th><th>二</th></tr></thead><tbody>'
        '<tr><th>地0</th><td class="number">1.20</td><td class="number">0</td></tr>'
        '<tr><th>地1</th><td class="number">—</td><td class="number">0</td></tr></tbody></table></div>'
    )


def test_a_picture_that_fits_is_printed_itself_and_a_long_one_without_cells_as_its_table() -> None:
    frame = pl.DataFrame({"name": ["甲"]})
    bars = [{"type": "bar", "x": [1]}]
    assert paper.long_picture(go.Figure({"data": bars, "layout": {"height": 1000}}), nothing) == ""
    assert paper.long_picture(go.Figure({"data": bars}), nothing) == ""
    long = go.Figure({"data": bars, "layout": {"height": 2360}})
    assert paper.long_picture(long, lambda: (frame, FORMS)) == paper.table(frame, FORMS)
