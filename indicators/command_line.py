"""What the commands of the indicators share: arguments read with nearest matches, the cubes, printing, refusals."""

import argparse
import difflib
import io
import json
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from data_sources import cubes, health, looking, policy, readers
from data_sources.answers import OK as OK
from data_sources.answers import UNREACHABLE as UNREACHABLE
from data_sources.answers import USAGE as USAGE
from data_sources.answers import WRONG as WRONG
from data_sources.policy import NotPermitted
from data_sources.readers import UnknownReader
from data_sources.reference import clusters
from data_sources.settings import settings
from data_sources.vocabulary import marks
from geo import places
from indicators import measures, peers
from indicators.catalogue import WINDOWS, Indicator, Window


class Refused(Exception):
    """The command cannot be answered; the message is Chinese, `code` is the exit code."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def standard(command: argparse.ArgumentParser) -> None:
    """The options that every command has: `--format`, and those of `whose`."""
    command.add_argument("--format", choices=("table", "csv", "json"), default="table", help="输出格式")
    whose(command)


def whose(command: argparse.ArgumentParser) -> None:
    """The options that say which database is read and with whose sight: `--db` and `--reader`."""
    command.add_argument("--db", help="数据库地址，默认 TALENT_DB")
    command.add_argument(
        "--reader",
        metavar="账号",
        help=f"只输出这个使用者看得到的；{policy.PUBLIC.subject} 为公开发布的口径，空为没有登录的使用者；默认全部可见",
    )


def run_as_asked(asked: argparse.Namespace, *, taking: bool = False) -> int:
    """Run the command with the sight that was asked for, and return its exit code; what is not open is refused.

    `taking`: it makes files, so that single rows are a permission of their own.
    """
    try:
        subject = getattr(asked, "reader", None)
        reader = policy.OPERATOR if subject is None else readers.asked_for(asked.db or settings().url, subject)
        with looking.by(reader, taking=taking and reader != policy.OPERATOR):
            return int(asked.run(asked))
    except (UnknownReader, NotPermitted) as error:
        raise Refused(str(error)) from error


def placed(command: argparse.ArgumentParser) -> None:
    """The options of a command about places in a month: `--level`, `--period` and `--place`."""
    command.add_argument("--level", choices=("province", "prefecture", "county"), default="prefecture", help="层级")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    command.add_argument("--place", help="只看这个地区（代码或名称）及其下级，默认全省")


class Here:
    """What a `placed` command is about: the `cubes`, the `month`, one place (`code`, `name`) and those `drawn` in it."""

    def __init__(self, asked: argparse.Namespace) -> None:
        within = places.named(asked.place) if asked.place else places.place(places.PROVINCE)
        self.code, self.name, self.level = within.code, within.name, asked.level
        self._within: str | None = asked.place
        self.cubes = opened(asked.db or settings().url)
        self.month = month_of(self.cubes, "month", asked.period)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The places of the asked level in the place; refused where it has none of that level."""
        return place_codes(self.level, self._within)


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the places' names beside their codes."""
    if "place_code" not in frame.columns:
        return frame
    names = pl.Series("name", [_name(code) for code in frame["place_code"]], dtype=pl.String)
    at = frame.get_column_index("place_code") + 1
    return frame.select(*frame.columns[:at], names, *frame.columns[at:])


def _name(code: str) -> str:
    found = places.place(code.removesuffix(cubes.OWN_SUFFIX)).name
    return f"{found}本级" if code.endswith(cubes.OWN_SUFFIX) else found


def window_of(wanted: Indicator, asked: Window | None) -> Window:
    """The asked window, or the indicator's first; refused when it has no such window."""
    window = asked or wanted.windows[0]
    if window not in wanted.windows:
        allowed = "、".join(f"{w}（{WINDOWS[w]}）" for w in wanted.windows)
        raise Refused(f"指标“{wanted.title}”没有时期口径 {window}（{WINDOWS[window]}）。可用：{allowed}。")
    return window


def cluster_of(wanted: Indicator, asked: str | None) -> str | None:
    """The code of a cluster given by code or name; None for all."""
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


def place_codes(level: str, asked: str | None) -> tuple[str, ...]:
    """The places of a level, in or under the asked place (code or name)."""
    within = places.named(asked) if asked else places.place(places.PROVINCE)
    order = ("province", "prefecture", "county")
    if order.index(level) < order.index(within.level):
        raise Refused(f"“{within.name}”在层级 {level} 之下，没有这一层的数值。请改用 --level {within.level}。")
    if level == "county":
        return tuple(p.code for p in places.counties(within.code))
    if level == "province":
        return (within.code,)
    return tuple(p.code for p in places.prefectures() if within.code in (p.code, places.PROVINCE))


def peer_codes(wanted: str, asked: str | None) -> tuple[str, ...]:
    """The counties that are compared with the asked place (code or name); refused where it has no such peers."""
    here = places.named(asked) if asked else places.place(places.PROVINCE)
    if not peers.possible(wanted, here.code):
        needed = "一个县（市、区）" if wanted == "alike" else "一个市或县"
        raise Refused(f"--peers {wanted}（{peers.PEERS[wanted]}）要用 --place 给出{needed}，“{here.name}”不是。")
    return tuple(sorted(peers.among(wanted, here.code)))


def month_of(built: cubes.Cubes, window: Window, asked: str | None) -> str:
    """The asked month, or the newest; the census's month for its window."""
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


def opened(url: str) -> cubes.Cubes:
    """The cubes of the database at `url`, cut to what is open to who looks; refused with its cure when that cannot be
    read."""
    found = health.examine(url)
    if not found.usable:
        raise Refused(f"{found.message}\n处理办法：{found.cure}", UNREACHABLE)
    try:
        built = cubes.load(url, settings().cubes)
    except PermissionError:
        built = cubes.load(url, Path(tempfile.gettempdir()) / "talent-cubes")
    return cubes.seen_by(built, looking.current(), settings().fewest_people)


def answered(
    frame: pl.DataFrame, asked: argparse.Namespace, title: str, built: cubes.Cubes, tables: Collection[str]
) -> int:
    """Print a frame with the marks of the tables that it comes from; the exit code says whether it holds anything."""
    printed(frame, asked.format, f"{title}　{marked(built, frozenset(tables))}")
    return OK if frame.height else WRONG


def printed(frame: pl.DataFrame, form: str, title: str) -> None:
    """Print a frame as table, CSV or JSON."""
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


def marked(built: cubes.Cubes, tables: frozenset[str]) -> str:
    """The data version, and whether simulated or unreviewed submissions contribute to these tables."""
    found = marks(simulated=built.simulated(tables), unreviewed=built.unreviewed(tables))
    return "　".join((f"v{built.version}", *(found or ("正式数据",))))
