"""The kinds of documents: which parts each has, for which places; a further topic is one more part and one line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from briefings import assembly
from briefings.assembly import About, assembled
from briefings.document import Document, Text
from briefings.facts import MEASURES as CORE
from briefings.facts import Facts, Measure
from briefings.parts import Part, checks, cluster_places, compared, evaluation, transfer
from briefings.parts.bases import BASES
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
from geo import places
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
        Kind("专题-实训基地", "实训基地专题", ANYWHERE, (BASES,), "bases"),
        Kind("专题-供需与流动", "供需与流动专题", ANYWHERE, MARKET, "supply_demand"),
    )
}
MEASURES: Final[Mapping[str, Measure]] = {
    **{name: measure for kind in KINDS.values() for part in kind.parts for name, measure in part.measures.items()},
    **checks.MEASURES,
    **cluster_places.MEASURES,
    **compared.MEASURES,
    **evaluation.MEASURES,
    **transfer.MEASURES,
}


def kind(name: str) -> Kind:
    """The kind of that name; raises `UnknownKind`."""
    if name not in KINDS:
        raise UnknownKind(f"没有“{name}”这种材料。可用：{'、'.join(KINDS)}。")
    return KINDS[name]


def facts(cubes: Cubes, series: ClusterSeries | None = None, url: str = "") -> Facts:
    """The numbers of a data version, with those of every part; `series` is where indicators are kept already, `url` the
    database of the cubes unless it is the one that is set."""
    return Facts(cubes, MEASURES, series, url)


def findings(found: Facts, name: str, place: str, month: str) -> tuple[Text, ...]:
    """What a document says first."""
    return assembly.findings(found, kind(name).parts, place, month)


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
    about = About(
        kind=name,
        title=title(name, place),
        place=place,
        month=month,
        filter=f"地区：{places.place(place).name}；截至{words.month_name(month)}",
        url=f"{kind(name).page}?{urlencode({'place': place, 'month': month})}",
    )
    return assembled(found, about, kind(name).parts, made_at)


def title(name: str, place: str) -> str:
    """杭州市余杭区数字技能人才画像."""
    whole = "".join(p.name for p in places.path(place)[1:]) or places.place(place).name
    return f"{whole}{kind(name).title}"
