"""Thin caches, bounded, with the data version in every key. What they return is shared: nobody may mutate it."""

import gc
from functools import cache

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from charts import figures, talent_map
from charts.drawing import Drawing, drawing, rows
from charts.theme import Theme
from data_sources import reading
from data_sources.cubes import Cubes
from data_sources.live import Live, Now
from data_sources.settings import settings
from data_sources.vocabulary import BASE_KINDS
from geo import boundaries
from geo.layers import Map
from geo.marks import Point
from indicators import measures
from indicators.catalogue import Window, catalogue
from indicators.view import View


@cache
def _live() -> Live:
    return Live(settings().url, settings().cubes).start()


def now() -> Now:
    """The newest sight of the database."""
    return _live().now()


def seen() -> bool:
    """Whether the database has been seen once, so that `now` answers at once."""
    return bool(_live.cache_info().currsize) and _live().seen


def unwatch() -> None:
    """Stop watching the database, if it is being watched."""
    if _live.cache_info().currsize:
        _live().stop()


@cache
def warmed() -> bool:
    """Once a process, after the imports: move what lives for ever out of the garbage collector's way."""
    for level in ("prefecture", "county"):
        boundaries.encoded(level)
        boundaries.label_spots(level)
    gc.collect()
    gc.freeze()
    return True


def series(cubes: Cubes, key: str, window: Window, cluster: str | None = None) -> pl.DataFrame:
    """The indicator for every place and month (see `indicators.measures.series`)."""
    return _series(cubes.name, key, window, cluster, cubes)


@st.cache_resource(max_entries=512, show_spinner=False)  # noqa: TID251 - this module owns the caches
def _series(name: str, key: str, window: Window, cluster: str | None, _cubes: Cubes) -> pl.DataFrame:
    return measures.series(_cubes, catalogue()[key], window, cluster)


def drawn(cubes: Cubes, view: View, theme: Theme) -> Drawing:
    """What the map draws for a view (see `charts.drawing`)."""
    return _drawn(cubes.name, view, theme, cubes)


@st.cache_resource(max_entries=512, show_spinner=False)  # noqa: TID251
def _drawn(name: str, view: View, theme: Theme, _cubes: Cubes) -> Drawing:
    values = series(_cubes, view.indicator, view.window, view.cluster)
    return drawing(values, catalogue()[view.indicator], view, theme)


def table(cubes: Cubes, view: View) -> pl.DataFrame:
    """The table of a view (see `charts.drawing.rows`)."""
    return _table(cubes.name, view, cubes)


@st.cache_resource(max_entries=512, show_spinner=False)  # noqa: TID251
def _table(name: str, view: View, _cubes: Cubes) -> pl.DataFrame:
    values = series(_cubes, view.indicator, view.window, view.cluster)
    return rows(values, catalogue()[view.indicator], view)


def deck(cubes: Cubes, view: View, theme: Theme, width: int, height: int) -> Map:
    """The map of a view for a frame of so many pixels."""
    return _deck(cubes.name, view, theme, width, height, cubes)


@st.cache_resource(max_entries=256, show_spinner=False)  # noqa: TID251
def _deck(name: str, view: View, theme: Theme, width: int, height: int, _cubes: Cubes) -> Map:
    indicator = catalogue()[view.indicator]
    points = _points(name, view.month) if view.bases else ()
    return talent_map.deck(drawn(_cubes, view, theme), indicator, view, theme, width=width, height=height, bases=points)


def ranking(cubes: Cubes, view: View, theme: Theme) -> go.Figure:
    """The ranking of a view (see `charts.figures.ranking`)."""
    return _ranking(cubes.name, view, theme, cubes)


@st.cache_resource(max_entries=256, show_spinner=False)  # noqa: TID251
def _ranking(name: str, view: View, theme: Theme, _cubes: Cubes) -> go.Figure:
    return figures.ranking(drawn(_cubes, view, theme), catalogue()[view.indicator], theme, chosen=view.place)


def trend(cubes: Cubes, view: View, theme: Theme, height: int) -> go.Figure:
    """The chosen place's series (see `charts.figures.trend`)."""
    return _trend(cubes.name, view, theme, height, cubes)


@st.cache_resource(max_entries=256, show_spinner=False)  # noqa: TID251
def _trend(name: str, view: View, theme: Theme, height: int, _cubes: Cubes) -> go.Figure:
    indicator = catalogue()[view.indicator]
    history = measures.history(series(_cubes, view.indicator, view.window, view.cluster), view.place)
    return figures.trend(
        history, indicator, theme, month=view.month, height=height, with_pace=indicator.middle == "pace"
    )


@st.cache_resource(max_entries=24, show_spinner=False)  # noqa: TID251
def _points(name: str, month: str) -> tuple[Point, ...]:
    found = reading.bases(settings().url, month)
    largest = max(found["seats"].max() or 1, 1)
    return tuple(
        Point(
            lon=row["lon"],
            lat=row["lat"],
            radius=1.4 + 3.0 * (row["seats"] / largest) ** 0.5,
            tooltip={
                "name": row["name"],
                "wording": f"{BASE_KINDS[row['kind']]}　{row['seats']:,} 个工位",
                "rank": "",
                "change": "",
                "note": "",
            },
        )
        for row in found.iter_rows(named=True)
    )


@st.cache_resource(max_entries=16, show_spinner=False)  # noqa: TID251
def listing(name: str, what: str, page: int = 0, table_name: str | None = None) -> pl.DataFrame:
    """A reading of single rows under a data version's name: submissions, versions, published figures."""
    url = settings().url
    if what == "submissions":
        return reading.submissions(url, page=page, table_name=table_name)
    return {"versions": reading.versions, "published": reading.published}[what](url)


@st.cache_resource(max_entries=8, show_spinner=False)  # noqa: TID251
def changes(name: str, version: int) -> pl.DataFrame:
    """What a data version brought (see `reading.changes`)."""
    return reading.changes(settings().url, version)
