"""The page that every address answers with: Streamlit's own, in our language, with what the first map needs named in it.

Streamlit names the script of a kind of element only with the first such element. The browser would be idle while Python
imports, and only then fetch and evaluate half a hundred scripts, before it draws anything: so the page itself names the
map's, and has those that stand on nearly every page read when nothing comes for half a second. The scripts of charts and
tables take it most of a second to evaluate, in which it draws no map: their first delivery waits a moment. Browsers
keep them all, so this is once a release.
"""

import asyncio
import base64
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit

PRODUCT: Final = "浙江数字人才地图"
ICON: Final = Path(__file__).with_name("icon.svg")
NO_SCRIPTS: Final = "本平台需要浏览器开启 JavaScript。"
AT_ONCE: Final = ("DeckGlJsonChart", "webgl-device")
WHEN_IDLE: Final = (
    "DeckGlJsonChart",
    "Html",
    "PageLink",
    "TextInput",
    "Selectbox",
    "Slider",
    "ButtonGroup",
    "BidiComponent",
)
IDLE_MS: Final = 500
"""So long after the page nothing has been drawn only where the server is starting: elsewhere they are read as they come."""
LATER: Final = ("/static/js/PlotlyChart.", "/static/js/DataFrame.")
MOMENT: Final = 2.5
"""Seconds in which a browser with software rendering evaluates the map's script and draws the first map."""
STATIC: Final = Path(streamlit.__file__).parent / "static"
_STALE: Final = (b"content-length", b"content-encoding", b"etag", b"last-modified")
"""What Streamlit says of its own page."""


class Shell:
    """ASGI middleware: answers with our page where Streamlit does with its own; the scripts of charts and tables wait a moment."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, but for that."""
        ours = False

        async def telling(message: Any) -> None:
            nonlocal ours
            if message["type"] == "http.response.start" and message["status"] == 200 and is_page(message["headers"]):
                ours, body = True, page().encode()
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in _STALE]
                await send({**message, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
                await send({"type": "http.response.body", "body": body})
            elif not ours:
                await send(message)

        if scope["type"] == "http" and scope["path"].startswith(LATER) and not has_it(scope["headers"]):
            await asyncio.sleep(MOMENT)
        await self.app(scope, receive, telling if scope["type"] == "http" else send)


@cache
def page() -> str:
    """Streamlit's page with our language, title and icon, and `first()`."""
    written = (STATIC / "index.html").read_text(encoding="utf-8")
    for theirs, ours in (
        ('<html lang="en">', '<html lang="zh-CN">'),
        ("<title>Streamlit</title>", f"<title>{PRODUCT}</title>"),
        ('href="./favicon.png"', f'href="{_icon()}"'),
        ("</head>", f"{first()}</head>"),
    ):
        written = written.replace(theirs, ours, 1)
    return re.sub("(?<=<noscript>).*(?=</noscript>)", NO_SCRIPTS, written, count=1, flags=re.DOTALL)


def _icon() -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(ICON.read_bytes()).decode()}"


def first() -> str:
    """The elements of the page's head that bring the map's scripts and style at once, and others when nothing comes."""
    scripts = "".join(f'<link rel="modulepreload" crossorigin href="./{name}">' for name in named(AT_ONCE, "js"))
    styles = "".join(f'<link rel="preload" as="style" crossorigin href="./{name}">' for name in named(AT_ONCE, "css"))
    reading = ",".join(f'import("./{name}")' for name in named(WHEN_IDLE, "js"))
    later = f'setTimeout(()=>{{if(!document.querySelector(".stElementContainer")){{{reading}}}}},{IDLE_MS})'
    return f'{scripts}{styles}<script>addEventListener("DOMContentLoaded",()=>{later})</script>'


def named(kinds: tuple[str, ...], form: str) -> list[str]:
    """The files of Streamlit's for these kinds of elements; none when this version of Streamlit keeps them elsewhere."""
    return [str(f.relative_to(STATIC)) for kind in kinds for f in sorted(STATIC.glob(f"static/{form}/{kind}.*.{form}"))]


def has_it(headers: Any) -> bool:
    """Whether a browser with these headers has what it asks for, and asks whether that is still the same."""
    return any(name.lower() == b"if-none-match" for name, _ in headers)


def is_page(headers: Any) -> bool:
    """Whether an answer with these headers is a page."""
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
