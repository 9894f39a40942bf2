"""The command line of the indicators: the catalogue, and the same values as on screen as table, CSV or JSON."""

import argparse
import sys
from collections.abc import Sequence

import polars as pl

from data_sources.settings import SettingsError, settings
from geo import places
from indicators import (
    cluster_command,
    evaluation_command,
    measures,
    quality_command,
    reach_command,
    spending_command,
    standing_command,
    supply_commands,
    transfer_command,
)
from indicators.catalogue import WINDOWS, CatalogueError, UnknownIndicator, catalogue, indicator
from indicators.command_line import (
    OK,
    USAGE,
    WRONG,
    Refused,
    cluster_of,
    marked,
    month_of,
    opened,
    peer_codes,
    place_codes,
    printed,
    run_as_asked,
    standard,
    window_of,
)
from indicators.peers import PEERS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 no value found, 2 wrong use, 3 database not usable."""
    asked = _parser().parse_args(arguments)
    try:
        return run_as_asked(asked)
    except (Refused, SettingsError, CatalogueError, UnknownIndicator, places.UnknownPlace) as error:
        print(error, file=sys.stderr)
        return error.code if isinstance(error, Refused) else USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m indicators",
        description="查看指标目录，核对屏幕上的任何一个数。",
        epilog="退出码：0 成功；1 没有数值；2 用法或参数有误；3 数据库不可用。",
    )
    commands = parser.add_subparsers(required=True, metavar="命令")
    listed = commands.add_parser("list", help="列出全部指标")
    listed.add_argument("--format", choices=("table", "csv", "json"), default="table", help="输出格式")
    listed.set_defaults(run=_list)
    value = commands.add_parser(
        "value",
        help="输出一项指标各地区的数值",
        description="输出一项指标在一个时期各地区的数值、位次和同比，与屏幕所示相同。",
        epilog="例：python -m indicators value training_person_times --level county --period 2026-10 --window year_to_date",
    )
    value.add_argument("key", help="指标代码，见 list")
    value.add_argument("--level", choices=("province", "prefecture", "county"), default="prefecture", help="层级")
    value.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    value.add_argument("--window", choices=tuple(WINDOWS), help="时期口径，默认该指标的第一个")
    value.add_argument("--cluster", help="产业集群代码或名称，默认全部")
    value.add_argument("--place", help="只看这个地区（代码或名称）及其下级")
    value.add_argument("--peers", choices=tuple(PEERS), help="与同类的县（市、区）比较，不再限于 --place 的下级")
    standard(value)
    value.set_defaults(run=_value)
    cluster_command.add(commands)
    supply_commands.add(commands)
    reach_command.add(commands)
    transfer_command.add(commands)
    spending_command.add(commands)
    evaluation_command.add(commands)
    standing_command.add(commands)
    quality_command.add(commands)
    return parser


def _list(asked: argparse.Namespace) -> int:
    found = list(catalogue().values())
    frame = pl.DataFrame(
        {
            "key": [i.key for i in found],
            "title": [i.title for i in found],
            "theme": [i.theme for i in found],
            "unit": [i.unit for i in found],
            "windows": [",".join(i.windows) for i in found],
            "plan_measures": [",".join(map(str, i.plan_measures)) for i in found],
            "owner": [i.owner for i in found],
        }
    )
    printed(frame, asked.format, "指标目录")
    return OK


def _value(asked: argparse.Namespace) -> int:
    wanted = indicator(asked.key)
    window = window_of(wanted, asked.window)
    cluster = cluster_of(wanted, asked.cluster)
    codes = peer_codes(asked.peers, asked.place) if asked.peers else place_codes(asked.level, asked.place)
    built = opened(asked.db or settings().url)
    month = month_of(built, window, asked.period)
    values = measures.series(built, wanted, window, cluster)
    frame = measures.snapshot(values, month, codes, wanted).sort("rank", "place_code", nulls_last=True)
    shown = frame.select(
        "place_code",
        pl.Series("name", [places.place(c).name for c in frame["place_code"]], dtype=pl.String),
        pl.lit(month).alias("month"),
        pl.lit(window).alias("window"),
        "value",
        pl.lit(wanted.unit).alias("unit"),
        "rank",
        "ranked_of",
        "yoy",
        "numerator",
        "denominator",
        "filed",
        "expected",
    )
    title = f"{wanted.title}（{wanted.unit}）　{WINDOWS[window]}　{month}　{marked(built, wanted.tables)}"
    printed(shown, asked.format, title)
    return OK if shown["value"].drop_nulls().len() else WRONG
