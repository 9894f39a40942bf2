"""A frame as a workbook or as CSV, each with notes that say what the numbers are and where they come from."""

import csv as comma
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts import words
from charts.words import PENDING, SIMULATED

DATA: Final = "数据"
NOTES: Final = "说明"
DATE_FORMAT: Final = "%Y-%m-%d"
TIME_FORMAT: Final = "%Y-%m-%d %H:%M"
LINE: Final = 18
"""Points of a line in a sheet."""
BROAD: Final = 1.07
"""A Chinese character is a little broader than two digits, in which Excel counts the width of a column."""

_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"^[+-]?\d[\d,]*(\.\d+)?%?$")


@dataclass(frozen=True)
class Notes:
    """What a table shows: everything a reader must know to cite it. `approval` is the 审图号 line under a map."""

    title: str
    definition: str
    unit: str
    filter: str
    period: str
    source: str
    data_version: str
    made_at: datetime
    simulated: bool
    approval: str
    url: str
    extra: tuple[tuple[str, str], ...] = ()
    unreviewed: int = 0


@dataclass(frozen=True)
class ColumnForm:
    """How a column is shown: `header` with unit, `decimals` of numbers (None: as they are), `width` in characters."""

    header: str
    decimals: int | None
    width: float


def breadth(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Points of a row of texts in columns of these widths (in characters), each broken into as many lines as it takes.

    It has to be said: programs that do not work it out by themselves show the first line only.
    """
    return LINE * max(math.ceil(BROAD * breadth(text) / width) or 1 for text, width in cells)


class MissingColumn(LookupError):
    """A column that is to be exported is not in the frame; the message is Chinese."""


def note_rows(notes: Notes) -> tuple[tuple[str, str], ...]:
    """The notes as (label, text) in reading order, empty ones left out; “演示数据（模拟）” and “待审核” lead when they apply."""
    rows = (
        *marked(simulated=notes.simulated, unreviewed=notes.unreviewed),
        ("标题", notes.title),
        ("口径", notes.definition),
        ("单位", notes.unit),
        ("筛选条件", notes.filter),
        ("时期", notes.period),
        ("数据来源", notes.source),
        ("数据版本", notes.data_version),
        ("生成时间", notes.made_at.strftime(TIME_FORMAT)),
        ("审图号", notes.approval.removeprefix("审图号：")),
        *notes.extra,
        ("查看地址", notes.url),
    )
    return tuple((label, text) for label, text in rows if text)


def marked(*, simulated: bool, unreviewed: int) -> tuple[tuple[str, str], ...]:
    """What the notes of every export say of the data's nature, as (label, text); texts may be empty."""
    return (
        ("数据性质", f"{SIMULATED}，不得作为正式统计数据引用" if simulated else ""),
        ("审核状态", f"{PENDING}：含上级尚未审核的报送 {unreviewed:,} 批，数字可能变动" if unreviewed else ""),
    )


def workbook(frame: pl.DataFrame, notes: Notes, columns: Mapping[str, ColumnForm]) -> bytes:
    """An XLSX file: a sheet “数据” (“演示数据（模拟）” when simulated) with `columns` in order, then “说明”.

    Missing values and NaN are empty cells, never 0. Text is never read as a formula, a number or a link.
    Raises `MissingColumn`.
    """
    shown = _chosen(frame, columns)
    buffer = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, safe) as book:
        _properties(book, notes)
        _data_sheet(book, shown, notes, columns)
        _notes_sheet(book, notes)
    return buffer.getvalue()


