"""The parts of 指标与数据: catalogue, versions, submissions, data dictionary."""

import html
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from briefings.tables import TIME_FORMAT, ColumnForm
from charts import words
from charts.subject import Subject
from data_sources import tables
from data_sources.intake import dictionary as intake_dictionary
from data_sources.reading import Filed
from indicators import plan
from indicators.catalogue import KINDS, WINDOWS, Indicator, catalogue
from indicators.options import DICTIONARY, FILED_TABLE, TAB, THEME
from indicators.view import View, fitted
from pages.shared import cached, controls, draw, filed, state
from pages.shared.screen import Screen

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
CATALOGUE_COLUMNS = {
    "title": ColumnForm("指标", None, 24),
    "key": ColumnForm("指标代码", None, 24),
    "definition": ColumnForm("口径", None, 60),
    "unit": ColumnForm("单位", None, 10),
    "kind": ColumnForm("类别", None, 10),
    "windows": ColumnForm("时期", None, 24),
    "plan_measures": ColumnForm("规划举措", None, 10),
    "owner": ColumnForm("责任处室", None, 30),
    "updated": ColumnForm("更新", None, 20),
    "source": ColumnForm("来源", None, 30),
}
VERSIONS = {
    "version": ColumnForm("数据版本", None, 10),
    "received": ColumnForm("最后报送时间", None, 18),
    "submissions": ColumnForm("批次（批）", 0, 12),
    "rows": ColumnForm("行数（行）", 0, 14),
}
COLUMNS = {
    "name": ColumnForm("列", None, 24),
    "label": ColumnForm("名称", None, 20),
    "type": ColumnForm("类型", None, 14),
    "unit": ColumnForm("单位", None, 10),
    "required": ColumnForm("必填", None, 8),
    "values": ColumnForm("允许值", None, 50),
    "note": ColumnForm("说明", None, 50),
}
CHECKED = {
    "column": ColumnForm("列", None, 24),
    "rule": ColumnForm("规则", None, 60),
    "severity": ColumnForm("不符时", None, 20),
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
    theme = state.option(THEME)
    shown = [i for i in catalogue().values() if theme in ("", i.theme)]
    subject = _declared(
        f"{len(shown)} 项指标",
        "指标目录",
        "各指标的口径、单位、时期、对应的规划举措、责任处室、更新频率和来源。",
        f"主题：{theme or '全部'}",
    )
    draw.headed("指标目录", subject, lambda: (_catalogued(shown), CATALOGUE_COLUMNS))
    headers = [form.header for name, form in CATALOGUE_COLUMNS.items() if name != "key"]
    head = "".join(f"<th>{header}</th>" for header in headers)
    rows = zip(shown, _catalogued(shown).iter_rows(named=True), strict=True)
    body = "".join(_catalogue_row(indicator, row) for indicator, row in rows)
    st.html(f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')
    st.caption("核对任何一个数：python -m indicators value 指标代码 --level prefecture --period 2026-10")


def _declared(title: str, name: str, definition: str, chosen: str) -> Subject:
    """What is about no filed number, and so bears no mark of simulated ones."""
    return Subject(title, name, definition, "见各行", "现行", chosen, "本平台", frozenset())


def _on_the_map(key: str) -> str:
    """A link's address, from this page, that opens the indicator on the map."""
    view = fitted(View(key, catalogue()[key].windows[0], ""), catalogue(), state.run().cubes.months)
    return html.escape(f"talent_map?{urlencode(state.query_of(view))}")


def _catalogued(shown: Sequence[Indicator]) -> pl.DataFrame:
    """Every column of `CATALOGUE_COLUMNS`, as text."""
    rows = [
        (
            i.title,
            i.key,
            i.definition,
            i.unit,
            KINDS[i.kind],
            "、".join(WINDOWS[w] for w in i.windows),
            "、".join(str(m) for m in i.plan_measures) or words.NO_VALUE,
            i.owner,
            f"{i.frequency}，下次 {i.next_update}" if i.next_update else i.frequency,
            i.source,
        )
        for i in shown
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(CATALOGUE_COLUMNS, pl.String), orient="row")


def _catalogue_row(indicator: Indicator, row: Mapping[str, str]) -> str:
    address = _on_the_map(indicator.key)
    name = f'<a href="{address}" target="_self">{html.escape(indicator.title)}</a><br><code>{indicator.key}</code>'
    looks = {"unit": "short", "kind": "short", "windows": "listed", "plan_measures": "short"}
    written = "".join(
        f'<td class="{looks.get(column, "")}">{html.escape(text)}</td>'
        for column, text in row.items()
        if column not in ("title", "key")
    )
    return f"<tr><td>{name}</td>{written}</tr>"


def plan_measures(screen: Screen) -> None:
    """The plan's 18 measures, each with its indicators, their latest value for the province and their owner: one table, on
    a telephone one a measure, folded."""
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
    draw.headed("规划举措", subject, lambda: (table, PLAN_COLUMNS))
    groups = [rows.to_dicts() for _, rows in table.group_by("number", maintain_order=True)]
    listed = "".join(map(_folded, groups)) if screen.narrow else _following("".join(map(_measure_rows, groups)))
    st.html(f'<div class="scroll">{listed}</div>')
    draw.captioned(draw.caption(subject))


def _following(rows: str) -> str:
    head = "".join(f"<th>{header}</th>" for header in ("举措和指标", "全省最新值", "时期", "责任处室"))
    return f'<table class="grouped"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _folded(rows: list[dict[str, Any]]) -> str:
    """A measure that opens at a touch; on paper it is open."""
    count = sum(row["key"] is not None for row in rows)
    told = f"{count} 项指标" if count else "暂无数据"
    return f"<details><summary>{_named(rows[0])}<small>{told}</small></summary>{_following(_followed(rows))}</details>"


def _measure_rows(rows: list[dict[str, Any]]) -> str:
    return f'<tr><th colspan="4" scope="rowgroup">{_named(rows[0])}</th></tr>{_followed(rows)}'


def _named(row: dict[str, Any]) -> str:
    return f"{row['number']}. {html.escape(row['measure'])}"


def _followed(rows: list[dict[str, Any]]) -> str:
    if rows[0]["key"] is None:
        return f'<tr><td colspan="4">{plan.WITHOUT_DATA}</td></tr>'
    return "".join(f"<tr>{_followed_row(row)}</tr>" for row in rows)


def _followed_row(row: dict[str, Any]) -> str:
    indicator = catalogue()[row["key"]]
    link = f'<a href="{_on_the_map(indicator.key)}" target="_self">{html.escape(indicator.title)}</a>'
    period = words.period(row["month"], row["window"]) if row["month"] else words.NO_VALUE
    cells = (words.value(row["value"], indicator), period, indicator.owner)
    return f"<td>{link}</td>" + "".join(f'<td class="short">{html.escape(cell)}</td>' for cell in cells)


def versions() -> None:
    """The changelog of the data: one row a data version."""
    cubes = state.run().cubes
    subject = Subject(
        f"当前数据版本 {words.data_version(cubes.version)}", "数据版本", "每接收一次报送，数据版本加一；批次和行数为该版本接收的。",
        "见表头", "全部时期", "全部", "报送批次记录", frozenset(FILED_TABLE.allowed),
    )  # fmt: skip
    shown = cached.versions(cubes).with_columns(
        version=pl.format("v{}", "data_version"), received=pl.col("received_at").dt.to_string(TIME_FORMAT)
    )
    draw.data("数据版本", subject, lambda: (shown.select(list(VERSIONS)), VERSIONS))


def submissions() -> None:
    """Submissions, newest first, a page at a time; not while another tab is open, lest they be on record as seen."""
    if state.option(TAB) != "submissions":
        return
    table, page = filed.asked()
    found = cached.submissions(state.run().cubes, page, table)
    chosen = f"数据表：{filed.LABELS[table]}"
    filed.listed(f"报送批次：{filed.LABELS[table]}", Filed(table), found, page, chosen=chosen)


def dictionary() -> None:
    """Every column of every table as it is declared: label, type, unit, permitted values."""
    controls.menu(DICTIONARY)
    chosen = state.option(DICTIONARY)
    label, columns = DICTIONARY.allowed[chosen], tables.SQLModel.metadata.tables[chosen].columns
    declared = pl.DataFrame(
        {
            "name": [c.name for c in columns],
            "label": [c.info["label"] for c in columns],
            "type": [str(c.type) for c in columns],
            "unit": [c.info["unit"] or words.NO_VALUE for c in columns],
            "required": ["否" if c.nullable else "是" for c in columns],
            "values": ["、".join((c.info["values"] or {}).values()) or words.NO_VALUE for c in columns],
            "note": [c.info["note"] or words.NO_VALUE for c in columns],
        }
    )
    about = _declared(
        f"{label}：{declared.height} 列", "数据字典", "各表各列的名称、类型、单位和允许值。", f"数据表：{label}"
    )
    draw.data("数据字典", about, lambda: (declared, COLUMNS))
    filing_rules(chosen)


def filing_rules(table: str) -> None:
    """What files of the table are checked for; a table that files cannot fill has none."""
    found = intake_dictionary.rules(table)
    if found.is_empty():
        return
    title, label = f"报送核对规则 {found.height} 条", DICTIONARY.allowed[table]
    about = _declared(title, "核对规则", "报送的文件按顺序核对的规则。", f"数据表：{label}")
    draw.data("核对规则", about, lambda: (found, CHECKED))
