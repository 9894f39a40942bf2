"""A document as Excel: findings, one sheet a table, native charts beside their tables, notes."""

import io
import re
from typing import Any, Final

import xlsxwriter

from briefings import native, record
from briefings.document import ATTENTION, OF_CHART, Chart, Document, Span, Table, printed
from briefings.numbers import Number
from briefings.record import Ledger
from briefings.tables import BROAD, Notes, breadth, note_rows, row_height
from charts import words
from charts.theme import TOKENS

FINDINGS: Final = "要点"
NOTES: Final = "说明"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
ACROSS: Final = 100
"""Characters that a finding goes across."""
LONGEST: Final = 24
"""Half-width characters of a header on one line."""
MOST_ACROSS: Final = 8
"""Columns that a note goes across."""
SHORT: Final = 16
"""Rows under which a chart still stands on the same printed page, upright; of a longer table it stands beside the first."""
INK, LINE, GROUND = "#5B6B7A", "#C9D2DB", "#F4F6F8"


def written(document: Document) -> bytes:
    """The XLSX, with the record of its numbers inside. Text is never read as a formula, a number or a link."""
    return _Writer(document).finished()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document, self.ledger = document, Ledger(document)
        self.buffer = io.BytesIO()
        safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        self.book: Any = xlsxwriter.Workbook(self.buffer, safe)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def finished(self) -> bytes:
        """The whole file."""
        self.book.set_properties(
            {"title": self.document.title, "subject": self.document.kind, "created": self.document.origin.made_at,
             "keywords": self.document.origin.marks}
        )  # fmt: skip
        self._findings()
        charts = {id(chart.table): chart for chart in self.document.blocks(Chart) if isinstance(chart, Chart)}
        tables = [each for each in self.document.blocks(Table, Chart) if isinstance(each, Table)]
        for number, table in enumerate(tables, 1):
            self._table(table, charts.get(id(table)), number)
        self._notes()
        self.book.close()
        return record.stored(self.buffer.getvalue(), self.ledger.written())

    def look(self, **of: Any) -> Any:
        """A cell format, each made once."""
        key = tuple(sorted(of.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "vcenter", **of})
        return self._formats[key]

    def _findings(self) -> None:
        sheet = self.book.add_worksheet(FINDINGS)
        sheet.set_column(0, 0, ACROSS)
        sheet.write_string(0, 0, f"{self.document.title}{self.document.subtitle}", self.look(bold=True, font_size=14))
        if self.document.origin.marks:
            sheet.write_string(1, 0, self.document.origin.marks, self.look(bold=True, font_color="#C44E14"))
        row = 2
        watched = [section for section in self.document.sections if section.heading == ATTENTION]
        more = [text for each in watched for text in ((f"{ATTENTION}：",), *each.blocks) if isinstance(text, tuple)]
        for text in (*self.document.findings, *more):
            said = self.ledger.text(text)
            sheet.write_string(row, 0, said, self.look(text_wrap=True, valign="top"))
            sheet.set_row(row, row_height([(said, ACROSS)]))
            row += 1
        self._paper(sheet)

    def _table(self, table: Table, chart: Chart | None, number: int) -> None:
        name = _sheet_name(table.title, number)
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, table.title.removesuffix(OF_CHART), self.look(bold=True, font_size=13))
        head = self.look(bold=True, bottom=1, text_wrap=True, bg_color=GROUND, bottom_color=INK, align="center")
        widths = [_width(table, at) for at in range(len(table.header))]
        for at, title in enumerate(table.header):
            sheet.write_string(1, at, title, head)
            sheet.set_column(at, at, widths[at])
        sheet.set_row(1, row_height(zip(table.header, widths, strict=True)))
        self.ledger.cells(name, table.rows)
        for row, cells in enumerate(table.rows, 2):
            for at, cell in enumerate(cells):
                self._cell(sheet, row, at, cell)
        below = len(table.rows) + 3
        if table.notes:
            note, across = f"注：{table.notes}", min(MOST_ACROSS, len(widths))
            looks = self.look(font_color=INK, text_wrap=True, valign="top")
            if across > 1:
                sheet.merge_range(below, 0, below, across - 1, note, looks)
            else:
                sheet.write_string(below, 0, note, looks)
            sheet.set_row(below, row_height([(note, sum(widths[:across]))]))
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(0, 1)
        self._paper(sheet)
        if chart is not None:
            where = (1, len(table.header) + 1)
            if len(table.rows) <= SHORT:
                where = (below + 2, 0)
                sheet.set_portrait()
            sheet.insert_chart(*where, self._chart(chart, table, name))

    def _cell(self, sheet: Any, row: int, at: int, cell: Span | None) -> None:
        if isinstance(cell, Number):
            if cell.cell is not None:
                sheet.write_number(row, at, cell.cell, self.look(num_format=number_format(cell), align="right"))
            elif cell.text == words.WITHHELD:
                sheet.write_string(row, at, cell.text, self.look(align="right"))
            else:
                sheet.write_blank(row, at, None, self.look())
        elif cell is not None:
            sheet.write_string(row, at, printed(cell), self.look(align="left"))

    def _chart(self, chart: Chart, table: Table, name: str) -> Any:
        made = self.book.add_chart({"type": chart.form})
        palette = (TOKENS["light"].primary, TOKENS["light"].accent, TOKENS["light"].muted)
        for each, colour in zip(chart.series, palette, strict=False):
            at = _column(table, each.numbers)
            last = 1 + len(each.numbers)
            line = {"color": colour, "width": 2, "dash_type": "dash" if each.dashed else "solid"}
            made.add_series(
                {"name": each.name, "categories": [name, 2, 0, last, 0], "values": [name, 2, at, last, at],
                 **({"line": line} if chart.form == "line" else {"fill": {"color": colour}, "gap": 45}),
                 "data_labels": {"value": chart.form == "bar"}}
            )  # fmt: skip
        made.set_title({"name": f"{printed(chart.title)}（{chart.unit}）", "name_font": {"size": 11}})
        made.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
        if chart.form == "line":
            low, high = native.bounds(chart)
            made.set_y_axis({"min": low, "max": high, "major_gridlines": {"visible": True, "line": {"color": LINE}}})
        if chart.form == "bar":
            made.set_y_axis({"reverse": True})
            made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        apart = 24 if len(chart.series) == 1 else 36  # the labels of two bars stand one above the other
        height = max(300, 60 + apart * len(chart.categories)) if chart.form == "bar" else 320
        made.set_size({"width": 640, "height": height})
        return made

    def _notes(self) -> None:
        sheet = self.book.add_worksheet(NOTES)
        widths = (24, 96)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        origin = self.document.origin
        notes = Notes(
            title=f"{self.document.title}{self.document.subtitle}", definition="见下", unit=origin.unit, filter=origin.filter,
            period=self.document.subtitle.strip("（）"), source=origin.source, data_version=origin.data_version,
            made_at=origin.made_at, simulated=origin.simulated, unreviewed=origin.unreviewed, approval=origin.approval, url=origin.url,
            extra=origin.definitions,
        )  # fmt: skip
        for row, (label, text) in enumerate(note_rows(notes)):
            sheet.write_string(row, 0, label, self.look(bold=True, valign="top", font_color=INK, text_wrap=True))
            sheet.write_string(row, 1, text, self.look(text_wrap=True, valign="top"))
            sheet.set_row(row, row_height(zip((label, text), widths, strict=True)))
        self._paper(sheet)

    def _paper(self, sheet: Any) -> None:
        origin = self.document.origin
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        mark = f"　{origin.marks}" if origin.marks else ""
        sheet.set_footer(f"&L数据版本 {origin.data_version}　{origin.made_at:%Y-%m-%d %H:%M}{mark}&R第 &P／&N 页")