def csv(frame: pl.DataFrame, notes: Notes, columns: Mapping[str, ColumnForm]) -> bytes:
    """A ZIP of 数据.csv (`columns` in their order, full precision) and 说明.csv, both UTF-8 with BOM as Excel wants it.

    Missing values are empty, never 0; text that Excel would take for a formula gets an apostrophe in front.
    Raises `MissingColumn`.
    """
    shown = _chosen(frame, columns)
    header = [_neutral(columns[name].header) for name in shown.columns]
    notes_in_order = [(label, _neutral(text)) for label, text in note_rows(notes)]
    files = {
        f"{DATA}.csv": _csv_text([header, *([_csv_cell(cell) for cell in row] for row in shown.iter_rows())]),
        f"{NOTES}.csv": _csv_text([["项目", "内容"], *notes_in_order]),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, date_time=notes.made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return buffer.getvalue()


def _chosen(frame: pl.DataFrame, columns: Mapping[str, ColumnForm]) -> pl.DataFrame:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise MissingColumn(
            f"导出的表缺少列：{'、'.join(absent)}；现有列：{'、'.join(frame.columns)}。请改正列的设置。"
        )
    return frame.select(list(columns))


def _properties(book: Workbook, notes: Notes) -> None:
    book.set_properties(
        {
            "title": notes.title,
            "comments": "\n".join(f"{label}：{text}" for label, text in note_rows(notes)),
            "keywords": "　".join(words.marks(simulated=notes.simulated, unreviewed=notes.unreviewed)),
            "created": notes.made_at.replace(tzinfo=None),
        }
    )


def _data_sheet(book: Workbook, frame: pl.DataFrame, notes: Notes, columns: Mapping[str, ColumnForm]) -> None:
    sheet = book.add_worksheet(SIMULATED if notes.simulated else DATA)
    for at, (name, form) in enumerate(columns.items()):
        kind = frame.schema[name]
        _column(book, sheet, at, form, kind)
        _cells(book, sheet, at, frame[name].to_list(), kind)
    sheet.set_row(0, row_height((form.header, form.width) for form in columns.values()))
    last = len(columns) - 1
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(frame.height, 1), last)
    _on_paper(sheet, notes)
    sheet.repeat_rows(0)


def _column(book: Workbook, sheet: Worksheet, at: int, form: ColumnForm, kind: pl.DataType) -> None:
    right = kind.is_numeric()
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "align": "right" if right else "left"}
    sheet.set_column(at, at, form.width, book.add_format(_cell_looks(form, kind)))
    sheet.write_string(0, at, form.header, book.add_format({**head, "bg_color": "#F4F6F8", "bottom_color": "#5B6B7A"}))


def _cell_looks(form: ColumnForm, kind: pl.DataType) -> dict[str, Any]:
    if kind.is_numeric():
        pattern = "General" if form.decimals is None else "#,##0" + ("." + "0" * form.decimals if form.decimals else "")
        return {"align": "right", "num_format": pattern}
    if kind == pl.Date:
        return {"align": "left", "num_format": "yyyy-mm-dd"}
    return {"align": "left", "num_format": "yyyy-mm-dd hh:mm" if isinstance(kind, pl.Datetime) else "General"}


def _cells(book: Workbook, sheet: Worksheet, at: int, cells: Iterable[Any], kind: pl.DataType) -> None:
    guarded = book.add_format({"align": "left", "quote_prefix": True})
    for row, cell in enumerate(cells, start=1):
        if _missing(cell):
            continue
        if kind.is_numeric():
            sheet.write_number(row, at, cell)
        elif isinstance(cell, datetime | date):
            sheet.write_datetime(row, at, _naive(cell))
        else:
            text = _text(cell)
            sheet.write_string(row, at, text, _guard(text, guarded))


def _guard(text: str, guarded: Format) -> Format | None:
    return guarded if _FORMULA.match(text) else None


def _notes_sheet(book: Workbook, notes: Notes) -> None:
    sheet = book.add_worksheet(NOTES)
    label = book.add_format({"bold": True, "valign": "top", "font_color": "#5B6B7A"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    warnings = marked(simulated=notes.simulated, unreviewed=notes.unreviewed)
    warning = book.add_format({"text_wrap": True, "valign": "top", "bold": True, "font_color": "#C44E14"})
    widths = (12, 88)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    for row, (name, text) in enumerate(note_rows(notes)):
        sheet.set_row(row, row_height(zip((name, text), widths, strict=True)))
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, text, warning if (name, text) in warnings else plain)
    _on_paper(sheet, notes)


def _on_paper(sheet: Worksheet, notes: Notes) -> None:
    """A4, one page wide, with title, mark and page number on each page."""
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    marks = words.marks(simulated=notes.simulated, unreviewed=notes.unreviewed)
    sheet.set_header(f"&L{'　'.join((_in_header(notes.title), *marks))}"[:250])
    sheet.set_footer(
        f"&L数据版本 {_in_header(notes.data_version)}　{notes.made_at.strftime(TIME_FORMAT)}&R第 &P／&N 页"[:250]
    )


def _in_header(text: str) -> str:
    return text.replace("&", "&&")[:120]


def _csv_text(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    comma.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Any) -> str:
    if _missing(cell):
        return ""
    return _neutral(cell) if isinstance(cell, str) else _text(cell)


def _neutral(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text) else text


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.strftime(TIME_FORMAT)
    return cell.strftime(DATE_FORMAT) if isinstance(cell, date) else str(cell)


def _missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and not math.isfinite(cell))


def _naive(moment: date) -> date:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment
