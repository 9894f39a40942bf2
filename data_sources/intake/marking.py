"""A file handed back with its mistakes: a copy of the workbook with wrong cells marked and commented, or a list.

The copy is the sender's own file and holds what they sent; no remark, list or message holds an identity number.
Formulas come back as their values, and what begins like one is text: nothing in either is ever executed.
"""

import csv
import io
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import polars as pl
import xlsxwriter

from data_sources.intake.cells import ROW, Part, Upload
from data_sources.intake.preview import Preview

COMMENTS: Final = 5_000
"""The most cells that get a comment; further ones are coloured only."""
MOST_CELLS: Final = 600_000
"""A larger workbook is handed back as its wrong rows only."""
WRONG: Final = "#FFC7CE"
UNUSUAL: Final = "#FFEB9C"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
SECONDS: Final = 120


class Mark(NamedTuple):
    """A cell to mark: its row in its part (from 1), the column of its part (from 0; -1 for none), and what is said."""

    row: int
    column: int
    said: str
    error: bool


def listed(preview: Preview) -> bytes:
    """A CSV, UTF-8 with a mark: 文件 (of several), 行, 列, 原值, 问题, 应为, 性质; what begins like a formula is quoted."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    several = len(preview.parts) > 1
    writer.writerow((*(("文件",) if several else ()), "行", "列", "原值", "问题", "应为", "性质"))
    for kind, found in (("错误", preview.problems), ("提醒", preview.warnings)):
        for problem in found:
            for row, value, right in problem.rows.select("row", "value", "right").iter_rows():
                name, begun = next(part for part in reversed(preview.parts) if part[1] < row)
                told = map(harmless, (problem.column, value or "", problem.why, right or ""))
                writer.writerow((*((harmless(name),) if several else ()), row - begun, *told, kind))
    return buffer.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def marked(upload: Upload, preview: Preview) -> bytes:
    """An .xlsx: the sender's own workbook, or the cells of a CSV, an .xls or a large file, with marks and comments."""
    cells = sum(part.cells.height * part.cells.width for part in upload.parts)
    marks = [list(_marks(upload, preview, number)) for number in range(len(upload.parts))]
    own = _own(upload, marks[0], preview.headers[0]) if upload.workbook and cells <= MOST_CELLS else b""
    return own or _anew(upload, preview, marks, whole=cells <= MOST_CELLS)


def _marks(upload: Upload, preview: Preview, number: int) -> Iterator[Mark]:
    part, positions = upload.parts[number], preview.positions[number]
    last = part.begun + int(part.cells[ROW][-1] - part.begun if part.cells.height else 0)
    for error, found in ((True, preview.problems), (False, preview.warnings)):
        for problem in found:
            right = pl.when(pl.col("right") != "").then(pl.format("。应为：{}", "right")).otherwise(pl.lit(""))
            here = problem.rows.filter(pl.col("row").is_between(part.begun + 1, last)).select(
                "row", right.alias("said")
            )
            for row, said in here.iter_rows():
                yield Mark(row - part.begun, positions.get(problem.column, -1), f"{problem.why}{said}", error)


def _anew(upload: Upload, preview: Preview, marks: list[list[Mark]], *, whole: bool) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        styles = {True: book.add_format({"bg_color": WRONG}), False: book.add_format({"bg_color": UNUSUAL})}
        for number, part in enumerate(upload.parts):
            sheet = book.add_worksheet(f"{number + 1}" if len(upload.parts) > 1 else "标注")
            _written(sheet, part, preview.headers[number], marks[number], styles, whole=whole)
        _summed(book.add_worksheet("问题汇总"), preview)
    return buffer.getvalue()


def _written(sheet: Any, part: Part, header: int, marks: list[Mark], styles: dict[bool, Any], *, whole: bool) -> None:
    """The rows at their own numbers, or the wrong ones below the header with their number in the last column."""
    local = part.cells.with_columns(pl.col(ROW) - part.begun)
    wanted = {mark.row for mark in marks}
    if not whole:
        local = local.filter(pl.col(ROW).is_in(list(wanted)) | (pl.col(ROW) <= header - part.begun)).head(
            MOST_CELLS // part.cells.width
        )
    places = {}
    for at, row in enumerate(local.iter_rows()):
        places[row[0]] = row[0] - 1 if whole else at
        for column, text in enumerate(row[1:]):
            if text is not None:
                sheet.write_string(places[row[0]], column, text)
        if not whole:
            sheet.write_string(places[row[0]], len(row) - 1, f"原第 {row[0]} 行")
    for cell, style, said in _cells(marks, part.cells.width - 1):
        if cell[0] in places:
            sheet.write_string(places[cell[0]], cell[1], _text(local, *cell), styles[style])
            if said:
                sheet.write_comment(places[cell[0]], cell[1], said)


def _text(local: pl.DataFrame, row: int, column: int) -> str:
    at = local[ROW].search_sorted(row)
    return str((local[f"c{column}"][at] if f"c{column}" in local.columns else None) or "")


def _cells(marks: list[Mark], width: int) -> Iterator[tuple[tuple[int, int], bool, str]]:
    """Each cell once, with everything that is said of it; where no column is to blame, the one after the last."""
    cells: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        cells.setdefault((mark.row, mark.column if mark.column >= 0 else width), []).append(mark)
    for number, (cell, said) in enumerate(sorted(cells.items())):
        text = "\n".join(dict.fromkeys(mark.said for mark in said)) if number < COMMENTS else ""
        yield cell, any(mark.error for mark in said), text


def _summed(sheet: Any, preview: Preview) -> None:
    sheet.set_column(1, 1, 80)
    lines = [("列", "问题", "行数", "性质")]
    for kind, found in (("错误", preview.problems), ("提醒", preview.warnings)):
        lines += [(problem.column, problem.why, f"{problem.count:,}", kind) for problem in found]
    for at, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(at, column, text)


def _own(upload: Upload, marks: list[Mark], header: int) -> bytes:
    """Marked in a process of its own, like reading: a workbook's parser gets bounded memory and time; or nothing."""
    cells = list(_cells(marks, upload.parts[0].cells.width - 1))
    given = pickle.dumps((upload.workbook, upload.parts[0].sheet, header, cells, (WRONG, UNUSUAL)))
    command = [sys.executable, "-m", "data_sources.intake.marked_copy"]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)  # nosec B603 # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        return b""
    return b"" if done.returncode else done.stdout
