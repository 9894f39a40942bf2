"""The command `reach`: training circle, seats within reach, next bases and use of each base, as on the page 实训基地."""

import argparse
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from data_sources import reading
from data_sources.cubes import Cubes
from data_sources.settings import settings
from data_sources.vocabulary import BASE_KINDS
from geo import isochrones, places
from geo.boundaries import UnusableFile
from geo.reach import Travel
from indicators import bases, measures, reach, siting
from indicators.catalogue import WINDOWS, indicator
from indicators.command_line import Refused, answered, month_of, opened, place_codes, standard
from indicators.options import DETOUR, HELPED, MINUTES, NEW_BASES, OVER, REACHED_BY, SPEED, Number

FEN: Final = 100
SHOWN: Final[Mapping[str, str]] = {
    "circle": "30分钟职业技能培训圈",
    "seats": "每千名数字技能人才可达工位",
    "next": "下一个实训基地",
    "use": "实训基地使用",
}


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "reach",
        help="培训圈、可达工位、下一个基地、各基地使用",
        description="实训基地的可达和使用，与屏幕所示相同。时间＝直线距离×绕行系数÷车速，或自备等时圈（TALENT_ISOCHRONES）。",
        epilog="例：python -m indicators reach --show next --count 3 --minutes 30 --detour 130 --speed 40",
    )
    command.add_argument("--show", choices=tuple(SHOWN), default="circle", help="看什么，默认 circle")
    command.add_argument("--level", choices=("province", "prefecture", "county"), default="county", help="层级")
    command.add_argument("--place", help="只看这个地区（代码或名称）及其下级")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    command.add_argument("--kinds", nargs="+", choices=tuple(BASE_KINDS), default=(), help="基地类型，默认全部")
    for option in (MINUTES, DETOUR, SPEED):
        command.add_argument(f"--{option.name}", type=_number(option), default=int(option.default), help=_told(option))
    command.add_argument("--by", choices=tuple(REACHED_BY.allowed), default=REACHED_BY.default, help="可达范围的算法")
    command.add_argument("--count", type=_number(NEW_BASES), default=int(NEW_BASES.default), help=_told(NEW_BASES))
    command.add_argument("--helped", choices=tuple(HELPED.allowed), default=HELPED.default, help="新基地优先覆盖谁")
    command.add_argument("--window", choices=tuple(OVER.allowed), default=OVER.default, help="use 的时期口径")
    standard(command)
    command.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    url = asked.db or settings().url
    built = opened(url)
    month = month_of(built, "month", asked.period)
    register = reading.register(url)
    frame = _use(asked, built, register, month) if asked.show == "use" else _reached(asked, built, register, month)
    tables = frozenset({"base", "training", "subsidy"}) if asked.show == "use" else reach.TABLES
    how = f"{WINDOWS[asked.window]}" if asked.show == "use" else _way_told(asked)
    return answered(frame, asked, f"{SHOWN[asked.show]}　{how}　{month}", built, tables)


def _use(asked: argparse.Namespace, built: Cubes, register: pl.DataFrame, month: str) -> pl.DataFrame:
    place = places.named(asked.place).code if asked.place else places.PROVINCE
    found = bases.listed(built, register, asked.window, month, place, asked.kinds)
    yuan = (pl.col("amount") / FEN).round(2)
    return found.select("base_code", "name", "kind", "place_code", "seats", "person_times", "passed_person_times", "use",
                        "payments", yuan.alias("amount_yuan"), "opened_month", "closed_month", "spot")  # fmt: skip


def _reached(asked: argparse.Namespace, built: Cubes, register: pl.DataFrame, month: str) -> pl.DataFrame:
    codes = place_codes(asked.level, asked.place)
    held, way = reach.sites(register, month, asked.kinds), _way(asked)
    stock = measures.series(built, indicator(reach.STOCK), "month_end")
    who = reach.people(built, stock, month)
    if asked.show == "seats":
        return _named(reach.rolled_access(reach.accessible(who, held, way), codes))
    if asked.show == "circle":
        return _named(reach.rolled(reach.coverage(who, held, way), codes))
    among = place_codes("county", asked.place)
    found = siting.next_bases(who, held, way, count=asked.count, helped=asked.helped, among=among)
    names = pl.Series("helps", ["、".join(places.place(c).name for c in helps) for helps in found["helps"]], pl.String)
    return _named(found.with_columns(names))


def _way(asked: argparse.Namespace) -> reach.Way:
    travel = Travel(asked.detour / 100, asked.speed)
    if asked.by == "circle":
        return reach.Way(asked.minutes, travel)
    path = settings().isochrones
    if path is None:
        raise Refused("没有等时圈文件。请用 TALENT_ISOCHRONES 指定，先用 python -m geo isochrones 检查。")
    try:
        return reach.Way(asked.minutes, travel, isochrones.of_file(path))
    except UnusableFile as error:
        raise Refused(str(error)) from error


def _way_told(asked: argparse.Namespace) -> str:
    if asked.by == "isochrones":
        return f"{asked.minutes} 分钟　自备等时圈"
    return f"{asked.minutes} 分钟　绕行系数 {asked.detour / 100:g}　车速 {asked.speed} 公里/时"


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series("name", [places.place(code).name for code in frame["place_code"]], dtype=pl.String)
    return frame.insert_column(frame.columns.index("place_code") + 1, names)


def _told(option: Number) -> str:
    return f"{option.label}，{option.least}～{option.most}，默认 {option.default}".replace("%", "%%")


def _number(option: Number) -> Any:
    def read(text: str) -> int:
        if reason := option.refused(text):
            raise argparse.ArgumentTypeError(f"“{text}”{reason}")
        return int(text)

    return read
