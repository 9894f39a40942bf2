"""The command `cluster`: what the page 产业集群 shows of one or several clusters, as table, CSV or JSON."""

import argparse
from collections.abc import Callable
from typing import Any, Final

import polars as pl

from data_sources import cubes, reading
from data_sources.reference import clusters as known
from data_sources.reference import occupations as occupation_names
from data_sources.settings import settings
from data_sources.vocabulary import LADDERS, LEVELS, ORGANISATION_ROLES
from geo import places
from indicators import clusters, measures
from indicators.catalogue import Window, catalogue, indicator
from indicators.command_line import (
    answered,
    cluster_of,
    month_of,
    opened,
    place_codes,
    standard,
)


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "cluster",
        help="一个或几个产业集群：各地分布、矩阵、职业和等级构成、企业、集中度",
        description="输出一个或几个产业集群的数，与页面“产业集群”所示相同；几个集群合在一起，matrix 除外。",
        epilog="例：python -m indicators cluster places --cluster 人工智能 --cluster C04 --level county --place 杭州",
    )
    told = "places 各地、matrix 地区与集群、occupations 职业、levels 等级、enterprises 企业、concentration 集中度"
    command.add_argument("part", choices=tuple(PARTS), help=told)
    command.add_argument("--cluster", action="append", default=[], help="产业集群代码或名称，可重复，默认全部")
    command.add_argument("--aspect", choices=tuple(clusters.WINDOWS), default="talent_stock", help="看什么，默认人才")
    command.add_argument("--level", choices=("province", "prefecture", "county"), default="prefecture", help="层级")
    command.add_argument("--place", help="只看这个地区（代码或名称）；构成和企业看它自己，默认全省")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    standard(command)
    command.set_defaults(run=_run)


class _Asked:
    """The arguments, read."""

    def __init__(self, asked: argparse.Namespace) -> None:
        wanted = indicator(asked.aspect)
        given = [code for each in asked.cluster if (code := cluster_of(wanted, each))]
        self.aspect: str = asked.aspect
        self.codes = tuple(code for code in known() if code in given or not given)
        self.place = places.named(asked.place).code if asked.place else places.PROVINCE
        self.level, self.within = asked.level, asked.place
        self.url: str = asked.db or settings().url
        self.cubes: cubes.Cubes = opened(self.url)
        self.month = month_of(self.cubes, clusters.WINDOWS[self.aspect], asked.period)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The places of the asked level."""
        return place_codes(self.level, self.within)

    def matrix(self, key: str) -> pl.DataFrame:
        """The drawn places by clusters, of one indicator."""
        return clusters.matrix(self.cubes, key, clusters.WINDOWS[key], self.month, self.drawn, _series)


def _run(asked: argparse.Namespace) -> int:
    read = _Asked(asked)
    frame = PARTS[asked.part](read)
    names = "全部产业集群" if len(read.codes) == len(known()) else "、".join(known()[code] for code in read.codes)
    what = catalogue()[read.aspect]
    title = f"{names}　{what.title}（{what.unit}）　{read.month}"
    return answered(frame, asked, title, read.cubes, TABLES)


def _series(built: cubes.Cubes, key: str, window: Window, cluster: str | None) -> pl.DataFrame:
    return measures.series(built, catalogue()[key], window, cluster)


def _places(asked: _Asked) -> pl.DataFrame:
    """The aspect, its share and quotient, and beside them all four counts and the register."""
    found = clusters.together(asked.matrix(asked.aspect), asked.codes)
    held = {key: clusters.together(asked.matrix(key), asked.codes)["value"] for key in clusters.WINDOWS}
    register = clusters.registered(asked.cubes, asked.drawn, asked.codes).drop("place_code")
    found = found.with_columns(*(value.alias(key) for key, value in held.items()), *register)
    return _named(found.sort("value", "place_code", descending=[True, False], nulls_last=True))


def _matrix(asked: _Asked) -> pl.DataFrame:
    return _named(asked.matrix(asked.aspect).filter(pl.col("cluster_code").is_in(list(asked.codes))))


def _occupations(asked: _Asked) -> pl.DataFrame:
    found = clusters.occupations(asked.cubes, asked.place, asked.month, asked.codes)
    names = found["occupation_code"].replace_strict(occupation_names(), return_dtype=pl.String)
    return found.insert_column(1, names.alias("occupation"))


def _levels(asked: _Asked) -> pl.DataFrame:
    """Both ladders one below the other: people at work, and certificates issued in the year."""
    frames = [
        clusters.levels(asked.cubes, asked.place, asked.month, which, asked.codes, stock=stock).with_columns(
            ladder=pl.lit(LADDERS[which]),
            counted=pl.lit("people" if stock else "certificates"),
            name=pl.col("level").replace_strict(LEVELS, return_dtype=pl.String),
        )
        for which in ("L", "T")
        for stock in (True, False)
    ]
    return pl.concat(frames).select("ladder", "counted", "level", "name", "value", "share", all_clusters="province")


def _enterprises(asked: _Asked) -> pl.DataFrame:
    found = reading.organisations(asked.url, measures.filed_at(asked.place), clusters=asked.codes)
    return found.select("organisation_code", "name", "kind", "place_code", "cluster_code", *ORGANISATION_ROLES)


def _concentration(asked: _Asked) -> pl.DataFrame:
    values = clusters.added(asked.cubes, asked.aspect, clusters.WINDOWS[asked.aspect], asked.codes, _series)
    return clusters.concentration(values, asked.drawn)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    names = [places.place(code).name for code in frame["place_code"]]
    named = frame.insert_column(1, pl.Series("name", names, dtype=pl.String))
    if "cluster_code" not in named.columns:
        return named
    clusters_named = named["cluster_code"].replace_strict(known(), return_dtype=pl.String)
    return named.insert_column(3, clusters_named.alias("cluster"))


TABLES: Final = frozenset({"employment", "vacancy", "training", "certificate", "organisation"})
PARTS: Final[dict[str, Callable[[_Asked], pl.DataFrame]]] = {
    "places": _places,
    "matrix": _matrix,
    "occupations": _occupations,
    "levels": _levels,
    "enterprises": _enterprises,
    "concentration": _concentration,
}
