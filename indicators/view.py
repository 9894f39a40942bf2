"""The view: one frozen value that holds everything that changes a number, and the URL that it is."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from geo import places, succession
from indicators import peers
from indicators.catalogue import WINDOWS, Catalogue, Window
from indicators.measures import CENSUS_MONTH
from indicators.peers import PEERS as PEERS

Level = Literal["prefecture", "county", "all"]
Method = Literal["quantile", "natural", "equal"]
LEVELS: Final[Mapping[Level, str]] = {"prefecture": "设区市", "county": "本市各县", "all": "全省各县"}
METHODS: Final[Mapping[Method, str]] = {"quantile": "分位数", "natural": "自然断点", "equal": "等距"}
PARAMETERS: Final = ("indicator", "window", "month", "place", "level", "cluster", "peers", "method", "bases")
_NEEDED: Final = {
    "prefecture": "要先选择一个市或县，并按县（市、区）显示",
    "alike": "要先选择一个县（市、区），并显示全省各县",
}
DEFAULT_INDICATOR: Final = "training_completion"
DEFAULT_WITHOUT_DATA: Final = "it_workers_per_10k"


@dataclass(frozen=True)
class View:
    """What is looked at: same view and same data version, same numbers, always.

    `place` is where the breadcrumb ends; `level` is what the map draws (11 prefectures, the counties of the place's
    prefecture, or all 90); `month` ends the `window`; `cluster` None means all; `peers` limits who is ranked.
    """

    indicator: str
    window: Window
    month: str
    place: str = places.PROVINCE
    level: Level = "prefecture"
    cluster: str | None = None
    peers: str = "all"
    method: Method = "quantile"
    bases: bool = False

    @property
    def drawn_level(self) -> Literal["prefecture", "county"]:
        """Whether the map's polygons are prefectures or counties."""
        return "prefecture" if self.level == "prefecture" else "county"

    @property
    def within(self) -> str:
        """The place whose parts are drawn: the province or a prefecture."""
        prefecture = places.prefecture_of(self.place)
        return prefecture.code if self.level == "county" and prefecture else places.PROVINCE

    @property
    def drawn(self) -> tuple[str, ...]:
        """The codes of the places drawn, in code order."""
        parts = places.prefectures() if self.level == "prefecture" else places.counties(self.within)
        return tuple(p.code for p in parts)

    @property
    def ranked_places(self) -> tuple[str, ...]:
        """The drawn places that belong to the chosen peers."""
        if self.peers == "all":
            return self.drawn
        compared = peers.among(self.peers, self.place)
        return tuple(c for c in self.drawn if c in compared)

    def at(self, place_code: str) -> "View":
        """The view after going into a place: a prefecture opens its counties, the province closes them."""
        level = places.place(place_code).level
        if level == "county":
            return replace(self, place=place_code, level="all" if self.level == "all" else "county")
        return replace(self, place=place_code, level="county" if level == "prefecture" else "prefecture")


def default(catalogue: Catalogue, months: tuple[str, ...]) -> View:
    """Where a reader starts: completion by prefecture, or the census by county while nothing has been filed."""
    key = DEFAULT_INDICATOR if months else DEFAULT_WITHOUT_DATA
    view = View(indicator=key, window="month", month="", level="prefecture" if months else "all")
    return fitted(view, catalogue, months)


def fitted(view: View, catalogue: Catalogue, months: tuple[str, ...]) -> View:
    """The nearest view that the indicator allows: its windows, its months, its clusters; never raises."""
    indicator = catalogue[view.indicator]
    window = view.window if view.window in indicator.windows else indicator.windows[0]
    allowed = (CENSUS_MONTH,) if window == "census" else months or (CENSUS_MONTH,)
    month = view.month if view.month in allowed else allowed[-1]
    level = view.level
    if level == "county" and places.place(view.place).level == "province":
        level = "all"
    compared = view.peers if _comparable(view.peers, view.place, level) else "all"
    cluster = view.cluster if indicator.by_cluster else None
    return replace(view, window=window, month=month, level=level, cluster=cluster, peers=compared)


def _comparable(wanted: str, place_code: str, level: Level) -> bool:
    """Whether these peers can be among the places drawn: counties, and for those like one, from all over the province."""
    drawn = level == "all" if wanted == "alike" else level != "prefecture"
    return wanted == "all" or (drawn and peers.possible(wanted, place_code))


def to_query(view: View, start: View) -> dict[str, str]:
    """The view as URL parameters, those that differ from the start; `from_query` gives it back."""
    written = {
        "indicator": view.indicator,
        "window": view.window,
        "month": view.month,
        "place": view.place,
        "level": view.level,
        "cluster": view.cluster or "",
        "peers": view.peers,
        "method": view.method,
        "bases": "1" if view.bases else "",
    }
    level = _usual_level(view.place, start)
    usual = {"place": start.place, "level": level, "cluster": "", "peers": "all", "method": "quantile", "bases": ""}
    return {k: v for k, v in written.items() if v != usual.get(k)}


