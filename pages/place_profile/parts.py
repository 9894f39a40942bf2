"""The parts of 区域画像."""

import html
from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from briefings.tables import ColumnForm
from charts import profile as figures
from charts import words
from charts.subject import Subject
from data_sources.tables import MONTHLY_TABLES, TABLES
from data_sources.vocabulary import BASE_KINDS
from geo import places
from indicators import peers, profile, small_numbers, trends
from indicators.catalogue import catalogue
from pages.overview.parts import month
from pages.place_profile.around import bases_in
from pages.place_profile.province import prefectures_apart
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

STANDING = {
    "title": ColumnForm("指标", None, 28),
    "wording": ColumnForm("数值", None, 16),
    "rank_wording": ColumnForm("位次", None, 14),
    "province_wording": ColumnForm("全省", None, 16),
    "prefecture_wording": ColumnForm("所在设区市", None, 16),
    "yoy_wording": ColumnForm("同比", None, 14),
    "trend_wording": ColumnForm("近12个月", None, 12),
}


def stands_out(place_code: str) -> None:
    """Two or three sentences written from the data."""
    name = places.place(place_code).name
    said = figures.sentences(_positions(place_code), name)
    draw.titled(f"{name}画像　{words.month_name(month())}")
    draw.said("".join(said), "stands-out")


def spine(place_code: str, screen: Screen) -> None:
    """Where the place stands between worst and best of all places of its level, indicator by indicator; of the province,
    how far its parts lie apart."""
    here = places.place(place_code)
    if here.level == "province":
        prefectures_apart(screen)
        return
    found = _positions(place_code)
    equals = {"county": "90 个县（市、区）", "prefecture": "11 个设区市"}[here.level]
    subject = _subject(f"{here.name}在全省 {equals}中的位置", "位置图", found)
    draw.chart(
        "位置图",
        subject,
        screen,
        figure=lambda theme: figures.spine(found, theme, name=here.name),
        table=lambda: _standing_table(found),
    )


def standing(place_code: str) -> None:
    """The same as a table, each number with its rank, the province, the prefecture, year on year and trend."""
    found = _positions(place_code)
    subject = _subject(f"{places.place(place_code).name}可比指标明细", "指标明细", found)
    draw.data("指标明细", subject, lambda: _standing_table(found))
    st.caption(f"近12个月的升降按{trends.METHOD}。{small_numbers.MARKED}。")


def halves(place_code: str) -> Sequence[DeltaGenerator]:
    """Two columns for a county; one below the other for a place that has no likes to fill the first."""
    if places.place(place_code).level == "county":
        return st.columns(2, gap="medium")
    return st.container(), st.container()


def like(place_code: str) -> None:
    """The counties most like this one, and how far they are."""
    found = peers.nearest(place_code)
    if found.is_empty():
        st.caption("相似地区按县（市、区）比较，请先选择一个县（市、区）。")
        return
    here = places.place(place_code).name
    named = found.with_columns(name=pl.Series([places.place(code).name for code in found["place_code"]]))
    forms = {"name": ColumnForm("地区", None, 16), "distance": ColumnForm("距离（标准差）", 2, 16)}
    subject = Subject(
        f"与{here}最相似的 {found.height} 个县（市、区）", "相似地区", peers.METHOD, "标准差", "2020年普查",
        f"地区：{here}", "第七次全国人口普查", frozenset({"census"}),
    )  # fmt: skip
    draw.data("相似地区", subject, lambda: (named, forms))
    st.caption(peers.METHOD)


def unfiled_in_short(place_code: str) -> None:
    """What the place has not filed, in one line."""
    late = _unfiled(place_code).filter(pl.col("missing") > 0)
    said = "、".join(f"{label} {months} 个月" for label, months in late.select("label", "missing").iter_rows())
    st.html(
        f'<p class="note" id="unfiled"><b>数据报送</b>　{html.escape(f"缺报：{said}。" if said else "按月报送的数据已全部报齐。")}</p>'
    )


