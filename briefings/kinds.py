"""The kinds of documents: which parts each has, for which places; a further topic is one more part and one line here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from briefings.document import Block, Chart, Document, Origin, Picture, Section, Table, Text
from briefings.facts import MEASURES as CORE
from briefings.facts import Facts, Measure
from briefings.parts import Part
from briefings.parts.below import BELOW
from briefings.parts.clusters import CLUSTERS
from briefings.parts.filing import FILING
from briefings.parts.flows import FLOWS
from briefings.parts.goals import GOALS
from briefings.parts.headlines import HEADLINES
from briefings.parts.map import MAP
from briefings.parts.money import MONEY
from briefings.parts.neighbours import NEIGHBOURS
from briefings.parts.outlook import OUTLOOK
from briefings.parts.pipeline import PIPELINE
from briefings.parts.retention import RETENTION
from briefings.parts.standing import STANDING
from briefings.parts.supply import SUPPLY
from charts import words
from data_sources.cubes import Cubes
from data_sources.settings import settings
from geo import places
from indicators.catalogue import catalogue
from indicators.clusters import ClusterSeries

ANYWHERE: Final = ("province", "prefecture", "county")
LEVELS: Final = {"province": "全省", "prefecture": "设区市", "county": "县（市、区）"}


class UnknownKind(LookupError):
    """No such kind of document; the message names those there are."""


class WrongPlace(ValueError):
    """This kind is not made for places of that level."""


@dataclass(frozen=True)
class Kind:
    """One kind: its name, the levels of the places that it is made for, its parts in order, and the page of its view."""

    name: str
    title: str
    levels: tuple[str, ...]
    parts: tuple[Part, ...]
    page: str


PROFILE: Final = (GOALS, HEADLINES, STANDING, CLUSTERS, MONEY, NEIGHBOURS, MAP, FILING)
PREFECTURE: Final = (GOALS, BELOW, HEADLINES, STANDING, CLUSTERS, MONEY, MAP)
REPORT: Final = (GOALS, BELOW, HEADLINES, CLUSTERS, MONEY, MAP)
MARKET: Final = (SUPPLY, PIPELINE, FLOWS, RETENTION, OUTLOOK)
KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("县域画像", "数字技能人才画像", ("county",), PROFILE, "place_profile"),
        Kind("设区市简报", "数字技能人才简报", ("prefecture",), PREFECTURE, "place_profile"),
        Kind("全省月报", "数字技能人才月报", ("province",), REPORT, ""),
        Kind("专题-产业集群", "产业集群人才专题", ANYWHERE, (CLUSTERS,), "clusters"),
        Kind("专题-补贴资金", "补贴资金专题", ANYWHERE, (MONEY,), "subsidies"),
        Kind("专题-供需与流动", "供需与流动专题", ANYWHERE, MARKET, "supply_demand"),
    )
}
MEASURES: Final[Mapping[str, Measure]] = {
    name: measure for kind in KINDS.values() for part in kind.parts for name, measure in part.measures.items()
}
NOTHING: Final[Text] = ("本期没有发现需要特别关注的事项。",)


def kind(name: str) -> Kind:
    """The kind of that name; raises `UnknownKind`."""
    if name not in KINDS:
        raise UnknownKind(f"没有“{name}”这种材料。可用：{'、'.join(KINDS)}。")
    return KINDS[name]


def facts(cubes: Cubes, series: ClusterSeries | None = None) -> Facts:
    """The numbers of a data version, with those of every part; `series` is where indicators are kept already."""
    return Facts(cubes, MEASURES, series)


def findings(found: Facts, name: str, place: str, month: str) -> tuple[Text, ...]:
    """What a document says first."""
    return tuple(text for part in kind(name).parts for text in part.findings(found, place, month))


def label(what: str) -> str:
    """What a measure is called; its own name when no part measures it any more."""
    known = {**CORE, **MEASURES}
    return known[what].label if what in known else what


def check(found: Facts, name: str, place: str, month: str) -> None:
    """Raise `UnknownKind`, `UnknownPlace` or `WrongPlace` when there is no such document."""
    wanted, here = kind(name), places.place(place)
    if here.level not in wanted.levels:
        raise WrongPlace(f"“{name}”按{'、'.join(LEVELS[each] for each in wanted.levels)}生成，{here.name}不是。")
    if month not in found.cubes.months:
        span = words.span(found.cubes.months[0], found.cubes.months[-1]) if found.cubes.months else "没有报送数据"
        raise WrongPlace(f"没有“{month}”的数据。可用的月份：{span}。")


def everywhere(name: str) -> tuple[str, ...]:
    """All places that a kind is made for, on the lowest level: 90 counties, 11 prefectures, or the province."""
    levels = kind(name).levels
    level = next(each for each in ("county", "prefecture", "province") if each in levels)
    return tuple(p.code for p in places.places() if p.level == level)


def document(found: Facts, name: str, place: str, month: str, made_at: datetime) -> Document:
    """The document of that kind about a place at a month; raises what `check` raises."""
    check(found, name, place, month)
    wanted, here = kind(name), places.place(place)
    sections = [_whole(made) for part in wanted.parts if (made := part.section(found, place, month))]
    watched = [text for part in wanted.parts for text in part.watch(found, place, month)]
    attention = Section("需要关注的事项", (watched or [NOTHING])[0], tuple(_numbered(watched)) or (NOTHING,))
    return Document(
        kind=name,
        subject=here.name,
        month=month,
        title=title(name, place),
        subtitle=f"（{words.month_name(month)}）",
        findings=findings(found, name, place, month),
        sections=(*sections, attention),
        origin=_origin(found, wanted, place, month, made_at, mapped=_mapped(sections)),
    )


def _whole(section: Section) -> Section:
    """The section without empty charts and tables: of a chart without any value only its table is left."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Chart) and not any(n.known for each in block.series for n in each.numbers):
            block = block.table
        if not isinstance(block, Table) or block.rows:
            blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def title(name: str, place: str) -> str:
    """杭州市余杭区数字技能人才画像."""
    whole = "".join(p.name for p in places.path(place)[1:]) or places.place(place).name
    return f"{whole}{kind(name).title}"


def _numbered(texts: list[Text]) -> list[Block]:
    return [(f"{number}．", *text) if len(texts) > 1 else text for number, text in enumerate(texts, 1)]


def _mapped(sections: list[Section]) -> bool:
    """Whether there is a map, which must bear its 审图号."""
    return any(isinstance(block, Picture) for section in sections for block in section.blocks)


def _origin(found: Facts, wanted: Kind, place: str, month: str, made_at: datetime, *, mapped: bool) -> Origin:
    used = dict.fromkeys(key for part in wanted.parts for key in part.indicators)
    indicators = [catalogue()[key] for key in used]
    tables = frozenset(name for part in wanted.parts for name in part.tables)
    query = urlencode({"place": place, "month": month})
    return Origin(
        filter=f"地区：{places.place(place).name}；截至{words.month_name(month)}",
        unit="见各表表头",
        source="；".join(dict.fromkeys(each.source for each in indicators)),
        definitions=tuple((each.title, each.definition) for each in indicators),
        version=found.cubes.version,
        data_version=words.data_version(found.cubes.version),
        made_at=made_at,
        simulated=found.cubes.simulated(tables),
        unreviewed=found.cubes.unreviewed(tables),
        approval=settings().approval_line if mapped else "",
        url=f"{settings().address.rstrip('/')}/{wanted.page}?{query}",
    )
