"""The enterprises of the chosen clusters in one place: on the map by role, and in a list."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import organisations as figures
from data_sources.reading import MOST_ORGANISATIONS
from data_sources.settings import settings
from data_sources.vocabulary import ORGANISATION_ROLES
from pages.clusters import about, cached
from pages.shared import cached as shared
from pages.shared import draw, state
from pages.shared.caches import once
from pages.shared.screen import Screen

FORMS = {
    "name": ColumnForm("企业或机构", None, 34),
    "roles": ColumnForm("角色", None, 28),
    "where": ColumnForm("地区", None, 14),
    "cluster": ColumnForm("产业集群", None, 18),
    "sort": ColumnForm("类型", None, 12),
}
DEFINITION = "机构名录中归入所选集群的企业和机构，颜色为角色，一家有几个角色的按最重要的着色。名录只有现状。"


def shown(screen: Screen) -> None:
    """The map; those who have a role first in the list beside it."""
    run, view = state.run(), state.current()
    if run.stale:
        st.caption("数据库暂时连接不上，企业名录未显示。")
        return
    found = shared.organisations(run.cubes, view.place, clusters=about.chosen())
    if found.is_empty():
        draw.titled(f"{about.here()}{about.named()}企业")
        st.info(f"{about.here()}的机构名录里没有归入“{about.named()}”的企业和机构。")
        return
    title = f"{about.here()}{about.named()}企业和机构 {_number():,} 家{_with_roles(found)}"
    subject = about.subject(title, "集群企业", definition=DEFINITION, unit="家", period="名录现状", source="机构名录",
                            tables=frozenset({"organisation"}), approval=settings().approval_line, detail="organisation")  # fmt: skip
    lines, simulated = draw.caption(subject), run.cubes.simulated(subject.tables)
    table = once(figures.listed, found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw.topic(
            "企业分布", subject, screen, share=0.6, height=460, table=lambda: (table, FORMS),
            picture=lambda theme: once(
                figures.picture, found, view, theme, by="role", title=subject.title, caption=lines, simulated=simulated
            ),
        )  # fmt: skip
    with right:
        cut = f"（前 {MOST_ORGANISATIONS:,} 家）" if found.height >= MOST_ORGANISATIONS else ""
        named = about.subject(f"企业和机构名单{cut}", "企业名单", definition=DEFINITION, unit="见表头", period="名录现状",
                              source="机构名录", tables=subject.tables, detail=subject.detail)  # fmt: skip
        draw.data("企业名单", named, lambda: (table, FORMS), height=460)


def _number() -> int:
    """How many there are, by the cube: the list may be cut."""
    found = cached.registered(state.run().cubes, (state.current().place,), about.chosen())
    return int(found["organisations"].fill_null(0)[0])


def _with_roles(found: pl.DataFrame) -> str:
    """How many of the listed have each role, in words."""
    counts = {label: found[role].sum() for role, label in ORGANISATION_ROLES.items()}
    told = "、".join(f"{label} {n} 家" for label, n in counts.items() if n)
    return f"，其中{told}" if told else ""
