"""The search in the header: what is found by name is gone to at once, or offered as links."""

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from charts import words
from geo import places
from indicators import options, search
from indicators import view as views
from indicators.catalogue import catalogue
from indicators.search import KINDS, Entry, Found, Kind
from indicators.view import View
from pages.shared import cached, failures, state

VACANCIES: Final = "vacancies"
WAYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "place": ("talent_map",),
    "indicator": ("talent_map",),
    "occupation": ("supply_demand", "talent_map"),
    "base": ("bases", "place_profile"),
    "organisation": ("place_profile",),
}
"""The pages that an entry of a kind leads to, by name; the first that there is."""
Linked = Mapping[str, StreamlitPage]
"""The pages by name."""


@st.fragment
def head(product: str, linked: Linked) -> None:
    """The first line of every page: product, the marks of the data, search; a search runs this line alone."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="frame-top"):
        st.html(f'<span class="product">{product}</span>', width="content")
        if state.run().cubes.simulated_tables:
            st.html(
                f'<span class="mark" title="本库含模拟记录，不得作为正式统计数据引用">{words.SIMULATED}</span>',
                width="content",
            )
        if waiting := state.run().cubes.unreviewed():
            st.html(
                f'<span class="mark" title="有 {waiting:,} 个批次上级尚未审核，数字可能变动">{words.PENDING}</span>',
                width="content",
            )
        asked = _asked()
    if asked:
        with failures.shown("搜索"):
            _answered(asked, linked)


def _asked() -> str:
    """What was searched for in this very run; a form, because leaving a field is no wish to go anywhere."""
    with (
        st.container(width=330, key="frame-search"),
        st.form("search", clear_on_submit=True, border=False),
        st.container(horizontal=True, gap="small", vertical_alignment="center"),
    ):
        text = st.text_input(
            "搜索", placeholder="地区、指标、职业、基地、企业", label_visibility="collapsed", max_chars=60
        )
        submitted = st.form_submit_button("搜索", help="可输入名称、名称的一部分、代码或拼音首字母，如 yhq")
    return text.strip() if submitted else ""


def _answered(asked: str, linked: Linked) -> None:
    run = state.run()
    with st.spinner("正在查找……"):
        found = search.search(cached.names(run.cubes, reachable=not run.stale), asked)
    if found.sure:
        page, query = _way(found.sure, linked)
        st.switch_page(page, query_params=query)
    with st.container(key="frame-hits"):
        st.html(f'<p class="note" role="status">{html.escape(_said(asked, found, stale=bool(run.stale)))}</p>')
        for entry in found.hits or found.near:
            page, query = _way(entry, linked)
            st.page_link(page, label=_label(entry), query_params=query)


def _said(asked: str, found: Found, *, stale: bool) -> str:
    missing = "数据库暂时连接不上，未查找基地和机构。" if stale else ""
    if found.total > len(found.hits):
        return (
            f"“{asked}”找到 {found.total} 项，下面是最接近的 {len(found.hits)} 项；多输入几个字可以缩小范围。{missing}"
        )
    if found.total:
        return f"“{asked}”找到 {found.total} 项。{missing}"
    near = "名称相近的有：" if found.near else "请换一个名称，或输入名称的一部分、拼音首字母。"
    return f"没有找到“{asked}”。{missing}{near}"


def _label(entry: Entry) -> str:
    """余杭区　:small[地区 · 杭州市]: names are data, so what Markdown would read in them is escaped."""
    lies = [KINDS[entry.kind], *([places.place(entry.place_code).name] if entry.place_code else [])]
    plain = "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!:$<>|~" else c for c in entry.name)
    return f"{plain}　:small[:gray[{' · '.join(lies)}]]"


def _way(entry: Entry, linked: Linked) -> tuple[StreamlitPage, dict[str, str]]:
    """Where an entry leads: the first page for its kind that there is, with the entry chosen where the page lets it."""
    page = next(linked[name] for name in WAYS[entry.kind] if name in linked)
    option = options.OPTIONS.get(entry.kind)
    chosen = {option.name: entry.code} if option and not option.refused(entry.code) else {}
    fitting = views.fitted(_there(entry, state.current()), catalogue(), state.run().cubes.months)
    return page, {**state.query_of(fitting), **chosen}


def _there(entry: Entry, view: View) -> View:
    """The view after going to an entry: the place itself or the one where it lies, the indicator, what is in demand."""
    if entry.kind == "indicator":
        return replace(view, indicator=entry.code)
    if entry.kind == "occupation":
        return replace(view, indicator=VACANCIES)
    code = entry.code if entry.kind == "place" else entry.place_code
    return view.at(code) if code else view
