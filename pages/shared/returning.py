"""Who signs in at an identity service comes back to the page that he had asked for: Streamlit leads everyone to the start page."""

import re
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from pages.shared.doubts import CALLBACK, signs_in

LOGIN: Final = "/auth/login"
COOKIE: Final = "talent_asked_for"
KEPT: Final = 600
"""Seconds that a reader may take to sign in."""
LONGEST: Final = 2_000
_OURS: Final = re.compile(r"/(?![/\\])[!-~]*")
"""An address below our own and nothing else: `//other.test` would lead away."""


class Returning:
    """ASGI middleware: keeps in a cookie from which page a sign-in began, and leads there once it has succeeded."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, but for that."""
        begins, ends = (scope.get("path", "").endswith(each) for each in (LOGIN, CALLBACK))
        if scope["type"] != "http" or not (begins or ends):
            await self.app(scope, receive, send)
            return

        async def telling(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                if begins:
                    headers.append("set-cookie", _kept(asked_for(scope)))
                elif signs_in(headers.raw) and (page := _ours(unquote(Request(scope).cookies.get(COOKIE, "")))):
                    headers["location"] = page
                    headers.append("set-cookie", _kept(""))
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, telling)


def asked_for(scope: Any) -> str:
    """The page of ours on which a request began, with its view; empty when it began elsewhere or that is not known."""
    headers = Request(scope).headers
    came = urlsplit(headers.get("referer", ""))
    if came.netloc != headers.get("host"):
        return ""
    return _ours(f"{came.path}?{came.query}" if came.query else came.path)


def _ours(page: str) -> str:
    return page if len(page) <= LONGEST and _OURS.fullmatch(page) else ""


def _kept(page: str) -> str:
    return f"{COOKIE}={quote(page, safe='')}; Max-Age={KEPT if page else 0}; Path=/; HttpOnly; SameSite=Lax"
