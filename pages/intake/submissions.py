"""报送批次: what was filed and what became of it; approve, return, withdraw, bring back, each confirmed."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from charts.drawing import name_of
from data_sources import readers, reading, review
from data_sources.reading import PAGE, Filed
from data_sources.review import Actor, ImpossibleStep
from data_sources.settings import settings
from data_sources.vocabulary import PENDING, PROVENANCES, SUBMISSION_STATUSES
from geo import places
from indicators import measures
from indicators.options import FILED_TABLE, LISTED
from pages.intake import cached, choices
from pages.shared import draw, state
from pages.shared.screen import Screen

ALL = "全部"
STEPS: dict[str, tuple[str, Callable[..., int], bool, str]] = {
    "approve": ("审核通过", review.approve, False, "不再注明「待审核」。"),
    "return": ("退回", review.send_back, True, "不再计入任何数；报送单位看到原因，改正后重新报送。"),
    "withdraw": ("撤回", review.withdraw, True, "不再计入任何数；行仍保留，可以恢复。"),
    "restore": ("恢复", review.restore, False, "重新计入；替换它的批次不再计入。"),
}


def shown(screen: Screen) -> None:
    """The list, and what can be done with the chosen ones."""
    if done := state.remembered("stepped", ""):
        st.success(done)
        state.remember("stepped", "")
    labels = {"": ALL, **FILED_TABLE.allowed}
    left, right = st.columns([2, 1])
    table = left.selectbox("数据表", list(labels), format_func=lambda name: labels[name], key="listed-table")
    page = int(right.number_input("页", min_value=1, value=1, step=1, key="listed-page")) - 1
    found = reading.submissions(settings().url, _asked(str(table)), page=page)
    where = places.place(state.current().place).name
    draw.titled(f"{where}报送批次：{LISTED.allowed[state.option(LISTED)]}")
    if found.is_empty():
        st.info("没有符合条件的报送批次。")
        return
    _listed(found, labels)
    if cached.writable(state.run().cubes):
        _steps(found, labels)


def _asked(table: str) -> Filed:
    chosen = state.option(LISTED)
    here = state.current().place
    filed_at = () if here == places.PROVINCE else tuple(leaf[:6] for leaf in measures.members()[here])
    status = "" if chosen == "unreviewed" else chosen
    return Filed(table, "", status, filed_at, unreviewed=chosen == "unreviewed")


def _listed(found: pl.DataFrame, labels: dict[str, str]) -> None:
    waiting = (pl.col("provenance") == "official") & (pl.col("status") == "accepted") & ~pl.col("reviewed")
    status = pl.col("status").replace_strict(SUBMISSION_STATUSES)
    names = readers.names(settings().url, set(found["submitted_by"].drop_nulls()))
    st.dataframe(
        found.select(
            pl.col("id").alias("批次号"),
            pl.col("table_name").replace_strict(labels, default=pl.col("table_name")).alias("数据表"),
            pl.col("place_code").map_elements(name_of, return_dtype=pl.String).alias("报送地区"),
            pl.col("month").fill_null("—").alias("月份"),
            pl.col("row_count").alias("行数"),
            pl.when(waiting).then(status + f"，{PENDING}").otherwise(status).alias("状态"),
            pl.col("reason").fill_null("").alias("原因"),
            pl.col("received_at").alias("报送时间"),
            pl.col("department").alias("部门"),
            pl.col("submitted_by").replace(names).fill_null("—").alias("报送人"),
            pl.col("reviewed_by").fill_null("—").alias("审核人"),
            pl.col("file_name").fill_null("—").alias("文件"),
            pl.col("provenance").replace_strict(PROVENANCES).alias("性质"),
        ),
        hide_index=True,
        height=min(480, 35 * (found.height + 1) + 3),
        key="filed-submissions",
        column_config={
            "报送时间": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "原因": st.column_config.TextColumn(width=220),
            "文件": st.column_config.TextColumn(width=180),
        },
    )
    st.caption(f"新的在前，每页 {PAGE} 批。")


def _steps(found: pl.DataFrame, labels: dict[str, str]) -> None:
    rows = {row["id"]: row for row in found.iter_rows(named=True)}

    def told(number: int) -> str:
        row = rows[number]
        return f"{number}　{labels.get(row['table_name'], row['table_name'])}　{name_of(row['place_code'])}　{row['month'] or ''}"

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
            _confirm(chosen, str(step))


def _confirm(chosen: list[int], step: str) -> None:
    name, take, reasoned, effect = STEPS[step]
    left, right = st.columns(2)
    with right:
        at = choices.authority()
    if at is None:
        return
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
