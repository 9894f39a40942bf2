"""What was filed, as one list for every page that shows it: which table and page of it, and its columns."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from charts.drawing import name_of
from data_sources import readers
from data_sources.reading import PAGE
from data_sources.settings import settings
from data_sources.vocabulary import PENDING, PROVENANCES, SUBMISSION_STATUSES
from indicators.options import LISTED_PAGE, LISTED_TABLE
from pages.shared import controls, state

LABELS: Final[Mapping[str, str]] = LISTED_TABLE.allowed
"""Every table that is filed by its name on screen; the empty text for all."""


def asked() -> tuple[str, int]:
    """The table ('' for all) and the page from 0, chosen above the list and kept in the URL."""
    left, right = st.columns([2, 1])
    table, page = state.option(LISTED_TABLE), int(state.option(LISTED_PAGE))
    with left:
        controls.menu(LISTED_TABLE, resetting=(LISTED_PAGE,))
    right.number_input(
        LISTED_PAGE.label,
        min_value=LISTED_PAGE.least,
        max_value=LISTED_PAGE.most,
        step=1,
        **state.widget("listed-page", page, lambda to: state.choose(LISTED_PAGE, str(to))),
    )
    return table, page - 1


def listed(found: pl.DataFrame, key: str, page: int) -> None:
    """One page of `reading.submissions`; a sentence when nothing is on it."""
    if found.is_empty():
        st.info("没有符合条件的报送批次。")
        return
    waiting = (pl.col("provenance") == "official") & (pl.col("status") == "accepted") & ~pl.col("reviewed")
    status = pl.col("status").replace_strict(SUBMISSION_STATUSES)
    subjects = set(found["submitted_by"].drop_nulls())
    names = readers.names(settings().url, subjects) if subjects else {}
    st.dataframe(
        found.select(
            pl.col("id").alias("批次号"),
            pl.col("table_name").replace_strict(LABELS, default=pl.col("table_name")).alias("数据表"),
            pl.col("place_code").map_elements(name_of, return_dtype=pl.String).alias("报送地区"),
            pl.col("month").fill_null("—").alias("月份"),
            pl.col("row_count").alias("行数"),
            pl.when(waiting).then(status + f"，{PENDING}").otherwise(status).alias("状态"),
            pl.col("reason").fill_null("—").alias("原因"),
            pl.col("received_at").alias("报送时间"),
            pl.col("department").alias("部门"),
            pl.col("submitted_by").replace(names).fill_null("—").alias("报送人"),
            pl.col("reviewed_by").fill_null("—").alias("审核人"),
            pl.col("file_name").fill_null("—").alias("文件"),
            pl.col("provenance").replace_strict(PROVENANCES).alias("性质"),
            pl.format("v{}", "data_version").fill_null("—").alias("数据版本"),
        ),
        hide_index=True,
        height=min(480, 35 * (found.height + 1) + 3),
        key=f"{key}-submissions",
        column_config={
            "行数": st.column_config.NumberColumn(format="localized"),
            "报送时间": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "原因": st.column_config.TextColumn(width=220),
            "文件": st.column_config.TextColumn(width=180),
        },
    )
    st.caption(f"新的在前，每页 {PAGE} 批，第 {page + 1} 页。")
