"""本页: any view of a page as a document: its main figures under the page's own filter, as parts whose numbers are verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from briefings import assembly, kinds
from briefings.assembly import About, assembled
from briefings.document import Document, Text
from briefings.facts import Facts
from briefings.parts import (
    Part,
    bases,
    checks,
    cluster_places,
    clusters,
    compared,
    evaluation,
    flows,
    money_places,
    outlook,
    pipeline,
    retention,
    supply,
    transfer,
    viewed,
)  # fmt: skip
from briefings.parts.goals import GOALS
from briefings.parts.headlines import HEADLINES
from briefings.parts.money import MONEY
from briefings.scope import Scope
from charts import subject, words
from data_sources import reference
from data_sources.cubes import Cubes
from geo import places
from indicators import options
from indicators import view as views
from indicators.catalogue import Window, catalogue
from indicators.options import Choice, Number, Option, Several, listed
from indicators.transfer import Terms
from indicators.view import LEVELS, View

KIND: Final = "本页"
_OF_BRIEFINGS: Final = frozenset(each.name for each in options.OF_BRIEFINGS)


class WrongPage(ValueError):
    """A URL whose page has no document; the message is Chinese."""


@dataclass(frozen=True)
class Looked:
    """What is looked at: a page's name, its view, the texts of all options, and what of its URL could not be used."""

    page: str
    view: View
    chosen: Mapping[str, str]
    notices: tuple[str, ...] = ()

    def option(self, wanted: Option) -> str:
        """The text that was chosen."""
        return self.chosen[wanted.name]

    def scope(self, window: str = "year_to_date") -> Scope:
        """The view's place, month, level and cluster, in a window."""
        view = self.view
        return Scope(view.place, view.month, view.level, cast("Window", window), view.cluster or "")


@dataclass(frozen=True)
class Page:
    """A page that has a document: its title, the parts of a view, and the options that change them."""

    title: str
    parts: Callable[[Looked], tuple[Part, ...]]
    options: tuple[Option, ...] = ()


def looked(url: str, cubes: Cubes) -> Looked:
    """What a URL (`/talent_map?place=330110`, with or without its server) looks at; raises `WrongPage`."""
    path, query = urlsplit(url).path, dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    page = path.rstrip("/").rpartition("/")[2] or "overview"
    if page not in PAGES:
        allowed = "、".join(f"{name}（{each.title}）" for name, each in PAGES.items())
        raise WrongPage(f"页面“{page}”没有可以成文的内容。可用：{allowed}。")
    if not cubes.months:
        raise WrongPage("数据库里还没有报送数据，暂时不能生成本页材料。")
    view, notices = views.from_query(query, catalogue(), cubes.months, reference.clusters(), others=options.OPTIONS)
    chosen, refused = options.read(query)
    return Looked(page, view, chosen, (*notices, *refused))


def document(found: Facts, url: str, made_at: datetime) -> Document:
    """The document of what a URL looks at; raises `WrongPage`."""
    at = looked(url, found.cubes)
    parts = PAGES[at.page].parts(_in_months(at, found.cubes))
    return assembled(found, about(at, found.cubes), parts, made_at, judged=False)


def findings(found: Facts, url: str) -> tuple[About, tuple[Text, ...]]:
    """What the document is about, and what it says first; raises `WrongPage`."""
    at = looked(url, found.cubes)
    told = about(at, found.cubes)
    parts = PAGES[at.page].parts(_in_months(at, found.cubes))
    return told, assembly.findings(found, parts, told.place, told.month)


def about(at: Looked, cubes: Cubes) -> About:
    """What the document is about."""
    page = PAGES[at.page]
    month = at.view.month if at.page == "talent_map" or at.view.month in cubes.months else cubes.months[-1]
    whole = "".join(p.name for p in places.path(at.view.place)[1:]) or places.place(at.view.place).name
    shown = catalogue()[at.view.indicator]
    mapped = at.page == "talent_map"
    told = [subject.filter_words(at.view)] if mapped or at.page == "overview" else _where(at)
    told += [f"{each.label}：{_chosen(each, at.option(each))}" for each in page.options]
    chosen = {name: text for name, text in at.chosen.items() if name not in _OF_BRIEFINGS}
    query = {**views.to_query(at.view, views.default(catalogue(), cubes.months)), **options.written(chosen)}
    return About(
        kind=f"{page.title}-{shown.short}" if mapped else page.title,
        title=f"{whole}{shown.title if mapped else page.title}",
        place=at.view.place,
        month=month,
        filter="；".join((*told, f"截至{words.month_name(month)}")),
        url=f"{at.page}?{urlencode(query)}" if query else at.page,
    )


def _in_months(at: Looked, cubes: Cubes) -> Looked:
    """With a month of the filed data: pages of many indicators show the newest beside the census."""
    if at.page in ("overview", "talent_map") or at.view.month in cubes.months:
        return at
    return replace(at, view=replace(at.view, month=cubes.months[-1]))