def number_format(number: Number) -> str:
    """The number format that shows a cell as its text."""
    text = number.text
    if number.style == "rank":
        at = text.find("／")
        return f'"第 "0"{text[at:]}"' if at >= 0 else f'"{text}"'  # where nobody else has a value
    decimals = len(text.rstrip("%个百分点 ").rpartition(".")[2].split(" ")[0]) if "." in text else 0
    plain_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    if number.style == "signed":
        unit = '"%"' if text.endswith("%") or text == "持平" else '" 个百分点"'
        return f'+#,##0.0{unit};−#,##0.0{unit};"持平"'
    return f'{plain_format}"%"' if text.endswith("%") else plain_format


def _width(table: Table, at: int) -> float:
    """A column's width in characters."""
    longest = max((len(_words(row[at])) for row in table.rows), default=0)
    head = 1 + BROAD * min(breadth(table.header[at]), LONGEST)
    return min(40, max(10, head, (2 if at == 0 else 1.4) * longest))


def _words(cell: Span | None) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else cell.text


def _column(table: Table, numbers: tuple[Number, ...]) -> int:
    """The column of a chart's table that holds the numbers of one series."""
    return next(
        at
        for at in range(1, len(table.header))
        if all(row[at] == number for row, number in zip(table.rows, numbers, strict=False))
    )


def _sheet_name(title: str, number: int) -> str:
    """At most 31 characters, none that Excel refuses, each name once."""
    short = _FORBIDDEN.sub("", title.removesuffix(OF_CHART))
    return f"{number} {short}"[:31]
