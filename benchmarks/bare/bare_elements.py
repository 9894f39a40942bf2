"""The plainest element of each kind, with constant data that was made once."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import plotly.graph_objects as go
import polars as pl
import pydeck as pdk
import streamlit as st

from geo import boundaries, places

OPTIONS: Final = [f"选项{n}" for n in range(12)]
TEXT: Final = "浙江省各县（市、区）数字技能人才"


class _Written(pdk.Deck):
    """A deck whose JSON is constant."""

    def to_json(self) -> str:
        return _map_json()


@cache
def _map_json() -> str:
    geometries = boundaries.encoded("county", "overview")
    features = [
        f'{{"type":"Feature","properties":{{"fill":[{n * 2},160,120],"name":"{code}"}},"geometry":{geometry}}}'
        for n, (code, geometry) in enumerate(sorted(geometries.items()))
    ]
    layer = {
        "@@type": "GeoJsonLayer",
        "id": "places",
        "pickable": True,
        "getFillColor": "@@=properties.fill",
        "data": {"type": "FeatureCollection", "features": ["…"]},
    }
    camera = {"latitude": 29, "longitude": 120.5, "zoom": 6.2}
    written = json.dumps({"initialViewState": camera, "layers": [layer], "mapStyle": "", "views": []})
    return written.replace(json.dumps("…"), ",".join(features))


@cache
def _deck() -> pdk.Deck:
    return _Written(map_provider=None)


@cache
def _figure() -> go.Figure:
    return go.Figure(go.Bar(x=list(range(90)), y=[p.name for p in places.counties()], orientation="h"))


def frame() -> pl.DataFrame:
    """A table of a run's own, over the same columns: Polars 2.1 stops the whole process for good when three threads ask
    one frame that is new for Pandas at once, as Streamlit does with every frame that it shows.
    """
    return _frame().clone()


@cache
def _frame() -> pl.DataFrame:
    names = [p.name for p in places.counties()]
    return pl.DataFrame({"地区": names, "数值": [n * 1.5 for n in range(90)], "位次": list(range(90))})


def _selectbox(n: int) -> None:
    st.selectbox("指标" if n == 0 else f"选择{n}", OPTIONS, key=f"select-{n}")


@cache
def _component() -> Callable[..., object]:
    return st.components.v2.component("bare", js="export default () => {}")


DRAWN: Final[Mapping[str, Callable[[int], object]]] = {
    "alert": lambda n: st.info(TEXT),
    "dataframe": lambda n: st.dataframe(frame(), key=f"frame-{n}"),
    "bidi_component": lambda n: _component()(key=f"bidi-{n}"),
    "button": lambda n: st.button(TEXT, key=f"button-{n}"),
    "button_group": lambda n: st.segmented_control("口径", OPTIONS[:3], key=f"group-{n}"),
    "checkbox": lambda n: st.toggle(TEXT, key=f"toggle-{n}"),
    "date_input": lambda n: st.date_input(f"日期{n}", None, key=f"date-{n}"),
    "deck_gl_json_chart": lambda n: st.pydeck_chart(_deck(), key=f"deck-{n}", on_select="rerun"),
    "download_button": lambda n: st.download_button(TEXT, b"x", key=f"download-{n}", on_click="ignore"),  # noqa: TID251
    "heading": lambda n: st.subheader(TEXT),
    "html": lambda n: st.html(f"<p>{TEXT}</p>"),
    "markdown": lambda n: st.markdown(TEXT),
    "code": lambda n: st.code(TEXT),
    "file_uploader": lambda n: st.file_uploader(TEXT, key=f"upload-{n}"),
    "metric": lambda n: st.metric(TEXT, 12.3),
    "multiselect": lambda n: st.multiselect(f"多选{n}", OPTIONS, OPTIONS[:3], key=f"multi-{n}"),
    "number_input": lambda n: st.number_input(f"数值{n}", value=n, key=f"number-{n}"),
    "page_link": lambda n: st.page_link("https://localhost", label=TEXT),
    "plotly_chart": lambda n: st.plotly_chart(_figure(), key=f"plotly-{n}", on_select="rerun"),
    "selectbox": _selectbox,
    "slider": lambda n: st.select_slider("月份", OPTIONS, key=f"slider-{n}"),
    "text_input": lambda n: st.text_input(f"文字{n}", TEXT, key=f"text-{n}"),
}


def drawn(numbers: Mapping[str, int]) -> None:
    """So many elements of each kind; raises KeyError for a kind that has no plain element here."""
    for kind, number in numbers.items():
        for n in range(number):
            DRAWN[kind](n)
