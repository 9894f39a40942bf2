"""补贴资金: plan, payments and balance of the year by fund, against the share of the year that has passed."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from briefings import narrative
from briefings.document import Chart, Row, Section, Series, Span, Table, Text
from briefings.facts import Facts, Measure, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from charts import sentences, words
from charts import subsidies as figures
from data_sources.vocabulary import FUNDS, SUBSIDY_KINDS
from geo import places
from indicators import subsidies

SLOW = -10.0
"""Points behind the year's pace that call for attention."""


def findings(facts: Facts, place: str, month: str) -> list[Text]:
    """What is paid of the year's plan."""
    if not _funds(facts, place, month).height:
        return []
    return [(places.place(place).name, *_spent(facts, place, month), *_missing(facts, place, month))]


def watch(facts: Facts, place: str, month: str) -> list[Text]:
    """Funds that are paid much slower than the year passes."""
    slow: list[Span] = []
    for fund in _funds(facts, place, month)["fund"]:
        lag = number(facts, "fund_lag", "points", place, month, fund)
        if lag.cell is not None and lag.cell <= SLOW:
            share = number(facts, "fund_execution", "percent", place, month, fund)
            slow += ["、" if slow else "", f"{FUNDS[fund]}（执行率 ", share, "，慢 ", lag, "）"]
    pace = number(facts, "year_pace", "percent", place, month)
    return [("支出明显慢于时间进度（", pace, "）的是", *slow, "。")] if slow else []


def section(facts: Facts, place: str, month: str) -> Section | None:
    """In words, by fund as chart and table, and what it was paid for."""
    if not _funds(facts, place, month).height:
        return None
    said, missing = _spent(facts, place, month), _missing(facts, place, month)
    kinds = _by_kind(facts, place, month)
    return Section(
        "补贴资金",
        (places.place(place).name, *said),
        (narrative.joined(said, missing), _chart(facts, place, month), *([kinds] if kinds.rows else [])),
    )


def number(facts: Facts, what: str, style: Style, place: str, month: str, detail: str = "") -> Number:
    """One number of one fund, or of all."""
    return facts.number(what, style, place=place, window="year_to_date", month=month, detail=detail)


def _spent(facts: Facts, place: str, month: str) -> Text:
    budget = number(facts, "fund_budget", "wan", place, month)
    left = number(facts, "fund_balance", "wan_apart", place, month)
    word, _ = figures.balance(left.value)
    return sentences.spending(
        number(facts, "fund_paid", "wan", place, month),
        budget if budget.known else None,
        number(facts, "fund_execution", "percent", place, month),
        number(facts, "year_pace", "percent", place, month),
        (word, left),
        nothing=budget.cell == 0,
    )


def _missing(facts: Facts, place: str, month: str) -> Text:
    """What is not in the sums, because it was not filed."""
    of = {"key": "subsidy_paid", "place": place, "window": "year_to_date", "month": month}
    filed, expected = facts.number("filed", "count", **of), facts.number("expected", "count", **of)
    if filed.value is None or expected.value is None or filed.value >= expected.value:
        return ()
    return ("支出只含已报送的月份，", expected, " 个填报单位中 ", filed, " 个数据完整。")


def _chart(facts: Facts, place: str, month: str) -> Chart:
    funds = _funds(facts, place, month)["fund"].to_list()
    names = tuple(FUNDS[fund] for fund in funds)
    columns = {"年度预算": "fund_budget", "本年已支出": "fund_paid"}
    series = tuple(
        Series(name, tuple(number(facts, what, "amount", place, month, fund) for fund in funds))
        for name, what in columns.items()
    )
    title = f"{places.place(place).name}各项资金预算与支出（{words.period(month, 'year_to_date')}）"
    rows: tuple[Row, ...] = tuple(
        (name, *(number(facts, what, "amount", place, month, fund) for what in (*columns.values(), "fund_balance")),
         number(facts, "fund_execution", "percent", place, month, fund))
        for name, fund in (*zip(names, funds, strict=True), ("合计", ""))
    )  # fmt: skip
    header = ("资金来源", "年度预算（万元）", "本年已支出（万元）", "结余（万元）", "执行率")
    table = Table(f"{title}（数据）", header, rows, "只含已报送的月份；没有报送预算的不计算执行率。")
    return Chart(title, "bar", "万元", names, series, table)


