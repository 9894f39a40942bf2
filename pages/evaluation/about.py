"""What the parts of 评价激励 are about: the span, what is known of it, and the words of their captions."""

from typing import cast

import polars as pl

from charts import sentences, words
from charts.subject import Subject
from geo import places
from indicators import evaluation, measures
from indicators.catalogue import Window
from indicators.options import SPAN
from pages.overview.parts import month
from pages.shared import cached, state


def window() -> Window:
    """The window of certificates and contests."""
    return cast(Window, state.option(SPAN))


def span() -> tuple[str, str]:
    """Its first and last month."""
    return evaluation.span_of(month(), window())


def here() -> str:
    """The name of the chosen place."""
    return places.place(state.current().place).name


def filed(key: str, window: Window) -> tuple[bool, str]:
    """Whether the chosen place has a value of this indicator, and what is missing from it in words."""
    values = cached.series(state.run().cubes, key, window)
    row = measures.history(values, state.current().place).filter(pl.col("month") == month()).row(0, named=True)
    return row["value"] is not None, sentences.completeness(row)


def subject(
    title: str,
    short: str,
    definition: str,
    unit: str,
    *,
    period: str,
    source: str,
    tables: tuple[str, ...],
    approval: str = "",
) -> Subject:
    """The subject of one part; a map has an `approval`."""
    where = f"地区：{here()}；范围：{sentences.scope(state.current())}"
    return Subject(title, short, definition, unit, period, where, source, frozenset(tables), approval=approval)


def period() -> str:
    """The window in words."""
    return words.period(month(), window())