def _where(at: Looked) -> list[str]:
    cluster = reference.clusters().get(at.view.cluster or "", "全部")
    return [f"地区：{places.place(at.view.place).name}", f"层级：{LEVELS[at.view.level]}", f"产业集群：{cluster}"]


def _chosen(option: Option, text: str) -> str:
    """What was chosen, in words."""
    if isinstance(option, Choice):
        return option.allowed[text]
    if isinstance(option, Several):
        return "、".join(option.allowed()[code] for code in listed(text)) or "全部"
    return f"{text} {option.unit}".strip() if isinstance(option, Number) else text


def _overview(at: Looked) -> tuple[Part, ...]:
    return (GOALS, HEADLINES, viewed.part(at.view))


def _profile(at: Looked) -> tuple[Part, ...]:
    by_level = {"county": kinds.PROFILE, "prefecture": kinds.PREFECTURE, "province": kinds.REPORT}
    return by_level[places.place(at.view.place).level]


def _compare(at: Looked) -> tuple[Part, ...]:
    codes, keys = listed(at.option(options.COMPARED)), listed(at.option(options.MEASURED))
    if not codes or not keys:
        raise WrongPage("对比页没有选择地区或指标，没有可以成文的内容。")
    return (compared.part(codes, keys, at.option(options.AGAINST)),)


def _clusters(at: Looked) -> tuple[Part, ...]:
    key, cluster = at.option(options.ASPECT), at.view.cluster or next(iter(reference.clusters()))
    quotient = at.option(options.MATRIX) == "quotient"
    return (clusters.part(key), cluster_places.part(at.view, key, cluster, quotient=quotient))


def _subsidies(at: Looked) -> tuple[Part, ...]:
    part, scope = at.option(options.PART), at.scope()
    if part == "money":
        return (MONEY, money_places.part(scope))
    if part == "checks":
        return (
            checks.part(scope, {k: int(at.option(options.ALLOWED[k])) for k in listed(at.option(options.RULES_USED))}),
        )
    if part == "transfer":
        weights = {key: int(at.option(option)) for key, option in options.WEIGHT.items()}
        pool, floor, cap = (int(at.option(each)) * transfer.WAN for each in (options.POOL, options.FLOOR, options.CAP))
        return (transfer.part(scope, Terms(pool, weights, floor, cap)),)
    raise WrongPage("逐笔发放含个人记录，不写入材料。请改看资金概况、发放核查或调剂测算。")


def _market(at: Looked) -> tuple[Part, ...]:
    scope = at.scope(at.option(options.OVER))
    parts = {"gaps": supply, "pipeline": pipeline, "flows": flows, "retention": retention, "outlook": outlook}
    return (parts[at.option(options.SUPPLY)].part(scope),)


def _bases(at: Looked) -> tuple[Part, ...]:
    if at.option(options.BASE_LOOK) == "next":
        raise WrongPage("“下一个基地”是测算，不写入材料，请用页面上的导出。请改看基地和使用、培训圈或可达工位。")
    if at.option(options.REACHED_BY) == "isochrones":
        raise WrongPage("材料里的培训圈按直线估算，不用自备等时圈。请在左侧改选“直线估算”，或用页面上的导出。")
    minutes, detour, speed = (int(at.option(each)) for each in (options.MINUTES, options.DETOUR, options.SPEED))
    kinds_shown = listed(at.option(options.BASE_KINDS_SHOWN))
    return (bases.part(at.scope(at.option(options.OVER)), bases.Circle(minutes, detour, speed, kinds_shown)),)


def _evaluation(at: Looked) -> tuple[Part, ...]:
    stock = at.option(options.PYRAMID) == "stock"
    return (evaluation.part(at.scope(at.option(options.SPAN)), stock=stock),)


PAGES: Final[Mapping[str, Page]] = {
    "overview": Page(options.ABOUT.allowed["overview"], _overview),
    "talent_map": Page(options.ABOUT.allowed["talent_map"], lambda at: (viewed.part(at.view),)),
    "place_profile": Page(options.ABOUT.allowed["place_profile"], _profile),
    "compare": Page(options.ABOUT.allowed["compare"], _compare, (options.COMPARED, options.MEASURED, options.AGAINST)),
    "clusters": Page(options.ABOUT.allowed["clusters"], _clusters, (options.ASPECT, options.MATRIX)),
    "bases": Page(
        options.ABOUT.allowed["bases"],
        _bases,
        (options.BASE_LOOK, options.BASE_KINDS_SHOWN, options.MINUTES, options.OVER),
    ),
    "subsidies": Page(options.ABOUT.allowed["subsidies"], _subsidies, (options.PART,)),
    "supply_demand": Page(options.ABOUT.allowed["supply_demand"], _market, (options.SUPPLY, options.OVER)),
    "evaluation": Page(options.ABOUT.allowed["evaluation"], _evaluation, (options.PYRAMID, options.SPAN)),
}
