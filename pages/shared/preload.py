"""Tells the browser with the page itself which of Streamlit's scripts the first map, chart and table will need.

Streamlit names them only with the first run's elements; until then the browser would be idle while Python imports.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit

SCRIPTS: Final = ("DeckGlJsonChart", "PlotlyChart", "DataFrame")
"""Largest wait first: maps, then charts, then tables."""
FOLDER: Final = Path(streamlit.__file__).parent / "static" / "static" / "js"


class Preloading:
    """ASGI middleware that adds a `Link: …; rel=modulepreload` header to every HTML answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, with the header where the answer is a page."""

        async def telling(message: Any) -> None:
            if message["type"] == "http.response.start" and _is_page(message["headers"]):
                message = {**message, "headers": [*message["headers"], (b"link", link().encode())]}
            await send(message)

        await self.app(scope, receive, telling if scope["type"] == "http" else send)


@cache
def link() -> str:
    """The header's value; empty when this version of Streamlit keeps its scripts elsewhere."""
    files = [file.name for name in SCRIPTS for file in sorted(FOLDER.glob(f"{name}.*.js"))]
    return ", ".join(f"</static/js/{name}>; rel=modulepreload" for name in files)


def _is_page(headers: Any) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
