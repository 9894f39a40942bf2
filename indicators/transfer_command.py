"""The command `transfer`: the same 调剂测算 as on screen, as table, CSV or JSON."""

import argparse
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from data_sources.settings import settings
from geo import places
from indicators import transfer
from indicators.command_line import OK, Refused, marked, month_of, opened, place_codes, printed, standard
from indicators.transfer import FACTORS, WEIGHTS

TABLES = frozenset({"training", "subsidy", "budget", "vacancy", "target"})
FEN = 100
"""Fen in a yuan."""


def add(commands: Any) -> None:
    """Add the command to those of `python -m indicators`."""
    command = commands.add_parser(
        "transfer",
        help="测算省级调剂资金分到各地多少",
        description="把一笔省级调剂资金按剩余任务、资金缺口、用人需求和资金绩效分到各地，精确到分，与屏幕所示相同。",
        epilog="例：python -m indicators transfer --pool 50000000 --level county --floor 100000 --weight tasks=60",
    )
    command.add_argument("--pool", required=True, type=_yuan, help="调剂资金，元（可写到分）")
    command.add_argument("--floor", type=_yuan, default=0, help="每地保底，元，默认0")
    command.add_argument("--cap", type=_yuan, default=0, help="每地封顶，元，默认0即不封顶")
    factors = "、".join(f"{key}（{factor.title}，默认{factor.weight}）" for key, factor in FACTORS.items())
    command.add_argument(
        "--weight", action="append", type=_weight, default=[], metavar="因素=权重", help=f"可重复：{factors}"
    )
    command.add_argument("--level", choices=("prefecture", "county"), default="county", help="分到哪一级")
    command.add_argument("--place", help="只分给这个地区（代码或名称）及其下级")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    standard(command)
    command.set_defaults(run=_run)


def _run(asked: argparse.Namespace) -> int:
    codes = place_codes(asked.level, asked.place)
    built = opened(asked.db or settings().url)
    month = month_of(built, "month", asked.period)
    terms = transfer.Terms(asked.pool, {**WEIGHTS, **dict(asked.weight)}, asked.floor, asked.cap)
    scores = transfer.scores(built, codes, month)
    try:
        found = transfer.spread(scores, terms)
    except transfer.Impossible as error:
        raise Refused(str(error)) from error
    named = pl.Series("name", [places.place(code).name for code in found["place_code"]], dtype=pl.String)
    scored = scores.rename({key: f"{key}_score" for key in FACTORS})
    yuan = [(pl.col(c) / FEN).round(2) for c in ("amount", *FACTORS, "adjustment")]
    shown = found.with_columns(yuan).insert_column(1, named).join(scored, on="place_code", maintain_order="left")
    total = terms.pool / FEN
    printed(shown, asked.format, f"调剂测算（元）　合计 {total:,.2f}　{month}　{marked(built, TABLES)}")
    return OK


def _yuan(text: str) -> int:
    """An amount in yuan as whole fen."""
    try:
        fen = Decimal(text.replace(",", "")) * FEN
    except InvalidOperation:
        fen = Decimal("NaN")
    if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value():
        raise argparse.ArgumentTypeError(f"“{text}”不是金额，请写不小于0的元数，最多两位小数，如 50000000 或 1234.56")
    return int(fen)


def _weight(text: str) -> tuple[str, int]:
    key, _, weight = text.partition("=")
    if key not in FACTORS or not weight.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}”不能使用，请写成 因素=整数，因素可选 {'、'.join(FACTORS)}")
    return key, int(weight)
