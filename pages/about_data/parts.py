"""The parts of 指标与数据: catalogue, versions, submissions, data dictionary."""

import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from briefings.tables import ColumnForm
from charts import words
from charts.subject import Subject
from data_sources import tables
from data_sources.intake import dictionary as intake_dictionary
from indicators import plan
from indicators.catalogue import KINDS, WINDOWS, Indicator, catalogue
from indicators.options import DICTIONARY, TAB, THEME
from indicators.view import View, fitted
from pages.shared import cached, controls, downloads, draw, filed, state

PLAN_COLUMNS = {
    "number": ColumnForm("举措序号", 0, 8),
    "measure": ColumnForm("举措", None, 40),
    "key": ColumnForm("指标代码", None, 24),
    "title": ColumnForm("指标", None, 24),
    "window": ColumnForm("时期口径", None, 14),
    "month": ColumnForm("截至月份", None, 10),
    "value": ColumnForm("全省数值", 2, 14),
    "unit": ColumnForm("单位", None, 10),
    "owner": ColumnForm("责任处室", None, 30),
}


def tabs() -> Sequence[DeltaGenerator]:
    """The page's tabs; which one is open is part of the URL."""
    names = TAB.allowed
    codes = {name: code for code, name in names.items()}
    opened = state.widget("tab", names[state.option(TAB)], lambda name: state.choose(TAB, codes[name]))
    return st.tabs(list(names.values()), **opened)


def catalogue_table() -> None:
    """Every indicator with definition, unit, source, owner and the plan's measures that it serves; its name opens it."""
    controls.option(THEME)
    shown = [i for i in catalogue().values() if state.option(THEME) in ("", i.theme)]
    draw.titled(f"{len(shown)} 项指标")
    headers = ("指标", "口径", "单位", "类别", "时期", "规划举措", "责任处室", "更新", "来源")
    head = "".join(f"<th>{header}</th>" for header in headers)
    st.html(
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_catalogue_row(i) for i in shown)}</tbody></table></div>"
    )
    st.caption("核对任何一个数：python -m indicators value 指标代码 --level prefecture --period 2026-10")


def _on_the_map(key: str) -> str:
    """A link's address, from this page, that opens the indicator on the map."""
    view = fitted(View(key, catalogue()[key].windows[0], ""), catalogue(), state.run().cubes.months)
    return html.escape(f"talent_map?{urlencode(state.query_of(view))}")


def _catalogue_row(indicator: Indicator) -> str:
    address = _on_the_map(indicator.key)
    updated = f"{indicator.frequency}，下次 {indicator.next_update}" if indicator.next_update else indicator.frequency
    cells = (
        ("", indicator.definition),
        ("short", indicator.unit),
        ("short", KINDS[indicator.kind]),
        ("listed", "、".join(WINDOWS[w] for w in indicator.windows)),
        ("short", "、".join(str(m) for m in indicator.plan_measures) or "—"),
        ("", indicator.owner),
        ("", updated),
        ("", indicator.source),
    )
    name = f'<a href="{address}" target="_self">{html.escape(indicator.title)}</a><br><code>{indicator.key}</code>'
    written = "".join(f'<td class="{kind}">{html.escape(text)}</td>' for kind, text in cells)
    return f"<tr><td>{name}</td>{written}</tr>"


def plan_measures() -> None:
    """The plan's 18 measures, each with its indicators, their latest value for the province and their owner."""
    table = cached.plan(state.run().cubes)
    known = table.filter(pl.col("value").is_not_null())
    subject = Subject(
        title=f"规划 {len(plan.MEASURES)} 项举措中 {known['number'].n_unique()} 项有数据，共 {known['key'].n_unique()} 项指标",
        short="规划举措",
        definition="浙人社发〔2023〕14号的举措与跟踪指标；数值为全省最新一期。",
        unit="见各行",
        period="各指标最新一期",
        filter="地区：浙江省",
        source="见各行",
        tables=frozenset(table_name for i in catalogue().values() for table_name in i.tables),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="plan-head"):
        draw.titled(subject.title)
        downloads.offer("规划举措", subject, table=lambda: (table, PLAN_COLUMNS))
    head = "".join(f"<th>{header}</th>" for header in ("举措", "指标", "全省最新值", "时期", "责任处室"))
    groups = table.group_by("number", maintain_order=True)
    body = "".join(_measure_rows(rows.to_dicts()) for _, rows in groups)
    st.html(f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')
    draw.captioned(draw.caption(subject))


def _measure_rows(rows: list[dict[str, Any]]) -> str:
    named = f'<td rowspan="{len(rows)}">{rows[0]["number"]}. {html.escape(rows[0]["measure"])}</td>'
    if rows[0]["key"] is None:
        return f'<tr>{named}<td colspan="4">{plan.WITHOUT_DATA}</td></tr>'
    written = [_followed_row(row) for row in rows]
    return "".join(f"<tr>{named if i == 0 else ''}{cells}</tr>" for i, cells in enumerate(written))


def _followed_row(row: dict[str, Any]) -> str:
    indicator = catalogue()[row["key"]]
    link = f'<a href="{_on_the_map(indicator.key)}" target="_self">{html.escape(indicator.title)}</a>'
    period = words.period(row["month"], row["window"]) if row["month"] else words.NO_VALUE
    cells = (words.value(row["value"], indicator), period, indicator.owner)
    return f"<td>{link}</td>" + "".join(f'<td class="short">{html.escape(cell)}</td>' for cell in cells)


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
        column_config={
            "最后报送时间": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "行数": st.column_config.NumberColumn(format="localized"),
        },
    )


def submissions() -> None:
    """Submissions, newest first, a page at a time."""
    table, page = filed.asked()
    filed.listed(cached.submissions(state.run().cubes, page, table), "about", page)


def dictionary() -> None:
    """Every column of every table as it is declared: label, type, unit, permitted values."""
    controls.menu(DICTIONARY)
    chosen = state.option(DICTIONARY)
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
    filing_rules(chosen)


def filing_rules(table: str) -> None:
    """What files of the table are checked for; a table that files cannot fill has none."""
    found = intake_dictionary.rules(table)
    if found.is_empty():
        return
    draw.titled(f"报送核对规则 {found.height} 条")
    names = {"column": "列", "rule": "规则", "severity": "不符时"}
    st.dataframe(found.rename(names), hide_index=True, key="dictionary-rules")
