"""Everything on screen can be taken along: workbook, CSV, and pictures; made when asked for, with notes on each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from briefings import pictures, tables
from briefings.names import file_name
from briefings.tables import ColumnForm, Notes
from charts import words
from charts.subject import Subject
from data_sources import looking, policy
from data_sources.policy import NotPermitted
from geo import places
from indicators import people
from pages.shared import access, shelf, state
from pages.shared.state import Run

Figure = Callable[[], go.Figure]
Table = tuple[pl.DataFrame, Mapping[str, ColumnForm]]
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def notes(subject: Subject, run: Run, address: str) -> Notes:
    """What must be known to cite a table or picture of the subject; `address` is the URL of what is looked at."""
    return Notes(
        title=subject.title,
        definition="　".join((subject.definition, *_few(subject, run))),
        unit=subject.unit,
        filter=subject.filter,
        period=subject.period,
        source=subject.source,
        data_version=words.data_version(run.cubes.version),
        made_at=datetime.now(),
        simulated=run.cubes.simulated(subject.tables),
        unreviewed=run.cubes.unreviewed(subject.tables),
        approval=subject.approval,
        url=address,
    )


def _few(subject: Subject, run: Run) -> tuple[str, ...]:
    """Why numbers of people are withheld, where they can be."""
    few = run.cubes.fewest_people
    return (words.few(few),) if few and people.TABLES & subject.tables else ()


def offer(
    name: str, subject: Subject, *, table: Callable[[], Table] | None = None, figure: Figure | None = None
) -> None:
    """A small menu with every format that this part of the page can be taken in; filled when it is opened.

    Table, figure and notes are made on the click, outside the run: they must not read the run's state.
    """
    menu = st.popover("导出", key=f"export-{name}", help="下载数据或图片", on_change="rerun")
    if menu.open:
        with menu:
            _formats(name, subject, table, figure)


def _formats(name: str, subject: Subject, table: Callable[[], Table] | None, figure: Figure | None) -> None:
    run, address = state.run(), state.address()
    version = words.data_version(run.cubes.version)
    stem = (places.place(run.view.place).name, subject.short, name, run.view.month, version)

    counted: dict[str, int] = {}

    def written(form: Callable[[pl.DataFrame, Notes, Mapping[str, ColumnForm]], bytes]) -> bytes:
        assert table is not None
        frame, columns = table()
        counted["行数"] = frame.height
        return form(frame, notes(subject, run, address), columns)

    def one(label: str, kind: str, made: Callable[[], bytes]) -> None:
        told = lambda: {"标题": subject.title, "筛选": subject.filter, "网址": address, **counted}  # noqa: E731
        button(label, file_name(*stem, suffix=kind), made, told, key=f"download-{name}-{kind}",
               rows=bool(subject.detail), type="tertiary")  # fmt: skip

    if subject.detail and (refused := _refused(subject.detail, run.view.place)):
        st.caption(refused)
        return
    if table is not None:
        one("Excel 工作簿", "xlsx", lambda: written(tables.workbook))
        one("CSV（含说明，ZIP）", "zip", lambda: written(tables.csv))
    if figure is not None and (missing := pictures.reason()):
        st.caption(missing)
    elif figure is not None:
        one("PNG 图片（300 dpi）", "png", lambda: pictures.rendered(figure(), "png"))
        one("SVG 矢量图", "svg", lambda: pictures.rendered(figure(), "svg"))
        one("PDF", "pdf", lambda: pictures.rendered(figure(), "pdf"))


def _refused(table: str, place_code: str) -> str:
    """Why the rows of this table and place may not be taken along; empty when they may."""
    try:
        with looking.by(looking.current(), taking=True):
            looking.opened(table, policy.within(place_code))
    except NotPermitted as error:
        return str(error)
    return ""


def button(
    label: str,
    file: str,
    made: Callable[[], bytes],
    told: Callable[[], Mapping[str, Any]],
    *,
    key: str,
    rows: bool = False,
    **looks: Any,
) -> None:
    """The only way a file leaves a page: made when it is asked for, if still permitted, and put on record (see `access`)."""
    mime = MIME[file.rpartition(".")[2]]
    st.download_button(  # noqa: TID251 - this module owns downloads
        label,
        data=shelf.waiting(access.taken(made, file, told, rows=rows), file, mime),
        file_name=file,
        mime=mime,
        key=key,
        on_click="ignore",
        **looks,
    )
