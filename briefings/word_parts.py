"""What python-docx has not got: native charts in a paragraph, tables that break well, column widths after their words."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

from briefings import native
from briefings.document import Chart, Table, cell_words
from briefings.tables import breadth

CHART_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST: Final = 6
"""Half-width characters that every column has room for."""
WHOLE: Final = 16
"""Tables of so many rows take less than half a page, and are kept on one; longer ones begin where the text ends, so that
no page stays half empty, and repeat their header."""
_FIGURE: Final = re.compile(
    r"[+−]?[\d,]+(\.\d+)?( ?(%|个百分点|[亿万]?[元人本个]次?))?|第 ?\d+／\d+ ?位( \*)?|仅此一地有数|—|持平|缺报|不公开|未排名|"
)
PAGE: Final = Mm(225)
"""The height of a page's text."""
PAGE_LINES: Final = 22
LINE: Final = 56
"""Half-width characters of a line of text."""
ROOM: Final = 82
"""Half-width characters of a table's usual size that stand beside each other."""

_INLINE = (
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' distT="0" distB="0" distL="0" distR="0"><wp:extent/><wp:docPr/><wp:cNvGraphicFramePr/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart/>'
    "</a:graphicData></a:graphic></wp:inline>"
)


def add_chart(
    word: Any, paragraph: Paragraph, chart: Chart, alt: str, number: int, *, width: Length, height: Length
) -> None:
    """Put a native chart into a paragraph, with the workbook that it is edited with; `alt` says what it shows."""
    package = word.part.package
    drawing, workbook = native.parts(chart)
    book = Part(PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"), BOOK_TYPE, workbook, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, drawing, package)
    part.rels.add_relationship(RELATIONSHIP_TYPE.PACKAGE, book, "rId1")
    inline = parse_xml(_INLINE)
    extent = inline.find(qn("wp:extent"))
    extent.set("cx", str(int(width)))
    extent.set("cy", str(int(height)))
    described = inline.find(qn("wp:docPr"))
    named = {"id": str(1000 + number), "name": f"图表 {number}", "title": chart.title, "descr": alt}
    for name, text in named.items():
        described.set(name, text)
    inline.find(f".//{qn('c:chart')}").set(qn("r:id"), word.part.relate_to(part, RELATIONSHIP_TYPE.CHART))
    drawn = OxmlElement("w:drawing")
    drawn.append(inline)
    paragraph.add_run()._r.append(drawn)


def dress(made: Any, title: str, width: Length, columns: list[int]) -> None:
    """A table in the middle, as wide as the text, named by its title, its header repeated on each page."""
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    made._tbl.tblPr.append(_margins())
    made._tbl.tblPr.append(caption)
    for column, needed in zip(made.columns, columns, strict=True):
        column.width = Length(width * needed // sum(columns))
    properties = made.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    properties.append(repeated)


def fill(made: Any, table: Table, rows: Iterable[tuple[str, ...]], columns: list[int]) -> None:
    """Header and rows; numbers at the right, words at the left; no row is split over pages, a note stays with the last.

    `columns` are what `widths` gives.
    """
    small, noted = sum(columns) > ROOM, bool(table.notes)
    header = tuple(
        _broken(head, needed * max(1, ROOM / sum(columns)) - 2)
        for head, needed in zip(table.header, columns, strict=True)
    )
    grid = [header, *rows]
    look = made.part.get_style_id("表文", WD_STYLE_TYPE.PARAGRAPH)  # once: finding it takes longer than writing a cell
    template, size = made.rows[0]._tr, Pt(9) if small else None
    right = [at > 0 and numeric([row[at] for row in grid[1:]]) for at in range(len(header))]
    for number, words in enumerate(grid):
        row = made.rows[0] if number == 0 else made.add_row()
        row.height, row.height_rule = Mm(5.8), WD_ROW_HEIGHT_RULE.AT_LEAST
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        for at, text in enumerate(words):
            paragraph = Paragraph(row._tr.tc_lst[at].p_lst[0], made)
            paragraph._p.style = look
            run = paragraph.add_run(text)
            run.bold, run.font.size = True if number == 0 else None, size
            paragraph.alignment = (
                WD_ALIGN_PARAGRAPH.CENTER
                if number == 0
                else WD_ALIGN_PARAGRAPH.RIGHT
                if right[at]
                else WD_ALIGN_PARAGRAPH.LEFT
            )
            together = len(grid) <= WHOLE or number < 2 or number == len(grid) - 2
            paragraph.paragraph_format.keep_with_next = noted if number == len(grid) - 1 else together
            row._tr.tc_lst[at].get_or_add_tcPr().append(_middle())
    _shade(template)


def _broken(head: str, room: float) -> str:
    """A header that is too long for one line breaks before its unit, not inside it."""
    name, bracket, unit = head.rpartition("（")
    return f"{name}\n{bracket}{unit}" if name and breadth(head) > room else head


def widths(table: Table) -> list[int]:
    """How many half-width characters each column needs for the longest words in it, within reason."""
    return [needs(head, [cell_words(row[at]) for row in table.rows]) for at, head in enumerate(table.header)]


def needs(head: str, texts: Sequence[str]) -> int:
    """The half-width characters of one column; a header may break into lines, a number may not."""
    longest = max((breadth(text) + (breadth(text) - 1) // 5 for text in texts), default=0)
    return max(NARROWEST, min(longest, 30), min(breadth(head.partition("（")[0]), 12)) + 2


def lines(text: str) -> int:
    """The lines that a paragraph takes, its first two characters left empty."""
    return -(-(breadth(text) + 4) // LINE)


def numeric(texts: Sequence[str]) -> bool:
    """Whether all cells of a column are numbers, or say that there is none."""
    return all(_FIGURE.fullmatch(text) for text in texts) and any(any(c.isdigit() for c in text) for text in texts)


def _margins() -> Any:
    """A millimetre at both sides of each cell."""
    made = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        made.append(margin)
    return made


def _middle() -> Any:
    made = OxmlElement("w:vAlign")
    made.set(qn("w:val"), "center")
    return made


def _shade(row: Any) -> None:
    for cell in row.tc_lst:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF2F6")):
            shade.set(qn(f"w:{name}"), value)
        cell.get_or_add_tcPr().insert_element_before(
            shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign"
        )
