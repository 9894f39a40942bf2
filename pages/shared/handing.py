"""Between the network and Streamlit's files: it gives one to whoever knows its address and takes one from whoever knows a
session's number, so that this asks `handed` first."""

import asyncio
from typing import Any, Final

from streamlit import config

from pages.shared import gate

FOREIGN: Final = "索取不是为其制作的文件，或文件已过时"
UPLOADS: Final = "_stcore/upload_file/"
UNKNOWN: Final = "没有登录或没有权限的人上传文件"


class Handing:
    """ASGI middleware: 404 for a file that was not made for the session that asks, 403 for one that is sent by nobody who
    may look; the refusal is on record."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, whole and not compressed, if that may be."""
        path = scope["path"] if scope["type"] == "http" else ""
        if not path.startswith((_at("media/"), _at(UPLOADS))) or _nobody_signs_in():
            await self.app(scope, receive, send)
        elif path.startswith(_at("media/")):
            await self._handed(scope, receive, send)
        elif scope["method"] == "OPTIONS" or await asyncio.to_thread(_welcome, scope["headers"]):
            await self.app(scope, receive, send)
        else:
            await gate.refused(UNKNOWN, gate.peer_of(scope))
            await gate.answered(send, 403)

    async def _handed(self, scope: Any, receive: Any, send: Any) -> None:
        whole = [(n, v) for n, v in scope["headers"] if n.lower() not in (b"range", b"accept-encoding")]
        started: dict[str, Any] = {}
        parts: list[bytes] = []

        async def held(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app({**scope, "headers": whole}, receive, held)
        data = b"".join(parts)
        if started["status"] == 200 and not await asyncio.to_thread(_permitted, scope["headers"], data):
            await gate.refused(FOREIGN, gate.peer_of(scope))
            await gate.answered(send, 404)
            return
        await send(started)
        await send({"type": "http.response.body", "body": data})


def _at(path: str) -> str:
    """The address of Streamlit's own `path`; its fonts lie in a `media` of another folder."""
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}/{path}" if base else f"/{path}"


def _nobody_signs_in() -> bool:
    from data_sources.settings import SettingsError, settings

    try:
        return settings().sign_in == "none"
    except SettingsError:  # the page says what is wrong with them; nothing was made
        return False


def _permitted(headers: list[tuple[bytes, bytes]], data: bytes) -> bool:
    from pages.shared import handed

    return handed.is_for(headers, data)


def _welcome(headers: list[tuple[bytes, bytes]]) -> bool:
    from pages.shared import handed

    return handed.may_send(headers)
