"""Every number that documents print, computed from the cubes by what it is; the same function makes and checks it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

import polars as pl

from briefings.numbers import Fact, Number, Style, numbered
from charts import words
from data_sources import reading
from data_sources.cubes import Cubes
from data_sources.settings import settings
from geo import places
from indicators import clusters, measures, peers, people, profile, small_numbers
from indicators.catalogue import Indicator, Window, catalogue
from indicators.clusters import ClusterSeries
from indicators.plan import TARGETS
from indicators.view import Level, View

Row = Mapping[str, Any]
COMPARING: Final = frozenset({"rank", "signed", "size", "points"})
"""Styles of numbers that set two values against each other: where one is missing there is nothing to be said."""
MOST: Final = 1500
"""How many results are kept: all places of one month need about a third of it."""


@dataclass(frozen=True)
class Measure:
    """One thing that is measured: what it is called when a number is named, its value for a fact, and whether a value that
    is not there is `withheld` from the reader of the cubes (by default where its indicator is)."""

    label: str
    value: Callable[["Facts", Fact], float | None]
    withheld: Callable[["Facts", Fact], bool] = lambda facts, fact: facts.withheld(fact)


class Facts:
    """The numbers of one data version. Series and snapshots are kept, so that 90 documents cost little more than one."""

    def __init__(
        self, cubes: Cubes, more: Mapping[str, Measure], series: ClusterSeries | None = None, url: str = ""
    ) -> None:
        """`series` gives every place and month of an indicator; by default it is worked out and kept here. `url` is the
        database of the cubes, by default the one that is set."""
        self.cubes = cubes
        self._url = url
        self._series = series
        self._measures = {**MEASURES, **more}
        self._kept: dict[tuple[object, ...], Any] = {}
        self._lock = threading.Lock()

    def number(self, what: str, style: Style, **of: str) -> Number:
        """The number of what is measured: `facts.number("value", "grand", key=…, place=…, window=…, month=…)`."""
        return self.computed(Fact(what, **of), style)

    def computed(self, fact: Fact, style: Style) -> Number:
        """The number of a fact, without a value where its indicator is closed; raises `KeyError` for one that nobody measures."""
        measured = self._measures[fact.what]
        if fact.key in catalogue() and fact.key not in self.indicators:
            return numbered(fact, style, None)
        of = self._measures["ranked_of"].value(self, fact) if style == "rank" else 0
        unsure = fact.what in ("value", "rank") and self.row(fact)["sure"] is False
        found = numbered(fact, style, measured.value(self, fact), int(of or 0), unsure=unsure)
        bare = not found.known and style not in COMPARING and measured.withheld(self, fact)
        return replace(found, text=words.WITHHELD) if bare else found

    def withheld(self, fact: Fact) -> bool:
        """Whether the indicator of a fact is withheld from the reader of the cubes there."""
        indicator = catalogue().get(fact.key)
        return indicator is not None and fact.window in indicator.windows and bool(self.row(fact)["withheld"])

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """What is written for the reader of the cubes: every indicator, a restricted one only where all places are open.

        Beside the others a place would stand first among the few that are open, which is no comparison.
        """
        reader = self.cubes.reader
        return {key: each for key, each in catalogue().items() if measures.open_everywhere(reader, each)}

    def series(self, cubes: Cubes, key: str, window: Window, cluster: str | None = None) -> pl.DataFrame:
        """The indicator for every place and month (see `indicators.measures.series`); `cubes` are always its own."""
        if self._series is not None:
            return self._series(self.cubes, key, window, cluster)
        values: pl.DataFrame = self.kept(
            ("series", key, window, cluster), lambda: measures.series(self.cubes, catalogue()[key], window, cluster)
        )
        return values

    def kept(self, name: tuple[object, ...], made: Callable[[], Any]) -> Any:
        """What `made` gives, made once under this name as long as it is among the newest."""
        if name in self._kept:
            return self._kept[name]
        fresh = made()
        with self._lock:
            while len(self._kept) >= MOST:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = fresh
        return fresh

    @property
    def register(self) -> pl.DataFrame:
        """Every training base that was ever filed (see `reading.register`): a list, which is in no cube."""
        frame: pl.DataFrame = self.kept(("register",), lambda: reading.register(self._url or settings().url))
        return frame

    def row(self, fact: Fact) -> Row:
        """The place's row among its equals: value, rank, ranked_of, yoy, numerator, denominator, filed, expected, sure."""
        among = _among(fact)
        level = _level(fact.place)
        name = ("rows", fact.key, fact.window, fact.month, fact.cluster, among or level, "" if level else fact.place)
        found: Mapping[str, Row] = self.kept(name, lambda: self._rows(fact, among or _equals(fact.place)))
        return found[fact.place]

    def _rows(self, fact: Fact, codes: tuple[str, ...]) -> Mapping[str, Row]:
        window: Window = fact.window  # type: ignore[assignment]
        values = self.series(self.cubes, fact.key, window, fact.cluster or None)
        frame = measures.snapshot(values, fact.month, codes, fact.indicator)
        frame = frame.with_columns(sure=small_numbers.sure(fact.indicator))
        return {row["place_code"]: row for row in frame.iter_rows(named=True)}

    def positions(self, place: str, month: str) -> pl.DataFrame:
        """Where a place stands on everything comparable (see `profile.positions`)."""
        frame: pl.DataFrame = self.kept(
            ("positions", place, month),
            lambda: profile.positions(self.cubes, self.indicators, place, month, self.series),
        )
        return frame

    def neighbours(self, place: str) -> tuple[str, ...]:
        """The counties most like one, nearest first."""
        return tuple(peers.nearest(place)["place_code"])

    def cluster(self, fact: Fact) -> Row:
        """The place's row of a cluster: value, total, share, quotient (see `clusters.matrix`)."""
        found: Mapping[tuple[str, str], Row] = self.kept(
            ("clusters", fact.key, fact.window, fact.month), lambda: self._clusters(fact)
        )
        return found[fact.place, fact.cluster]

    def _clusters(self, fact: Fact) -> Mapping[tuple[str, str], Row]:
        codes = tuple(p.code for p in places.places())
        window: Window = fact.window  # type: ignore[assignment]
        cells = clusters.matrix(self.cubes, fact.key, window, fact.month, codes, self.series)
        return {(row["place_code"], row["cluster_code"]): row for row in cells.iter_rows(named=True)}


