"""Orders how Streamlit's scripts reach the browser, so that the map stands first.

Streamlit names the script of a kind of element only with the first such element. Until then the browser would be idle
while Python imports: the page itself names the map's script. The scripts of charts and tables take the browser most of a
second to evaluate, in which it draws no map: their first delivery waits a moment. Browsers keep both, so this is once a release.
"""

import asyncio
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import streamlit
from streamlit import dataframe_util, type_util
from streamlit.elements import deck_gl_json_chart

AT_ONCE: Final = ("DeckGlJsonChart", "webgl-device")
LATER: Final = ("/static/js/PlotlyChart.", "/static/js/DataFrame.")
MOMENT: Final = 2.5
"""Seconds in which a browser with software rendering evaluates the map's script and draws the first map."""
FOLDER: Final = Path(streamlit.__file__).parent / "static" / "static" / "js"


class MapFirst:
    """ASGI middleware: a `Link: …; rel=modulepreload` header on every page, a moment's wait before the scripts of charts and tables."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, in this order."""

        async def telling(message: Any) -> None:
            if message["type"] == "http.response.start" and is_page(message["headers"]):
                message = {**message, "headers": [*message["headers"], (b"link", link().encode())]}
            await send(message)

        if scope["type"] == "http" and scope["path"].startswith(LATER):
            await asyncio.sleep(MOMENT)
        await self.app(scope, receive, telling if scope["type"] == "http" else send)


@cache
def link() -> str:
    """The header's value; empty when this version of Streamlit keeps its scripts elsewhere."""
    files = [file.name for name in AT_ONCE for file in sorted(FOLDER.glob(f"{name}.*.js"))]
    return ", ".join(f"</static/js/{name}>; rel=modulepreload" for name in files)


def is_page(headers: Any) -> bool:
    """Whether an answer with these headers is a page."""
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)


def without_pandas() -> None:
    """Let the first map be sent before Pandas is imported.

    Streamlit asks Pandas for its version, and looks for its frames in a deck: importing it takes a third of a second, in
    which nothing is drawn. Our decks hold text (see `geo.layers.Map`), and a version is told without an import.
    """
    dataframe_util.is_pandas_version_less_than = _pandas_older_than
    deck_gl_json_chart._prepare_pydeck_for_json = lambda _: None


def _pandas_older_than(version: str) -> bool:
    return type_util.is_version_less_than(metadata.version("pandas"), version)
