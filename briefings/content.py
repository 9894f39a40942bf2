"""What an office file says now: its paragraphs, the cells of its named tables, the points of its named charts."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

Cell = str | float | None
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


class UnreadableFile(ValueError):
    """No office file that can be read; the message is Chinese."""


@dataclass(frozen=True)
class Content:
    """`tables` have no header row; `charts` hold the values of each series, by point; `alts` describe charts and pictures."""

    paragraphs: tuple[str, ...]
    tables: Mapping[str, list[list[Cell]]]
    charts: Mapping[str, list[dict[int, float]]]
    alts: Mapping[str, str]


def content(data: bytes, suffix: str) -> Content:
    """What the file says; `suffix` is docx, pptx or xlsx. Raises `UnreadableFile`."""
    readers = {"docx": _word, "pptx": _slides, "xlsx": _workbook}
    if suffix not in readers:
        raise UnreadableFile(
            f"只能核对 docx、pptx、xlsx 文件，不能核对 {suffix or '没有扩展名的'} 文件；PDF 和图片请核对同名的 Word。"
        )
    try:
        return readers[suffix](data)
    except Exception as error:
        raise UnreadableFile(f"文件打不开，可能已损坏：{error}") from error


def _word(data: bytes) -> Content:
    from docx import Document
    from docx.oxml.ns import qn

    word = Document(io.BytesIO(data))
    tables: dict[str, list[list[Cell]]] = {}
    for table in word.tables:
        caption = table._tbl.tblPr.find(qn("w:tblCaption"))
        if caption is not None:
            rows: list[list[Cell]] = [
                ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.tc_lst]
                for row in table._tbl.tr_lst[1:]
            ]
            tables[str(caption.get(qn("w:val")))] = rows
    charts = {}
    for inline in word.element.body.iter(qn("wp:inline")):
        for chart in inline.iter(qn("c:chart")):
            part = word.part.related_parts[chart.get(qn("r:id"))]
            charts[str(inline.find(qn("wp:docPr")).get("title"))] = _points(part.blob)
    described = (inline.find(qn("wp:docPr")) for inline in word.element.body.iter(qn("wp:inline")))
    alts = {str(each.get("title")): str(each.get("descr")) for each in described}
    return Content(tuple(p.text for p in word.paragraphs if p.text), tables, charts, alts)


def _slides(data: bytes) -> Content:
    from pptx import Presentation

    paragraphs: list[str] = []
    tables: dict[str, list[list[Cell]]] = {}
    charts: dict[str, list[dict[int, float]]] = {}
    alts: dict[str, str] = {}
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                paragraphs += [p.text for p in shape.text_frame.paragraphs if p.text]
            if shape.has_table:
                grid = [[cell.text for cell in row.cells] for row in shape.table.rows]
                tables[shape.name] = [*grid[1:]]
            if shape.has_chart:
                charts[shape.name] = _points(shape.chart.part.blob)
            if not shape.has_table and (described := shape._element._nvXxPr.cNvPr.get("descr")):
                alts[shape.name] = described
    return Content(tuple(paragraphs), tables, charts, alts)


def _workbook(data: bytes) -> Content:
    from openpyxl import load_workbook

    paragraphs: list[str] = []
    tables: dict[str, list[list[Cell]]] = {}
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        tables[sheet.title] = [[_cell(cell) for cell in row] for row in rows[2:]]
        paragraphs += [str(cell) for row in rows for cell in row if isinstance(cell, str)]
    return Content(tuple(paragraphs), tables, {}, {})


def _cell(value: Any) -> Cell:
    return float(value) if isinstance(value, int | float) else None if value is None else str(value)


def _points(blob: bytes) -> list[dict[int, float]]:
    return [dict(_values(series)) for series in ElementTree.fromstring(blob).iter(f"{_CHART}ser")]  # nosec B314 # noqa: S314


def _values(series: ElementTree.Element) -> Iterator[tuple[int, float]]:
    for value in series.iter(f"{_CHART}val"):
        for point in value.iter(f"{_CHART}pt"):
            yield int(point.get("idx", "0")), float(point.findtext(f"{_CHART}v") or "nan")
