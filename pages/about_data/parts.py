"""The parts of 指标与数据: catalogue, versions, submissions, data dictionary."""

import html
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from charts import words
from charts.drawing import name_of
from data_sources import tables
from data_sources.reading import PAGE
from data_sources.vocabulary import PROVENANCES, SUBMISSION_STATUSES
from indicators.catalogue import KINDS, THEMES, WINDOWS, Indicator, catalogue
from indicators.view import View, fitted
from pages.shared import cached, draw, state

ALL = "全部"


def catalogue_table() -> None:
    """Every indicator with definition, unit, source, owner and the plan's measures that it serves; its name opens it."""
    theme = st.segmented_control("主题", [ALL, *THEMES], default=ALL, required=True, key="about-theme")
    shown = [i for i in catalogue().values() if theme in (ALL, i.theme)]
    draw.titled(f"{len(shown)} 项指标")
    headers = ("指标", "口径", "单位", "类别", "时期", "规划举措", "责任处室", "更新", "来源")
    head = "".join(f"<th>{header}</th>" for header in headers)
    st.html(
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_catalogue_row(i) for i in shown)}</tbody></table></div>"
    )
    st.caption("核对任何一个数：python -m indicators value 指标代码 --level prefecture --period 2026-10")


def _catalogue_row(indicator: Indicator) -> str:
    view = fitted(View(indicator.key, indicator.windows[0], ""), catalogue(), state.run().cubes.months)
    address = html.escape(f"/talent_map?{urlencode(state.query_of(view))}")
    updated = f"{indicator.frequency}，下次 {indicator.next_update}" if indicator.next_update else indicator.frequency
    cells = (
        ("", indicator.definition),
        ("short", indicator.unit),
        ("short", KINDS[indicator.kind]),
        ("", "、".join(WINDOWS[w] for w in indicator.windows)),
        ("short", "、".join(str(m) for m in indicator.plan_measures) or "—"),
        ("", indicator.owner),
        ("", updated),
        ("", indicator.source),
    )
    name = f'<a href="{address}" target="_self">{html.escape(indicator.title)}</a><br><code>{indicator.key}</code>'
    written = "".join(f'<td class="{kind}">{html.escape(text)}</td>' for kind, text in cells)
    return f"<tr><td>{name}</td>{written}</tr>"


def versions() -> None:
    """The changelog of the data: one row a data version."""
    cubes = state.run().cubes
    draw.titled(f"当前数据版本 {words.data_version(cubes.version)}")
    found = cached.versions(cubes)
    st.dataframe(
        found.select(
            pl.format("v{}", "data_version").alias("数据版本"),
            pl.col("received_at").alias("最后报送时间"),
            pl.col("submissions").alias("批次"),
            pl.col("rows").alias("行数"),
        ),
        hide_index=True,
        height=420,
        key="versions",
        column_config={"最后报送时间": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
    )


def submissions() -> None:
    """Submissions, newest first, a page at a time."""
    labels = {"": ALL, **{str(m.__tablename__): str(m.label) for m in tables.FACT_TABLES}}
    left, right = st.columns([2, 1])
    table_name = left.selectbox("数据表", list(labels), format_func=lambda t: labels[t], key="about-table")
    page = int(right.number_input("页", min_value=1, value=1, step=1, key="about-page")) - 1
    found = cached.submissions(state.run().cubes, page, table_name or None)
    if found.is_empty():
        st.info("没有符合条件的报送批次。")
        return
    st.dataframe(
        found.select(
            pl.col("id").alias("批次号"),
            pl.col("table_name").replace_strict(labels, default=pl.col("table_name")).alias("数据表"),
            pl.col("place_code").map_elements(name_of, return_dtype=pl.String).alias("报送地区"),
            pl.col("month").fill_null("—").alias("月份"),
            pl.col("department").alias("部门"),
            pl.col("row_count").alias("行数"),
            pl.col("status").replace_strict(SUBMISSION_STATUSES, default=pl.col("status")).alias("状态"),
            pl.col("provenance").replace_strict(PROVENANCES, default=pl.col("provenance")).alias("性质"),
            pl.col("received_at").alias("报送时间"),
            pl.format("v{}", "data_version").alias("数据版本"),
        ),
        hide_index=True,
        height=480,
        key="submissions",
        column_config={"报送时间": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
    )
    st.caption(f"每页 {PAGE} 批，第 {page + 1} 页。")


def dictionary() -> None:
    """Every column of every table as it is declared: label, type, unit, permitted values."""
    labels = {name: f"{model.label}（{name}）" for name, model in tables.TABLES.items()}  # type: ignore[attr-defined]
    chosen = st.selectbox("数据表", list(labels), format_func=lambda t: labels[t], key="about-dictionary")
    columns = tables.SQLModel.metadata.tables[chosen].columns
    st.dataframe(
        pl.DataFrame(
            {
                "列": [c.name for c in columns],
                "名称": [c.info["label"] for c in columns],
                "类型": [str(c.type) for c in columns],
                "单位": [c.info["unit"] or "—" for c in columns],
                "必填": ["否" if c.nullable else "是" for c in columns],
                "允许值": ["、".join((c.info["values"] or {}).values()) or "—" for c in columns],
                "说明": [c.info["note"] or "—" for c in columns],
            }
        ),
        hide_index=True,
        key="dictionary",
    )
