"""逐笔发放: single payments by place, fund and kind, a page at a time, those that a rule names marked; no person's key."""

from dataclasses import replace

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import subsidies as figures
from charts import words
from data_sources import payments as lists
from data_sources import reference
from data_sources.payment_rules import RULES
from data_sources.payments import Asked
from data_sources.settings import settings
from data_sources.vocabulary import FUNDS, LEVELS, SUBSIDY_KINDS
from geo import places
from indicators import measures
from indicators.options import ALLOWED, FLAGGED, PAID_FUND, PAID_KIND, PAID_PAGE, RULES_USED
from indicators.options import listed as codes_of
from pages.overview.parts import month
from pages.shared import controls, draw, state
from pages.shared.downloads import Table
from pages.subsidies import cached
from pages.subsidies.subjects import subject

FORMS = {
    "paid": ColumnForm("发放日期", None, 12),
    "place": ColumnForm("地区", None, 16),
    "reasons": ColumnForm("核查", None, 26),
    "submission_id": ColumnForm("报送批次", None, 10),
    "row_number": ColumnForm("行号", None, 8),
    "payee": ColumnForm("发放对象", None, 26),
    "kind": ColumnForm("补贴类型", None, 18),
    "amount": ColumnForm("金额（元）", 2, 14),
    "person_times": ColumnForm("人次", 0, 8),
    "occupation": ColumnForm("职业", None, 24),
    "level": ColumnForm("等级", None, 12),
    "course_ended": ColumnForm("课程结束", None, 12),
    "certified": ColumnForm("证书日期", None, 12),
    "fund": ColumnForm("资金来源", None, 20),
    "cluster": ColumnForm("产业集群", None, 18),
}
OWN = "本级"
"""What is added to a prefecture's name where it files for no county."""
NOTE = "个人只显示固定的代号，不显示身份信息，也不能由代号推出本人。“核查”列为按所启用规则需要人工核实的，不等于违规。"
Allowed = tuple[tuple[str, int], ...]


def filters() -> None:
    """Fund, kind, and whether only what a rule names."""
    for choice in (PAID_FUND, PAID_KIND, FLAGGED):
        controls.menu(choice)


def allowed() -> Allowed:
    """The rules that the reader uses, and what each allows."""
    return tuple((key, int(state.option(ALLOWED[key]))) for key in codes_of(state.option(RULES_USED)))


def payments() -> None:
    """The payments that the reader asked for."""
    only = state.option(FLAGGED) == "1"
    shown("逐笔发放", fund=state.option(PAID_FUND), kind=state.option(PAID_KIND), rules=allowed() if only else None)


def shown(name: str, *, fund: str = "", kind: str = "", rules: Allowed | None) -> None:
    """One page of payments of the chosen place and year: all of them, or those that one of `rules` names."""
    if state.run().stale:
        st.info("数据库暂时连接不上，逐笔数据不能显示。")
        return
    asked = Asked(_filed_at(), f"{month()[:4]}-01", month(), fund, kind, rules or ())
    number = 0 if rules == () else _counted(fund, kind, rules)
    if not number:
        st.info("没有符合条件的发放记录。")
        return
    pages = -(-number // lists.PAGE)
    page = min(int(state.option(PAID_PAGE)), pages)
    used = allowed()
    rows = cached.payments(state.run().cubes, asked, page - 1)
    what = "待核查发放" if rules else "发放"
    title = f"{places.place(state.current().place).name}本年{what} {words.number(number, 0)} 笔"
    title += f"（第 {page}／{pages} 页）" if pages > 1 else ""
    about = subject(title, name, "见表头", definition=NOTE, chosen=_chosen(fund, kind, rules), source="各地补贴发放报送",
                    tables=frozenset({"subsidy", "organisation"}))  # fmt: skip
    url = settings().url
    whole = lambda: _table(lists.payments(url, asked, size=lists.MOST), used)  # noqa: E731
    about = replace(about, detail="subsidy")
    draw.data(name, about, lambda: _table(rows, used), height=560, whole=whole)
    _pager(page, pages)
    more = f"导出含前 {lists.MOST:,} 笔。" if number > lists.MOST else "导出含全部各页。"
    st.caption(f"{NOTE}{more}")


def _pager(page: int, pages: int) -> None:
    if pages < 2:
        return
    with st.container(horizontal=True, key="pager"):
        for label, to in (("上一页", page - 1), ("下一页", page + 1)):
            st.button(label, key=f"pager-{label}", disabled=not 1 <= to <= pages, on_click=_turn, args=(to,))


def _turn(to: int) -> None:
    state.choose(PAID_PAGE, str(to))


def _filed_at() -> tuple[str, ...]:
    """The places whose rows are listed, as they file: the one spot where what a reader may not see is to be left out."""
    return measures.filed_at(state.current().place)


def _counted(fund: str, kind: str, rules: Allowed | None) -> int:
    """How many payments there are, from the cubes."""
    cubes, leaves = state.run().cubes, list(measures.members()[state.current().place])
    if rules is None:
        text = pl.col("month").cast(pl.String)
        inside = cubes.frames["subsidy"].filter(text.is_between(pl.lit(f"{month()[:4]}-01"), pl.lit(month())))
    else:
        inside = cached.named(cubes, rules, month())
    wanted = [pl.col(name).cast(pl.String) == code for name, code in (("fund", fund), ("kind", kind)) if code]
    return int(inside.filter(pl.col("place_code").cast(pl.String).is_in(leaves), *wanted)["payments"].sum())


def _filers() -> dict[str, str]:
    """The name of each place as it files: 杭州市本级, 余杭区."""
    return {p.code: p.name + OWN if p.level == "prefecture" else p.name for p in places.places()}


def _chosen(fund: str, kind: str, rules: Allowed | None) -> str:
    parts = [f"资金来源：{FUNDS[fund]}" if fund else "", f"补贴类型：{SUBSIDY_KINDS[kind]}" if kind else ""]
    parts += [f"{RULES[key].title}：允许 {most} {RULES[key].unit}" for key, most in rules or ()]
    return "；".join(part for part in parts if part)


def _table(rows: pl.DataFrame, used: Allowed) -> Table:
    named = {"kind": SUBSIDY_KINDS, "fund": FUNDS, "level": LEVELS}
    person = pl.format("个人 {}", "person")
    reasons = [pl.when(pl.col(key) > most).then(pl.lit(RULES[key].title)) for key, most in used]
    frame = rows.with_columns(
        *(pl.col(column).replace_strict(words_of, return_dtype=pl.String) for column, words_of in named.items()),
        *(pl.col(day).dt.to_string("%Y-%m-%d") for day in ("paid", "course_ended", "certified")),
        place=pl.col("place_code").replace_strict(_filers(), return_dtype=pl.String),
        cluster=pl.col("cluster_code").replace_strict(figures.names("cluster"), return_dtype=pl.String),
        occupation=pl.col("occupation_code").replace_strict(reference.occupations(), return_dtype=pl.String),
        amount=pl.col("amount") / 100,
        payee=pl.coalesce("payee", person),
        reasons=pl.concat_str(reasons, separator="、", ignore_nulls=True) if reasons else pl.lit(""),
    )
    return frame.select(list(FORMS)), FORMS
