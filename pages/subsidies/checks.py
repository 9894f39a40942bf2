"""发放核查: how many payments each rule names, where, and which; rules can be switched off, what they allow moved."""

import html

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import sentences, words
from charts import subsidies as figures
from data_sources.payment_rules import RULES
from geo import places
from indicators import payment_checks
from indicators.options import ALLOWED, RULES_USED
from indicators.options import listed as codes_of
from pages.overview.parts import month
from pages.shared import cached as shared
from pages.shared import controls, draw, state
from pages.shared.downloads import Table
from pages.subsidies import cached, listed
from pages.subsidies.subjects import subject

TABLES = frozenset({"subsidy"})
SOURCE = "各地补贴发放报送"
NOTE = "按规则找出需要人工核实的发放，不等于违规。只判断填报了人员标识的发放；同一笔可能被几条规则同时找出，合计中只计一次。"


def thresholds() -> None:
    """Which rules are used, and how much each of those allows."""
    controls.option(RULES_USED)
    for key in codes_of(state.option(RULES_USED)):
        controls.option(ALLOWED[key])


def all_of_it() -> None:
    """The sum in one sentence, the rules, the places, the payments."""
    used = listed.allowed()
    if not used:
        st.info("没有启用任何规则。请在左侧“启用的规则”中选择。")
        return
    groups = cached.named(state.run().cubes, used, month())
    by_rule = payment_checks.by_rule(groups, state.current().place)
    _sentence(by_rule)
    _rules(by_rule, used)
    _places(used)
    listed.shown("待核查发放", rules=used)


def _sentence(by_rule: pl.DataFrame) -> None:
    here, month_name = places.place(state.current().place), words.period(month(), "year_to_date")
    whole = cached.breakdown(state.run().cubes, here.code, month(), "kind")["payments"].sum()
    named = by_rule.filter(rule=payment_checks.ANY).row(0, named=True)
    draw.titled(f"{here.name}补贴发放核查　{month_name}")
    said = f"本年已报送发放 {words.number(whole, 0)} 笔，其中待核查 {words.number(named['payments'], 0)} 笔"
    said += f"，涉及 {figures.wan(named['amount'])}、{named['places']} 个报送单位。" if named["payments"] else "。"
    draw.said(said, "checked", note=NOTE)


def _rules(by_rule: pl.DataFrame, used: listed.Allowed) -> None:
    about = subject("各规则找出的发放", "核查规则", "见表头", definition=NOTE, source=SOURCE, tables=TABLES)
    brief = lambda: _rule_table(by_rule, used)[0].drop("definition", "source")  # noqa: E731
    whole = lambda: _rule_table(by_rule, used)  # noqa: E731
    draw.data("核查规则", about, lambda: (brief(), whole()[1]), whole=whole)
    told = "".join(
        f"<li><b>{html.escape(RULES[key].title)}</b>：{html.escape(RULES[key].definition)}。"
        f"依据：{html.escape(RULES[key].source)}。</li>"
        for key, _ in used
    )
    st.html(f'<ul class="note">{told}</ul>')


def _places(used: listed.Allowed) -> None:
    view = state.current()
    paid = shared.series(state.run().cubes, "subsidy_paid", "year_to_date").filter(pl.col("month") == month())
    unfiled = frozenset(paid.filter(pl.col("value").is_null())["place_code"])
    found = cached.named_places(state.run().cubes, used, month(), view.drawn, unfiled & set(view.drawn))
    title = f"{sentences.scope(view)}待核查发放"
    about = subject(title, "各地核查", "笔", definition=f"{NOTE}有月份未报送的县没有数。", source=SOURCE, tables=TABLES)
    draw.data("各地核查", about, lambda: _place_table(found))


def _rule_table(by_rule: pl.DataFrame, used: listed.Allowed) -> Table:
    forms = {
        "title": ColumnForm("规则", None, 16),
        "payments": ColumnForm("笔数", 0, 10),
        "amount": ColumnForm("金额（万元）", 1, 14),
        "places": ColumnForm("报送单位（个）", 0, 14),
        "allowed": ColumnForm("允许", None, 10),
        "definition": ColumnForm("口径", None, 60),
        "source": ColumnForm("依据", None, 50),
    }
    most = dict(used)
    told = {
        key: (rule.title, f"{most[key]} {rule.unit}", rule.definition, rule.source)
        for key, rule in RULES.items()
        if key in most
    } | {payment_checks.ANY: ("合计（去重）", "", "", "")}
    columns = zip(*(told[rule] for rule in by_rule["rule"]), strict=True)
    texts = [
        pl.Series(name, column)
        for name, column in zip(("title", "allowed", "definition", "source"), columns, strict=True)
    ]
    frame = by_rule.with_columns(*texts, pl.col("amount") / figures.PER_10K)
    return frame.select(list(forms)), forms


def _place_table(found: pl.DataFrame) -> Table:
    rules = {key: ColumnForm(f"{rule.title}（笔）", 0, 18) for key, rule in RULES.items() if key in found.columns}
    forms = {
        "name": ColumnForm("地区", None, 16),
        payment_checks.ANY: ColumnForm("待核查（笔）", 0, 14),
        "amount": ColumnForm("金额（万元）", 1, 14),
        **rules,
    }
    frame = found.with_columns(
        name=pl.Series([places.place(code).name for code in found["place_code"]], dtype=pl.String),
        amount=pl.col("amount") / figures.PER_10K,
    )
    return frame.select(list(forms)), forms