def _unfiled(place_code: str) -> pl.DataFrame:
    labels = {name: str(TABLES[name].label) for name in MONTHLY_TABLES}  # type: ignore[attr-defined]
    found = profile.unfiled(state.run().cubes, place_code)
    return found.with_columns(label=pl.col("table_name").replace_strict(labels))


def unfiled(place_code: str) -> None:
    """What the place has not filed."""
    named = found = _unfiled(place_code)
    forms = {
        "label": ColumnForm("数据表", None, 14),
        "missing": ColumnForm("缺报月数", 0, 10),
        "months": ColumnForm("缺报月份", None, 40),
    }
    here = places.place(place_code).name
    late = int(found["missing"].sum())
    title = f"{here}有 {late} 张按月报送表缺报" if late else f"{here}按月报送的数据已全部报齐"
    subject = Subject(
        title, "缺报", "按月报送的五张表中，本地任一填报单位没有已接收批次的月份。", "个月",
        words.span(state.run().cubes.months[0], state.run().cubes.months[-1]), f"地区：{here}", "报送批次记录",
        frozenset(MONTHLY_TABLES),
    )  # fmt: skip
    draw.data("缺报", subject, lambda: (named, forms))


def bases(place_code: str) -> None:
    """The place's training bases, largest first."""
    if state.run().stale:
        st.caption("数据库暂时连接不上，实训基地名录未显示。")
        return
    here = places.place(place_code)
    found = bases_in(here.code)
    if found.is_empty():
        st.caption(f"{here.name}本月没有在用的实训基地。")
        return
    named = found.with_columns(kind_name=pl.col("kind").replace_strict(BASE_KINDS, default=pl.col("kind")))
    forms = {
        "name": ColumnForm("基地", None, 34),
        "kind_name": ColumnForm("类型", None, 18),
        "seats": ColumnForm("工位（个）", 0, 12),
    }
    subject = Subject(
        f"{here.name}在用实训基地 {found.height} 个，工位 {words.number(found['seats'].sum(), 0)} 个", "实训基地",
        "本月在用且有坐标的实训基地。", "个", words.month_name(month()), f"地区：{here.name}", "实训基地名录",
        frozenset({"base"}),
    )  # fmt: skip
    draw.data("实训基地", subject, lambda: (named, forms), height=320)


def _ranked(row: dict[str, Any]) -> str:
    """The rank, with a mark where it stands on too few."""
    return words.rank(row["rank"], row["ranked_of"], unsure=not row["sure"]) if row["rank"] else words.NO_VALUE


def _positions(place_code: str) -> pl.DataFrame:
    return cached.positions(state.run().cubes, place_code, month())


def _subject(title: str, short: str, found: pl.DataFrame) -> Subject:
    tables = frozenset(name for key in found["key"] for name in catalogue()[key].tables)
    return Subject(
        title, short, "比率和占比类指标各取第一种时期口径；位次在全省同级地区中比较，缺报的地区不参与。", "见各指标",
        f"截至{words.month_name(month())}", f"地区：{places.place(state.current().place).name}", "各指标来源见指标目录",
        tables,
    )  # fmt: skip


def _standing_table(found: pl.DataFrame) -> Table:
    rows = found.to_dicts()
    known = catalogue()
    written = {
        "title": [r["title"] for r in rows],
        "wording": [words.value(r["value"], known[r["key"]], withheld=r["withheld"]) for r in rows],
        "rank_wording": [_ranked(r) for r in rows],
        "province_wording": [
            words.value(r["province"], known[r["key"]], withheld=r["province_withheld"]) for r in rows
        ],
        "prefecture_wording": [
            words.value(r["prefecture"], known[r["key"]], withheld=r["prefecture_withheld"])
            if r["prefecture"] is not None or r["prefecture_withheld"]
            else words.NO_VALUE
            for r in rows
        ],
        "yoy_wording": [words.change(r["yoy"], known[r["key"]]) for r in rows],
        "trend_wording": [figures.TREND_WORDS[r["trend"]] for r in rows],
    }
    return pl.DataFrame(written), STANDING
