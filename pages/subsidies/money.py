"""资金概况: plan, payments and balance by fund, what is paid for what to whom, month by month, place by place."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import sentences, words
from charts import subsidies as figures
from data_sources.vocabulary import FUNDS
from geo import places
from indicators import measures, subsidies
from indicators.catalogue import catalogue
from indicators.options import BREAKDOWN
from pages.overview.parts import month
from pages.shared import cached as shared
from pages.shared import controls, draw, failures, state
from pages.shared.caches import once
from pages.shared.downloads import Table
from pages.shared.screen import Screen
from pages.subsidies import cached
from pages.subsidies.subjects import DEFINITION, subject

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
    "passed_cost": ColumnForm("合格人次均补贴（元）", 0, 20),
    "certificate_cost": ColumnForm("证书均补贴（元/本）", 0, 18),
}
COSTS = (
    "人次均补贴＝全部补贴÷补贴人次；合格人次均补贴＝培训类补贴（职业培训、线上培训、项目制）÷同期培训考核合格人次；"
    "证书均补贴＝（职业培训补贴＋一试双证补贴）÷同期新发证书。三项都是本年累计之和相除，只用两边都已报送的月份；"
    "补贴一般晚于培训约两个月，同期相比，不逐人对应。"
)
REACHED = {
    "budget": "budget",
    PAID: "paid",
    "budget_balance": "balance",
    "budget_execution": "execution",
    "subsidy_per_person_time": "cost",
    "subsidy_per_passed": "passed_cost",
    "subsidy_per_certificate": "certificate_cost",
}
"""The indicators of a place's row, and its columns."""


def all_of_it(screen: Screen) -> None:
    """Every picture and table of this part of the page."""
    with failures.shown("资金概况"):
        overview()
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("支出进度"):
        execution(screen)
    with right, failures.shown("支出节奏"):
        rhythm(screen)
    with failures.shown("支出构成"):
        breakdown(screen)
    with failures.shown("资金流向"):
        flows(screen)
    with failures.shown("各地资金"):
        by_place()


def overview() -> None:
    """One sentence with the sums of the chosen place, and what is missing from them."""
    here, funds = places.place(state.current().place), _funds()
    budget, paid = funds["budget"].sum() if funds["budget"].drop_nulls().len() else None, funds["paid"].sum()
    draw.titled(f"{here.name}补贴资金　{words.period(month(), 'year_to_date')}")
    wan, percent = figures.wan, lambda share: f"{words.number(share, 1)}%"
    planned = budget is not None and budget >= subsidies.least()
    said = sentences.spending(
        wan(paid), None if budget is None else wan(budget), percent(100 * paid / budget if planned else None),
        percent(subsidies.year_pace(month())), figures.balance(budget - paid if planned else None), nothing=not planned,
    )  # fmt: skip
    row = measures.history(_series(PAID), here.code).filter(pl.col("month") == month()).row(0, named=True)
    if row["value"] is None and not paid:  # what was not filed is not a sum of zero
        said = (sentences.UNPAID,)
    missing = sentences.completeness(row)
    draw.said("".join(said), "money", note=f"{missing}。" if missing else "")


def execution(screen: Screen) -> None:
    """Each fund against its plan and the year's pace."""
    funds, pace = _funds(), subsidies.year_pace(month())
    judged = funds.filter(pl.col("execution").is_not_null())
    if judged.is_empty():
        st.info("没有年度预算，无法计算支出进度。")
        return
    behind = judged.filter(pl.col("execution") < pace).height
    draw.chart(
        "支出进度",
        subject(f"{judged.height} 项资金中 {behind} 项支出慢于时间进度", "支出进度", "%"),
        screen,
        figure=lambda theme: figures.execution(funds, theme, pace=pace),
        table=lambda: _fund_table(funds),
    )


def rhythm(screen: Screen) -> None:
    """Payments by month, this year and last."""
    at, place = month(), state.current().place
    history = measures.history(shared.series(state.run().cubes, PAID, "month"), place)
    draw.chart(
        "支出节奏",
        subject(f"{places.place(place).name}各月补贴支出", "支出节奏", "万元"),
        screen,
        figure=lambda theme: figures.rhythm(history, at, theme, narrow=screen.narrow),
        table=lambda: (
            history.select("month", "value"),
            {"month": ColumnForm("月份", None, 10), "value": ColumnForm("补贴支出（万元）", 1, 18)},
        ),
    )


def breakdown(screen: Screen) -> None:
    """What is paid, told apart by one thing of the reader's choice."""
    by = state.option(BREAKDOWN)
    found = cached.breakdown(state.run().cubes, state.current().place, month(), by)
    controls.option(BREAKDOWN)
    if found.is_empty():
        st.info(sentences.UNPAID)
        return
    first, what = found.row(0, named=True), BREAKDOWN.allowed[by]
    title = f"按{what}：{figures.names(by)[first['code']]}最多"
    title += f"，占 {words.number(first['share'], 1)}%" if first["share"] is not None else ""
    tables = frozenset({"subsidy", "organisation", "base"}) if by in ("payee", "base") else frozenset({"subsidy"})
    draw.chart(
        "支出构成",
        subject(title, f"{what}构成", "万元", chosen=f"构成：{what}", tables=tables),
        screen,
        figure=lambda theme: once(figures.breakdown, found, by, theme, narrow=screen.narrow),
        table=lambda: _breakdown_table(found, by),
    )