def _by_kind(facts: Facts, place: str, month: str) -> Table:
    found = _flows(facts, place, month)
    paid = found.group_by("kind").agg(pl.col("amount").sum()).sort("amount", "kind", descending=[True, False])
    rows = tuple(
        (
            SUBSIDY_KINDS[kind],
            number(facts, "kind_amount", "amount", place, month, kind),
            number(facts, "kind_person_times", "count", place, month, kind),
            number(facts, "kind_payments", "count", place, month, kind),
        )
        for kind in paid["kind"].cast(pl.String)
    )
    title = f"{places.place(place).name}补贴支出去向（{words.period(month, 'year_to_date')}）"
    return Table(title, ("补贴类型", "金额（万元）", "补贴人次（人次）", "笔数（笔）"), rows)


def _funds(facts: Facts, place: str, month: str) -> pl.DataFrame:
    frame: pl.DataFrame = facts.kept(("funds", place, month), lambda: subsidies.by_fund(facts.cubes, place, month))
    return frame


def _flows(facts: Facts, place: str, month: str) -> pl.DataFrame:
    frame: pl.DataFrame = facts.kept(("flows", place, month), lambda: subsidies.flows(facts.cubes, place, month))
    return frame


Valued = Callable[[Facts, Fact], float | None]


def _fund(column: str) -> Valued:
    def measured(facts: Facts, fact: Fact) -> float | None:
        frame = _funds(facts, fact.place, fact.month)
        kept = (frame.filter(pl.col("fund") == fact.detail) if fact.detail else frame)[column].drop_nulls()
        return float(kept.sum()) if kept.len() else None

    return measured


def _balance(facts: Facts, fact: Fact) -> float | None:
    budget, paid = _fund("budget")(facts, fact), _fund("paid")(facts, fact)
    return None if budget is None or paid is None else budget - paid


def _execution(facts: Facts, fact: Fact) -> float | None:
    budget, paid = _fund("budget")(facts, fact), _fund("paid")(facts, fact)
    return None if budget is None or budget < subsidies.least() or paid is None else 100 * paid / budget


def _lag(facts: Facts, fact: Fact) -> float | None:
    share = _execution(facts, fact)
    return None if share is None else share - subsidies.year_pace(fact.month)


def _kind(column: str) -> Valued:
    def measured(facts: Facts, fact: Fact) -> float | None:
        rows: list[dict[str, Any]] = _flows(facts, fact.place, fact.month).to_dicts()
        found = [row[column] for row in rows if str(row["kind"]) == fact.detail]
        return None if None in found else float(sum(found))

    return measured


MEASURES: Mapping[str, Measure] = {
    "fund_budget": Measure("年度预算", _fund("budget")),
    "fund_paid": Measure("本年支出", _fund("paid")),
    "fund_balance": Measure("结余", _balance),
    "fund_execution": Measure("执行率", _execution),
    "fund_lag": Measure("与时间进度之差", _lag),
    "kind_amount": Measure("补贴金额", _kind("amount")),
    "kind_person_times": Measure("补贴人次", _kind("person_times"), apart("subsidy")),
    "kind_payments": Measure("笔数", _kind("payments")),
    "year_pace": Measure("时间进度", lambda facts, fact: subsidies.year_pace(fact.month)),
}
MONEY = Part(
    "补贴资金",
    section,
    frozenset({"subsidy", "budget"}),
    findings,
    watch,
    MEASURES,
    indicators=("subsidy_paid", "budget", "budget_balance", "budget_execution", "subsidy_per_person_time"),
)
