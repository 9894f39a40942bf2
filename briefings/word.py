"""A document as Word, after GB/T 9704-2012: styles, headings, captions, native tables and charts, page numbers."""

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

from briefings import placeholders, record, word_parts
from briefings.document import OF_CHART, Block, Chart, Document, Heading, Picture, Section, Table, cell_words
from briefings.placeholders import SECTION, TemplateError
from briefings.record import Ledger
from briefings.tables import marked

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "word.docx"
WIDTH: Final = Mm(156)
TALLEST: Final = Mm(172)
"""Of a picture: with its heading, a sentence and its title it still fits on a page."""
SHORTEST: Final = Mm(135)
"""A map that is made smaller than this to fit beneath its text cannot be read any more."""
BESIDE: Final = Mm(12)
"""What a picture and its title need beyond the picture and one line."""
NUMERALS: Final = "一二三四五六七八九十"
INLINE: Final = ("标题", "副标题", "标记", "地区", "时期", "数据版本", "生成时间", "来源", "网址", "审图号")
BLOCKS: Final = ("要点", "正文", "说明")
STYLES: Final = ("Title", "Subtitle", "Heading 1", "Heading 2", "标记", "图", "图题", "表题", "表文", "表注", "说明")

Drawn = Callable[[Picture], bytes | str]
"""A picture as PNG, or why there is none."""


def written(document: Document, drawn: Drawn, template: Path = TEMPLATE) -> bytes:
    """The DOCX, with the record of its numbers inside; raises `TemplateError`."""
    writer = _Writer(document, drawn, template)
    return writer.finished()


