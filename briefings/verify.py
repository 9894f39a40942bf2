"""Checks a document: each recorded number is computed again, and what is printed now is read and compared."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from briefings import kinds, record
from briefings.content import Cell, content
from briefings.document import printed
from briefings.facts import Facts
from briefings.numbers import Fact
from charts import words
from charts.flows import name as node_name
from data_sources.cubes import Cubes
from data_sources.reference import occupations
from data_sources.tables import TABLES
from data_sources.vocabulary import FUNDS, SUBSIDY_KINDS
from geo import places
from indicators.catalogue import WINDOWS, catalogue
from indicators.view import LEVELS

Trouble = Literal["changed", "gone", "stale", "added"]
NAMES: Final[Mapping[Trouble, str]] = {
    "changed": "被手工改动",
    "gone": "已不在文件中",
    "stale": "已不再成立",
    "added": "没有记录，无法核对",
}
ALIKE: Final = 0.5
"""How alike a paragraph must be to be taken for an edited one."""
_NUMBER: Final = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """One number that is not what it was: where, what it is, what was recorded and what stands there or holds now."""

    trouble: Trouble
    where: str
    what: str
    recorded: str
    now: str

    def __str__(self) -> str:
        told = {
            "changed": f"应为 {self.recorded}，现为 {self.now}",
            "stale": f"文件中为 {self.recorded}，现在是 {self.now}",
        }
        return f"{NAMES[self.trouble]}：{self.where}　{self.what}　{told.get(self.trouble, self.recorded or self.now)}"


@dataclass(frozen=True)
class Verdict:
    """What a check found. `numbers` were recorded under `data_version`; `current` is the database's version now."""

    numbers: int
    data_version: str
    current: str
    findings: tuple[Finding, ...]


def verified(file: Path, cubes: Cubes, url: str = "") -> Verdict:
    """Check a file against the database (`url`, unless it is the one that is set) and against itself.

    Raises `NoRecord`, `UnreadableFile`.
    """
    data = file.read_bytes()
    suffix = file.suffix.lower().lstrip(".")
    if suffix not in ("docx", "pptx", "xlsx"):
        content(data, suffix)
    found = record.read(data)
    cubes = record.seen(found, cubes)
    numbers: list[dict[str, Any]] = found["numbers"]
    now = content(data, suffix)
    findings = [
        *_stale(numbers, kinds.facts(cubes, url=url)),
        *_texts(found["texts"], now.paragraphs, numbers),
        *_tables(found["tables"], now.tables, numbers),
        *_charts(found["charts"], now.charts, numbers),
        *_alts(found.get("alts", {}), now.alts, numbers),
    ]
    return Verdict(len(numbers), found["data_version"], words.data_version(cubes.version), tuple(findings))


def _stale(numbers: Sequence[dict[str, Any]], facts: Facts) -> Iterator[Finding]:
    for each in numbers:
        fact = record.fact_of(each)
        if each["cell"] is None and fact.key in catalogue() and catalogue()[fact.key].restricted:
            continue  # nothing was printed for whom it was not open
        try:
            text = facts.computed(fact, each["style"]).text
        except (LookupError, ValueError):
            text = "算不出来"
        if text != each["text"]:
            yield Finding("stale", "数据库", described(fact), printed(each["text"]), printed(text))


def _texts(
    texts: Sequence[tuple[str, list[int]]], paragraphs: Sequence[str], numbers: Sequence[dict[str, Any]]
) -> Iterator[Finding]:
    """Paragraphs that stand as they were recorded are fine; of the others the numbers must be the same, in order."""
    left = list(paragraphs)
    changed = []
    for text, ids in texts:
        if text in left:
            left.remove(text)
        elif ids:
            changed.append((text, ids))
    for text, ids in changed:
        near = difflib.get_close_matches(text, left, n=1, cutoff=ALIKE)
        told = described(record.fact_of(numbers[ids[0]]))
        if not near:
            yield Finding("gone", f"“{text[:20]}…”", told, text, "")
            continue
        left.remove(near[0])
        yield from _compared(text, near[0], [numbers[i] for i in ids])


