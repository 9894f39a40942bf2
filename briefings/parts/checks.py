"""发放核查: how many payments the reader's rules name, by rule and by place. Single payments stay on the screen."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from briefings import cells
from briefings.document import Row, Section, Span, Table, Text
from briefings.facts import Facts
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, drawn
from charts import words
from data_sources.payment_rules import RULES
from geo import places
from indicators import payment_checks

NOTE: Final = "规则找出的发放需要人工核实，找出不等于违规；允许的值由使用者设定。个人记录不写入材料。"


def part(at: Scope, allowed: Mapping[str, int]) -> Part:
    """The part about the payments that these rules name."""
    return Part(
        "发放核查",
        lambda facts, *_: section(facts, at, allowed),
        frozenset({"subsidy", "certificate", "training"}),
        lambda facts, *_: [_said(facts, at, allowed)],
        indicators=("subsidy_paid",),
    )


def section(facts: Facts, at: Scope, allowed: Mapping[str, int]) -> Section:
    """By rule, then by place."""
    said = _said(facts, at, allowed)
    return Section("发放核查", said, (said, _rules(facts, at, allowed), _places(facts, at, allowed)))


def _depends(at: Scope, allowed: Mapping[str, int]) -> str:
    return f"{at.level}:{at.place}:{'~'.join(f'{key}={most}' for key, most in allowed.items())}"


def _number(
    facts: Facts, what: str, style: Style, at: Scope, allowed: Mapping[str, int], row: str = "", place: str = ""
) -> Number:
    detail = cells.detail(row, _depends(at, allowed))
    return facts.number(what, style, place=place or at.place, window="year_to_date", month=at.month, detail=detail)


def _said(facts: Facts, at: Scope, allowed: Mapping[str, int]) -> Text:
    name, period = places.place(at.place).name, words.period(at.month, "year_to_date")
    named = _number(facts, "check.payments", "count", at, allowed, payment_checks.ANY)
    if not named.value:
        return (f"{period}，按所用规则，{name}没有需要核实的发放。",)
    amount = _number(facts, "check.amount", "wan", at, allowed, payment_checks.ANY)
    return (f"{period}，按所用规则，{name}有 ", named, " 笔发放需要核实，涉及 ", amount, "。")


def _rules(facts: Facts, at: Scope, allowed: Mapping[str, int]) -> Table:
    columns: tuple[tuple[str, Style], ...] = (("payments", "count"), ("amount", "amount"), ("places", "count"))
    rows: list[Row] = []
    for key in (*(key for key in RULES if key in allowed), payment_checks.ANY):
        numbers: list[Span] = [_number(facts, f"check.{column}", style, at, allowed, key) for column, style in columns]
        title, unit = (
            (RULES[key].title, f"{allowed[key]} {RULES[key].unit}") if key in allowed else ("合计（去重）", "")
        )
        rows.append((title, unit, *numbers))
    title = f"各规则找出的发放（{words.period(at.month, 'year_to_date')}）"
    return Table(title, ("规则", "允许", "笔数（笔）", "金额（万元）", "报送单位（个）"), tuple(rows), NOTE)


def _places(facts: Facts, at: Scope, allowed: Mapping[str, int]) -> Table:
    keys = (payment_checks.ANY, *(key for key in RULES if key in allowed))
    counts = {
        code: _number(facts, f"checked.{payment_checks.ANY}", "count", at, allowed, place=code).value
        for code in at.drawn
    }
    order = sorted(counts, key=lambda code: (counts[code] is None, -(counts[code] or 0), code))
    rows: tuple[Row, ...] = tuple(
        (
            places.place(code).name,
            *(_number(facts, f"checked.{key}", "count", at, allowed, place=code) for key in keys),
            _number(facts, "checked.amount", "amount", at, allowed, place=code),
        )
        for code in order
    )
    header = ("地区", "待核查（笔）", *(f"{RULES[key].title}（笔）" for key in keys[1:]), "金额（万元）")
    title = f"各地待核查发放（{words.period(at.month, 'year_to_date')}）"
    return Table(title, header, rows, "有月份未报送的县没有数。")


def _found(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    pairs = (each.partition("=") for each in depends.split(":")[2].split("~") if each)
    return payment_checks.found(
        facts.cubes, {key: int(most) for key, _, most in pairs}, f"{fact.month[:4]}-01", fact.month
    )


def _by_rule(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    return payment_checks.by_rule(_found(facts, fact, depends), fact.place).rename({"rule": "row"})


def _by_place(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    level, around, _ = depends.split(":")
    codes = drawn(around, level)
    paid = facts.series(facts.cubes, "subsidy_paid", "year_to_date").filter(pl.col("month") == fact.month)
    unfiled = frozenset(paid.filter(pl.col("value").is_null())["place_code"]) & set(codes)
    return payment_checks.by_place(_found(facts, fact, depends), codes, unfiled).rename({"place_code": "row"})


MEASURES: Final = {
    **cells.measures("check", _by_rule, {"payments": "待核查笔数", "amount": "待核查金额", "places": "报送单位"}),
    **cells.measures(
        "checked",
        _by_place,
        {payment_checks.ANY: "待核查笔数", "amount": "待核查金额", **{key: rule.title for key, rule in RULES.items()}},
        of_places=True,
    ),
}