def flows(screen: Screen) -> None:
    """From fund to kind to cluster."""
    found, onward = cached.flows(state.run().cubes, state.current().place, month())
    if found.is_empty():
        st.info("本年没有可以画出流向的补贴支出。")
        return
    name, narrow = places.place(state.current().place).name, screen.narrow
    draw.chart(
        "资金流向",
        subject(f"{name}本年补贴从资金来源到补贴类型、再到产业集群的流向", "资金流向", "万元"),
        screen,
        figure=lambda theme: once(figures.sankey, found, onward, theme, narrow=narrow),
        table=lambda: _flow_table(found, onward),
    )


def by_place() -> None:
    """Every drawn place with plan, payments, balance, execution and cost, most paid first."""
    found = _places()
    about = subject(
        f"{sentences.scope(state.current())}补贴资金", "各地资金", "见表头", definition=f"{DEFINITION}{COSTS}",
        source="各地补贴发放报送、资金预算报送、培训报送、证书报送",
        tables=frozenset({"subsidy", "budget", "training", "certificate"}),
    )  # fmt: skip
    untold = {column: f"{column}_withheld" for column in REACHED.values()}
    draw.data("各地资金", about, lambda: remarked(found, PLACE_FORMS, untold))
    st.caption(COSTS)


def _funds() -> pl.DataFrame:
    return cached.funds(state.run().cubes, state.current().place, month())


def _series(key: str) -> pl.DataFrame:
    return shared.series(state.run().cubes, key, catalogue()[key].windows[0])


def _places() -> pl.DataFrame:
    codes = state.current().drawn
    frame = pl.DataFrame({"place_code": list(codes)})
    for key, column in REACHED.items():
        now = _series(key).filter(pl.col("month") == month())
        now = now.select("place_code", pl.col("value").alias(column), pl.col("withheld").alias(f"{column}_withheld"))
        frame = frame.join(now, on="place_code", how="left", maintain_order="left")
    named = frame.with_columns(name=pl.Series([places.place(code).name for code in codes]))
    return named.sort("paid", "place_code", descending=[True, False], nulls_last=True)


def _fund_table(funds: pl.DataFrame) -> Table:
    amounts = [pl.col(column) / figures.PER_10K for column in ("budget", "paid", "balance")]
    named = funds.with_columns(*amounts, name=pl.col("fund").replace_strict(FUNDS, return_dtype=pl.String))
    return named.select(list(FUND_FORMS)), FUND_FORMS


def _breakdown_table(found: pl.DataFrame, by: str) -> Table:
    forms = {
        "name": ColumnForm(BREAKDOWN.allowed[by], None, 22),
        "amount": ColumnForm("金额（万元）", 1, 16),
        "share": ColumnForm("占比（%）", 1, 10),
        "person_times": ColumnForm("补贴人次", 0, 12),
        "payments": ColumnForm("笔数", 0, 10),
        "cost": ColumnForm("人次均补贴（元）", 0, 16),
    }
    named = found.with_columns(
        name=pl.col("code").replace_strict(figures.names(by), return_dtype=pl.String),
        amount=pl.col("amount") / figures.PER_10K,
        cost=pl.when(pl.col("person_times") > 0).then(pl.col("amount") / 100 / pl.col("person_times")),
        closed=pl.col("person_times").is_null(),
    )
    return remarked(named, forms, dict.fromkeys(("person_times", "cost"), "closed"))


def _flow_table(found: pl.DataFrame, onward: pl.DataFrame) -> Table:
    forms = {
        "from": ColumnForm("从", None, 24),
        "to": ColumnForm("到", None, 24),
        "amount": ColumnForm("金额（万元）", 1, 16),
        "person_times": ColumnForm("补贴人次", 0, 12),
        "payments": ColumnForm("笔数", 0, 10),
    }
    steps = ((found, "fund", "kind", "kind"), (onward, "kind", "cluster_code", "cluster"))
    named = [
        frame.select(
            pl.col(one).replace_strict(figures.names(one), return_dtype=pl.String).alias("from"),
            pl.col(other).replace_strict(figures.names(by), return_dtype=pl.String).alias("to"),
            pl.col("amount") / figures.PER_10K, "person_times", "payments",
        )
        for frame, one, other, by in steps
    ]  # fmt: skip
    whole = pl.concat(named).with_columns(closed=pl.col("person_times").is_null())
    return remarked(whole, forms, {"person_times": "closed"})
