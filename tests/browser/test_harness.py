"""The harness really sees: WebGL pixels, errors in the console, requests to elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import (
    Recorder,
    Server,
    deck_canvases,
    open_view,
    pixels,
    serving,
    settled,
    spot,
    without_maps,
)

CAMERA = (120.5, 29.0, 5.0)
APP = """
import pydeck as pdk
import streamlit as st

square = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [
    [[119, 28], [119, 30], [122, 30], [122, 28], [119, 28]]]}}
asked = st.query_params.get("do", "")
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.write(f"run {runs}, {st.context.theme.type}")
st.button("again")
if asked == "map":
    layer = pdk.Layer("GeoJsonLayer", {"type": "FeatureCollection", "features": [square]}, id="square",
                      get_fill_color=[200, 30, 0], stroked=False)
    st.pydeck_chart(pdk.Deck([layer], map_provider=None,
                             initial_view_state=pdk.ViewState(latitude=29, longitude=120.5, zoom=5)))
if asked == "foreign":
    st.html('<img src="http://example.invalid/pixel.png">')
if asked == "error":
    st.components.v2.component("loud", js="export default () => { console.error('too loud'); }")(key="loud")
if asked == "throw":
    st.components.v2.component("thrown", js="export default () => { setTimeout(() => { throw Error('oh') }) }")(key="t")
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("small")
    (folder / "app.py").write_text(APP)
    with serving(folder / "app.py", folder / "server.log", {}) as server:
        yield server


@pytest.fixture
def visit(visiting: Callable[[str], NewPage], small: Server) -> NewPage:
    return visiting(small.url)


def test_a_map_is_drawn_in_its_colour_where_it_should_be(visit: NewPage) -> None:
    page = open_view(visit(), "/?do=map")
    (canvas,) = deck_canvases(page)
    picture = pixels(canvas)
    assert picture.getpixel((picture.width // 2, picture.height // 2)) == (200, 30, 0)
    box = canvas.bounding_box()
    assert box is not None
    x, y = spot(canvas, CAMERA, 119, 30)
    corner = (round(x - box["x"]), round(y - box["y"]))
    assert picture.getpixel((corner[0] + 2, corner[1] + 2)) == (200, 30, 0)
    assert picture.getpixel((corner[0] - 2, corner[1] - 2)) != (200, 30, 0)


def test_a_dark_system_is_seen_by_the_script_and_settled_waits_for_the_rerun_of_a_click(visit: NewPage) -> None:
    page = open_view(visit(color_scheme="dark"))
    assert page.get_by_text("run 1, dark").is_visible()
    page.get_by_role("button", name="again").click()
    assert settled(page).get_by_text("run 2, dark").is_visible()


def test_what_must_not_happen_is_caught(browser: Browser, small: Server) -> None:
    context = without_maps(browser.new_context(base_url=small.url))
    recorder = Recorder.of(context, small.url)
    page = open_view(context.new_page())
    recorder.verify()
    for asked, found in (("foreign", "http://example.invalid/pixel.png"), ("error", "too loud"), ("throw", "oh")):
        seeing.visit(page, f"/?do={asked}")
        with pytest.raises(AssertionError, match=found):
            recorder.verify()
    seeing.visit(page, "/?do=map")
    assert not deck_canvases(page)
    recorder.verify()
    context.close()
