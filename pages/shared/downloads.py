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
from indicators import view as views
from indicators.catalogue import catalogue
from indicators.view import METHODS, PEERS, View
from pages.shared import state
from pages.shared.state import Run

Figure = Callable[[], go.Figure]
Table = tuple[pl.DataFrame, Mapping[str, ColumnForm]]
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}


def notes(title: str, view: View, run: Run, address: str, *, with_map: bool = False) -> Notes:
    """What must be known to cite a table or picture of this view; `address` is the page's own, without a query."""
    indicator, cubes = catalogue()[view.indicator], run.cubes
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
        url=f"{address}?{urlencode(views.to_query(view, views.default(catalogue(), cubes.months)))}",
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
    title: str,
    view: View,
    *,
    table: Callable[[], Table] | None = None,
    figure: Figure | None = None,
    with_map: bool = False,
) -> None:
    """A small menu with every format that this part of the page can be taken in.

    Table, figure and notes are made on the click, outside the run: they must not read the run's state.
    """
    run, address = state.run(), (st.context.url or "").split("?")[0]
    indicator = catalogue()[view.indicator]
    version = words.data_version(run.cubes.version)
    stem = (places.place(view.place).name, indicator.short, name, view.month, version)

    def written(form: Callable[[pl.DataFrame, Notes, Mapping[str, ColumnForm]], bytes]) -> bytes:
        assert table is not None
        frame, columns = table()
        return form(frame, notes(title, view, run, address, with_map=with_map), columns)

    with st.popover("导出", key=f"export-{name}", help="下载数据或图片"):
        if table is not None:
            _button("Excel 工作簿", "xlsx", stem, name, lambda: written(tables.workbook))
            _button("CSV（含说明，ZIP）", "zip", stem, name, lambda: written(tables.csv))
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
