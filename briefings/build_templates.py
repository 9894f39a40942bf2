"""Makes the templates in `briefings/templates/` anew: `python -m briefings.build_templates`. An operator may replace them.

Word: GB/T 9704-2012, A4, text area 156 × 225 mm, 22 lines of 28 characters. PowerPoint: 16:9, three layouts by name.
"""

import re
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn as pptx_qn
from pptx.util import Inches

FOLDER: Final = Path(__file__).resolve().parent / "templates"
WORD: Final = FOLDER / "word.docx"
SLIDES: Final = FOLDER / "slides.pptx"
SANS: Final = "微软雅黑"
DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"

SONG, HEI, KAI, FANG, XIAOBIAO = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
LATIN: Final = "Times New Roman"
FALLBACKS: Final = {
    FANG: "仿宋,FangSong,Noto Serif CJK SC", KAI: "楷体,KaiTi,Noto Serif CJK SC",
    XIAOBIAO: "小标宋,Noto Serif CJK SC", HEI: "SimHei,Noto Sans CJK SC", SONG: "SimSun,Noto Serif CJK SC",
}  # fmt: skip
LINE: Final = Pt(28.95)
"""225 mm in 22 lines."""
TIGHTER: Final = Pt(-0.25)
"""28 characters of 16 pt in 156 mm: a character grid would do the same, but not in every program."""

LAYOUT: Final = (
    ("Title", "{{标题}}"),
    ("Subtitle", "{{副标题}}"),
    ("标记", "{{标记}}"),
    ("Normal", "{{要点}}"),
    ("Normal", "{{正文}}"),
    ("Normal", "{{说明}}"),
)


def word(file: Path) -> None:
    """The Word template: styles, page, page numbers, and the placeholders in the order of the document."""
    made = Document()
    _page(made)
    _chinese(made)
    _styles(made)
    _fallbacks(made)
    _page_numbers(made)
    for style, placeholder in LAYOUT:
        made.add_paragraph(placeholder, style=style)
    made.core_properties.title, made.core_properties.author = "浙江数字人才地图 材料模板", "浙江数字人才地图"
    made.save(str(file))


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.header_distance = Mm(25), Mm(15)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)
    section._sectPr.append(grid)


def _chinese(made: Any) -> None:
    """The language of the text, which decides where a program puts 。 and ， and which typeface it falls back to."""
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _styles(made: Any) -> None:
    paragraph = WD_STYLE_TYPE.PARAGRAPH
    styles = made.styles
    for name in ("标记", "图", "图题", "表题", "表文", "表注", "说明"):
        styles.add_style(name, paragraph).base_style = styles["Normal"]
    _look(styles["Normal"], FANG, 16, indent=2)
    _look(styles["Title"], XIAOBIAO, 22, align="center", after=0)
    _look(styles["Subtitle"], KAI, 16, align="center", after=10)
    _look(styles["标记"], HEI, 14, align="center", after=6, colour="C44E14")
    _look(styles["Heading 1"], HEI, 16, indent=2, keep=True)
    _look(styles["Heading 2"], KAI, 16, indent=2, keep=True)
    _look(styles["表题"], HEI, 14, align="center", keep=True, before=6)
    _look(styles["图题"], HEI, 14, align="center", after=6)
    _look(styles["图"], FANG, 10.5, align="center", keep=True, single=True, before=6)
    _look(styles["表文"], FANG, 10.5, single=True)
    _look(styles["表注"], FANG, 10.5, single=True, before=3, after=9)
    _look(styles["说明"], FANG, 9, align="left", single=True)
    _look(styles["Footer"], SONG, 14, single=True)


def _look(
    style: Any, font: str, size: float, *, align: str = "", indent: int = 0, keep: bool = False, single: bool = False,
    before: float = 0, after: float = 0, colour: str = "000000",
) -> None:  # fmt: skip
    """One style: Chinese font by name, size, alignment, indent in characters, line pitch of the grid or single."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script, name in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", font), ("cs", LATIN)):
        fonts.set(qn(f"w:{script}"), name)
    properties.insert(0, fonts)
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb = RGBColor.from_string(colour)
    form = style.paragraph_format
    sides = {"center": WD_ALIGN_PARAGRAPH.CENTER, "left": WD_ALIGN_PARAGRAPH.LEFT, "": WD_ALIGN_PARAGRAPH.JUSTIFY}
    form.alignment = sides[align]
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), keep
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE if single else WD_LINE_SPACING.EXACTLY
    if not single:
        form.line_spacing = LINE if size <= 16 else Pt(34)
    _spaced(properties, TIGHTER if size == 16 else Pt(0))
    _off_grid(style, single)
    form.first_line_indent = Pt(0)
    form.widow_control = True
    _indent(style, indent)
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _spaced(properties: Any, more: Any) -> None:
    made = OxmlElement("w:spacing")
    made.set(qn("w:val"), str(round(more.pt * 20)))
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    properties.insert_element_before(made, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")


def _off_grid(style: Any, off: bool) -> None:
    """Small print in tables does not keep to the page's lines."""
    for old in style.element.pPr.findall(qn("w:snapToGrid")):
        style.element.pPr.remove(old)
    if off:
        made = OxmlElement("w:snapToGrid")
        made.set(qn("w:val"), "0")
        style.element.pPr.insert_element_before(
            made, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
        )


def _indent(style: Any, characters: int) -> None:
    found = style.element.pPr.find(qn("w:ind"))
    found.set(qn("w:firstLineChars"), str(100 * characters))
    found.set(qn("w:firstLine"), str(320 * characters))


