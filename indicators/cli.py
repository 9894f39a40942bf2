"""The command line of the indicators: the catalogue, and the same values as on screen as table, CSV or JSON."""

import argparse
import difflib
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl
from rich.console import Console
from rich.table import Table

from data_sources import cubes, health
from data_sources.reference import clusters
from data_sources.settings import SettingsError, settings
from data_sources.vocabulary import SIMULATED
from geo import places
from indicators import measures
from indicators.catalogue import WINDOWS, CatalogueError, Indicator, UnknownIndicator, Window, catalogue, indicator

OK: Final = 0
WRONG: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3


class Refused(Exception):
    """The command cannot be answered; the message is Chinese, `code` is the exit code."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 no value found, 2 wrong use, 3 database not usable."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
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
    value.add_argument("--format", choices=("table", "csv", "json"), default="table", help="输出格式")
    value.add_argument("--db", help="数据库地址，默认 TALENT_DB")
    value.set_defaults(run=_value)
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
    _print(frame, asked.format, "指标目录")
    return OK


def _value(asked: argparse.Namespace) -> int:
    wanted = indicator(asked.key)
    window = _window(wanted, asked.window)
    cluster = _cluster(wanted, asked.cluster)
    codes = _places(asked.level, asked.place)
    built = _cubes(asked.db or settings().url)
    month = _month(built, window, asked.period)
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
    marked = SIMULATED if built.simulated(wanted.tables) else "正式数据"
    _print(
        shown, asked.format, f"{wanted.title}（{wanted.unit}）　{WINDOWS[window]}　{month}　v{built.version}　{marked}"
    )
    return OK if shown["value"].drop_nulls().len() else WRONG


def _window(wanted: Indicator, asked: Window | None) -> Window:
    window = asked or wanted.windows[0]
    if window not in wanted.windows:
        allowed = "、".join(f"{w}（{WINDOWS[w]}）" for w in wanted.windows)
        raise Refused(f"指标“{wanted.title}”没有时期口径 {window}（{WINDOWS[window]}）。可用：{allowed}。")
    return window


def _cluster(wanted: Indicator, asked: str | None) -> str | None:
    if asked is None:
        return None
    known = clusters()
    code = asked if asked in known else {name: c for c, name in known.items()}.get(asked)
    if code is None:
        near = difflib.get_close_matches(asked, [*known, *known.values()], n=3, cutoff=0.3)
        raise Refused(
            f"没有产业集群“{asked}”。" + (f"相近的有：{'、'.join(near)}。" if near else f"可用：{'、'.join(known)}。")
        )
    if not wanted.by_cluster:
        raise Refused(f"指标“{wanted.title}”不分产业集群，请去掉 --cluster。")
    return code


def _places(level: str, asked: str | None) -> tuple[str, ...]:
    within = places.named(asked) if asked else places.place(places.PROVINCE)
    order = ("province", "prefecture", "county")
    if order.index(level) < order.index(within.level):
        raise Refused(f"“{within.name}”在层级 {level} 之下，没有这一层的数值。请改用 --level {within.level}。")
    if level == "county":
        return tuple(p.code for p in places.counties(within.code))
    if level == "province":
        return (within.code,)
    return tuple(p.code for p in places.prefectures() if within.code in (p.code, places.PROVINCE))


def _month(built: cubes.Cubes, window: Window, asked: str | None) -> str:
    if window == "census":
        if asked not in (None, measures.CENSUS_MONTH):
            print(f"普查指标只有 {measures.CENSUS_MONTH} 一期，--period {asked} 未采用。", file=sys.stderr)
        return measures.CENSUS_MONTH
    if not built.months:
        raise Refused(
            "数据库里还没有报送数据，只能查看普查指标。生成演示数据：python -m data_sources demo。", UNREACHABLE
        )
    month = asked or built.months[-1]
    if month not in built.months:
        near = difflib.get_close_matches(month, built.months, n=3)
        raise Refused(
            f"没有时期“{month}”的数据，可用 {built.months[0]} 至 {built.months[-1]}。"
            + (f"相近的有：{'、'.join(near)}。" if near else "")
        )
    return month


def _cubes(url: str) -> cubes.Cubes:
    found = health.examine(url)
    if not found.usable:
        raise Refused(f"{found.message}\n处理办法：{found.cure}", UNREACHABLE)
    try:
        return cubes.load(url, settings().cubes)
    except PermissionError:
        return cubes.load(url, Path(tempfile.gettempdir()) / "talent-cubes")


def _print(frame: pl.DataFrame, form: str, title: str) -> None:
    if form == "csv":
        buffer = io.StringIO()
        frame.write_csv(buffer)
        print(buffer.getvalue(), end="")
    elif form == "json":
        print(json.dumps({"title": title, "rows": frame.to_dicts()}, ensure_ascii=False, indent=1))
    else:
        table = Table(title=title)
        for name, kind in frame.schema.items():
            table.add_column(name, justify="right" if kind.is_numeric() else "left", no_wrap=True)
        for row in frame.iter_rows():
            table.add_row(
                *(
                    "—"
                    if v is None
                    else f"{v:,.4g}"
                    if isinstance(v, float) and abs(v) < 1
                    else f"{v:,.2f}"
                    if isinstance(v, float)
                    else str(v)
                    for v in row
                )
            )
        Console(width=200 if not sys.stdout.isatty() else None).print(table)
