"""The parts of 使用者: what is done is done by who looks, in this run, and on record."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts.subject import Subject
from data_sources import looking, policy, readers
from data_sources.policy import Grant, Reader, WrongGrant
from data_sources.readers import UnknownReader
from data_sources.settings import settings
from data_sources.vocabulary import DEPARTMENT_THEMES, ROLES
from geo import places
from pages.shared import access, draw, frame

FORMS = {
    "subject": ColumnForm("账号", None, 28),
    "name": ColumnForm("姓名或单位", None, 24),
    "state": ColumnForm("状态", None, 8),
    "role_name": ColumnForm("角色", None, 16),
    "place": ColumnForm("地区", None, 14),
    "theme_name": ColumnForm("主题", None, 10),
    "taking": ColumnForm("可导出明细", None, 12),
}


def listed() -> list[str]:
    """Every reader and grant; the accounts of those who may sign in."""
    known = readers.listed(settings().url)
    names = {p.code: p.name for p in places.places()}
    table = known.with_columns(
        state=pl.when("active").then(pl.lit("启用")).otherwise(pl.lit("停用")),
        role_name=pl.col("role").replace_strict(ROLES, default=None, return_dtype=pl.String),
        place=pl.col("place_code").replace_strict(names, default=None, return_dtype=pl.String),
        theme_name=pl.col("theme").replace_strict(DEPARTMENT_THEMES, default=None, return_dtype=pl.String),
        taking=pl.when("exports").then(pl.lit("是")).otherwise(pl.lit("否")),
    ).select(list(FORMS))
    number = known["subject"].n_unique()
    subject = Subject(
        f"{number} 个使用者", "使用者", "登记的账号和授权，一行一项授权。", "人", "现在", "全部", "本平台", frozenset()
    )
    draw.data("使用者", subject, lambda: (table, FORMS))
    for doubt in filter(None, map(policy.doubts, _readers(known))):
        st.warning(doubt)
    return known.filter("active")["subject"].unique().sort().to_list()


def _readers(known: pl.DataFrame) -> list[Reader]:
    """Those who may sign in, with their grants."""
    granted: dict[str, set[Grant]] = {}
    names = dict(known.select("subject", "name").iter_rows())
    for row in known.filter(pl.col("active") & pl.col("role").is_not_null()).iter_rows(named=True):
        given = Grant(row["role"], row["place_code"], row["theme"], bool(row["exports"]))
        granted.setdefault(row["subject"], set()).add(given)
    return [Reader(subject, names[subject], frozenset(grants)) for subject, grants in granted.items()]


def registering() -> None:
    """Register someone; nothing is granted by it."""
    draw.titled("登记或重新启用")
    with st.form("reader-add", clear_on_submit=True), st.container(horizontal=True, vertical_alignment="bottom"):
        subject = st.text_input("账号", max_chars=200)
        name = st.text_input("姓名或单位", max_chars=60)
        if st.form_submit_button("登记"):
            _done(lambda: readers.add(settings().url, looking.current(), subject.strip(), name))


def granting(known: list[str]) -> None:
    """Grant, revoke, remove."""
    draw.titled("授权、收回、停用")
    if not known:
        st.info("还没有登记使用者。")
        return
    with st.form("reader-grant"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            subject = st.selectbox("账号", known, key="grant-subject")
            role = st.selectbox("角色", list(ROLES), format_func=lambda r: ROLES[r], key="grant-role")
            codes = [p.code for p in places.places()]
            place = st.selectbox("地区", codes, format_func=lambda c: places.place(c).name, key="grant-place")
            themes = list(DEPARTMENT_THEMES)
            theme = st.selectbox(
                "主题（部门用户）", themes, format_func=lambda t: DEPARTMENT_THEMES[t], key="grant-theme"
            )
            exports = st.checkbox("可导出明细", key="grant-exports")
            weighed = st.checkbox("已斟酌", key="grant-weighed", help="使其可能推算出别处不足门槛的人数也授予")
        given, url = Grant(role, place, theme, exports), settings().url
        with st.container(horizontal=True):
            if st.form_submit_button("授权", type="primary"):
                _done(lambda: readers.grant(url, looking.current(), subject, given, weighed=weighed))
            if st.form_submit_button("收回"):
                _done(lambda: readers.revoke(url, looking.current(), subject, given))
            if st.form_submit_button("停用该账号"):
                _done(lambda: readers.remove(url, looking.current(), subject))


def looking_as(known: list[str]) -> None:
    """See exactly what another reader sees."""
    draw.titled("以他人身份查看")
    st.caption("此后所见与该使用者完全相同，直到点页首的“结束”。操作记在您自己名下。")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        others = [subject for subject in known if subject != looking.current().subject]
        subject = st.selectbox("账号", others, key="look-as")
        if st.button("以其身份查看", key="look-as-begin", disabled=not others):
            access.look_as(subject)
            st.switch_page(frame.pages()["现状"][0])  # this page is closed to most of them


def _done(change: Callable[[], None]) -> None:
    try:
        change()
    except (WrongGrant, UnknownReader) as error:
        st.error(str(error))
    else:
        st.rerun()
