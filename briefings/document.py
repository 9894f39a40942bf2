"""What a document says, before it is a file: findings, sections, tables, charts and pictures, made of words and numbers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import plotly.graph_objects as go

from briefings.numbers import Number
from charts import words
from data_sources.policy import OPERATOR, Reader
from indicators import small_numbers

Span = str | Number
Text = tuple[Span, ...]
"""A paragraph: words, and numbers that know what they are."""

_SPACED = re.compile(r"(?<=[\u3001-\u9fff\uff00-\uffef—]) (?=[0-9+−])|(?<=[0-9%]) (?=[\u3400-\u9fff])")


OF_CHART: Final = "（数据）"
"""What the title of a chart's table ends with."""
ATTENTION: Final = "需要关注的事项"
"""The heading of the section that says what needs attention."""
Row = tuple[Span | None, ...]
"""A row of a table; None is an empty cell."""


@dataclass(frozen=True)
class Table:
    """A table: `header` with units, rows of words and numbers; `note` stands under it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def notes(self) -> str:
        """What stands under it: its note, and what the mark says where a rank bears one."""
        ranks = (cell for row in self.rows for cell in row if isinstance(cell, Number) and cell.style == "rank")
        return f"{self.note}{small_numbers.MARKED}。" if any(rank.unsure for rank in ranks) else self.note


@dataclass(frozen=True)
class Series:
    """One row of bars or one line of a chart; a `dashed` line is what the others are judged by."""

    name: str
    numbers: tuple[Number, ...]
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart that stays editable in the office's own program; `table` holds the same numbers."""

    title: str
    form: Literal["bar", "column", "line"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    table: Table

    @property
    def alt(self) -> Text:
        """What the chart says, for who cannot see it."""
        said: list[Span] = [f"{self.title}（{self.unit}）。"]
        for each in self.series:
            said.append(f"{'；' if len(said) > 1 else ''}{each.name}：")
            for at, (category, number) in enumerate(zip(self.categories, each.numbers, strict=True)):
                said += [f"{'，' if at else ''}{category} ", number]
        return tuple(said)


@dataclass(frozen=True)
class Picture:
    """A picture that needs Chromium: the printed map; `alt` says what it shows."""

    title: str
    figure: Callable[[], go.Figure] = field(compare=False)
    alt: Text


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    words: str


Block = Heading | Text | Table | Chart | Picture


@dataclass(frozen=True)
class Section:
    """A section: its `heading` is a phrase, its `message` the sentence that a slide has for a title."""

    heading: str
    message: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Origin:
    """Where a document comes from: everything that a reader must know to cite it."""

    filter: str
    unit: str
    source: str
    definitions: tuple[tuple[str, str], ...]
    version: int
    data_version: str
    made_at: datetime
    simulated: bool
    approval: str
    url: str
    unreviewed: int = 0
    reader: Reader = OPERATOR
    """With whose sight it was made."""
    fewest_people: int = 0
    """Counts of fewer people than this were withheld outside the reader's places."""

    @property
    def marks(self) -> str:
        """What stands on every page: that simulated or unreviewed data contribute; '' when neither does."""
        return "　".join(words.marks(simulated=self.simulated, unreviewed=self.unreviewed))


@dataclass(frozen=True)
class Document:
    """A whole document, ready to be written in any format."""

    kind: str
    subject: str
    month: str
    title: str
    subtitle: str
    findings: tuple[Text, ...]
    sections: tuple[Section, ...]
    origin: Origin

    def blocks(self, *kinds: type) -> Iterator[Block]:
        """Every block of these kinds, in reading order; the table of a chart follows it."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, kinds):
                    yield block
                if isinstance(block, Chart) and Table in kinds:
                    yield block.table


def plain(text: Text) -> str:
    """The words of a paragraph."""
    return printed("".join(each if isinstance(each, str) else each.text for each in text))


def printed(text: str) -> str:
    """Text as documents have it: no space between Chinese and digits, which Word sets apart by itself."""
    return _SPACED.sub("", text)


def cell_words(cell: Span | None) -> str:
    """A table's cell in words."""
    if cell is None:
        return ""
    return printed(cell if isinstance(cell, str) else cell.text)
