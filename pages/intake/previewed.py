"""What a file would bring, before anything is written: understood columns, changed values, sums, problems, warnings."""

import polars as pl
import streamlit as st

from charts.drawing import name_of
from data_sources.intake import marking
from data_sources.intake.cells import Upload
from data_sources.intake.declarations import Layout
from data_sources.intake.history import LAST, REPLACED
from data_sources.intake.preview import Preview, Problem
from pages.shared import downloads

FIRST = 10
"""Rows of a problem that are listed."""
MOST = 12
"""Problems whose rows are listed; all are in the table and the downloads."""
BESIDE = {"": "本文件", LAST: "上期", REPLACED: "将被替换"}
CHANGE = "增减"
"""This file beside what it would replace."""


def shown(upload: Upload, seen: Preview, layout: Layout) -> None:
    """Everything that was understood of a file."""
    wrong = sum(problem.count for problem in seen.problems)
    warned = sum(problem.count for problem in seen.warnings)
    said = f"共 {seen.rows.height:,} 行，{wrong:,} 处错误，{warned:,} 处提醒"
    (st.error if wrong else st.info if warned else st.success)(
        f"{said}。{'改正后重新上传；有错误的文件不会写入任何数据，记作一次退回。' if wrong else '可以报送。'}"
    )
    if seen.problems or seen.warnings:
        _taken_along(upload, seen)
    _problems(upload, seen.problems, "错误")
    _problems(upload, seen.warnings, "提醒")
    _sums(seen, layout)
    with st.expander(f"识别了 {len(seen.understood)} 列" + (f"，{len(seen.ignored)} 列未使用" if seen.ignored else "")):
        pairs = {"文件中的列": list(seen.understood), "作为": list(seen.understood.values())}
        st.dataframe(pl.DataFrame(pairs, schema=dict.fromkeys(pairs, pl.String)), hide_index=True, key="understood")
        if seen.ignored:
            st.caption(f"未使用：{'、'.join(seen.ignored)}")
    if seen.changed.height:
        with st.expander(f"{seen.changed.height:,} 种写法换成了规范的值"):
            named = seen.changed.select(
                pl.col("column").alias("列"), pl.col("from").alias("文件中写"), pl.col("to").alias("理解为"),
                pl.col("count").alias("处"),
            )  # fmt: skip
            st.dataframe(named, hide_index=True, key="changed")


def explained(seen: Preview) -> str | None:
    """The reason given for the warnings; None until they are ticked and explained, '' where there are none."""
    if not seen.warnings:
        return ""
    ticked = st.checkbox("我已核对以上提醒，数据无误", key="filing-ticked")
    reason = st.text_input("原因（随批次保存，供上级审核）", max_chars=300, key="filing-reason").strip()
    return reason if ticked and reason else None


def _taken_along(upload: Upload, seen: Preview) -> None:
    with st.container(horizontal=True):
        stem = upload.name.rsplit(".", 1)[0]
        told = lambda: {"标题": f"{upload.name} 的核对结果"}  # noqa: E731
        downloads.button("下载标注副本（Excel）", f"{stem}-标注.xlsx", lambda: marking.marked(upload, seen), told,
                         key="filing-marked")  # fmt: skip
        downloads.button("下载错误清单（CSV）", f"{stem}-错误清单.csv", lambda: marking.listed(seen), told,
                         key="filing-listed")  # fmt: skip


def _problems(upload: Upload, found: tuple[Problem, ...], kind: str) -> None:
    """All kinds of mistakes in one table, the first rows of the most frequent ones below it."""
    if not found:
        return
    ordered = sorted(found, key=lambda problem: -problem.count)
    frame = pl.DataFrame(
        {kind: [p.said for p in ordered], "处": [p.count for p in ordered]}, schema={kind: pl.String, "处": pl.Int64}
    )
    st.dataframe(frame, hide_index=True, key=f"problems-{kind}", column_config={"处": {"width": 80}})
    for problem in ordered[:MOST]:
        with st.expander(f"{problem.said}：{problem.count:,} 处"):
            st.dataframe(_rows(upload, problem), hide_index=True, key=f"{kind}-{problem.said}")
            if problem.count > FIRST:
                st.caption(f"这里是前 {FIRST} 处，全部在标注副本和清单中。")


def _rows(upload: Upload, problem: Problem) -> pl.DataFrame:
    rows = problem.rows.head(FIRST)
    at = [upload.where(row) for row in rows["row"]]
    return pl.DataFrame(
        {
            "位置": [f"{part} 第 {row} 行".strip() for part, row in at],
            "原值": rows["value"].to_list(),
            "应为": [right or "—" for right in rows["right"]],
        },
        schema=dict.fromkeys(("位置", "原值", "应为"), pl.String),
    )


def _sums(seen: Preview, layout: Layout) -> None:
    """Rows and sums by place beside the period before and what would be replaced."""
    names = {"rows": "行数", **{name: layout.field(name).label for name in layout.measures}}
    columns = [pl.Series("地区", [name_of(code) for code in seen.sums["place_code"]], dtype=pl.String)]
    for name, label in names.items():
        money = name in layout.measures and layout.field(name).kind == "money"
        told = f"{label}{'（元）' if money else ''}"
        for suffix, beside in BESIDE.items():
            values = seen.sums[name + suffix]
            columns.append((values / 100 if money else values).alias(f"{told}·{beside}"))
        change = seen.sums[name] - seen.sums[name + REPLACED]
        columns.append((change / 100 if money else change).alias(f"{told}·{CHANGE}"))
    forms = {c.name: st.column_config.NumberColumn(format="localized") for c in columns[1:]}
    st.caption("与上期和将被替换的批次比较（空为没有报送）")
    st.dataframe(pl.DataFrame(columns), hide_index=True, key="sums", placeholder="—", column_config=forms)
