"""基地和使用: the bases on the map, the chosen one's card and months, and the list of all."""

import html
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import bases as figures
from charts import words
from charts.organisations import filed_at
from charts.subsidies import wan
from data_sources.settings import settings
from data_sources.vocabulary import BASE_KINDS
from indicators import bases
from indicators.options import BASE
from pages.bases import cached, common
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

DEFINITION = (
    "每个基地所选时期内的培训人次（不论由哪个地区报送）、补贴和工位。每工位人次＝培训人次÷工位数，没有工位的不计算。"
    "所在地在基地开放的任一月份缺报培训或补贴的，为缺报，不是零。"
)
SOURCE = "实训基地名录、各地培训报送、各地补贴报送"
TABLES = frozenset({"base", "training", "subsidy"})
FORMS = {
    "name": ColumnForm("基地", None, 34),
    "where": ColumnForm("地区", None, 16),
    "sort": ColumnForm("类型", None, 18),
    "seats": ColumnForm("工位（个）", 0, 10),
    "person_times": ColumnForm("培训（人次）", 0, 12),
    "use": ColumnForm("每工位（人次）", 2, 12),
    "paid": ColumnForm("补贴（万元）", 2, 12),
    "opened_month": ColumnForm("启用", None, 10),
    "state": ColumnForm("状态", None, 22),
    "base_code": ColumnForm("基地编号", None, 20),
}
MONTHS = {
    "month": ColumnForm("月份", None, 10),
    "person_times": ColumnForm("培训（人次）", 0, 12),
    "passed_person_times": ColumnForm("考核合格（人次）", 0, 14),
    "paid": ColumnForm("补贴（万元）", 2, 12),
}
SPOTS = {"inside": "", "missing": "没有位置", "outside": "位置在省外，待核实"}


def shown(screen: Screen) -> None:
    """All of it."""
    found = cached.listed(state.run().cubes, _asked())
    chosen = state.option(BASE)
    if found.is_empty():
        st.info(f"{common.here()}在{_period()}没有在用的实训基地（类型：{common.kinds_told()}）。")
    else:
        draw.said(_sum(found))
        choose(found)
    left, right = st.columns([3, 2], gap="medium") if chosen and found.height else (st.container(), st.container())
    with left:
        if found.height:
            _map(found, screen, share=0.6 if chosen else 1.0)
    with right:
        if chosen:
            _card(chosen, screen)
    if found.height:
        draw.data("基地名单", _subject(f"{common.here()}实训基地名单", "基地名单"), lambda: _listed(found),
                  on_row=lambda row: state.choose(BASE, found["base_code"][row]))  # fmt: skip
        st.caption("点一行或图上一个点，查看该基地。")


def choose(found: pl.DataFrame) -> None:
    """One base by name: the way in for the keyboard."""
    names = dict(found.select("base_code", "name").rows())
    chosen = state.option(BASE)
    codes = ["", *names, *([chosen] if chosen and chosen not in names else [])]
    with st.sidebar:
        st.selectbox(
            "基地",
            codes,
            format_func=lambda code: names.get(code, code) or "全部",
            **state.widget("base", chosen, lambda code: state.choose(BASE, code)),
        )


def _asked() -> cached.Asked:
    return common.window(), common.month(), state.current().place, common.kinds()


def _period() -> str:
    return words.period(common.month(), common.window())


def _sum(found: pl.DataFrame) -> str:
    sums = bases.totals(found)
    trained = "没有培训数" if sums["person_times"] is None else f"培训 {sums['person_times']:,} 人次"
    use = f"，每工位 {words.number(sums['use'], 2)} 人次" if sums["use"] is not None else ""
    paid = "" if sums["amount"] is None else f"，发放补贴 {wan(sums['amount'])}"
    missing = found.filter(pl.col("open"), pl.col("person_times").is_null()).height
    silent = f"其中 {missing} 个基地的所在地有月份缺报培训，未计入。" if missing else ""
    hidden = found.filter(~pl.col("open")).height
    silent += f"{hidden} 个基地的培训和补贴不对您开放，未计入。" if hidden else ""
    return (
        f"{common.here()}在用实训基地 {sums['bases']:,} 个、工位 {sums['seats']:,} 个；{_period()}{trained}{use}{paid}。"
        f"{silent}{common.left_out(found)}"
    )


