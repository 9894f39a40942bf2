"""The command `quality` prints what the page says of filing: the ratios of each place, and what is owing."""

import argparse
import datetime as dt
from typing import Any

import polars as pl

from data_sources import quality as lineage
from data_sources.cubes import OWN_SUFFIX
from data_sources.settings import settings
from geo import places
from indicators import quality, spans
from indicators.command_line import answered, month_of, opened, place_codes, standard

_NAMES = {p.code: p.name for p in places.places()} | {
    p.code + OWN_SUFFIX: f"{p.name}本级" for p in places.prefectures()
}


def add(commands: Any) -> None:
    """Add it to the parser's commands."""
    text = "各地按月报送的完整率、及时率、退回率和待改正问题"
    command: argparse.ArgumentParser = commands.add_parser(
        "quality", help=text, description=f"{text}，与屏幕所示相同。"
    )
    command.add_argument("--level", choices=("province", "prefecture", "county"), default="prefecture", help="层级")
    command.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    command.add_argument("--place", help="只看这个地区（代码或名称）及其下级")
    windows = ("year_to_date", "month", "since_2023")
    command.add_argument("--window", choices=windows, default="year_to_date", help="时期口径")
    command.add_argument("--by", choices=("table", "month"), action="append", default=[], help="再按数据表、月份分开")
    command.add_argument("--owing", action="store_true", help="改为列出逾期未报和退回待改正的")
    standard(command)
    command.set_defaults(run=_quality)


def _quality(asked: argparse.Namespace) -> int:
    url = asked.db or settings().url
    built, codes = opened(url), place_codes(asked.level, asked.place)
    month = month_of(built, asked.window, asked.period)
    cells = lineage.cells(url, spans.months(built, asked.window, month), dt.date.today())
    columns = {"table": "table_name", "month": "month"}
    if asked.owing:
        found = quality.owing(cells, codes).select("table_name", "place_code", "month", "due", "state", "problems")
        found = found.with_columns(pl.col("due").cast(pl.String))
    else:
        found = quality.summed(cells, codes, [columns[each] for each in asked.by])
    named = found["place_code"].replace_strict(_NAMES, return_dtype=pl.String).alias("name")
    found = found.insert_column(found.get_column_index("place_code") + 1, named)
    return answered(found, asked, f"数据质量　{month}", built, quality.table_labels())
