"""The parts of 补贴资金."""

import html

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import sentences, words
from charts import subsidies as figures
from charts.subject import Subject
from data_sources.vocabulary import FUNDS, SUBSIDY_KINDS
from geo import places
from indicators import measures, subsidies
from indicators.catalogue import catalogue
from pages.overview.parts import month
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

PAID = "subsidy_paid"
FUND_FORMS = {
    "name": ColumnForm("资金来源", None, 24),
    "budget": ColumnForm("年度预算（万元）", 1, 18),
    "paid": ColumnForm("本年已支出（万元）", 1, 18),
    "balance": ColumnForm("结余（万元）", 1, 14),
    "execution": ColumnForm("执行率（%）", 1, 12),
}
PLACE_FORMS = {
    "name": ColumnForm("地区", None, 16),
    "budget": ColumnForm("年度预算（万元）", 1, 18),
    "paid": ColumnForm("本年已支出（万元）", 1, 18),
    "balance": ColumnForm("结余（万元）", 1, 14),
    "execution": ColumnForm("执行率（%）", 1, 12),
    "cost": ColumnForm("人次均补贴（元）", 0, 16),
}


def overview() -> None:
    """One sentence with the sums of the chosen place, and what is missing from them."""
    here, funds = places.place(state.current().place), _funds()
    budget, paid = funds["budget"].sum() if funds["budget"].drop_nulls().len() else None, funds["paid"].sum()
    draw.titled(f"{here.name}补贴资金　{words.period(month(), 'year_to_date')}")
    wan, percent = figures.wan, lambda share: f"{words.number(share, 1)}%"
    said = sentences.spending(
        wan(paid), wan(budget) if budget else None, percent(100 * paid / budget if budget else None),
        percent(subsidies.year_pace(month())), wan(budget - paid if budget else None),
    )  # fmt: skip
    row = measures.history(_series(PAID), here.code).filter(pl.col("month") == month()).row(0, named=True)
    missing = sentences.completeness(row)
    note = f'<p class="note">{html.escape(missing)}。</p>' if missing else ""
    st.html(f'<p class="said" id="money">{html.escape("".join(said))}</p>{note}')


def execution(screen: Screen) -> None:
    """Each fund against its plan and the year's pace."""
    funds, pace = _funds(), subsidies.year_pace(month())
    judged = funds.filter(pl.col("execution").is_not_null())
    if judged.is_empty():
        st.info("没有报送年度预算，无法计算支出进度。")
        return
    behind = judged.filter(pl.col("execution") < pace).height
    draw.chart(
        "支出进度",
        _subject(f"{judged.height} 项资金中 {behind} 项支出慢于时间进度", "支出进度", "%"),
        screen,
        figure=lambda theme: figures.execution(funds, theme, pace=pace),
        table=lambda: _fund_table(funds),
    )


def rhythm(screen: Screen) -> None:
    """Payments by month, this year and last."""
    at, place = month(), state.current().place
    history = measures.history(cached.series(state.run().cubes, PAID, "month"), place)
    draw.chart(
        "支出节奏",
        _subject(f"{places.place(place).name}各月补贴支出", "支出节奏", "万元"),
        screen,
        figure=lambda theme: figures.rhythm(history, at, theme),
        table=lambda: (
            history.select("month", "value"),
            {"month": ColumnForm("月份", None, 10), "value": ColumnForm("补贴支出（万元）", 1, 18)},
        ),
    )


def flows(screen: Screen) -> None:
    """From fund to kind."""
    found = subsidies.flows(state.run().cubes, state.current().place, month())
    if found.is_empty():
        st.info("本年还没有补贴支出。")
        return
    name = places.place(state.current().place).name
    draw.chart(
        "资金流向",
        _subject(f"{name}本年补贴从资金来源到补贴类型的流向", "资金流向", "万元"),
        screen,
        figure=lambda theme: figures.sankey(found, theme),
        table=lambda: _flow_table(found),
    )


def by_place() -> None:
    """Every drawn place with plan, payments, balance, execution and cost, most paid first."""
    found = _places()
    subject = _subject(f"{sentences.scope(state.current())}补贴资金", "各地资金", "见表头")
    draw.data("各地资金", subject, lambda: (found, PLACE_FORMS), height=420 if found.height > 11 else "auto")


def _funds() -> pl.DataFrame:
    return subsidies.by_fund(state.run().cubes, state.current().place, month())


def _series(key: str) -> pl.DataFrame:
    return cached.series(state.run().cubes, key, catalogue()[key].windows[0])


def _places() -> pl.DataFrame:
    codes = state.current().drawn
    frame = pl.DataFrame({"place_code": list(codes)})
    kept = {"budget": "budget", PAID: "paid", "budget_execution": "execution", "subsidy_per_person_time": "cost"}
    for key, column in kept.items():
        now = _series(key).filter(pl.col("month") == month()).select("place_code", value="value")
        frame = frame.join(now.rename({"value": column}), on="place_code", how="left", maintain_order="left")
    named = frame.with_columns(
        name=pl.Series([places.place(code).name for code in codes]), balance=pl.col("budget") - pl.col("paid")
    )
    return named.sort("paid", "place_code", descending=[True, False], nulls_last=True).select(list(PLACE_FORMS))


def _fund_table(funds: pl.DataFrame) -> Table:
    amounts = [pl.col(column) / figures.PER_10K for column in ("budget", "paid", "balance")]
    named = funds.with_columns(*amounts, name=pl.col("fund").replace_strict(FUNDS, return_dtype=pl.String))
    return named.select(list(FUND_FORMS)), FUND_FORMS


def _flow_table(found: pl.DataFrame) -> Table:
    forms = {
        "fund": ColumnForm("资金来源", None, 24),
        "kind": ColumnForm("补贴类型", None, 20),
        "amount": ColumnForm("金额（万元）", 1, 16),
        "person_times": ColumnForm("补贴人次", 0, 12),
        "payments": ColumnForm("笔数", 0, 10),
    }
    named = found.with_columns(
        fund=pl.col("fund").replace_strict(FUNDS, return_dtype=pl.String),
        kind=pl.col("kind").cast(pl.String).replace_strict(SUBSIDY_KINDS, return_dtype=pl.String),
        amount=pl.col("amount") / figures.PER_10K,
    )
    return named.select(list(forms)), forms


def _subject(title: str, short: str, unit: str) -> Subject:
    return Subject(
        title, short, "本年累计支出与年度预算；只含已报送的月份，含企业自筹。", unit,
        words.period(month(), "year_to_date"), f"地区：{places.place(state.current().place).name}",
        "各地补贴发放报送、各地资金预算报送", frozenset({"subsidy", "budget"}),
    )  # fmt: skip
