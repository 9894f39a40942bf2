"""What was filed, as one list for every page that shows it: which table and page of it, and its columns."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from briefings.tables import TIME_FORMAT, ColumnForm
from charts.drawing import name_of
from charts.subject import Subject
from charts.words import NO_VALUE
from data_sources import readers, reading
from data_sources.reading import PAGE, Filed
from data_sources.settings import settings
from data_sources.vocabulary import PENDING, PROVENANCES, SUBMISSION_STATUSES
from indicators.options import FILED_TABLE, LISTED_PAGE, LISTED_TABLE
from pages.shared import controls, draw, state
from pages.shared.downloads import Table

LABELS: Final[Mapping[str, str]] = LISTED_TABLE.allowed
"""Every table that is filed by its name on screen; the empty text for all."""
FORMS: Final = {
    "id": ColumnForm("批次号", None, 10),
    "table": ColumnForm("数据表", None, 14),
    "place": ColumnForm("报送地区", None, 16),
    "month": ColumnForm("月份", None, 10),
    "row_count": ColumnForm("行数", 0, 10),
    "standing": ColumnForm("状态", None, 18),
    "reason": ColumnForm("原因", None, 40),
    "received": ColumnForm("报送时间", None, 18),
    "department": ColumnForm("部门", None, 24),
    "submitter": ColumnForm("报送人", None, 20),
    "reviewed_by": ColumnForm("审核人", None, 20),
    "file_name": ColumnForm("文件", None, 40),
    "origin": ColumnForm("性质", None, 16),
    "version": ColumnForm("数据版本", None, 10),
}


def asked() -> tuple[str, int]:
    """The table ('' for all) and the page from 0, chosen above the list and kept in the URL."""
    left, right = st.columns([2, 1])
    with left:
        controls.menu(LISTED_TABLE)
    with right:
        return state.option(LISTED_TABLE), controls.page(LISTED_PAGE)


def listed(title: str, wanted: Filed, found: pl.DataFrame, page: int, *, chosen: str) -> None:
    """One page of `reading.submissions`, of which `chosen` says in words what was `wanted`; the file holds all of them. A
    sentence when nothing is on the page."""
    if found.is_empty():
        st.info("没有符合条件的报送批次。")
        return
    tables = frozenset({wanted.table_name} if wanted.table_name else FILED_TABLE.allowed)
    subject = Subject(
        title, "报送批次", "每个单位每次报送的一张表为一批，整批接收或退回。", "见表头", "全部时期", chosen, "报送批次记录", tables,
        detail="submission",
    )  # fmt: skip
    url = settings().url
    whole = lambda: _table(reading.submissions(url, wanted, size=reading.MOST_SUBMISSIONS))  # noqa: E731
    draw.data("报送批次", subject, lambda: _table(found), height=480, whole=whole)
    with st.container(key="screen-only-paging"):
        st.caption(f"新的在前，每页 {PAGE} 批，第 {page + 1} 页。导出含全部各页中您有权导出的批次。")


def _table(found: pl.DataFrame) -> Table:
    waiting = (pl.col("provenance") == "official") & (pl.col("status") == "accepted") & ~pl.col("reviewed")
    status = pl.col("status").replace_strict(SUBMISSION_STATUSES)
    subjects = set(found["submitted_by"].drop_nulls())
    names = readers.names(settings().url, subjects) if subjects else {}
    filers = {code: name_of(code) for code in found["place_code"].unique()}
    shown = found.with_columns(
        pl.col("month", "reason", "reviewed_by", "file_name").fill_null(NO_VALUE),
        table=pl.col("table_name").replace_strict(LABELS, default=pl.col("table_name")),
        place=pl.col("place_code").replace_strict(filers, return_dtype=pl.String),
        standing=pl.when(waiting).then(status + f"，{PENDING}").otherwise(status),
        received=pl.col("received_at").dt.to_string(TIME_FORMAT),
        submitter=pl.col("submitted_by").replace(names).fill_null(NO_VALUE),
        origin=pl.col("provenance").replace_strict(PROVENANCES),
        version=pl.format("v{}", "data_version").fill_null(NO_VALUE),
    )
    return shown.select(list(FORMS)), FORMS
