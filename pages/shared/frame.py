"""What stands around every page: the first start's progress, the database's state, header, links, marks, styles."""

import html
import re
import time
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from charts import words
from charts.theme import TOKENS, Theme
from data_sources.health import Health
from data_sources.policy import NotPermitted
from data_sources.preparation import preparation
from data_sources.settings import SettingsError, settings
from geo import boundaries, colours
from indicators.catalogue import CatalogueError, catalogue
from indicators.options import ABOUT
from pages.shared import access, cached, identity, screen, search, state
from pages.shared.shell import PRODUCT

FOLDER: Final = Path(__file__).resolve().parent.parent
PAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "现状": {
        "overview": "总览",
        "talent_map": "人才地图",
        "place_profile": "区域画像",
        "compare": "对比",
    },
    "专题": {
        "clusters": "产业集群",
        "bases": "实训基地",
        "subsidies": "补贴资金",
        "supply_demand": "供需与流动",
        "evaluation": "评价激励",
    },
    "产出": {
        "briefing": "简报",
    },
    "数据": {
        "intake": "数据报送",
        "about_data": "指标与数据",
    },
}
OFFICE: Final[Mapping[str, str]] = {"readers": "使用者", "audit": "审计"}
"""Pages that only an administrator is led to; anyone else is told there whom to ask."""
OFFICES: Final = "管理"
NO_PAGE: Final = "没有这个页面"
_ASKED: Final = "asked-in-vain"
NOTICED: Final = 20
"""Seconds after which an open page looks whether the data have changed."""
TO_PAPER: Final = "invert(.95) hue-rotate(180deg) brightness(.85) contrast(1.6)"
"""Makes a picture of the dark theme one for white paper: its classes stay apart, and what is lettered on them reads."""
STYLES: Final = Path(__file__).with_name("styles.css")


def pages() -> Mapping[str, list[StreamlitPage]]:
    """Every page by group, the one that the address asks for in vain among them; the first page is the start page."""
    first = next(name for group in PAGES.values() for name in group)
    known = {
        group: [
            st.Page(FOLDER / name / "page.py", title=title, url_path=name, default=name == first)
            for name, title in named.items()
        ]
        for group, named in {**PAGES, OFFICES: OFFICE}.items()
    }
    return {**known, **_elsewhere({first, *(page.url_path for group in known.values() for page in group)})}


def _elsewhere(known: Collection[str]) -> Mapping[str, list[StreamlitPage]]:
    """A page for an address that is none of ours, so that the reader is told in his language; nothing for ours.

    The address is known on arrival only: what is done on that page afterwards names the page alone.
    """
    asked = unquote(urlsplit(st.context.url or "").path).rstrip("/").rpartition("/")[2]
    if asked and asked not in known:
        state.remember(_ASKED, asked)
    asked = state.remembered(_ASKED, "")
    return {"": [st.Page(_no_page, title=NO_PAGE, url_path=asked)]} if asked else {}


def _no_page() -> None:
    st.html(f'<h3 class="picture-title">{NO_PAGE}</h3>')
    st.info(f"请从上面的链接选择要看的内容。网址若是他人给的，请核对是否完整，或询问{settings().contact}。")


def ready() -> bool:
    """Whether a page can run: settings, catalogue and database are usable. Otherwise the page says what is missing."""
    st.html(_styles(screen.screen().theme))
    try:
        settings()
        catalogue()
        boundaries.use_file(settings().boundaries)
    except (SettingsError, CatalogueError, boundaries.UnusableFile) as error:
        _stopped(str(error))
        return False
    if preparation().needed:
        _prepare()
        return False
    health = _seen()
    try:
        cubes = cached.cubes()
    except NotPermitted as error:
        _closed(error)
        return False
    if cubes is None:
        _stopped(health.message, health.cure)
        _again(5)
        return False
    cached.warmed()
    stale = (
        ""
        if health.usable
        else f"{health.message}　下面显示的是此前读到的数据（{words.data_version(cubes.version)}）。"
    )
    state.begin(cubes, stale)
    return True


@cache
def _styles(theme: Theme) -> str:
    """Our styles over the theme's tokens as CSS variables, on paper those of the light theme: one element."""
    filtered = f":root{{--to-paper:{TO_PAPER if theme == 'dark' else 'none'}}}"
    on_paper = f"@media print{{{_tokens('light')}{filtered}}}"
    return f"<style>{_tokens(theme)}{on_paper}\n{STYLES.read_text(encoding='utf-8')}</style>"


def _tokens(theme: Theme) -> str:
    t = TOKENS[theme]
    named = {
        "line": t.line,
        "second-ground": t.second_ground,
        "primary": t.primary,
        "on-primary": colours.ink(t.primary),
        "accent": t.accent,
        "muted": t.muted,
        "ink": t.ink,
    }
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in named.items()) + "}"


