"""Everything on screen can be taken along: workbook, CSV, and pictures; made when asked for, with notes on each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from briefings import pictures, tables
from briefings.names import file_name
from briefings.tables import ColumnForm, Notes
from charts import words
from charts.sentences import scope
from data_sources.reference import clusters
from data_sources.settings import settings
from geo import places
from indicators.catalogue import Indicator, catalogue
from indicators.view import METHODS, PEERS, View
from pages.shared import state

Figure = Callable[[], go.Figure]
Table = tuple[pl.DataFrame, Mapping[str, ColumnForm]]
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}


def columns_of(indicator: Indicator) -> dict[str, ColumnForm]:
    """The exported columns of a table of places."""
    unit, change = indicator.unit, "同比变化（百分点）" if indicator.unit == "%" else "同比增长（%）"
    return {
        "place_code": ColumnForm("地区代码", None, 10),
        "name": ColumnForm("地区", None, 16),
        "value": ColumnForm(f"{indicator.title}（{unit}）", indicator.decimals, 24),
        "rank": ColumnForm("位次", 0, 8),
        "ranked_of": ColumnForm("参与排名（个）", 0, 14),
        "yoy_shown": ColumnForm(change, 1, 16),
        "filed": ColumnForm("数据完整的填报单位（个）", 0, 24),
        "expected": ColumnForm("应报单位（个）", 0, 14),
    }


def exported(frame: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """A table of places as it leaves: values rounded once, growth in the unit of its header."""
    factor = 1 if indicator.unit == "%" else 100
    return frame.with_columns(
        value=_rounded(frame["value"], indicator.decimals, 1), yoy_shown=_rounded(frame["yoy"], 1, factor)
    )


def months_of(indicator: Indicator) -> dict[str, ColumnForm]:
    """The exported columns of one place's series."""
    kept = columns_of(indicator)
    wanted = ("value", "yoy_shown", "filed", "expected")
    return {"month": ColumnForm("月份", None, 10), **{name: kept[name] for name in wanted}}


def _rounded(values: pl.Series, decimals: int, factor: int) -> pl.Series:
    kept = [None if v is None else words.rounded(v * factor, decimals) for v in values]
    return pl.Series(kept, dtype=pl.Float64)


def notes(title: str, view: View, *, with_map: bool = False) -> Notes:
    """What must be known to cite a table or picture of this view."""
    indicator, cubes = catalogue()[view.indicator], state.run().cubes
    base = (st.context.url or "").split("?")[0]
    return Notes(
        title=title,
        definition=indicator.definition,
        unit=indicator.unit,
        filter=filter_words(view),
        period=words.period(view.month, view.window),
        source=indicator.source,
        data_version=words.data_version(cubes.version),
        made_at=datetime.now(),
        simulated=cubes.simulated(indicator.tables),
        approval=settings().approval_line if with_map else "",
        url=f"{base}?{urlencode(state.query_of(view))}",
    )


def filter_words(view: View) -> str:
    """The filter of a view in words."""
    parts = [f"地区：{places.place(view.place).name}", f"范围：{scope(view)}"]
    parts.append(f"产业集群：{clusters()[view.cluster] if view.cluster else '全部'}")
    parts.append(f"同类地区：{PEERS[view.peers]}")
    if catalogue()[view.indicator].kind in ("rate", "share"):
        parts.append(f"分级方法：{METHODS[view.method]}")
    return "；".join(parts)


def offer(
    name: str,
    kept: Notes,
    table: Table | None = None,
    figure: Figure | None = None,
) -> None:
    """A small menu with every format that this part of the page can be taken in; files are made on the click."""
    view = state.current()
    indicator = catalogue()[view.indicator]
    stem = (places.place(view.place).name, indicator.short, name, view.month, kept.data_version)
    with st.popover("导出", key=f"export-{name}", help="下载数据或图片"):
        if table is not None:
            frame, columns = table
            _button("Excel 工作簿", "xlsx", stem, name, lambda: tables.workbook(frame, kept, columns))
            _button("CSV（含说明，ZIP）", "zip", stem, name, lambda: tables.csv(frame, kept, columns))
        if figure is not None and (missing := pictures.reason()):
            st.caption(missing)
        elif figure is not None:
            _button("PNG 图片（300 dpi）", "png", stem, name, lambda: pictures.rendered(figure(), "png"))
            _button("SVG 矢量图", "svg", stem, name, lambda: pictures.rendered(figure(), "svg"))
            _button("PDF", "pdf", stem, name, lambda: pictures.rendered(figure(), "pdf"))


def _button(label: str, kind: str, stem: tuple[str, ...], name: str, made: Callable[[], bytes]) -> None:
    st.download_button(
        label,
        data=made,
        file_name=file_name(*stem, suffix=kind),
        mime=MIME[kind],
        key=f"download-{name}-{kind}",
        on_click="ignore",
        type="tertiary",
    )
