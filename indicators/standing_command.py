"""The command `standing`: positions among equals, 督办清单, movers, likeness and averages, as 总览, 区域画像 and 对比 show."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from data_sources.cubes import Cubes
from geo import places
from indicators import compare, measures, oversight, peers, profile
from indicators.catalogue import Window, catalogue, indicator
from indicators.command_line import Here, Refused, answered, named, placed, standard


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "standing",
        help="位次和升降：一地的位置、督办清单、位次升降、相似地区、平均",
        description="输出一地在同级中的位置、督办清单、位次升降、相似地区的距离和对比用的平均，与总览、区域画像、对比所示相同。",
        epilog="例：python -m indicators standing watched --level county --place 杭州",
    )
    told = "positions 一地的位置、apart 各地的差距、watched 督办清单、movers 位次升降、alike 相似地区、average 平均"
    command.add_argument("part", choices=tuple(PARTS), help=told)
    command.add_argument("--key", default="talent_per_10k", help="average 的指标代码")
    against = ("level", "mountain26", "island")
    command.add_argument(
        "--against", choices=against, default="level", help="average 是谁的平均：同级、山区26县、海岛县"
    )
    command.add_argument("--among", action="append", default=[], help="average 改为这些地区的平均，可重复")
    placed(command)
    standard(command)
    command.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    here = Here(asked)
    found = PARTS[asked.part](here, asked)
    tables = frozenset(table for each in catalogue().values() for table in each.tables)
    return answered(named(found), asked, f"位次和升降　{here.name}　{here.month}", here.cubes, tables)


def _positions(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return profile.positions(here.cubes, catalogue(), here.code, here.month, _series)


def _apart(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    """How far the drawn places lie apart, and who is at the ends."""
    found = profile.apart(here.cubes, catalogue(), here.drawn, here.month, _series)
    return found.with_columns(pl.col("lowest", "highest").list.join("、"))


def _watched(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return oversight.watched(_judged(here), here.drawn)


def _movers(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return pl.concat(oversight.movers(_judged(here), here.drawn))


def _alike(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return peers.nearest(here.code)


def _average(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    """The average by month of the drawn places, of a group of counties, or of chosen places."""
    wanted = indicator(asked.key)
    chosen = tuple(places.named(each).code for each in asked.among)
    codes = chosen or compare.reference_places(asked.against, here.drawn)
    return compare.averages(_series(here.cubes, wanted.key, wanted.windows[0]), codes, wanted)


def _judged(here: Here) -> pl.DataFrame:
    if here.level == "province":
        raise Refused("督办清单和位次升降在同级地区之间判断，请用 --level prefecture 或 county。")
    return oversight.judged(here.cubes, catalogue(), here.level, here.month, _series)


def _series(built: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(built, catalogue()[key], window)


PARTS: Final[Mapping[str, Callable[[Here, argparse.Namespace], pl.DataFrame]]] = {
    "positions": _positions,
    "apart": _apart,
    "watched": _watched,
    "movers": _movers,
    "alike": _alike,
    "average": _average,
}