def _map(found: pl.DataFrame, screen: Screen, *, share: float) -> None:
    cubes, asked, view, chosen = state.run().cubes, _asked(), state.current(), state.option(BASE)
    placed = found.filter(pl.col("spot") == "inside", ~pl.col("closed"))
    known = placed.filter(pl.col("use").is_not_null()).sort("use", "base_code", descending=[True, False])
    title = f"{common.here()}实训基地 {placed.height:,} 个"
    if known.height:
        title += f"：{known['name'][0]}使用最多（每工位 {words.number(known['use'][0], 2)} 人次）"
    subject = _subject(title, "基地分布", unit="人次/工位", approval=settings().approval_line)
    told = common.told(subject)
    draw.topic(
        "基地分布", subject, screen, share=share, height=common.tall(screen), table=lambda: _listed(found),
        picture=lambda theme: cached.picture(cubes, asked, view, theme, told, chosen),
        on_point=lambda code: state.choose(BASE, code),
    )  # fmt: skip
    st.caption("形状＝类型，大小＝工位，颜色＝每工位培训人次。")


def _card(code: str, screen: Screen) -> None:
    """The chosen base: what it is, what it did, whom it reaches, and its months."""
    register = cached.register(state.run().cubes).filter(base_code=code)
    if register.is_empty():
        st.info(f"没有编号为“{code}”的实训基地，可能已被退回或撤回。请从名单里另选。")
        return
    row = register.row(0, named=True)
    window, month, _, _ = _asked()
    here = cached.listed(state.run().cubes, (window, month, row["place_code"], ())).filter(base_code=code)
    facts = _facts(here.row(0, named=True)) if here.height else [f"{_period()}没有启用或已经停用"]
    lines = "".join(f'<div class="sub">{html.escape(fact)}</div>' for fact in [*_about(row), *facts])
    st.html(
        f'<div class="figure-card" id="base-card" style="height:auto"><div class="name">{html.escape(row["name"])}</div>'
        f'<div class="value">{row["seats"]:,}<small>个工位</small></div>{lines}</div>'
    )
    history = cached.history(state.run().cubes, code)
    if history.is_empty():
        return
    span = words.span(history["month"][0], history["month"][-1])
    subject = _subject(f"{row['name']}逐月培训人次", "逐月培训", unit="人次", period=span)
    draw.chart(
        "逐月培训",
        subject,
        screen,
        figure=lambda theme: figures.months(history, theme),
        table=lambda: _monthly(history),
    )


def _about(row: dict[str, Any]) -> list[str]:
    ended = f"，{words.month_name(row['closed_month'])}停用" if row["closed_month"] else ""
    return [
        f"{BASE_KINDS[row['kind']]}　{filed_at(row['place_code'])}　{row['base_code']}",
        f"{words.month_name(row['opened_month'])}启用{ended}",
    ]


def _facts(row: dict[str, Any]) -> list[str]:
    missing = "所在地有月份缺报" if row["open"] else "不对您开放"
    trained = missing if row["person_times"] is None else f"{row['person_times']:,} 人次"
    use = (
        "没有工位，不计算" if not row["seats"] else "—" if row["use"] is None else f"{words.number(row['use'], 2)} 人次"
    )
    paid = missing if row["amount"] is None else f"{wan(row['amount'])}（{row['payments']:,} 笔）"
    facts = [f"{_period()}培训：{trained}", f"每工位：{use}", f"补贴：{paid}"]
    way = common.way()
    people = cached.reached(state.run().cubes, common.month(), row["base_code"], way)
    if people is not None:
        facts.append(f"{way.minutes} 分钟内可到的常住人口：约 {words.number(people / 1e4, 1)} 万人（估算）")
    return [*facts, *filter(None, [SPOTS[row["spot"]]])]


def _listed(found: pl.DataFrame) -> Table:
    rows = found.to_dicts()
    texts = {
        "where": [filed_at(row["place_code"]) for row in rows],
        "sort": [BASE_KINDS[row["kind"]] for row in rows],
        "state": [_state(row) for row in rows],
    }
    named = found.with_columns(
        *(pl.Series(name, values, dtype=pl.String) for name, values in texts.items()), paid=pl.col("amount") / 1e6
    )
    return named.select(list(FORMS)), FORMS


def _state(row: dict[str, Any]) -> str:
    parts = [f"{row['closed_month']} 停用" if row["closed"] else "在用", SPOTS[row["spot"]]]
    parts.append("" if row["open"] else "培训和补贴不对您开放")
    return "；".join(filter(None, parts))


def _monthly(history: pl.DataFrame) -> Table:
    return history.with_columns(paid=pl.col("amount") / 1e6).select(list(MONTHS)), MONTHS


def _subject(title: str, short: str, unit: str = "见表头", period: str = "", approval: str = "") -> Any:
    """What single bases did is open by place, as rows of training are (see `data_sources.policy`)."""
    about = common.subject(
        title, short, DEFINITION, unit, period=period or _period(), source=SOURCE, tables=TABLES, approval=approval
    )
    return replace(about, detail="training")
