"""The command `evaluation`: what the page 评价激励 shows of one place or of places side by side, as table, CSV or JSON."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from data_sources.vocabulary import LADDERS, LEVELS
from indicators import evaluation
from indicators.command_line import Here, answered, named, placed, standard


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "evaluation",
        help="评价激励：等级结构、发证机构、竞赛、制度建设",
        description="输出评价激励的数，与页面“评价激励”所示相同；两个等级序列分开，不相加。",
        epilog="例：python -m indicators evaluation issuers --place 余杭；各地一试双证见 value dual_share",
    )
    told = "levels 等级结构、issuers 发证机构、contests 竞赛、institutions 各地制度建设"
    command.add_argument("part", choices=tuple(PARTS), help=told)
    command.add_argument(
        "--window", choices=("year_to_date", "since_2023"), default="year_to_date", help="证书和竞赛时段"
    )
    placed(command)
    standard(command)
    command.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    here = Here(asked)
    found = PARTS[asked.part](here, evaluation.span_of(here.month, asked.window))
    return answered(named(found), asked, f"评价激励　{here.name}　{here.month}", here.cubes, TABLES)


def _levels(here: Here, span: tuple[str, str]) -> pl.DataFrame:
    """Both ladders one below the other: people at work, and certificates issued in the span."""
    frames = [
        evaluation.ladder(here.cubes, here.code, span, which, stock=stock).select(
            pl.lit(LADDERS[which]).alias("ladder"),
            pl.lit("people" if stock else "certificates").alias("counted"),
            "level",
            pl.col("level").replace_strict(LEVELS, return_dtype=pl.String).alias("title"),
            "value",
            "share",
            "province",
        )
        for which in evaluation.LADDERS
        for stock in (True, False)
    ]
    return pl.concat(frames)


def _issuers(here: Here, span: tuple[str, str]) -> pl.DataFrame:
    return evaluation.issuers(here.cubes, here.code, span)


def _contests(here: Here, span: tuple[str, str]) -> pl.DataFrame:
    return evaluation.contests(here.cubes, here.code, span)


def _institutions(here: Here, span: tuple[str, str]) -> pl.DataFrame:
    return evaluation.institutions(here.cubes, here.drawn, here.month)


TABLES: Final = frozenset({"employment", "certificate", "contest", "milestone"})
PARTS: Final[Mapping[str, Callable[[Here, tuple[str, str]], pl.DataFrame]]] = {
    "levels": _levels,
    "issuers": _issuers,
    "contests": _contests,
    "institutions": _institutions,
}
