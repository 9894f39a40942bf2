"""A ladder of levels as a table, and what is said beside each: the two ladders never mix."""

from typing import Final

import polars as pl

from briefings.tables import ColumnForm
from data_sources.vocabulary import LEVELS
from pages.shared.downloads import Table

APART: Final = "两个等级序列分开统计，不相加、不比较"


def steps(found: pl.DataFrame, unit: str, whole: str) -> Table:
    """The steps of a ladder (see `indicators.evaluation.ladder`), highest first; `whole` names what they are held against."""
    forms = {
        "name": ColumnForm("等级", None, 14),
        "value": ColumnForm(f"数量（{unit}）", 0, 12),
        "percent": ColumnForm("占本序列（%）", 1, 14),
        "whole": ColumnForm(f"{whole}占比（%）", 1, 20),
    }
    named = found.with_columns(
        name=pl.col("level").replace_strict(LEVELS, return_dtype=pl.String),
        percent=100 * pl.col("share"),
        whole=100 * pl.col("province"),
    )
    return named[::-1].select(list(forms)), forms
