"""供需缺口: occupations by places, the shortage list with wages, and one occupation everywhere."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import words
from charts.sentences import scope
from charts.subject import Subject
from data_sources.reference import occupations
from indicators.options import GAPS, OCCUPATION, listed
from indicators.supply import BOTH
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen
from pages.supply_demand import cached, common

ROWS, COLUMNS = 20, 20
TABLES = frozenset({"vacancy", "certificate", "employment"})
SOURCE = "各地岗位需求报送、证书报送、就业报送"
DEFINITION = (
    "缺口＝时期内岗位需求人数−同期发放的该职业证书数，大于零为不足；供需比＝证书数÷需求人数，没有需求的不计算。"
    "只含两表均已报送的地区和月份。月末在岗为该职业的在岗数字技能人才，是存量，另列参考，不计入供给。"
)
UNTOLD = {
    "demand": "demand_withheld",
    **dict.fromkeys(("supply", "gap", "ratio"), "supply_withheld"),
    "stock": "stock_withheld",
}
"""What says of a column that it is not told."""
FORMS = {
    "demand": ColumnForm("需求（人）", 0, 12),
    "supply": ColumnForm("同期发证（本）", 0, 14),
    "gap": ColumnForm("缺口", 0, 10),
    "ratio": ColumnForm("供需比", 2, 10),
    "stock": ColumnForm("月末在岗（人）", 0, 14),
}


def shown(screen: Screen) -> None:
    """All of it."""
    _sum()
    _matrix(screen)
    chosen = listed(state.option(OCCUPATION))
    if chosen:
        _one(chosen[0])
    _shortage()


def _sum() -> None:
    whole = _cells((state.current().place,))
    known = whole.filter(pl.col("gap").is_not_null())
    if known.is_empty() and common.closed(BOTH, (state.current().place,)):
        draw.said(f"{common.here()}的供需没有合计：{words.APART}。")
        return
    if known.is_empty():
        draw.said(f"{common.here()}在所选时期有月份缺报岗位需求或证书，没有合计。")
        return
    demand, supply = int(known["demand"].sum()), int(known["supply"].sum())
    ratio = f"，供需比 {words.number(supply / demand, 2)}" if demand else "；没有岗位需求，不计算供需比"
    word = "缺口" if demand >= supply else "持证多于需求"
    draw.said(
        f"{common.here()}{words.period(common.month(), common.window())}：岗位需求 {demand:,} 人，同期发放证书 {supply:,} 本，"
        f"{word} {abs(demand - supply):,}{ratio}。"
    )


def _matrix(screen: Screen) -> None:
    cubes, ratio = state.run().cubes, state.option(GAPS) == "ratio"
    cells = _cells(state.current().drawn)
    sums = cells.group_by("occupation_code").agg(pl.col("demand").sum()).filter(pl.col("demand") > 0)
    top = sums.sort("demand", "occupation_code", descending=[True, False]).head(ROWS)["occupation_code"].to_list()
    if not top:
        why = common.why("在所选时期没有可比的岗位需求", BOTH, state.current().drawn)
        st.info(f"{scope(state.current())}{why}。")
        return
    names = tuple((code, occupations()[code]) for code in top)
    asked = (common.window(), common.month(), _busiest(cells), state.current().cluster)
    subject = _subject(
        f"{scope(state.current())}需求最多的 {len(top)} 个职业：{'供需比' if ratio else '缺口（需求−发证）'}",
        "职业与地区",
        unit="倍" if ratio else "人（本）",
    )
    draw.chart(
        "职业与地区",
        subject,
        screen,
        figure=lambda theme: cached.gap_figure(cubes, asked, names, theme, ratio, screen.narrow),
        table=lambda: _long(cells),
    )
    more = f"图上为需求最多的 {COLUMNS} 个地区，" if len(state.current().drawn) > COLUMNS else ""
    st.caption(f"{more}紫色为不足，青色为有余；导出的表含全部职业和地区。")


def _one(code: str) -> None:
    """One occupation in every drawn place."""
    found = _cells(state.current().drawn).filter(pl.col("occupation_code") == code)
    if not found["demand"].sum():
        why = common.why(f"在所选时期没有“{occupations()[code]}”的岗位需求", BOTH, state.current().drawn)
        st.info(f"{scope(state.current())}{why}。")
        return
    table = common.named(found.sort("gap", "place_code", descending=[True, False], nulls_last=True))
    forms = {"name": ColumnForm("地区", None, 16), **FORMS}
    subject = _subject(f"{occupations()[code]}：各地供需", "单个职业")
    draw.data("单个职业", subject, lambda: remarked(table, forms, UNTOLD), height=320)


def _shortage() -> None:
    place = state.current().place
    found = cached.shortage(*common.asked(), place, state.current().cluster)
    if found.is_empty():
        st.info(f"{common.here()}{common.why('在所选时期没有缺口或标为紧缺的职业，或有月份缺报', BOTH, (place,))}。")
        return
    forms = {
        "name": ColumnForm("职业", None, 28),
        "demand": FORMS["demand"],
        "short": ColumnForm("其中标为紧缺（人）", 0, 16),
        **{column: FORMS[column] for column in ("supply", "gap", "ratio", "stock")},
        "wage": ColumnForm("平均月薪（元）", 0, 14),
    }
    first = occupations()[found["occupation_code"][0]]
    subject = _subject(f"{common.here()}紧缺职业清单：{found.height} 个，{first}缺口最大", "紧缺清单")
    untold = {column: flag for column, flag in UNTOLD.items() if flag in found.columns}
    draw.data("紧缺清单", subject, lambda: remarked(_with_names(found), forms, untold))
    st.caption("列出缺口大于零或有岗位标为紧缺的职业。平均月薪取上下限的中间值，按需求人数加权；没有报薪酬的为空。")


def _cells(codes: tuple[str, ...]) -> pl.DataFrame:
    return cached.cells(*common.asked(), codes, state.current().cluster)


def _busiest(cells: pl.DataFrame) -> tuple[str, ...]:
    drawn = state.current().drawn
    if len(drawn) <= COLUMNS:
        return drawn
    sums = cells.group_by("place_code").agg(pl.col("demand").sum())
    return tuple(sums.sort("demand", "place_code", descending=[True, False]).head(COLUMNS)["place_code"])


def _long(cells: pl.DataFrame) -> Table:
    forms = {"name": ColumnForm("地区", None, 16), "occupation": ColumnForm("职业", None, 28), **FORMS}
    return remarked(common.named(_with_names(cells, "occupation")), forms, UNTOLD)


def _with_names(frame: pl.DataFrame, column: str = "name") -> pl.DataFrame:
    return frame.with_columns(
        pl.col("occupation_code").replace_strict(occupations(), return_dtype=pl.String).alias(column)
    )


def _subject(title: str, short: str, unit: str = "见表头") -> Subject:
    return common.subject(title, short, DEFINITION, unit, TABLES, source=SOURCE)
