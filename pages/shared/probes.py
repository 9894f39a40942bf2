"""Addresses beside the pages: for machines `/healthz` (the process answers) and `/readyz` (it can serve pages), which tell
nothing else; `/overview`, which leads to the start page, whose own address is bare; and those below a page's, which lead to it."""

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from pages.shared import startup
from pages.shared.shell import is_page


async def alive(_: Request) -> PlainTextResponse:
    """200 as long as the process answers."""
    return _said("ok", 200)


async def ready(_: Request) -> PlainTextResponse:
    """200 once there are cubes to serve, 503 before that and from the moment when the server is told to stop."""
    state = startup.state()
    return _said(state, 200 if state == "ready" else 503)


async def start(request: Request) -> RedirectResponse:
    """The start page with the same view."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


class Below:
    """ASGI middleware: an address below a page's (`/nosuch/page`) leads to it (`/nosuch`), with the same view.

    Streamlit would answer with its page, which looks for its scripts beside that address and stays blank.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, unless that is a page at such an address."""
        above, _, rest = scope.get("path", "").strip("/").partition("/")
        if scope["type"] != "http" or not rest:
            await self.app(scope, receive, send)
            return
        leading = False

        async def telling(message: Any) -> None:
            nonlocal leading
            if message["type"] == "http.response.start" and is_page(message["headers"]):
                leading = True
                view = scope["query_string"].decode()
                to = "../" * (1 + rest.count("/")) + quote(above) + (f"?{view}" if view else "")
                await RedirectResponse(to)(scope, receive, send)
            elif not leading:
                await send(message)

        await self.app(scope, receive, telling)


ROUTES: Final = (Route("/healthz", alive), Route("/readyz", ready), Route("/overview", start))


def _said(state: str, code: int) -> PlainTextResponse:
    return PlainTextResponse(f"{state}\n", code, headers={"Cache-Control": "no-store"})
