"""对比: places side by side by any indicators, with the average that they are held against, and each by month."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from briefings import narrative
from briefings.document import Block, Chart, Row, Section, Series, Span, Table, Text
from briefings.facts import Facts, Measure
from briefings.numbers import Fact, Number
from briefings.parts import Part
from charts import words
from geo import places
from indicators import compare
from indicators.catalogue import Indicator, catalogue
from indicators.measures import CENSUS_MONTH
from indicators.options import AGAINST

MONTHS: Final = 12
MOST: Final = 3
"""Lines of a chart; more cannot be told apart in print."""


def part(codes: Sequence[str], keys: Sequence[str], against: str) -> Part:
    """The part that holds these places against each other."""
    found = tuple(catalogue()[key] for key in keys)
    return Part(
        "对比",
        lambda facts, _, month: section(facts, tuple(codes), found, against, month),
        frozenset(name for each in found for name in each.tables),
        lambda facts, _, month: [text for each in found if (text := _said(facts, codes, each, month))],
        indicators=tuple(keys),
    )


def section(
    facts: Facts, codes: tuple[str, ...], indicators: tuple[Indicator, ...], against: str, month: str
) -> Section:
    """One table of all, then each indicator by month."""
    said = [text for each in indicators if (text := _said(facts, codes, each, month))]
    names = "、".join(places.place(code).name for code in codes)
    rows: tuple[Row, ...] = tuple(_row(facts, codes, each, against, month) for each in indicators)
    average = AGAINST.allowed[against]
    header = ("指标", *dict.fromkeys(places.place(code).name for code in (*codes, places.PROVINCE)), average)
    table = Table(
        f"{len(codes)} 个地区的 {len(indicators)} 项指标（截至{words.month_name(month)}）",
        header,
        rows,
        f"{compare.AVERAGE}。",
    )
    months = [_months(facts, codes, each, month) for each in indicators if "census" not in each.windows]
    blocks: list[Block] = [*said, table, *months]
    return Section("地区对比", said[0] if said else (f"{names}的对比",), tuple(blocks))


def _said(facts: Facts, codes: Sequence[str], indicator: Indicator, month: str) -> Text:
    known = [(places.place(code).name, _value(facts, code, indicator, month, "value")) for code in codes]
    known = sorted((pair for pair in known if pair[1].known), key=lambda pair: -(pair[1].value or 0))
    ends = narrative.extent(known) if len(known) > 1 else ()
    return (f"{indicator.title}：", *ends, "。") if ends else ()


def _value(facts: Facts, code: str, indicator: Indicator, month: str, style: str) -> Number:
    at = CENSUS_MONTH if "census" in indicator.windows else month
    return facts.number("value", style, key=indicator.key, place=code, window=indicator.windows[0], month=at)  # type: ignore[arg-type]


def _row(facts: Facts, codes: Sequence[str], indicator: Indicator, against: str, month: str) -> Row:
    at = CENSUS_MONTH if "census" in indicator.windows else month
    shown = dict.fromkeys((*codes, places.PROVINCE))
    values: list[Span] = [_value(facts, code, indicator, month, "plain") for code in shown]
    average = facts.number(
        "average_of",
        "plain",
        key=indicator.key,
        window=indicator.windows[0],
        month=at,
        detail=f"{against}:{'~'.join(codes)}",
    )
    return (f"{indicator.short}（{indicator.unit}，{words.period(at, indicator.windows[0])}）", *values, average)


def _months(facts: Facts, codes: Sequence[str], indicator: Indicator, month: str) -> Chart:
    months = [m for m in facts.cubes.months if m <= month][-MONTHS:]
    series = tuple(
        Series(places.place(code).name, tuple(_value(facts, code, indicator, m, "plain") for m in months))
        for code in codes
    )
    title = f"近{len(months)}个月{indicator.title}（{indicator.unit}）"
    rows: tuple[Row, ...] = tuple((m, *(each.numbers[n] for each in series)) for n, m in enumerate(months))
    table = Table(f"{title}（数据）", ("月份", *(each.name for each in series)), rows)
    return Chart(title, "line", indicator.unit, words.month_labels(months), series[:MOST], table)


def _average(facts: Facts, fact: Fact) -> float | None:
    """The average of the places that `detail` names (`level:330110~330108`), see `compare.averages`."""
    against, _, codes = fact.detail.partition(":")
    indicator = catalogue()[fact.key]
    among = compare.reference_places(against, codes.split("~"))
    values = facts.series(facts.cubes, fact.key, indicator.windows[0])
    found = compare.averages(values, among, indicator).filter(pl.col("month") == fact.month)["value"]
    return float(found[0]) if found.len() and found[0] is not None else None


MEASURES: Final = {"average_of": Measure("参照平均", _average)}
