"""The parts of 对比: which places and indicators, their table, their small multiples."""

import polars as pl

from briefings.tables import ColumnForm
from charts import compare as figures
from charts import words
from charts.subject import Subject
from geo import places
from indicators import measures
from indicators.catalogue import Indicator, catalogue
from indicators.options import COMPARED, MEASURED, listed
from pages.overview.parts import month
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

MOST_ON_A_PHONE = 3


def chosen() -> bool:
    """Whether there is anything to compare."""
    return bool(_places() and _indicators())


def table() -> None:
    """One row an indicator, one column a place, and the province beside them."""
    codes, at = _places(), month()
    shown = list(dict.fromkeys([*codes, places.PROVINCE]))
    rows = []
    for indicator in _indicators():
        values = dict(_at(indicator, at).select("place_code", "value").iter_rows())
        period = words.period(measures.CENSUS_MONTH if "census" in indicator.windows else at, indicator.windows[0])
        rows.append([indicator.title, period, *(words.value(values.get(code), indicator) for code in shown)])
    forms = {"title": ColumnForm("指标", None, 28), "period": ColumnForm("时期", None, 20)}
    forms |= {code: ColumnForm(places.place(code).name, None, 16) for code in shown}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(forms, pl.String), orient="row")
    title = f"{'、'.join(_names().values())}的 {len(rows)} 项指标"
    draw.data("对比表", _subject(title), lambda: (frame, forms))


def multiples(screen: Screen) -> None:
    """Each indicator by month, one scale a row."""
    kept = [i for i in _indicators() if "census" not in i.windows]
    if not kept:
        return
    names = dict(list(_names().items())[: MOST_ON_A_PHONE if screen.narrow else None])
    histories = {
        (i.key, code): measures.history(cached.series(state.run().cubes, i.key, i.windows[0]), code).select(
            "month", "value"
        )
        for i in kept
        for code in names
    }
    months = state.run().cubes.months
    few = f"（屏幕较窄，显示前 {len(names)} 个地区）" if len(names) < len(_names()) else ""
    draw.chart(
        "走势对比",
        _subject(f"走势对比：同一行纵轴相同{few}", words.span(months[0], months[-1])),
        screen,
        figure=lambda theme: figures.multiples(histories, kept, names, theme),
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
    return pl.concat(frames).select(list(forms)), forms


def _at(indicator: Indicator, at: str) -> pl.DataFrame:
    window = indicator.windows[0]
    values = cached.series(state.run().cubes, indicator.key, window)
    return values.filter(pl.col("month") == (measures.CENSUS_MONTH if window == "census" else at))


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
