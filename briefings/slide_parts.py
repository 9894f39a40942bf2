"""Small things on slides: words in a text box, and tables in our looks."""

from collections.abc import Sequence
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Length, Pt

from briefings.native import FONT
from briefings.tables import breadth
from briefings.word_parts import needs, numeric
from charts.theme import TOKENS

HEAD: Final = RGBColor(0xEE, 0xF2, 0xF6)
GROUND: Final = RGBColor(0xFF, 0xFF, 0xFF)
BESIDE, ABOVE = Emu(60000), Emu(20000)
"""Margins of a cell."""
PITCH: Final = 1.3
"""Distance of two lines, in letters."""


def small(box: Any, text: str, size: float) -> None:
    """Quiet words in a text box."""
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    frame.text = text
    font = frame.paragraphs[0].runs[0].font
    font.size, font.name = Pt(size), FONT
    font.color.rgb = RGBColor.from_string(TOKENS["light"].muted.lstrip("#").upper())


def pitch(rows: int) -> float:
    """The height of a table's row in inches: few rows stand wider apart."""
    return max(0.29, min(0.52, 4.6 / (rows + 1)))


def fill(made: Any, words: Sequence[Sequence[str]], width: Any, *, small: bool) -> None:
    """Header and rows of a native table; numbers at the right."""
    columns = list(zip(*words, strict=True))
    right = [at > 0 and numeric(column[1:]) for at, column in enumerate(columns)]
    needed = [needs(column[0], column[1:]) for column in columns]
    for column, share in zip(made.columns, needed, strict=True):
        column.width = Emu(int(width * share / sum(needed)))
    size = Pt(10.5 if small else 14 if len(words) <= 9 else 12)
    usual = Inches(pitch(len(words) - 1))
    for number, row in enumerate(words):
        made.rows[number].height = usual if number else max(usual, _headed(row, made.columns, size))
        for at, text in enumerate(row):
            cell = made.cell(number, at)
            cell.fill.solid()
            cell.fill.fore_color.rgb = HEAD if number == 0 else GROUND
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.margin_top = cell.margin_bottom = ABOVE
            cell.margin_left = cell.margin_right = BESIDE
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.text = text
            paragraph.alignment = PP_ALIGN.CENTER if number == 0 else PP_ALIGN.RIGHT if right[at] else PP_ALIGN.LEFT
            for run in paragraph.runs:
                run.font.size, run.font.bold, run.font.name = size, number == 0, FONT
                run.font.color.rgb = RGBColor.from_string(TOKENS["light"].ink.lstrip("#").upper())


def _headed(heads: Sequence[str], columns: Any, size: Length) -> Length:
    """The height of a header whose longest name takes several lines."""
    lines = max(
        -(-breadth(head) * size // (2 * (column.width - 2 * BESIDE)))
        for head, column in zip(heads, columns, strict=True)
    )
    return Length(int(lines * PITCH * size) + 2 * ABOVE)