def _fallbacks(made: Any) -> None:
    """What Word takes for a typeface that is not installed."""
    part = next(p for p in made.part.package.iter_parts() if str(p.partname).endswith("/fontTable.xml"))
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _page_numbers(made: Any) -> None:
    """— 1 — at the outside: right on odd pages, left on even ones, one character from the edge."""
    made.settings.odd_and_even_pages_header_footer = True
    section = made.sections[0]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        form = paragraph.paragraph_format
        form.left_indent, form.right_indent = Pt(14), Pt(14)
        paragraph.add_run("— ")
        for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
            paragraph.add_run()._r.append(_field(kind, text))
        paragraph.add_run(" —")


def _field(kind: str, text: str) -> Any:
    made = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        made.set(qn("w:fldCharType"), kind)
    made.text = text or None
    return made


def slides(file: Path) -> None:
    """The PowerPoint template: 16:9, layouts 封面, 要点 and 标题, source and mark at the foot."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(13.333), Inches(7.5)
    kept = {"Title Slide": "封面", "Title and Content": "要点", "Title Only": "标题"}
    for layout in list(made.slide_layouts):
        if layout.name in kept:
            layout.name = kept[layout.name]
        else:
            made.slide_layouts.remove(layout)
    _theme(made)
    for page in (made.slide_master, *made.slide_layouts):
        for shape in list(page.placeholders):
            if shape.placeholder_format.type not in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.SUBTITLE,
                                                     PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT):  # fmt: skip
                shape._element.getparent().remove(shape._element)
    _placed(made)
    made.core_properties.title, made.core_properties.author = "浙江数字人才地图 演示模板", "浙江数字人才地图"
    made.save(str(file))


def _theme(made: Any) -> None:
    """Our typeface for Latin and Chinese text, whatever the office's program would take."""
    part = next(p for p in made.part.package.iter_parts() if "/theme/theme1" in str(p.partname))
    blob = re.sub(rb'<a:latin typeface="[^"]*"', f'<a:latin typeface="{SANS}"'.encode(), part.blob)
    part._blob = re.sub(rb'<a:ea typeface="[^"]*"', f'<a:ea typeface="{SANS}"'.encode(), blob)


def _placed(made: Any) -> None:
    ink = "16324A"
    for page in (made.slide_master, *made.slide_layouts):
        for shape in page.placeholders:
            kind = shape.placeholder_format.type
            cover = getattr(page, "name", "") == "封面"
            if kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
                place = (1.0, 2.5, 11.3, 1.5) if cover else (0.6, 0.4, 12.13, 0.95)
                _box(shape, place, 36 if cover else 24, ink, bold=True)
            elif kind == PP_PLACEHOLDER.SUBTITLE:
                _box(shape, (1.0, 4.1, 11.3, 0.9), 20, "5B6B7A")
            else:
                _box(shape, (0.6, 1.5, 12.13, 5.2), 18, ink, bullet=True)
    for layout in made.slide_layouts:
        if layout.name != "封面":
            _foot(layout)


def _box(
    shape: Any, place: tuple[float, float, float, float], size: float, colour: str, *, bold: bool = False, bullet: bool = False
) -> None:  # fmt: skip
    shape.left, shape.top, shape.width, shape.height = map(Inches, place)
    body = shape.text_frame._txBody
    for old in body.findall(pptx_qn("a:lstStyle")):
        body.remove(old)
    hanging, sign = (285750, '<a:buChar char="•"/>') if bullet else (0, "<a:buNone/>")
    levels = (
        f'<a:lvl1pPr xmlns:a="{DRAWING}" marL="{hanging}" indent="{-hanging}" algn="l">'
        f'<a:lnSpc><a:spcPct val="105000"/></a:lnSpc><a:spcBef><a:spcPts val="900"/></a:spcBef>{sign}'
        f'<a:defRPr sz="{int(size * 100)}" b="{int(bold)}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f'<a:latin typeface="{SANS}"/><a:ea typeface="{SANS}"/></a:defRPr></a:lvl1pPr>'
    )
    style = parse_xml(f'<a:lstStyle xmlns:a="{DRAWING}">{levels}</a:lstStyle>')
    body.insert(1, style)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if bold else MSO_ANCHOR.TOP


def _foot(layout: Any) -> None:
    """A hairline, the source's line and the mark at the foot of each slide."""
    words = (
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{ns}"><p:nvSpPr>'
        '<p:cNvPr id="{id}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr wrap="square" lIns="0" rIns="0"/><a:lstStyle/><a:p><a:pPr algn="{side}"/><a:r>'
        '<a:rPr lang="zh-CN" sz="1000" b="0">'
        '<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:latin typeface="{font}"/><a:ea typeface="{font}"/></a:rPr>'
        "<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    places = (
        ("来源", 0.6, 9.2, "l", "5B6B7A", "浙江数字人才地图　{{地区}}　{{时期}}　数据版本 {{数据版本}}"),
        ("标记", 9.8, 2.93, "r", "C44E14", "{{标记}}"),
    )
    for number, (name, left, width, side, colour, text) in enumerate(places, 90):
        layout.shapes._spTree.append(
            parse_xml(
                words.format(
                    ns=DRAWING, id=number, name=name, x=int(Inches(left)), y=int(Inches(6.95)), w=int(Inches(width)),
                    h=int(Inches(0.35)), side=side, colour=colour, font=SANS, text=text,
                )
            )
        )  # fmt: skip


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    word(WORD)
    slides(SLIDES)
