"""到2027年: both targets, supply and demand projected, with interval, backtest and the rate needed to arrive."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import supply_demand as figures
from charts import words
from indicators import measures, projection
from indicators.catalogue import catalogue
from pages.shared import cached as shared
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen
from pages.supply_demand import cached, common

TARGETS = {"training_person_times": "training_completion", "high_skilled_trained": "high_skilled_completion"}
MARKET = {"vacancies": "岗位需求", "certificates": "发放证书"}
SOURCE = "各地培训报送、证书报送、岗位需求报送、目标分解"
PATH = {
    "month": ColumnForm("月份", None, 10),
    "value": ColumnForm("当月推算", 0, 12),
    "low": ColumnForm("当月下限", 0, 12),
    "high": ColumnForm("当月上限", 0, 12),
    "total": ColumnForm("累计推算", 0, 12),
    "total_low": ColumnForm("累计下限", 0, 12),
    "total_high": ColumnForm("累计上限", 0, 12),
}


def shown(screen: Screen) -> None:
    """Both targets beside each other, supply and demand, and how the method did in the past."""
    for column, (key, completion) in zip(st.columns(2, gap="medium"), TARGETS.items(), strict=True):
        with column:
            _target(key, completion, screen)
    _market(screen)
    _tests()
    st.caption(f"方法：{projection.METHOD}。")


def _target(key: str, completion: str, screen: Screen) -> None:
    cubes, place, month = state.run().cubes, state.current().place, common.month()
    indicator = catalogue()[key]
    found = cached.outlook(cubes, key, place, month)
    if found is None or not found.whole:
        st.info(f"{common.here()}{indicator.short}：{_why(found is None, key)}")
        return
    row = shared.series(cubes, completion, "since_2023").filter(
        (pl.col("place_code") == place) & (pl.col("month") == found.last)
    )
    target = row["denominator"][0]
    subject = common.subject(
        f"{common.here()}{indicator.short}：{_arrives(found, target, indicator.unit)}", indicator.short,
        f"{indicator.definition}{projection.METHOD}。", indicator.unit, indicator.tables, source=SOURCE,
        period=words.span("2023-01", projection.LAST),
    )  # fmt: skip
    unit = indicator.unit
    draw.chart(
        indicator.short,
        subject,
        screen,
        figure=lambda theme: cached.road(cubes, key, place, month, target, theme),
        table=lambda: (found.path, PATH),
    )
    _needed(found, target, unit)


def _arrives(found: projection.Outlook, target: float | None, unit: str) -> str:
    end = found.arrival
    said = f"按趋势到2027年底 {words.number(end['total'], 0)} {unit}"
    if target is None:
        return f"{said}（没有分解目标）"
    if end["total_low"] is None:
        return f"{said}，目标 {words.number(target, 0)}"
    sure = "可达标" if end["total_low"] >= target else "难达标" if end["total_high"] < target else "能否达标不确定"
    return f"{said}，{sure}"


def _needed(found: projection.Outlook, target: float | None, unit: str) -> None:
    end = found.arrival
    said = ""
    if end["total_low"] is not None:
        low, high = words.number(end["total_low"], 0), words.number(end["total_high"], 0)
        said = f"2027年底 80% 区间：{low} 至 {high} {unit}。"
    if target is not None:
        needed = measures.required_monthly(found.done, target, found.last)
        usual = found.path["value"].mean()
        said += f"达标每月需 {words.number(needed, 0)} {unit}，推算月均 {words.number(usual, 0)} {unit}。"
    st.caption(said)


def _market(screen: Screen) -> None:
    cubes, place, month = state.run().cubes, state.current().place, common.month()
    found = {MARKET[k]: o for k in MARKET if (o := cached.outlook(cubes, k, place, month)) is not None}
    if not found:
        st.info(f"{common.here()}岗位需求和发放证书：{_why(True, 'vacancies')}")
        return
    known = {MARKET[key]: cached.history(cubes, key, place, month) for key in MARKET}
    units = {MARKET[key]: catalogue()[key].unit for key in MARKET}
    subject = common.subject(
        f"{common.here()}每月岗位需求与发放证书，推算到2027年底", "供需推算",
        f"岗位需求为当月需求人数，供给为当月发放的证书数。{projection.METHOD}。", "人、本", frozenset({"vacancy", "certificate"}),
        source=SOURCE, period=words.span("2023-01", projection.LAST),
    )  # fmt: skip
    draw.chart(
        "供需推算",
        subject,
        screen,
        figure=lambda theme: figures.monthly(known, found, units, theme),
        table=lambda: _market_table(found),
    )


def _market_table(found: dict[str, projection.Outlook]) -> Table:
    frames = [o.path.select(pl.lit(name).alias("name"), *PATH) for name, o in found.items()]
    return pl.concat(frames), {"name": ColumnForm("指标", None, 12), **PATH}


def _tests() -> None:
    cubes, place, month = state.run().cubes, state.current().place, common.month()
    rows = []
    for key in (*TARGETS, *MARKET):
        found = cached.outlook(cubes, key, place, month)
        if found is not None:
            tests = found.tests.with_columns(name=pl.lit(catalogue()[key].short), error=100 * pl.col("error"))
            rows.append(tests)
    if not rows or not sum(r.height for r in rows):
        return
    forms = {
        "name": ColumnForm("指标", None, 14),
        "stood": ColumnForm("站在", None, 10),
        "ago": ColumnForm("推算月数", 0, 10),
        "forecast": ColumnForm("当时推算合计", 0, 14),
        "actual": ColumnForm("实际合计", 0, 12),
        "error": ColumnForm("误差（%）", 1, 12),
    }
    table = pl.concat(rows).select(list(forms))
    subject = common.subject(
        "同一方法站在6个月和12个月前推算，与实际相比", "推算检验", f"误差＝推算÷实际−1。{projection.METHOD}。", "见表头",
        frozenset({"training", "certificate", "vacancy"}), source=SOURCE, period=words.span("2023-01", month),
    )  # fmt: skip
    draw.data("推算检验", subject, lambda: (table, forms))


def _why(too_few: bool, key: str) -> str:
    if not too_few:
        why = words.gaps(withheld=state.run().cubes.fewest_people > 0)
        return f"2023年以来有月份{why}，累计数不完整，不能推算。"
    known, _ = projection.known(cached.history(state.run().cubes, key, state.current().place, common.month()))
    return f"截至{words.month_name(common.month())}连续有数的只有 {len(known)} 个月，不足 {projection.FEWEST} 个月，不推算。"
