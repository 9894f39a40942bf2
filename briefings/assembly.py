"""A document out of parts: findings, sections, what to watch, and where everything comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from briefings import redrawn
from briefings.document import ATTENTION, Block, Chart, Document, Origin, Picture, Section, Table, Text
from briefings.facts import Facts
from briefings.parts import Part
from charts import words
from data_sources.settings import settings
from geo import places
from indicators import people
from indicators.catalogue import catalogue

NOTHING: Final[Text] = ("本期没有发现需要特别关注的事项。",)


@dataclass(frozen=True)
class About:
    """What a document is about: `filter` in words, `url` is the view's page and query."""

    kind: str
    title: str
    place: str
    month: str
    filter: str
    url: str


def assembled(found: Facts, about: About, parts: Sequence[Part], made_at: datetime, *, judged: bool = True) -> Document:
    """The document. It is `judged` when its parts look for what needs attention: only then their silence says something.

    What compares figures across a change of boundaries says so (see `redrawn`).
    """
    parts = _open(found, parts)
    asked = (found, about.place, about.month)
    sections = [redrawn.section(_whole(made)) for part in parts if (made := part.section(*asked))]
    watched = [redrawn.text(text) for part in parts for text in part.watch(*asked)]
    if judged or watched:
        sections.append(_attention(watched))
    return Document(
        kind=about.kind,
        subject=places.place(about.place).name,
        month=about.month,
        title=about.title,
        subtitle=f"（{words.month_name(about.month)}）",
        findings=findings(found, parts, about.place, about.month),
        sections=tuple(sections),
        origin=_origin(found, about, parts, made_at, mapped=_mapped(sections)),
    )


def findings(found: Facts, parts: Sequence[Part], place: str, month: str) -> tuple[Text, ...]:
    """What a document of these parts says first."""
    return tuple(redrawn.text(text) for part in _open(found, parts) for text in part.findings(found, place, month))


def _open(found: Facts, parts: Sequence[Part]) -> list[Part]:
    """The parts, of which those that rest on an indicator that is closed to the reader, or would be silent because what they
    tell of the place is not told to him, say just that."""
    opened = [part if part.picks else _closed(part, set(part.indicators) - set(found.indicators)) for part in parts]
    return [_apart(part) if part.apart else part for part in opened]


def _apart(part: Part) -> Part:
    said: Text = (f"{part.name}：{words.APART}。",)

    def untold(facts: Facts, place: str) -> bool:
        return bool(people.closed(facts.cubes, part.apart, (place,), twice="employment" in part.apart))

    def section(facts: Facts, place: str, month: str) -> Section | None:
        bare = Section(part.name, said, (said,)) if untold(facts, place) else None
        return part.section(facts, place, month) or bare

    def findings(facts: Facts, place: str, month: str) -> list[Text]:
        return part.findings(facts, place, month) or ([said] if untold(facts, place) else [])

    return replace(part, section=section, findings=findings)


def _closed(part: Part, keys: set[str]) -> Part:
    if not keys:
        return part
    titles = "、".join(f"“{catalogue()[key].title}”" for key in sorted(keys))
    said: Text = (f"{titles}只写给能看到全省明细的使用者，“{part.name}”部分未写入。",)
    return Part(part.name, lambda *_: Section(part.name, said, (said,)), part.tables, lambda *_: [said])


def _attention(told: Sequence[Text]) -> Section:
    return Section(ATTENTION, (told or [NOTHING])[0], tuple(_numbered(told)) or (NOTHING,))


def _whole(section: Section) -> Section:
    """The section without empty charts and tables: of a chart without any value only its table is left."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Chart) and not any(n.known for each in block.series for n in each.numbers):
            block = block.table
        if not isinstance(block, Table) or block.rows:
            blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def _numbered(texts: Sequence[Text]) -> list[Block]:
    return [(f"{number}．", *text) if len(texts) > 1 else text for number, text in enumerate(texts, 1)]


def _mapped(sections: list[Section]) -> bool:
    """Whether there is a map, which must bear its 审图号."""
    return any(isinstance(block, Picture) for section in sections for block in section.blocks)


def _origin(found: Facts, about: About, parts: Sequence[Part], made_at: datetime, *, mapped: bool) -> Origin:
    used = dict.fromkeys(key for part in parts for key in part.indicators)
    indicators = [catalogue()[key] for key in used]
    tables = frozenset(name for part in parts for name in part.tables)
    return Origin(
        filter=about.filter,
        unit="见各表表头",
        source=_sources(each.source for each in indicators),
        definitions=(*((each.title, each.definition) for each in indicators), *_few(found, tables)),
        version=found.cubes.version,
        data_version=words.data_version(found.cubes.version),
        made_at=made_at,
        simulated=found.cubes.simulated(tables),
        unreviewed=found.cubes.unreviewed(tables),
        reader=found.cubes.reader,
        fewest_people=found.cubes.fewest_people,
        approval=settings().approval_line if mapped else "",
        url=f"{settings().address.rstrip('/')}/{about.url}",
    )


def _sources(named: Iterable[str]) -> str:
    """Each source once: 培训报送、目标分解、证书报送."""
    return "、".join(dict.fromkeys(each.removeprefix("各地") for one in named for each in one.split("、")))


def _few(found: Facts, tables: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Why numbers of people are withheld, where they can be."""
    few = found.cubes.fewest_people
    return (("少数人的数", words.few(few)),) if few and people.TABLES & tables else ()