def _level(code: str) -> str:
    return next((p.level for p in places.places() if p.code == code), "")


def _equals(code: str) -> tuple[str, ...]:
    """The places of its level, which it is ranked among."""
    equals = {"county": places.counties(), "prefecture": places.prefectures()}.get(_level(code), ())
    return tuple(p.code for p in equals) or (code,)


def _among(fact: Fact) -> tuple[str, ...]:
    """The places that a fact ranks its own among, where its `detail` names a view around a place (`county~all~330110`)."""
    ranked = _around(fact)
    return ranked if fact.place in ranked or not ranked else (fact.place,)


def _around(fact: Fact) -> tuple[str, ...]:
    """The places that the view around a place ranks, the fact's own among them or not; none where no view is named."""
    level, _, rest = fact.detail.partition("~")
    peers, _, around = rest.partition("~")
    if not around:
        return ()
    return View("", "month", "", place=around, level=cast("Level", level), peers=peers).ranked_places


def _done(facts: Facts, fact: Fact) -> float | None:
    """What counts towards a target since 2023."""
    row = facts.row(replace(fact, window="since_2023"))
    return _float(row["value"])


def _target(facts: Facts, fact: Fact) -> float | None:
    row = facts.row(replace(fact, key=TARGETS[fact.key], window="since_2023"))
    return _float(row["denominator"]) or None


def _completion(facts: Facts, fact: Fact) -> float | None:
    done, target = _done(facts, fact), _target(facts, fact)
    return None if done is None or target is None else 100 * done / target


def _lead(facts: Facts, fact: Fact) -> float | None:
    share = _completion(facts, fact)
    return None if share is None else share - measures.pace(fact.month)


def _needed(facts: Facts, fact: Fact) -> float | None:
    done, target = _done(facts, fact), _target(facts, fact)
    return None if done is None or target is None else measures.required_monthly(done, target, fact.month)


def _average(facts: Facts, fact: Fact) -> float | None:
    done = _done(facts, fact)
    return None if done is None else done / measures.months_elapsed(fact.month)


