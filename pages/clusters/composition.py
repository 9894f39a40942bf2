"""What the chosen clusters are made of in one place: occupations, and both ladders, which never mix."""

from typing import Final

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import clusters as figures
from charts import evaluation, sentences, words
from charts.subject import Subject
from data_sources.reference import occupations as occupation_names
from data_sources.vocabulary import LADDERS, LEVELS
from indicators import measures, people
from indicators.clusters import WINDOWS
from indicators.options import ASPECT
from indicators.small_numbers import FEWEST
from pages.clusters import about, cached
from pages.shared import cached as shared
from pages.shared import draw, ladders, state
from pages.shared.caches import once
from pages.shared.downloads import Table
from pages.shared.screen import Screen

OCCUPIED: Final = {
    "people": ("talent_stock", "在岗人才", "人", frozenset({"employment"}), "各地就业报送"),
    "demand": ("vacancies", "岗位需求", "人", frozenset({"vacancy"}), "各地岗位需求报送"),
    "trained": ("training_person_times", "培训", "人次", frozenset({"training"}), "各地培训报送"),
    "certificates": ("certificates", "新发证书", "本", frozenset({"certificate"}), "各地证书报送"),
}
"""Each column's indicator, name, unit, tables and source."""
COLUMNS: Final = {key: column for column, (key, *_) in OCCUPIED.items()}
"""What is told apart by occupation for each aspect."""
OUTLINED: Final = "本地全部集群"
FORMS: Final = {
    "name": ColumnForm("职业", None, 30),
    "people": ColumnForm("在岗人才（人）", 0, 14),
    "demand": ColumnForm("本年需求（人）", 0, 14),
    "trained": ColumnForm("本年培训（人次）", 0, 16),
    "certificates": ColumnForm("本年发证（本）", 0, 14),
    "percent": ColumnForm("占图中一项（%）", 1, 14),
}


def occupations(screen: Screen) -> None:
    """The occupations of the chosen place: the aspect's own count, beside the others in the table."""
    column = COLUMNS[state.option(ASPECT)]
    key, what, unit, _, _ = OCCUPIED[column]
    known, missing = _filed(key)
    found = cached.occupations(state.run().cubes, state.current().place, about.month(), about.chosen())
    total = found[column].sum()
    if _closed(column):
        _nothing("职业构成", words.APART)
        return
    if not known or not total:
        _nothing("职业构成", missing if not known else f"没有{what}")
        return
    closed = [each for each in OCCUPIED if _closed(each)]
    first = found.sort(column, "occupation_code", descending=[True, False]).row(0, named=True)
    share = words.number(100 * first[column] / total, 1)
    title = (
        f"{about.here()}{about.named()}{what}的职业构成：{occupation_names()[first['occupation_code']]}最多（{share}%）"
    )
    draw.chart(
        "职业构成",
        _subject(column, title, "职业构成", f"{what}按数字职业统计；图为最多的12个职业，表为全部。", unit),
        screen,
        figure=lambda theme: once(figures.occupied, found, column, unit, theme, narrow=screen.narrow),
        table=lambda: _occupied(found, column, closed),
    )
    st.caption(f"{missing}图为最多的 12 个职业，导出的表含全部职业的人才、需求、培训和证书。")


def ladder(which: str, screen: Screen) -> None:
    """One ladder of the chosen place: people at work, or new certificates for training and certificates."""
    stock = state.option(ASPECT) in ("talent_stock", "vacancies")
    column, name = "people" if stock else "certificates", LADDERS[which]
    key, what, unit, _, _ = OCCUPIED[column]
    known, missing = _filed(key)
    run, place = state.run(), state.current().place
    steps = cached.levels(run.cubes, place, about.month(), which, about.chosen(), stock=stock)
    total = steps["value"].sum()
    if not known or not total:
        _nothing(f"{name}构成", missing if not known else f"没有{name}的{what}")
        return
    compared = f"，描边为{OUTLINED}" if total >= FEWEST else f"；不足 {FEWEST} {unit}，不作比较"
    top = LEVELS[steps.sort("value", descending=True)["level"][0]]
    title = f"{about.here()}{about.named()}{name}{what} {total:,} {unit}，{top}最多{compared}"
    definition = f"{what}按等级统计，没有等级的不在内。{ladders.APART}。"
    draw.chart(
        f"{name}构成",
        _subject(column, title, f"{name}构成", definition, unit),
        screen,
        figure=lambda theme: once(evaluation.pyramid, steps, unit, theme, outlined=OUTLINED),
        table=lambda: ladders.steps(steps, unit, OUTLINED),
    )
    st.caption(f"没有等级的不在内。{ladders.APART}。{missing}")


def _closed(column: str) -> bool:
    """Whether the chosen place's people of a column are not told apart by occupation to the reader."""
    tables = OCCUPIED[column][3]
    return bool(people.closed(state.run().cubes, tables, (state.current().place,), twice=True))


def _filed(key: str) -> tuple[bool, str]:
    """Whether the chosen place has a value, and what is missing from it in words."""
    values = shared.series(state.run().cubes, key, WINDOWS[key])
    row = measures.history(values, state.current().place).filter(pl.col("month") == about.month()).row(0, named=True)
    if row["value"] is None and row["withheld"]:
        return False, words.WITHHELD
    if row["value"] is None:
        return False, "该时期有月份未报送" if row["expected"] == 1 else "没有数据"
    missing = sentences.completeness(row)
    return True, f"{missing}。" if missing else ""


def _nothing(part: str, why: str) -> None:
    title = f"{about.here()}{about.named()}{part}"
    draw.titled(title)
    st.info(f"{title}：{why}。")


def _subject(column: str, title: str, short: str, definition: str, unit: str) -> Subject:
    key, _, _, tables, source = OCCUPIED[column]
    period = words.period(about.month(), WINDOWS[key])
    return about.subject(title, short, definition=definition, unit=unit, period=period, tables=tables, source=source)


def _occupied(found: pl.DataFrame, column: str, closed: list[str]) -> Table:
    """A row an occupation; it says which of the columns are `closed` to the reader."""
    named = found.sort(column, "occupation_code", descending=[True, False]).with_columns(
        name=pl.col("occupation_code").replace_strict(occupation_names(), return_dtype=pl.String),
        percent=100 * pl.col(column) / pl.col(column).sum(),
        closed=pl.lit(True),
    )
    return remarked(named, FORMS, dict.fromkeys(closed, "closed"))
