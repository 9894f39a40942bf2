"""The parts of 审计."""

import datetime as dt
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import words
from charts.subject import Subject
from data_sources import audit, looking
from data_sources.audit import PAGE, Wanted
from data_sources.settings import settings
from data_sources.vocabulary import AUDIT_ACTIONS, DEPARTMENT_THEMES, ROLES
from geo import places
from indicators.options import AUDIT_ACTION, AUDIT_ACTOR, AUDIT_FIRST, AUDIT_LAST, AUDIT_PAGE, AUDIT_PLACE, Day
from pages.shared import controls, draw, state
from pages.shared.downloads import Table

SHORT: Final = 12
"""Digits of a hash that tell one row from another at a glance."""
FORMS = {
    "sequence": ColumnForm("序号", 0, 8),
    "time": ColumnForm("时间", None, 20),
    "actor": ColumnForm("账号", None, 24),
    "what": ColumnForm("操作", None, 14),
    "place": ColumnForm("涉及地区", None, 14),
    "detail": ColumnForm("内容", None, 80),
    "hash": ColumnForm(f"指纹（前{SHORT}位）", None, SHORT + 4),
}
EXACT: Final = {
    "hash": ColumnForm("指纹", None, 68),
    "exact": ColumnForm("内容（原文，指纹据此计算）", None, 80),
}
"""What the file has letter for letter: the whole hash, and what was recorded as it was."""
NAMED: Final = {"role": "角色", "theme": "主题", "exports": "可导出明细", "weighed": "已斟酌", "name": "姓名"}
CODED: Final = {"角色": ROLES, "主题": DEPARTMENT_THEMES}
FIRST: Final = ("操作", "内容", "标题", "文件", "数据表", "月份", "批次", "账号", "姓名", "行数", "筛选", "说明")
LAST: Final = ("网址", "文件指纹", "SHA-256")
"""What is told first of what was done, and what last."""
ANY = "全部"


def intact() -> None:
    """Whether the chain holds, when it is asked for: that reads every row."""
    looking.administering()
    if not st.button("核对记录是否被改动", key="audit-verify"):
        return
    found = audit.verify(settings().url)
    if found.findings:
        st.error("；".join(found.findings[:20]))
    else:
        st.success(f"{found.rows:,} 行记录首尾相接，没有被改动。最新指纹（请另处记下）：{found.newest}")


def wanted() -> Wanted:
    """Which rows, chosen above the list and kept in the URL."""
    with st.container(horizontal=True, key="audit-filters"):
        actor, action, place = state.option(AUDIT_ACTOR), state.option(AUDIT_ACTION), state.option(AUDIT_PLACE)
        st.text_input(
            AUDIT_ACTOR.label,
            max_chars=AUDIT_ACTOR.most,
            **state.widget("audit-actor", actor, lambda text: state.choose(AUDIT_ACTOR, text.strip())),
        )
        controls.menu(AUDIT_ACTION)
        st.selectbox(
            AUDIT_PLACE.label,
            ["", *AUDIT_PLACE.allowed()],
            format_func=lambda code: places.place(code).name if code else ANY,
            **state.widget("audit-place", place, lambda code: state.choose(AUDIT_PLACE, code)),
        )
        first, last = _day(AUDIT_FIRST), _day(AUDIT_LAST)
    return Wanted(actor, action, place, first, last)


def _day(wanted: Day) -> dt.date | None:
    text = state.option(wanted)
    shown = dt.date.fromisoformat(text) if text else None
    chosen = lambda day: state.choose(wanted, day.isoformat() if day else "")  # noqa: E731
    st.date_input(wanted.label, None, format="YYYY-MM-DD", **state.widget(f"option-{wanted.name}", shown, chosen))
    return shown


def entries(asked: Wanted) -> None:
    """One page of them, newest first; the file holds all."""
    page = controls.page(AUDIT_PAGE)
    url = settings().url
    found = audit.entries(url, asked, page=page)
    if found.is_empty():
        st.info("没有符合条件的记录。")
        return
    subject = Subject(
        f"审计记录（第 {page + 1} 页）", "审计记录", "登录、拒绝、查看明细、导出、报送、审核、权限变更，按时间倒序。", "见表头",
        words.month_name(f"{found['at'][0]:%Y-%m}"), _said(asked), f"本平台的审计记录，每页 {PAGE} 行", frozenset(),
    )  # fmt: skip
    whole = lambda: _table(audit.entries(url, asked, size=audit.MOST), EXACT)  # noqa: E731
    draw.data("审计记录", subject, lambda: _table(found), height=560, whole=whole)


def _table(found: pl.DataFrame, more: Mapping[str, ColumnForm] = MappingProxyType({})) -> Table:
    names = {p.code: p.name for p in places.places()}
    shown = found.with_columns(
        time=pl.col("at").dt.to_string("%Y-%m-%d %H:%M:%S"),
        what=pl.col("action").replace_strict(AUDIT_ACTIONS),
        place=pl.col("place_code").replace_strict(names, default=None, return_dtype=pl.String),
        hash="hash" if more else pl.col("hash").str.head(SHORT),
        exact="detail",
        detail=pl.Series([told(each) for each in found["detail"]], dtype=pl.String),
    )
    forms = {**FORMS, **more}
    return shown.select(list(forms)), forms


def told(detail: str) -> str:
    """What is recorded of one thing done, as a sentence would: what, of what, how many rows, the file's hash last."""
    held = {NAMED.get(name, name): value for name, value in json.loads(detail).items()}
    middle = [name for name in held if name not in (*FIRST, *LAST)]
    worded = {
        name: _worded(CODED.get(name, {}).get(held.get(name), held.get(name))) for name in (*FIRST, *middle, *LAST)
    }
    return "；".join(f"{name}：{text}" for name, text in worded.items() if text)


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_worded(each) for each in value)
    return "" if value is None else str(value)


def _said(asked: Wanted) -> str:
    parts = [
        f"账号：{asked.actor}" if asked.actor else "",
        f"操作：{AUDIT_ACTIONS[asked.action]}" if asked.action else "",
    ]
    parts.append(f"涉及地区：{places.place(asked.place_code).name}" if asked.place_code else "")
    parts += [f"从 {asked.first}" if asked.first else "", f"到 {asked.last}" if asked.last else ""]
    return "；".join(part for part in parts if part) or "全部"
