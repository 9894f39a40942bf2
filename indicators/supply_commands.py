"""The commands behind the page 供需与流动: `supply`, `pipeline`, `flow` and `project` print the numbers that it shows."""

import argparse
from typing import Any

import polars as pl

from data_sources import cubes
from data_sources.reference import occupations
from data_sources.settings import settings
from geo import places
from indicators import flows, measures, projection, supply
from indicators.catalogue import WINDOWS, Window, indicator
from indicators.command_line import (
    WRONG,
    Refused,
    answered,
    cluster_of,
    month_of,
    opened,
    place_codes,
    standard,
)

_NAMES = {each.code: each.name for each in (*places.origins(), *places.places())}


def add(commands: Any) -> None:
    """Add them to the parser's commands."""
    short = _command(commands, "supply", "各地各职业的需求、同期发证、缺口、供需比和月末在岗", _supply)
    short.add_argument("--occupation", help="职业代码或名称，默认全部")
    _command(commands, "pipeline", "月末在训和未来三个月预计取证", _pipeline)
    flow = _command(commands, "flow", "地区之间的人员流动，人次最多的在前", _flow)
    flow.add_argument("--balance", action="store_true", help="改为输出各地的流入、流出和净流入")
    project = commands.add_parser("project", help="一项按月指标推算到2027年底，附检验")
    project.add_argument("key", help="指标代码，如 training_person_times")
    project.add_argument("--place", help="地区代码或名称，默认全省")
    project.add_argument("--period", help="站在哪个月 YYYY-MM，默认最新")
    project.add_argument("--tests", action="store_true", help="改为输出站在6个月和12个月前的检验")
    standard(project)
    project.set_defaults(run=_project)


def _command(commands: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text}，与屏幕所示相同。")
    command.add_argument("--level", choices=("province", "prefecture", "county"), default="prefecture", help="层级")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    command.add_argument("--cluster", help="产业集群代码或名称，默认全部")
    command.add_argument("--place", help="只看这个地区（代码或名称）及其下级")
    if name != "pipeline":
        windows = ("year_to_date", "month", "since_2023")
        command.add_argument("--window", choices=windows, default="year_to_date", help="时期口径")
    standard(command)
    command.set_defaults(run=run)
    return command


def _asked(asked: argparse.Namespace) -> tuple[cubes.Cubes, Window, str, tuple[str, ...], str | None]:
    cluster = cluster_of(indicator("talent_inflow"), asked.cluster)
    codes = place_codes(asked.level, asked.place)
    built = opened(asked.db or settings().url)
    window: Window = getattr(asked, "window", "month")
    return built, window, month_of(built, window, asked.period), codes, cluster


def _supply(asked: argparse.Namespace) -> int:
    built, window, month, codes, cluster = _asked(asked)
    found = supply.cells(built, window, month, codes, cluster=cluster)
    if asked.occupation:
        found = found.filter(pl.col("occupation_code") == _occupation(asked.occupation))
    named = found.with_columns(
        name=pl.col("place_code").replace_strict(_NAMES, return_dtype=pl.String),
        occupation=pl.col("occupation_code").replace_strict(occupations(), return_dtype=pl.String),
    )
    shown = named.select(
        "place_code", "name", "occupation_code", "occupation", "demand", "supply", "gap", "ratio", "stock"
    )
    return answered(
        shown, asked, f"职业供需　{WINDOWS[window]}　{month}", built, {"vacancy", "certificate", "employment"}
    )


def _pipeline(asked: argparse.Namespace) -> int:
    built, _, month, codes, cluster = _asked(asked)
    due = supply.due(built, month, codes, cluster=cluster)
    running = [
        supply.in_training(built, code, cluster=cluster).filter(month=month).row(0, named=True) for code in codes
    ]
    shown = due.with_columns(
        pl.Series("in_training_known", [r["known"] for r in running], dtype=pl.Int64),
        pl.Series("in_training_estimated", [r["estimated"] for r in running], dtype=pl.Float64),
        name=pl.col("place_code").replace_strict(_NAMES, return_dtype=pl.String),
    ).select("place_code", "name", "in_training_known", "in_training_estimated", "passed", "rate", "due")
    return answered(shown, asked, f"供给储备　{month}", built, {"training", "certificate"})


def _flow(asked: argparse.Namespace) -> int:
    built, window, month, codes, cluster = _asked(asked)
    title = f"人员流动（人次）　{WINDOWS[window]}　{month}"
    if asked.balance:
        found = flows.balance(built, window, month, codes, cluster=cluster)
        named = found.insert_column(1, found["place_code"].replace_strict(_NAMES, return_dtype=pl.String).alias("name"))
        return answered(named, asked, title, built, {"employment"})
    pairs = flows.between(built, window, month, codes, cluster=cluster)
    shown = pairs.select("origin", _ended("origin", "from"), "destination", _ended("destination", "to"), "people")
    return answered(shown, asked, title, built, {"employment"})


def _project(asked: argparse.Namespace) -> int:
    wanted = indicator(asked.key)
    if "month" not in wanted.windows or not wanted.additive:
        raise Refused(f"指标“{wanted.title}”不是可以按月相加的数量，不能推算。")
    place = places.named(asked.place).code if asked.place else places.PROVINCE
    built = opened(asked.db or settings().url)
    month = month_of(built, "month", asked.period)
    history = measures.history(measures.series(built, wanted, "month"), place).filter(pl.col("month") <= month)
    found = projection.outlook(history)
    if found is None:
        raise Refused(f"截至 {month} 连续有数的不足 {projection.FEWEST} 个月，不能推算。", WRONG)
    title = f"{_NAMES[place]}{wanted.title}（{wanted.unit}）　站在 {found.last}　已完成 {found.done:,.0f}"
    return answered(found.tests if asked.tests else found.path, asked, title, built, wanted.tables)


def _occupation(asked: str) -> str:
    codes = {name: code for code, name in occupations().items()}
    if asked in occupations() or asked in codes:
        return codes.get(asked, asked)
    near = [f"{name}（{code}）" for name, code in codes.items() if asked in name][:3]
    raise Refused(
        f"没有职业“{asked}”。" + (f"相近的有：{'、'.join(near)}。" if near else "请用职业分类大典的代码或名称。")
    )


def _ended(column: str, into: str) -> pl.Expr:
    """The node's name: a place, a province, or a prefecture's 市本级."""
    own = {f"{p.code}B": f"{p.name}本级" for p in places.prefectures()}
    return pl.col(column).replace_strict({**_NAMES, **own}, return_dtype=pl.String).alias(into)
