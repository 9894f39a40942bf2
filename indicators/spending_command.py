"""The command `spending`: what the page 补贴资金 shows of one place or of places side by side, as table, CSV or JSON."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from data_sources import payments
from data_sources.payment_rules import ALLOWED, RULES
from data_sources.settings import settings
from indicators import measures, payment_checks, spans, subsidies
from indicators.command_line import Here, answered, named, placed, standard

FEN: Final = 100
"""Fen in a yuan."""
MONEY: Final = ("budget", "paid", "balance", "amount")


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "spending",
        help="补贴资金：各项资金、构成、流向、核查、逐笔发放",
        description="输出本年截至一个月的补贴资金，与页面“补贴资金”所示相同；金额单位为元。",
        epilog="例：python -m indicators spending breakdown --by cluster --place 杭州；各地合计和均值见 value subsidy_paid 等",
    )
    told = "funds 各项资金、breakdown 构成、flows 流向、checks 各规则、places 各地待核查、payments 逐笔"
    command.add_argument("part", choices=tuple(PARTS), help=told)
    command.add_argument("--by", choices=tuple(subsidies.BREAKDOWNS), default="kind", help="构成按什么分，默认补贴类型")
    rules = "、".join(f"{key}（{rule.title}，默认{rule.allowed}）" for key, rule in RULES.items())
    command.add_argument(
        "--allow",
        action="append",
        type=_allowed,
        default=[],
        metavar="规则=允许值",
        help=f"只用这些规则，可重复：{rules}",
    )
    command.add_argument("--most", type=int, default=payments.PAGE, help=f"逐笔最多几笔，默认 {payments.PAGE}")
    placed(command)
    standard(command)
    command.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    here = Here(asked)
    found = PARTS[asked.part](here, asked)
    sums = [column for column in MONEY if column in found.columns and found.schema[column].is_numeric()]
    yuan = [(pl.col(column) / FEN).round(2) for column in sums]
    title = f"补贴资金（元）　{here.name}　{here.month}"
    return answered(named(found.with_columns(yuan)), asked, title, here.cubes, TABLES)


def _funds(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return subsidies.by_fund(here.cubes, here.code, here.month)


def _breakdown(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return subsidies.breakdown(here.cubes, here.code, here.month, asked.by)


def _flows(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    """From fund to kind, then from kind to cluster: `from`, `to`, and what went that way."""
    first, second = (part(here.cubes, here.code, here.month) for part in (subsidies.flows, subsidies.onward))
    ways = (first.rename({"fund": "from", "kind": "to"}), second.rename({"kind": "from", "cluster_code": "to"}))
    return pl.concat(each.select("from", "to", "amount", "person_times", "payments") for each in ways)


def _checks(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    return payment_checks.by_rule(_named(here, asked), here.code)


def _places(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    """Nothing is told of a place that has not filed every month of the year."""
    months = spans.months(here.cubes, "year_to_date", here.month)
    filed = spans.complete(here.cubes, ("subsidy",), months, here.drawn)
    silent = frozenset(filed.filter(~pl.col("usable"))["place_code"])
    return payment_checks.by_place(_named(here, asked), here.drawn, silent)


def _payments(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    wanted = payments.Asked(
        measures.filed_at(here.code), f"{here.month[:4]}-01", here.month, allowed=tuple(asked.allow)
    )
    found = payments.payments(asked.db or settings().url, wanted, size=asked.most)
    return found.with_columns(pl.col("paid", "course_ended", "certified").cast(pl.String))


def _named(here: Here, asked: argparse.Namespace) -> pl.DataFrame:
    used: Mapping[str, int] = dict(asked.allow) or ALLOWED
    return payment_checks.found(here.cubes, used, f"{here.month[:4]}-01", here.month)


def _allowed(text: str) -> tuple[str, int]:
    key, _, most = text.partition("=")
    if key not in RULES or not most.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}”不能使用，请写成 规则=整数，规则可选 {'、'.join(RULES)}")
    return key, int(most)


TABLES: Final = frozenset({"subsidy", "budget", "organisation", "base"})
PARTS: Final[Mapping[str, Callable[[Here, argparse.Namespace], pl.DataFrame]]] = {
    "funds": _funds,
    "breakdown": _breakdown,
    "flows": _flows,
    "checks": _checks,
    "places": _places,
    "payments": _payments,
}