def header(linked: Mapping[str, list[StreamlitPage]], current: StreamlitPage) -> None:
    """The product's name, the search, the links that keep the view, and the marks that every page bears."""
    run = state.run()
    named = {page.url_path or next(iter(PAGES["现状"])): page for group in linked.values() for page in group}
    search.head(PRODUCT, named)
    _links(linked, named, current)
    _signed_in()
    if run.stale:
        st.warning(run.stale)
    for notice in run.notices:
        st.warning(_literal(notice))
    if run.cubes.fewest_people:
        st.caption(words.few(run.cubes.fewest_people) + "。")
    screen.listen()
    _notice()


def _literal(text: str) -> str:
    """A text that quotes the reader, as it is: no mark in it is formatting, no link in it is a link."""
    return re.sub(r"[\\`*~\[\]<>$]", r"\\\g<0>", text)


@st.fragment(run_every=NOTICED)
def _notice() -> None:
    """Run the whole page again once the data have changed: an open page says the old no longer than that."""
    try:
        with identity.unused():
            same = cached.cubes() == state.run().cubes
    except NotPermitted:
        same = False
    if not same:
        st.rerun()


def _links(
    linked: Mapping[str, list[StreamlitPage]], named: Mapping[str, StreamlitPage], current: StreamlitPage
) -> None:
    """Every page by its name, in groups; the links keep the view. At the end this page's view as a document."""
    query = state.query_of(state.current())
    led = {group for group in linked if group and (group != OFFICES or access.administering())}
    with st.container(horizontal=True, gap="small", key="frame-links"):
        for group, inside in ((group, linked[group]) for group in linked if group in led):
            with st.container(horizontal=True, vertical_alignment="center", gap=None, width="content"):
                st.html(f'<span class="group">{group}</span>', width="content")
                for page in inside:
                    st.page_link(page, query_params=query)
        about = next((name for name in ABOUT.allowed if named[name].title == current.title), "")
        if about:
            with st.container(width="content", key="frame-document"):
                st.page_link(
                    named["briefing"],
                    label="本页简报",
                    icon=":material/description:",
                    help="把本页当前显示的内容写成 Word、PowerPoint、Excel",
                    query_params=state.query_of_document(about),
                )


def _seen() -> Health:
    """The database as it is now; says what is being waited for until it has been read for the first time."""
    if cached.seen():
        return cached.health()
    with st.spinner("正在读取数据库、汇总数据，首次约需十几秒……"):
        return cached.health()


def _closed(why: NotPermitted) -> None:
    """Nothing is shown, but why, and the way in."""
    _stopped(str(why), told=st.info if isinstance(why, access.SignInNeeded) else st.error)
    if isinstance(why, access.ForNow):
        _until_known()
    if not access.signing_in():
        return
    if isinstance(why, access.SignInNeeded) and settings().sign_in == "oidc":
        st.button("登录", type="primary", key="sign-in", on_click=st.login)
    elif settings().sign_in == "oidc":
        st.button("换一个账号登录", key="sign-out", on_click=access.sign_out)
    if state.remembered("shown-as", ""):
        st.button("结束以他人身份查看", key="as-oneself", on_click=access.look_as, args=("",))


@st.fragment(run_every=5)
def _until_known() -> None:
    """Run the whole page again as soon as who looks can be told again; whose rights are gone by then is told so."""
    try:
        cached.cubes()
    except NotPermitted as why:
        if isinstance(why, access.ForNow):
            return
    st.rerun()


def _signed_in() -> None:
    """Who is signed in, as whom, and the way out."""
    if not access.signing_in():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="frame-reader"):
        seen_as = access.shown_as()
        if seen_as:
            st.warning(f"正以“{seen_as}”的身份查看。")
            st.button("结束", key="as-oneself", on_click=access.look_as, args=("",))
        st.html(f'<span class="reader">{html.escape(access.signed_in().name)}</span>', width="content")
        if settings().sign_in == "oidc":
            st.button("退出", key="sign-out", type="tertiary", on_click=access.sign_out)


def _stopped(message: str, cure: str = "", *, told: Callable[[str], object] = st.error) -> None:
    st.html(f'<span class="product">{PRODUCT}</span>')
    told(message)
    if cure:
        st.markdown("处理办法：")
        st.code(cure, language="bash")


def _prepare() -> None:
    """The first start: begin the preparation and show how far it is, until the page can open."""
    st.html(f'<span class="product">{PRODUCT}</span>')
    work = preparation()
    work.start()
    st.subheader("首次启动：正在准备演示数据")
    st.caption(
        "内置数据库还不存在，正在生成与真实规划同等规模的演示数据（模拟）。完成后本页自动打开，以后启动不再需要这一步。"
    )
    bar, line = st.progress(0.0), st.empty()
    while not work.done:
        fraction, stage, elapsed = work.progress
        bar.progress(min(max(fraction, 0.0), 1.0))
        line.caption(f"{stage}　已用 {elapsed:.0f} 秒")
        time.sleep(0.5)
    if work.error:
        st.error(work.error)
        st.button("重试", on_click=work.retry)
        return
    st.rerun()


def _again(seconds: float) -> None:
    """Look again by itself: the page opens as soon as the database is back."""
    with st.spinner(f"每 {seconds:.0f} 秒自动重试"):
        time.sleep(seconds)
    st.rerun()