class _Writer:
    """Fills the template's placeholders; `_at` is the paragraph before which blocks are put."""

    def __init__(self, document: Document, drawn: Drawn, template: Path) -> None:
        self.document, self.drawn, self.template = document, drawn, template
        self.ledger = Ledger(document)
        self.word: Any = _opened(template)
        self.tables = self.figures = self.sections = 0
        self._above = 0
        """Lines of text from the section's heading to here; 0 after anything else."""
        self._at: Any = None
        self._styles: dict[str, str | None] = {}

    def finished(self) -> bytes:
        """The whole file."""
        self._check()
        elsewhere = self._elsewhere()  # before the document's own tables, whose texts are nobody's placeholders
        for paragraph in list(self.word.paragraphs):
            names = placeholders.named(paragraph.text)
            if len(names) == 1 and (names[0] in BLOCKS or names[0].startswith(SECTION)):
                self._at = paragraph
                self._block(names[0])
                paragraph._p.getparent().remove(paragraph._p)
            elif names == ["标记"] and not self._values()["标记"]:
                paragraph._p.getparent().remove(paragraph._p)
            else:
                placeholders.filled(paragraph, self._values())
        for _, paragraph in elsewhere:
            placeholders.filled(paragraph, self._values())
        self._properties()
        buffer = io.BytesIO()
        self.word.save(buffer)
        return record.stored(buffer.getvalue(), self.ledger.written())

    def _check(self) -> None:
        allowed = (*INLINE, *BLOCKS, *(SECTION + each.heading for each in self.document.sections))
        body = list(placeholders.numbered("正文", self.word.paragraphs))
        known_elsewhere = [(where, paragraph.text) for where, paragraph in self._elsewhere()]
        placeholders.checked(self.template.name, body, (*allowed, *_all_sections(body)))
        placeholders.checked(self.template.name, known_elsewhere, INLINE)
        missing = [name for name in STYLES if name not in {style.name for style in self.word.styles}]
        if missing:
            raise TemplateError(f"模板 {self.template.name} 缺少样式：{'、'.join(missing)}。")

    def _elsewhere(self) -> list[tuple[str, Any]]:
        """(place, paragraph) of headers, footers and the template's own tables."""
        found: list[tuple[str, Any]] = []
        for number, section in enumerate(self.word.sections, 1):
            for place, part in _edges(section):
                found += [(f"第 {number} 节{place}第 {at} 段", each) for at, each in enumerate(part.paragraphs, 1)]
        for number, table in enumerate(self.word.tables, 1):
            if table._tbl.getparent() is self.word.element.body:
                cells = [(r, c, cell) for r, row in enumerate(table.rows, 1) for c, cell in enumerate(row.cells, 1)]
                found += [
                    (f"第 {number} 个表格第 {r} 行第 {c} 列", p)
                    for r, c, cell in cells
                    for p in cell.paragraphs
                    if "{{" in p.text
                ]
        return found

    def _values(self) -> dict[str, str]:
        origin = self.document.origin
        return {
            "标题": self.document.title,
            "副标题": self.document.subtitle,
            "标记": origin.marks,
            "地区": self.document.subject,
            "时期": self.document.subtitle.strip("（）"),
            "数据版本": origin.data_version,
            "生成时间": f"{origin.made_at:%Y-%m-%d %H:%M}",
            "来源": origin.source,
            "网址": origin.url,
            "审图号": origin.approval,
        }

    def _block(self, name: str) -> None:
        if name == "要点":
            for text in self.document.findings:
                self._paragraph(self.ledger.text(text))
        elif name == "说明":
            self._notes()
        else:
            for section in self.document.sections:
                if name == "正文" or name == SECTION + section.heading:
                    self._section(section)

    def _section(self, section: Section) -> None:
        self._paragraph(f"{_numeral(self.sections)}、{section.heading}", "Heading 1")
        self.sections += 1
        self._above = 1
        headings = 0
        for block in section.blocks:
            if isinstance(block, Heading):
                self._above += 1
                self._paragraph(f"（{_numeral(headings)}）{block.words}", "Heading 2")
                headings += 1
            else:
                self._one(block)

    def _one(self, block: Block) -> None:
        if isinstance(block, tuple):
            text = self.ledger.text(block)
            self._above += word_parts.lines(text)
            self._paragraph(text)
            return
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart):
            self._figure(block.title, lambda paragraph: self._chart(paragraph, block))
            self._table(block.table)
        elif isinstance(block, Picture):
            self._figure(block.title, lambda paragraph: self._picture(paragraph, block))
        self._above = 0

    def _paragraph(self, text: str, style: str = "Normal") -> Paragraph:
        made: Paragraph = self._at.insert_paragraph_before(text)
        if style not in self._styles:
            self._styles[style] = self.word.part.get_style_id(style, WD_STYLE_TYPE.PARAGRAPH)
        made._p.style = self._styles[style]
        return made

    def _figure(self, title: str, put: Callable[[Paragraph], None]) -> None:
        self.figures += 1
        put(self._paragraph("", "图"))
        self._paragraph(f"图{self.figures}　{cell_words(title)}", "图题")

    def _chart(self, paragraph: Paragraph, chart: Chart) -> None:
        self.ledger.chart(chart)
        described = self.ledger.alt(chart)
        rows = len(chart.categories) * len(chart.series)
        height = Mm(min(140, 18 + (5.5 if len(chart.series) == 1 else 4.2) * rows)) if chart.form == "bar" else Mm(70)
        word_parts.add_chart(self.word, paragraph, chart, described, self.figures, width=WIDTH, height=height)

    def _picture(self, paragraph: Paragraph, picture: Picture) -> None:
        drawn = self.drawn(picture)
        if isinstance(drawn, str):
            paragraph.add_run(f"（图略：{drawn}）")
            return
        inline = paragraph.add_run().add_picture(io.BytesIO(drawn), width=WIDTH)
        room = word_parts.PAGE - (self._above + 1) * word_parts.PAGE // word_parts.PAGE_LINES - BESIDE
        tallest = Length(min(TALLEST, room)) if room >= SHORTEST else TALLEST
        if inline.height > tallest:
            inline.width, inline.height = Length(inline.width * tallest // inline.height), tallest
        described = inline._inline.docPr
        described.set("descr", self.ledger.alt(picture))
        described.set("title", picture.title)

    def _table(self, table: Table) -> None:
        self.tables += 1
        self._paragraph(f"表{self.tables}　{cell_words(table.title.removesuffix(OF_CHART))}", "表题")
        made = self.word.add_table(1, len(table.header), style="Table Grid")
        needed = word_parts.widths(table)
        word_parts.dress(made, table.title, WIDTH, needed)
        rows = self.ledger.table(table.title, table)
        word_parts.fill(made, table, rows, needed)
        self._at._p.addprevious(made._tbl)
        self._paragraph(f"注：{table.notes}" if table.notes else "", "表注")

    def _notes(self) -> None:
        """Where everything comes from, and what the indicators mean."""
        self._paragraph(f"{_numeral(self.sections)}、数据说明", "Heading 1")
        self.sections += 1
        values = self._values()
        origin = self.document.origin
        rows = [*marked(simulated=origin.simulated, unreviewed=origin.unreviewed)]
        rows += [("筛选条件", origin.filter), ("单位", origin.unit), ("数据来源", origin.source)]
        rows += [(name, values[name]) for name in ("数据版本", "生成时间", "审图号")]
        rows += [("查看地址", origin.url), ("核对方法", "python -m briefings verify 本文件")]
        for label, text in (*rows, *origin.definitions):
            if text:
                self._paragraph(f"{label}：{text}", "说明")

    def _properties(self) -> None:
        properties, origin = self.word.core_properties, self.document.origin
        properties.title, properties.subject = self.document.title, self.document.kind
        properties.author = properties.last_modified_by = "浙江数字人才地图"
        properties.keywords = origin.marks
        properties.comments = f"{origin.filter}；数据版本 {origin.data_version}"
        properties.created = properties.modified = datetime.fromtimestamp(origin.made_at.timestamp())


def _all_sections(body: list[tuple[str, str]]) -> list[str]:
    """Sections that a template asks for and this document has not got are left out, not refused."""
    return [name for _, text in body for name in placeholders.named(text) if name.startswith(SECTION)]


def _edges(section: Any) -> list[tuple[str, Any]]:
    """Headers and footers of a section, those of even and first pages where there are any."""
    parts = [("页眉", section.header), ("页脚", section.footer)]
    parts += [("偶数页页眉", section.even_page_header), ("偶数页页脚", section.even_page_footer)]
    parts += [("首页页眉", section.first_page_header), ("首页页脚", section.first_page_footer)]
    return [(place, part) for place, part in parts if not part.is_linked_to_previous]


def _numeral(index: int) -> str:
    """一, 二 … 十, 十一 … of a counter that begins at 0."""
    return NUMERALS[index] if index < 10 else f"十{NUMERALS[index - 10]}"


def _opened(template: Path) -> Any:
    try:
        return docx.Document(str(template))
    except Exception as error:
        raise TemplateError(f"模板 {template} 打不开：{error}") from error
