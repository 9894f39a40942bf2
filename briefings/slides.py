"""A document as PowerPoint, 16:9: one message a slide, native charts and tables, notes with the source."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.util import Emu, Inches, Pt

from briefings import narrative, native, placeholders, record, slide_parts
from briefings.document import (
    OF_CHART,
    Chart,
    Document,
    Heading,
    Picture,
    Section,
    Table,
    Text,
    cell_words,
    plain,
    printed,
)
from briefings.placeholders import TemplateError
from briefings.record import Ledger
from briefings.tables import marked

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "slides.pptx"
COVER, POINTS, TITLED = "封面", "要点", "标题"
INLINE: Final = ("标题", "副标题", "标记", "地区", "时期", "数据版本", "生成时间", "来源")
LEFT, TOP, WIDE, TALL = Inches(0.6), Inches(1.45), Inches(12.13), Inches(5.2)
ROWS: Final = 15
"""Rows of a table that fit on one slide under its header."""
BESIDE: Final = 4
"""Columns of a table that fit beside its chart."""
LONGEST: Final = 84
"""Letters of a title that stand on two lines."""
LETTERS: Final = 440
"""Characters of findings on one slide."""

Drawn = Callable[[Picture], bytes | str]


def written(document: Document, drawn: Drawn, template: Path = TEMPLATE) -> bytes:
    """The PPTX, with the record of its numbers inside; raises `TemplateError`."""
    return _Writer(document, drawn, template).finished()


class _Writer:
    def __init__(self, document: Document, drawn: Drawn, template: Path) -> None:
        self.document, self.drawn, self.template = document, drawn, template
        self.ledger = Ledger(document)
        try:
            self.deck: Any = Presentation(str(template))
        except Exception as error:
            raise TemplateError(f"模板 {template} 打不开：{error}") from error

    def finished(self) -> bytes:
        """The whole file."""
        self._prepare()
        self._cover()
        self._points("要点", self.document.findings)
        for section in self.document.sections:
            self._section(section)
        properties, origin = self.deck.core_properties, self.document.origin
        properties.title, properties.subject, properties.author = (
            self.document.title,
            self.document.kind,
            "浙江数字人才地图",
        )
        properties.keywords = origin.marks
        buffer = io.BytesIO()
        self.deck.save(buffer)
        return record.stored(buffer.getvalue(), self.ledger.written())

    def _prepare(self) -> None:
        """Check layouts and placeholders, and fill those that stand on the master and the layouts."""
        names = [layout.name for layout in self.deck.slide_layouts]
        missing = [name for name in (COVER, POINTS, TITLED) if name not in names]
        if missing:
            raise TemplateError(
                f"模板 {self.template.name} 缺少版式：{'、'.join(missing)}；现有版式：{'、'.join(names)}。"
            )
        origin = self.document.origin
        values = {
            "标题": self.document.title, "副标题": self.document.subtitle, "标记": origin.marks,
            "地区": self.document.subject, "时期": self.document.subtitle.strip("（）"), "数据版本": origin.data_version,
            "生成时间": f"{origin.made_at:%Y-%m-%d %H:%M}", "来源": origin.source,
        }  # fmt: skip
        pages = [("母版", self.deck.slide_master), *((f"版式“{each.name}”", each) for each in self.deck.slide_layouts)]
        for where, page in pages:
            paragraphs = [p for shape in page.shapes if shape.has_text_frame for p in shape.text_frame.paragraphs]
            placeholders.checked(self.template.name, ((where, p.text) for p in paragraphs), INLINE)
            for paragraph in paragraphs:
                placeholders.filled(paragraph, values)

    def _slide(self, layout: str, title: str) -> Any:
        slide = self.deck.slides.add_slide(next(each for each in self.deck.slide_layouts if each.name == layout))
        slide.shapes.title.text_frame.text = title
        if layout != COVER:
            size = 24 if len(title) <= 36 else 20 if len(title) <= LONGEST else 16
            slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
        slide.notes_slide.notes_text_frame.text = self._source()
        return slide

    def _source(self) -> str:
        origin = self.document.origin
        lines = [
            f"{self.document.title}{self.document.subtitle}", origin.filter, f"来源：{origin.source}",
            f"数据版本 {origin.data_version}　生成时间 {origin.made_at:%Y-%m-%d %H:%M}", origin.approval,
            f"查看地址：{origin.url}", *(text for _, text in marked(simulated=origin.simulated, unreviewed=origin.unreviewed)),
        ]  # fmt: skip
        return "\n".join(line for line in lines if line)

    def _cover(self) -> None:
        slide = self._slide(COVER, self.document.title)
        mark = f"　{self.document.origin.marks}" if self.document.origin.marks else ""
        slide.placeholders[1].text_frame.text = f"{self.document.subtitle.strip('（）')}{mark}"

    def _points(self, title: str, texts: Sequence[Text]) -> None:
        pages = list(_pages(texts))
        for number, page in enumerate(pages, 1):
            slide = self._slide(POINTS, f"{title}（{number}／{len(pages)}）" if len(pages) > 1 else title)
            frame = slide.placeholders[1].text_frame
            for at, text in enumerate(page):
                paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
                paragraph.text = self.ledger.text(text)

    def _section(self, section: Section) -> None:
        texts = [block for block in section.blocks if isinstance(block, tuple)]
        shown = [block for block in section.blocks if isinstance(block, Chart | Table | Picture)]
        if not shown:
            self._points(section.heading, texts)
            return
        told = "\n".join(
            f"（{b.words}）" if isinstance(b, Heading) else plain(b)
            for b in section.blocks
            if isinstance(b, Heading | tuple)
        )
        first = True
        for block in sorted(shown, key=lambda each: isinstance(each, Table)):
            title = _headline(section.message) if first else _message(block)
            made = {Chart: self._chart, Table: self._tables, Picture: self._picture}[type(block)]
            made(block, title, told if first else "")  # type: ignore[operator]
            first = False

    def _titled(self, title: Text, told: str) -> Any:
        slide = self._slide(TITLED, self.ledger.text(title))
        if told:
            slide.notes_slide.notes_text_frame.text = f"{told}\n\n{self._source()}"
        return slide

    def _chart(self, chart: Chart, title: Text, told: str) -> None:
        slide = self._titled(title, told)
        beside = len(chart.table.header) <= BESIDE and len(chart.table.rows) <= ROWS
        width = Inches(7.2) if beside else WIDE
        self.ledger.chart(chart)
        heading = slide.shapes.add_textbox(LEFT, TOP, width, Inches(0.35))
        slide_parts.small(heading, f"{printed(chart.title)}（{chart.unit}）", 12)
        frame = slide.shapes.add_chart(
            native.TYPES[chart.form], LEFT, Emu(TOP + Inches(0.35)), width, Emu(TALL - Inches(0.35)), native.data(chart)
        )
        frame.name = chart.title
        frame._element.nvGraphicFramePr.cNvPr.set("descr", self.ledger.alt(chart))
        native.dressed(frame.chart, chart, size=11)
        if beside:
            self._table(slide, chart.table, chart.table.title, chart.table.rows, left=Inches(8.0), width=Inches(4.73))
        else:
            self._tables(chart.table, _message(chart.table), "")

    def _tables(self, table: Table, title: Text, told: str) -> None:
        pages = max(1, -(-len(table.rows) // ROWS))
        size = -(-len(table.rows) // pages)
        for number in range(pages):
            part = f"（{number + 1}／{pages}）" if pages > 1 else ""
            slide = self._titled((*title, part), told if number == 0 else "")
            rows = table.rows[number * size : (number + 1) * size]
            self._table(slide, table, f"{table.title}{part}", rows, left=LEFT, width=WIDE)
            if table.notes:
                note = slide.shapes.add_textbox(LEFT, Inches(6.45), WIDE, Inches(0.4))
                slide_parts.small(note, f"注：{table.notes}", 10)

    def _table(self, slide: Any, table: Table, name: str, rows: Sequence[Any], *, left: Any, width: Any) -> None:
        self.ledger.cells(name, rows)
        height = Inches(slide_parts.pitch(len(rows))) * (len(rows) + 1)
        frame = slide.shapes.add_table(len(rows) + 1, len(table.header), left, TOP, width, height)
        frame.name = name
        frame._element.nvGraphicFramePr.cNvPr.set("descr", printed(table.title))
        words = [table.header, *(tuple(cell_words(cell) for cell in row) for row in rows)]
        slide_parts.fill(frame.table, words, width, small=width < WIDE)

    def _picture(self, picture: Picture, title: Text, told: str) -> None:
        slide = self._titled(title, told)
        drawn = self.drawn(picture)
        if isinstance(drawn, str):
            slide_parts.small(slide.shapes.add_textbox(LEFT, TOP, WIDE, Inches(1)), f"（图略：{drawn}）", 14)
            return
        made = slide.shapes.add_picture(io.BytesIO(drawn), LEFT, TOP, height=TALL)
        made.left = Emu(int((self.deck.slide_width - made.width) / 2))
        made.name = picture.title
        made._element.nvPicPr.cNvPr.set("descr", self.ledger.alt(picture))


def _message(block: Chart | Table | Picture) -> Text:
    """What a chart says: where it is highest and lowest, by its first series."""
    title = block.title.removesuffix(OF_CHART)
    if not isinstance(block, Chart) or block.form == "line":
        return (title,)
    known = [(c, n) for c, n in zip(block.categories, block.series[0].numbers, strict=True) if n.cell is not None]
    ends = narrative.extent(sorted(known, key=lambda pair: -(pair[1].cell or 0)), "个") if known else ()
    return (f"{title}：", *ends) if ends else (title,)


def _headline(text: Text) -> Text:
    """The first sentence as a title, of a long one what stands before its first semicolon; the notes hold all of it."""
    sentence = _before("。", text)
    return sentence if len(plain(sentence)) <= LONGEST else _before("；", sentence)


def _before(mark: str, text: Text) -> Text:
    """The text up to a mark that stands among its words."""
    for at, span in enumerate(text):
        if isinstance(span, str) and mark in span:
            return (*text[:at], span.partition(mark)[0])
    return text


def _pages(texts: Sequence[Text]) -> Iterator[list[Text]]:
    """Findings slide by slide, as many as fit, about as many letters on each: a text is where its middle falls."""
    lengths = [len(plain(each)) for each in texts]
    total, before = sum(lengths), 0
    slides: list[list[Text]] = [[] for _ in range(max(1, -(-total // LETTERS)))]
    for text, length in zip(texts, lengths, strict=True):
        slides[int((before + length / 2) * len(slides) / max(1, total))].append(text)
        before += length
    yield from filter(None, slides)
