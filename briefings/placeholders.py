"""Placeholders in templates, `{{标题}}`: found wherever Word has split them, refused with their place when unknown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
SECTION: Final = "章节："


class TemplateError(ValueError):
    """A template that cannot be used; the message names file, placeholder or layout, and its place."""


def named(text: str) -> list[str]:
    """The placeholders in a text."""
    return [name.replace(":", "：") for name in PLACEHOLDER.findall(text)]


def filled(paragraph: Any, values: Mapping[str, str]) -> None:
    """Put words in the place of a paragraph's placeholders, in the look of the run where each begins."""
    if not named(paragraph.text):
        return
    runs = paragraph.runs
    whole = "".join(run.text for run in runs)
    starts = [sum(len(r.text) for r in runs[:i]) for i in range(len(runs))]
    for found in reversed(list(PLACEHOLDER.finditer(whole))):
        words = values[found.group(1)]
        for run, start in reversed(list(zip(runs, starts, strict=True))):
            left, right = max(found.start() - start, 0), min(found.end() - start, len(run.text))
            if left < right:
                inside = words if start <= found.start() else ""
                run.text = run.text[:left] + inside + run.text[right:]


def checked(file: str, found: Iterable[tuple[str, str]], allowed: Iterable[str]) -> None:
    """Raise `TemplateError` for the first placeholder that nobody knows; `found` are (place, text)."""
    known = list(allowed)
    for where, text in found:
        for name in named(text):
            if name not in known:
                raise TemplateError(f"模板 {file} {where}的占位符“{{{{{name}}}}}”无法识别。可用：{'、'.join(known)}。")
        if "{{" in PLACEHOLDER.sub("", text):
            raise TemplateError(f"模板 {file} {where}的占位符没有写完整（缺少“}}}}”）：{text.strip()[:40]}")


def numbered(place: str, paragraphs: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """(place, text) of paragraphs, counted from 1."""
    for number, paragraph in enumerate(paragraphs, 1):
        yield f"{place}第 {number} 段", paragraph.text