def _standing(facts: Facts, fact: Fact) -> float | None:
    """The share of the other places, in percent, that it stands before; null among fewer than two."""
    rank, of = facts.row(fact)["rank"], facts.row(fact)["ranked_of"]
    return None if rank is None or of < 2 else 100 * (of - rank) / (of - 1)


def _median(facts: Facts, fact: Fact) -> float | None:
    known = [facts.row(replace(fact, place=code))["value"] for code in _equals(fact.place)]
    found = pl.Series([v for v in known if v is not None], dtype=pl.Float64).median()
    return found if isinstance(found, float) else None


def _ahead(facts: Facts, fact: Fact) -> float:
    """How many places of the level below `place` are not behind pace."""
    below = [p.code for p in places.children(fact.place)]
    leads = [_lead(facts, replace(fact, place=code)) for code in below]
    return float(sum(lead is not None and lead >= 0 for lead in leads))


def _among_ahead(facts: Facts, fact: Fact) -> float:
    """How many of the places of the view around it are not behind pace; the fact's indicator is a completion."""
    values = [facts.row(replace(fact, place=code))["value"] for code in _around(fact)]
    return float(sum(value is not None and value >= measures.pace(fact.month) for value in values))


def _judged(facts: Facts, fact: Fact) -> float:
    """How many places of the level below `place` can be judged against pace."""
    return float(sum(_lead(facts, replace(fact, place=p.code)) is not None for p in places.children(fact.place)))


def _unfiled(facts: Facts, fact: Fact) -> float:
    """How many months a table was not filed by any of the place's leaves up to the month; `detail` is the table."""
    late: pl.DataFrame = facts.kept(("unfiled", fact.place), lambda: profile.unfiled(facts.cubes, fact.place))
    months = late.filter(pl.col("table_name") == fact.detail)["months"][0]
    return float(sum(1 for month in months.split("、") if month and month <= fact.month))


def apart(*tables: str) -> Callable[[Facts, Fact], bool]:
    """Whether people of these tables, told apart by occupation, level or origin, are not all told to the reader there (see
    `people.closed`, and for the province `people.rare`)."""
    return lambda facts, fact: bool(people.closed(facts.cubes, tables, (fact.place,), twice=True))


def _of_row(column: str, label: str) -> Measure:
    return Measure(label, lambda facts, fact: _float(facts.row(fact)[column]))


def _of_cluster(column: str, label: str, factor: float = 1) -> Measure:
    def measured(facts: Facts, fact: Fact) -> float | None:
        value = facts.cluster(fact)[column]
        return None if value is None else factor * value

    def withheld(facts: Facts, fact: Fact) -> bool:
        return bool(facts.cluster(fact)["withheld" if column == "value" else "total_withheld"])

    return Measure(label, measured, withheld)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


MEASURES: Final[Mapping[str, Measure]] = {
    "value": _of_row("value", ""),
    "rank": _of_row("rank", "位次"),
    "ranked_of": _of_row("ranked_of", "参与排名"),
    "yoy": _of_row("yoy", "同比"),
    "numerator": _of_row("numerator", "分子"),
    "filed": _of_row("filed", "数据完整的填报单位"),
    "expected": _of_row("expected", "应报单位"),
    "pace": Measure("序时进度", lambda facts, fact: measures.pace(fact.month)),
    "done": Measure("累计完成", _done),
    "target": Measure("2027年目标", _target),
    "completion": Measure("完成率", _completion),
    "lead": Measure("与序时进度之差", _lead),
    "needed": Measure("今后每月需完成", _needed),
    "average": Measure("此前月均", _average),
    "standing": Measure("领先的同级地区占比", _standing),
    "median": Measure("同级中位数", _median),
    "ahead": Measure("达到序时进度的地区数", _ahead),
    "among_ahead": Measure("达到序时进度的地区数", _among_ahead),
    "judged": Measure("可比的地区数", _judged),
    "unfiled": Measure("缺报月数", _unfiled),
    "cluster_value": _of_cluster("value", "集群人才"),
    "cluster_share": _of_cluster("share", "占本地", 100),
    "cluster_quotient": _of_cluster("quotient", "区位商"),
}
