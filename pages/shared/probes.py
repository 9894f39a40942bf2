"""Addresses beside the pages: for machines `/healthz` (the process answers) and `/readyz` (it can serve pages), which tell
nothing else; and `/overview`, which leads to the start page, whose own address is bare."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from pages.shared import startup


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


ROUTES: Final = (Route("/healthz", alive), Route("/readyz", ready), Route("/overview", start))


def _said(state: str, code: int) -> PlainTextResponse:
    return PlainTextResponse(f"{state}\n", code, headers={"Cache-Control": "no-store"})
