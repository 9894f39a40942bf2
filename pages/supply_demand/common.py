"""What the parts of 供需与流动 share: the cluster, the period, the words under their pictures, tables of places."""

from collections.abc import Collection, Sequence
from typing import Any, cast

import polars as pl
import streamlit as st

from charts import words
from charts.flows import name
from charts.sentences import scope
from charts.subject import Subject
from data_sources.reference import clusters
from geo import places
from indicators import people
from indicators.catalogue import Window
from indicators.options import OVER
from pages.overview.parts import month as month
from pages.shared import controls, state

BY_CLUSTER = "talent_inflow"
"""The indicator that the view looks at beside a cluster: one that can be told apart."""


def cluster() -> None:
    """One industry cluster or all."""
    names = clusters()
    st.selectbox(
        "产业集群",
        ["", *names],
        format_func=lambda code: names.get(code, controls.ALL_CLUSTERS),
        **state.widget("cluster", state.current().cluster or "", _choose),
    )


def _choose(code: str) -> None:
    if code:
        state.change(cluster=code, indicator=BY_CLUSTER)
    else:
        state.change(cluster=None)


def window() -> Window:
    """The chosen period."""
    return cast("Window", state.option(OVER))


def asked() -> tuple[Any, ...]:
    """What most measures of this page are given: cubes, window and month."""
    return state.run().cubes, window(), month()


def here() -> str:
    """The name of the chosen place."""
    return places.place(state.current().place).name


def subject(title: str, short: str, definition: str, unit: str, tables: frozenset[str], **given: str) -> Subject:
    """The subject of a picture of this page; `given` may set its `period`, `source` and `approval`."""
    chosen = state.current().cluster
    return Subject(
        title=title,
        short=short,
        definition=definition,
        unit=unit,
        period=given.get("period") or words.period(month(), window()),
        filter=f"地区：{here()}；范围：{scope(state.current())}；产业集群：{clusters()[chosen] if chosen else '全部'}",
        source=given["source"],
        tables=tables,
        cluster=clusters()[chosen] if chosen else None,
        approval=given.get("approval", ""),
    )


def closed(tables: Collection[str], codes: Sequence[str]) -> bool:
    """Whether of all these places the people of these tables, told apart further, are not told to the reader."""
    shut = people.closed(
        state.run().cubes, tables, codes, twice=bool(state.current().cluster) or "employment" in tables
    )
    return shut >= set(codes)


def why(nothing: str, tables: Collection[str], codes: Sequence[str]) -> str:
    """What is said where there is nothing to show: that it is not told where that is why, else `nothing`."""
    return f"：{words.APART}" if closed(tables, codes) else nothing


def named(frame: pl.DataFrame, column: str = "place_code", into: str = "name") -> pl.DataFrame:
    """The frame with the names of places, provinces and 市本级."""
    return frame.with_columns(pl.Series(into, [name(code) for code in frame[column]], dtype=pl.String))
