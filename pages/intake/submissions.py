"""报送批次: what was filed and what became of it; approve, return, withdraw, bring back, each confirmed."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from charts.drawing import name_of
from data_sources import reading, review
from data_sources.reading import Filed
from data_sources.review import Actor, ImpossibleStep
from data_sources.settings import settings
from geo import places
from indicators import measures
from indicators.options import LISTED
from pages.intake import cached, choices
from pages.shared import filed, state
from pages.shared.screen import Screen

STEPS: dict[str, tuple[str, Callable[..., int], bool, str]] = {
    "approve": ("审核通过", review.approve, False, "不再注明“待审核”。"),
    "return": ("退回", review.send_back, True, "不再计入任何数；报送单位看到原因，改正后重新报送。"),
    "withdraw": ("撤回", review.withdraw, True, "不再计入任何数；行仍保留，可以恢复。"),
    "restore": ("恢复", review.restore, False, "重新计入；替换它的批次不再计入。"),
}


def shown(screen: Screen) -> None:
    """The list, and what can be done with the chosen ones."""
    if done := state.remembered("stepped", ""):
        st.success(done)
        state.remember("stepped", "")
    table, page = filed.asked()
    wanted = _asked(table)
    found = reading.submissions(settings().url, wanted, page=page)
    where, standing = places.place(state.current().place).name, LISTED.allowed[state.option(LISTED)]
    chosen = f"地区：{where}；数据表：{filed.LABELS[table]}；状态：{standing}"
    filed.listed(f"{where}报送批次：{standing}", wanted, found, page, chosen=chosen)
    if found.height and cached.writable(state.run().cubes):
        _steps(found)


def _asked(table: str) -> Filed:
    chosen = state.option(LISTED)
    here = state.current().place
    filed_at = () if here == places.PROVINCE else tuple(leaf[:6] for leaf in measures.members()[here])
    status = "" if chosen == "unreviewed" else chosen
    return Filed(table, "", status, filed_at, unreviewed=chosen == "unreviewed")


def _steps(found: pl.DataFrame) -> None:
    authorities = choices.authorities()
    if not authorities:
        return
    rows = {row["id"]: row for row in found.iter_rows(named=True)}

    def told(number: int) -> str:
        row = rows[number]
        return f"{number}　{filed.LABELS.get(row['table_name'], row['table_name'])}　{name_of(row['place_code'])}　{row['month'] or ''}"

    with st.container(border=True, key="filing-steps"):
        chosen = st.multiselect(
            "要办理的批次",
            list(rows),
            format_func=told,
            placeholder="可选多个，一次办理",
            key=f"step-ids-{state.remembered('steps', 0)}",
        )
        step = st.segmented_control(
            "办理", list(STEPS), format_func=lambda name: STEPS[name][0], required=True, default="approve", key="step"
        )
        if chosen:
            _confirm(chosen, str(step), authorities)


def _confirm(chosen: list[int], step: str, authorities: list[str]) -> None:
    name, take, reasoned, effect = STEPS[step]
    left, right = st.columns(2)
    with right:
        at = st.selectbox("所在单位", authorities, format_func=lambda code: places.place(code).name, key="step-as")
    with left:
        clerk = choices.clerk("经办人")
    reason = st.text_input(f"{name}的原因", max_chars=300, key="step-reason") if reasoned else ""
    sure = st.checkbox(f"确认对 {len(chosen)} 个批次{name}：{effect}", key=f"step-sure-{step}-{len(chosen)}")
    ready = sure and clerk and (reason.strip() or not reasoned)
    if st.button(f"{name} {len(chosen)} 个批次", type="primary", disabled=not ready, key="step-go"):
        try:
            version = take(settings().url, chosen, Actor(clerk, at), *([reason] if reasoned else []))
        except ImpossibleStep as error:
            st.error(str(error))
            return
        state.remember("steps", int(state.remembered("steps", 0)) + 1)  # nothing is chosen any more
        state.remember(
            "stepped", f"批次 {'、'.join(map(str, chosen))} 已{name}，数据版本 v{version}。各页面一分钟内更新。"
        )
        st.rerun()
