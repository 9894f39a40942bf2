"""The formats of a document as the tests write them, without pictures, and which of them each case takes."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from briefings import slides, word, workbook
from briefings.document import Document

Written = Callable[[Document], bytes]


def no_picture(picture: object) -> str:
    return "没有浏览器"


WRITERS: dict[str, Written] = {
    "docx": lambda document: word.written(document, no_picture),
    "pptx": lambda document: slides.written(document, no_picture),
    "xlsx": workbook.written,
}


def in_turn(cases: Iterable[Any], suffixes: Iterable[str]) -> list[Any]:
    """Every case with every format: one format each in the usual run, each in its turn; the others are slow."""
    formats = tuple(suffixes)
    return [
        pytest.param(case, suffix, marks=() if at % len(formats) == number else pytest.mark.slow)
        for at, case in enumerate(cases)
        for number, suffix in enumerate(formats)
    ]
