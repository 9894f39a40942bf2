"""The parts of 对比: which places and indicators, their table, their small multiples."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import compare as figures
from charts import words
from charts.subject import Subject
from geo import places
from indicators import compare, measures
from indicators.catalogue import Indicator, catalogue
from indicators.options import AGAINST, COMPARED, MEASURED, listed
from pages.compare.cached import averages
from pages.overview.parts import month
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

MOST_ON_A_PHONE = 3


def chosen() -> bool:
    """Whether there is anything to compare."""
    return bool(_places() and _indicators())


def table() -> None:
    """One row an indicator, one column a place marked against the average, then average, province and target."""
    shown = list(dict.fromkeys([*_places(), places.PROVINCE]))
    rows = [_row(indicator, shown) for indicator in _indicators()]
    forms = {"title": ColumnForm("指标", None, 28)}
    forms |= {code: ColumnForm(places.place(code).name, None, 16) for code in shown}
    forms |= {"average": ColumnForm(_against(), None, 16), "target": ColumnForm("序时进度或2027年目标", None, 22)}
    forms |= {"period": ColumnForm("时期", None, 20)}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(forms, pl.String), orient="row")
    title = f"{'、'.join(_names().values())}的 {len(rows)} 项指标"
    draw.data("对比表", _subject(title), lambda: (frame, forms))
    st.caption(f"{figures.LEGEND}。{compare.AVERAGE}。")


def _row(indicator: Indicator, shown: list[str]) -> list[str]:
    at = measures.CENSUS_MONTH if "census" in indicator.windows else month()
    now = _series(indicator).filter(pl.col("month") == at)
    values = {row["place_code"]: row for row in now.select("place_code", "value", "withheld").to_dicts()}
    average, among = _reference(indicator).filter(pl.col("month") == at)["value"].item(), _reference_places()
    fair = {code: average if compare.fair(code, among, indicator) else None for code in shown}
    cells = [
        figures.marked(values[code]["value"], fair[code], indicator, withheld=values[code]["withheld"])
        for code in shown
    ]
    period = words.period(at, indicator.windows[0])
    return [indicator.title, *cells, words.value(average, indicator), _target(indicator), period]


def _target(indicator: Indicator) -> str:
    """A completion's pace; the province's target of what has one."""
    if indicator.middle == "pace":
        return f"序时进度 {words.number(measures.pace(month()), 1)}%"
    completion = compare.completion_of(catalogue(), indicator.key)
    if completion is None:
        return words.NO_VALUE
    whole = measures.history(_series(completion), places.PROVINCE).filter(pl.col("month") == month())["denominator"]
    figure, unit = words.grand(whole.item(), indicator)
    return f"全省 {figure.removesuffix('.00')} {unit}"


def multiples(screen: Screen) -> None:
    """Each indicator by month, one scale a row."""
    kept = [i for i in _indicators() if "census" not in i.windows]
    if not kept:
        return
    names = {code: places.place(code).short_name for code in _places()[: MOST_ON_A_PHONE if screen.narrow else None]}
    histories = {
        (i.key, code): measures.history(_series(i), code).select("month", "value", "withheld")
        for i in kept
        for code in names
    }
    references = {i.key: _reference(i) for i in kept}
    months = state.run().cubes.months
    few = f"（屏幕较窄，显示前 {len(names)} 个地区）" if len(names) < len(_names()) else ""
    draw.chart(
        "走势对比",
        _subject(f"走势对比：同一行纵轴相同，虚线为{_against()}{few}", words.span(months[0], months[-1])),
        screen,
        figure=lambda theme: figures.multiples(histories, kept, names, theme, references=references),
        table=lambda: _months(histories, names),
    )


def _months(histories: dict[tuple[str, str], pl.DataFrame], names: dict[str, str]) -> Table:
    frames = [
        frame.with_columns(indicator=pl.lit(catalogue()[key].title), place=pl.lit(names[code]))
        for (key, code), frame in histories.items()
    ]
    forms = {
        "indicator": ColumnForm("指标", None, 28),
        "place": ColumnForm("地区", None, 16),
        "month": ColumnForm("月份", None, 10),
        "value": ColumnForm("数值", 2, 16),
    }
    return remarked(pl.concat(frames), forms, {"value": "withheld"})


def _series(indicator: Indicator) -> pl.DataFrame:
    return cached.series(state.run().cubes, indicator.key, indicator.windows[0])


def _reference(indicator: Indicator) -> pl.DataFrame:
    return averages(state.run().cubes, indicator.key, indicator.windows[0], _reference_places())


def _reference_places() -> tuple[str, ...]:
    return compare.reference_places(state.option(AGAINST), _places())


def _against() -> str:
    return AGAINST.allowed[state.option(AGAINST)]


def _places() -> tuple[str, ...]:
    return listed(state.option(COMPARED))


def _names() -> dict[str, str]:
    return {code: places.place(code).name for code in _places()}


def _indicators() -> list[Indicator]:
    return [catalogue()[key] for key in listed(state.option(MEASURED))]


def _subject(title: str, period: str | None = None) -> Subject:
    indicators = _indicators()
    return Subject(
        title, "对比", "各指标取第一种时期口径，口径说明见指标目录。", "见各指标", period or f"截至{words.month_name(month())}",
        f"地区：{'、'.join(_names().values())}", "；".join(dict.fromkeys(i.source for i in indicators)),
        frozenset(name for i in indicators for name in i.tables),
    )  # fmt: skip