def _compared(text: str, now: str, numbers: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    before, after = _NUMBER.findall(text), _NUMBER.findall(now)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            old, new = "、".join(before[a:b]), "、".join(after[c:d])
            meant = next((n for n in numbers if before[a:b] and before[a] in n["text"]), None)
            what = described(record.fact_of(meant)) if meant else "正文数字"
            trouble: Trouble = "added" if kind == "insert" else "gone" if kind == "delete" else "changed"
            yield Finding(trouble, f"“{text[:20]}…”", what, old, new)


def _tables(
    recorded: Mapping[str, list[tuple[int, int, int]]],
    tables: Mapping[str, list[list[Cell]]],
    numbers: Sequence[dict[str, Any]],
) -> Iterator[Finding]:
    for name, cells in recorded.items():
        if name not in tables:
            yield Finding("gone", f"表“{name}”", "整张表", name, "")
            continue
        grid = tables[name]
        for row, column, i in cells:
            now = grid[row][column] if row < len(grid) and column < len(grid[row]) else None
            number = numbers[i]
            if not _same(now, number):
                where = f"表“{name}”第 {row + 1} 行第 {column + 1} 列"
                yield Finding("changed", where, described(record.fact_of(number)), printed(number["text"]), _shown(now))


def _same(now: Cell, number: dict[str, Any]) -> bool:
    if isinstance(now, float):
        return number["cell"] is not None and abs(now - number["cell"]) < 1e-9
    if now is None:
        return number["cell"] is None
    return now.strip() == printed(number["text"])


def _shown(cell: Cell) -> str:
    return "空" if cell in (None, "") else words.exact(cell) if isinstance(cell, float) else str(cell)


def _charts(
    recorded: Mapping[str, list[tuple[int, int, int]]],
    charts: Mapping[str, list[dict[int, float]]],
    numbers: Sequence[dict[str, Any]],
) -> Iterator[Finding]:
    for name, points in recorded.items():
        if name not in charts:
            yield Finding("gone", f"图“{name}”", "整幅图", name, "")
            continue
        for series, point, i in points:
            now = charts[name][series].get(point) if series < len(charts[name]) else None
            number = numbers[i]
            if not _same(now, number):
                where = f"图“{name}”第 {series + 1} 个系列第 {point + 1} 点"
                yield Finding("changed", where, described(record.fact_of(number)), printed(number["text"]), _shown(now))


def _alts(
    recorded: Mapping[str, tuple[str, list[int]]], alts: Mapping[str, str], numbers: Sequence[dict[str, Any]]
) -> Iterator[Finding]:
    for name, (text, ids) in recorded.items():
        if name not in alts:
            yield Finding("gone", f"图“{name}”", "替代文字", text, "")
        elif alts[name] != text:
            for each in _compared(text, alts[name], [numbers[i] for i in ids]):
                yield replace(each, where=f"图“{name}”的替代文字")


def described(fact: Fact) -> str:
    """What a number is, for a reader: 余杭区 培训完成率 2023年1月—2026年10月 位次."""
    title = catalogue()[fact.key].title if fact.key in catalogue() else ""
    period = words.period(fact.month, fact.window) if fact.window in WINDOWS else fact.month  # type: ignore[arg-type]
    place = next((p.name for p in places.places() if p.code == fact.place), fact.place)
    parts = (place, title, fact.cluster, _detail(fact.detail), period, kinds.label(fact.what))
    return " ".join(part for part in parts if part)


def _detail(detail: str) -> str:
    """A fund, a kind, an occupation, a table, or a flow's ends (`county:340000>330110`) by name."""
    tables = {name: str(model.label) for name, model in TABLES.items()}  # type: ignore[attr-defined]
    known: dict[str, str] = {**FUNDS, **SUBSIDY_KINDS, **occupations(), **tables}
    known |= {str(level): name for level, name in LEVELS.items()}
    level, flow, ends = detail.partition(":")
    if not flow:
        return known.get(detail, detail)
    return f"{known.get(level, level)} {' → '.join(map(node_name, ends.split('>')))}"
