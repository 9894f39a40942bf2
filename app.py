"""The server: `streamlit run app.py`. It watches the database from its start, so that the first page finds it read.

The page frame that every page runs in is `pages/entry/main.py`. It is not this file, because Streamlit takes a
folder `pages` beside its main script for one page a file, and would answer the first deep link with "Page not found".
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from pages.shared import spared, startup
from pages.shared.chinese import Chinese
from pages.shared.doubts import Doubting
from pages.shared.gate import Hardened, Proxied, provider
from pages.shared.handing import Handing
from pages.shared.probes import ROUTES, Below
from pages.shared.returning import Returning
from pages.shared.shell import Shell

spared.spare()


@asynccontextmanager
async def started(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Begin the first start's preparation or the watch over the database; end the watch with the server."""
    startup.begin()
    yield {}
    startup.end()


app = st.App(
    "pages/entry/main.py",
    lifespan=started,
    middleware=[
        Middleware(Hardened),
        Middleware(Proxied),
        Middleware(Doubting),
        Middleware(Returning),
        Middleware(Handing),
        Middleware(Shell),
        Middleware(Chinese),
        Middleware(Below),
    ],
    routes=ROUTES,
    secrets=provider(),
)
