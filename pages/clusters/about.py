"""What the parts of 产业集群 are about: the chosen clusters, the aspect with its window, and the words of their captions."""

from dataclasses import replace

import polars as pl
import streamlit as st

from charts import words
from charts.subject import Subject
from data_sources.reference import clusters
from geo import places
from indicators import clusters as measures
from indicators.catalogue import Indicator, Window, catalogue
from indicators.options import ASPECT, CLUSTERS, listed
from indicators.view import LEVELS
from pages.clusters import cached
from pages.overview.parts import month as month
from pages.shared import state
from pages.shared.caches import once


def control() -> None:
    """The clusters, one or several; without any it is the first."""
    names = clusters()
    st.multiselect(
        CLUSTERS.label,
        list(names),
        format_func=lambda code: names[code],
        placeholder="至少一个",
        help="可选多个，合在一起看：各集群的人数、需求、人次、证书可以相加，一人只在一个集群。",
        **state.widget("clusters", list(chosen()), _choose),
    )


def _choose(codes: list[str]) -> None:
    """One cluster is the view's own, so that it is kept on other pages; several are this page's."""
    if len(codes) == 1:
        view = replace(state.current(), cluster=codes[0], indicator=indicator().key)
        state.choose(CLUSTERS, CLUSTERS.default, view=view)
    else:
        state.choose(CLUSTERS, "~".join(codes))


def chosen() -> tuple[str, ...]:
    """The codes of the clusters that are looked at, at least one, in the order of the plan."""
    several = listed(state.option(CLUSTERS))
    one = state.current().cluster or next(iter(clusters()))
    return tuple(code for code in clusters() if code in (several or (one,)))


def named() -> str:
    """The chosen clusters in words."""
    names = [clusters()[code] for code in chosen()]
    if len(names) == len(clusters()):
        return "全部产业集群"
    return "、".join(names) if len(names) <= 2 else f"{names[0]}等 {len(names)} 个集群"


def indicator() -> Indicator:
    """The indicator of the chosen aspect."""
    return catalogue()[state.option(ASPECT)]


def window() -> Window:
    """Its window."""
    return measures.WINDOWS[state.option(ASPECT)]


def here() -> str:
    """The name of the chosen place."""
    return places.place(state.current().place).name


def cells() -> pl.DataFrame:
    """The drawn places by all clusters."""
    return cached.matrix(state.run().cubes, state.option(ASPECT), month(), state.current().drawn)


def together() -> pl.DataFrame:
    """The drawn places, the chosen clusters as one."""
    return once(measures.together, cells(), chosen())


def subject(title: str, short: str, **given: str | frozenset[str]) -> Subject:
    """The subject of one part: of the aspect's indicator, but for what is given (`definition`, `unit`, `period`,
    `source`, `tables`, `approval`, `detail`)."""
    wanted, view = indicator(), state.current()
    names = "、".join(clusters()[code] for code in chosen())
    found = Subject(
        title, short, f"{wanted.definition}{measures.QUOTIENT}。", wanted.unit, words.period(month(), window()),
        f"地区：{here()}；层级：{LEVELS[view.level]}；产业集群：{names}", wanted.source, wanted.tables,
    )  # fmt: skip
    return replace(found, **given)  # type: ignore[arg-type]