def from_query(
    query: Mapping[str, str],
    catalogue: Catalogue,
    months: tuple[str, ...],
    clusters: Mapping[str, str],
    others: Collection[str] = (),
) -> tuple[View, list[str]]:
    """The view that a URL names, and a Chinese notice for each parameter that could not be used and what stands instead."""
    view, notices = default(catalogue, months), []

    def choose(name: str, label: str, allowed: Mapping[Any, str], fallback: str, *, known: str = "") -> str:
        wanted = query.get(name)
        if wanted is None or wanted in allowed:
            return wanted if wanted is not None else fallback
        names = {v: k for k, v in allowed.items()}
        near = difflib.get_close_matches(wanted, [*allowed, *names], n=3, cutoff=0.5)
        hint = "、".join(dict.fromkeys(_told(names.get(n) or n, allowed) for n in near))
        meant = known or (f"相近的有：{hint}。" if near else "")
        notices.append(f"网址中的{label}“{wanted}”不存在，已改为“{allowed.get(fallback, fallback)}”。{meant}")
        return fallback

    titles = {k: i.title for k, i in catalogue.items()}
    key = choose("indicator", "指标", titles, view.indicator)
    if not months and "census" not in catalogue[key].windows:
        notices.append(f"数据库里还没有报送数据，指标“{titles[key]}”暂时不能显示，已改为“{titles[view.indicator]}”。")
        key = view.indicator
    indicator = catalogue[key]
    windows = {w: WINDOWS[w] for w in indicator.windows}
    window = choose("window", "时期口径", windows, indicator.windows[0])
    spans = (CENSUS_MONTH,) if window == "census" else months or (CENSUS_MONTH,)
    outside = not spans[0] <= query.get("month", spans[0]) <= spans[-1]
    held = f"有数据的是 {spans[0]} 至 {spans[-1]}。" if outside and len(spans) > 1 else ""
    month = choose("month", "月份", {m: m for m in spans}, spans[-1], known=held)
    place = _place(query.get("place"), view.place, notices)
    level = choose("level", "层级", LEVELS, _usual_level(place, view))
    bases = choose("bases", "基地开关", {"1": "显示", "": "不显示"}, "")
    cluster = choose("cluster", "产业集群", {**clusters, "": "全部集群"}, "")
    compared = choose("peers", "同类地区", PEERS, "all")
    method = choose("method", "分级方法", METHODS, "quantile")
    if cluster and not indicator.by_cluster:
        notices.append(f"指标“{indicator.title}”不分产业集群，网址中的产业集群未采用。")
    chosen = View(
        indicator=key,
        window=cast("Window", window),
        month=month,
        place=place,
        level=cast("Level", level),
        cluster=cluster or None,
        peers=compared,
        method=cast("Method", method),
        bases=bases == "1",
    )
    found = fitted(chosen, catalogue, months)
    if compared in ("prefecture", "alike") and found.peers != compared:
        notices.append(f"同类地区“{PEERS[compared]}”{_NEEDED[compared]}，已改为“{PEERS['all']}”。")
    return found, [*notices, *_unknown(query, (*PARAMETERS, *others))]


def _unknown(query: Mapping[str, str], known: Collection[str]) -> list[str]:
    """A notice for each parameter whose name nobody knows; Streamlit's own (`embed…`) are none of ours."""
    notices = []
    for name in query:
        if name not in known and not name.startswith("embed"):
            near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
            hint = f"，是否想写 {'、'.join(near)}" if near else ""
            notices.append(f"网址中的参数“{name}”没有用处，未采用{hint}。")
    return notices


def _place(wanted: str | None, fallback: str, notices: list[str]) -> str:
    """The place that was asked for, its successor when its code has ended, else the fallback with a notice."""
    if wanted is None:
        return fallback
    try:
        return places.place(wanted).code
    except places.UnknownPlace as unknown:
        try:
            found = places.place(succession.current_code(wanted))
            notices.append(f"网址中的地区代码“{wanted}”已停用，已改为现行的“{found.name}”（{found.code}）。")
            return found.code
        except (places.UnknownPlace, succession.AmbiguousCode) as error:
            hint = str(error) if isinstance(error, succession.AmbiguousCode) else str(unknown)
            notices.append(f"网址中的地区“{wanted}”不存在，已改为“{places.place(fallback).name}”。{hint}")
            return fallback


def _told(code: str, names: Mapping[str, str]) -> str:
    return code if names[code] == code else f"{names[code]}（{code}）"


def _usual_level(place_code: str, start: View) -> Level:
    return start.level if place_code == places.PROVINCE else "county"
