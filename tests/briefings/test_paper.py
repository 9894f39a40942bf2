"""A table for paper says every row, as the screen rounds it, and nothing that is not text."""

import polars as pl

from briefings import paper
from briefings.tables import ColumnForm

FORMS = {
    "name": ColumnForm("地区", None, 10),
    "value": ColumnForm("数（人）", 1, 10),
    "rank": ColumnForm("位次", 0, 10),
}


def test_each_row_is_there_with_numbers_at_the_right() -> None:
    frame = pl.DataFrame({"name": ["甲", "<b>乙"], "value": [12345.25, None], "rank": [1, None], "other": [1, 2]})
    assert paper.table(frame, FORMS) == (
        '<div class="on-paper"><table><thead><tr><th>地区</th><th class="number">数（人）</th>'
        '<th class="number">位次</th></tr></thead><tbody>'
        '<tr><td>甲</td><td class="number">12,345.3</td><td class="number">1</td></tr>'
        '<tr><td>&lt;b&gt;乙</td><td class="number">—</td><td class="number">—</td></tr>'
        "</tbody></table></div>"
    )


def test_what_is_left_out_is_counted() -> None:
    long = paper.table(pl.DataFrame({"name": [str(n) for n in range(1, 1402)]}), FORMS)
    assert long.count("<tr>") == 401
    assert "<p>其余 1,001 行见导出文件。</p>" in long
