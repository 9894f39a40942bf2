"""调剂测算: a provincial pool spread over the places that are drawn, exact to the fen, with what each factor gave."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from briefings import cells, narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, drawn
from charts import words
from charts.transfer import ADJUSTMENT
from geo import places
from indicators import transfer
from indicators.transfer import FACTORS, Impossible, Terms

SHOWN: Final = 15
WAN: Final = 1_000_000
"""Fen in 万元."""


def part(at: Scope, terms: Terms) -> Part:
    """The part about these terms."""
    return Part(
        "调剂测算",
        lambda facts, *_: section(facts, at, terms),
        frozenset({"training", "subsidy", "budget", "vacancy", "target"}),
        lambda facts, *_: [_said(facts, at, terms)],
        indicators=("training_completion", "budget_balance", "vacancies"),
    )


def section(facts: Facts, at: Scope, terms: Terms) -> Section:
    """Who gets most, all amounts and what each factor gave; the reason where the terms cannot be met."""
    said = _said(facts, at, terms)
    order = _order(facts, at, terms)
    blocks: list[Block] = [said, *([_chart(facts, at, terms, order)] if order else [])]
    return Section("调剂测算", said, tuple(blocks))


def depends(level: str, around: str, terms: Terms) -> str:
    """The terms, the level and the place around which it is drawn, as text of a fact."""
    weights = "~".join(f"{key}={weight}" for key, weight in terms.weights.items())
    return f"{level}:{around}:{terms.pool}:{terms.floor}:{terms.cap}:{weights}"


def _number(facts: Facts, column: str, at: Scope, terms: Terms, code: str, style: Style = "amount") -> Number:
    detail = cells.detail(code, depends(at.level, at.place, terms))
    return facts.number(f"transfer.{column}", style, place=code, window="year_to_date", month=at.month, detail=detail)


def _order(facts: Facts, at: Scope, terms: Terms) -> list[str]:
    """The places that get something, most first; none where the terms cannot be met."""
    try:
        amounts = {code: _number(facts, "amount", at, terms, code).value for code in at.drawn}
    except Impossible:
        return []
    return sorted((c for c in amounts if amounts[c] is not None), key=lambda c: (-(amounts[c] or 0), c))


def _said(facts: Facts, at: Scope, terms: Terms) -> Text:
    try:
        amounts = [
            (places.place(c).name, _number(facts, "amount", at, terms, c, "wan"))
            for c in _order(facts, at, terms) or at.drawn
        ]
    except Impossible as told:
        return (str(told),)
    known = [pair for pair in amounts if pair[1].known]
    missing = [name for name, amount in amounts if not amount.known]
    left_out: Text = (f"缺数或数不公开而未参与的有{'、'.join(missing)}。",) if missing else ()
    return narrative.joined(narrative.spread(f"{len(known)} 个参与测算的地区", "分得的资金", known), left_out)


def _chart(facts: Facts, at: Scope, terms: Terms, order: list[str]) -> Chart:
    titles: Mapping[str, str] = {key: factor.title for key, factor in FACTORS.items()} | {"adjustment": ADJUSTMENT}
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(_number(facts, column, at, terms, code) for column in ("amount", *titles)))
        for code in order
    )
    weights = "、".join(f"{FACTORS[key].title} {weight}" for key, weight in terms.weights.items())
    note = (
        f"调剂资金 {words.number(terms.pool / WAN, 0)} 万元；权重：{weights}；每地保底 {words.number(terms.floor / WAN, 0)} 万元；"
        f"封顶 {words.number(terms.cap / WAN, 0)} 万元（0为不封顶）。缺数的地区不参与测算，市本级不参与。"
    )
    title = f"调剂测算：各地分得的资金（{words.period(at.month, 'year_to_date')}）"
    table = Table(
        f"{title}（数据）", ("地区", "分得（万元）", *(f"{name}（万元）" for name in titles.values())), rows, note
    )
    shown = order[:SHOWN]
    numbers = tuple(_number(facts, "amount", at, terms, code) for code in shown)
    return Chart(title, "bar", "万元", tuple(places.place(c).name for c in shown), (Series("分得", numbers),), table)


def _spread(facts: Facts, fact: Fact, told: str) -> pl.DataFrame:
    level, around, pool, floor, cap, weights = told.split(":")
    codes = drawn(around, level)
    found = transfer.spread(
        transfer.scores(facts.cubes, codes, fact.month),
        Terms(
            int(pool),
            {key: int(w) for key, _, w in (each.partition("=") for each in weights.split("~"))},
            int(floor),
            int(cap),
        ),
    )
    return found.rename({"place_code": "row"})


def _untold(facts: Facts, fact: Fact) -> bool:
    level, around, *_ = fact.detail.partition(cells.SEPARATOR)[0].split(":")
    codes = drawn(around, level)
    return fact.place in facts.kept(
        ("transfer-untold", codes, fact.month), lambda: transfer.untold(facts.cubes, codes, fact.month)
    )


MEASURES: Final = cells.measures(
    "transfer",
    _spread,
    {"amount": "分得资金", "adjustment": ADJUSTMENT, **{key: f.title for key, f in FACTORS.items()}},
    of_places=True,
    withheld=_untold,
)
