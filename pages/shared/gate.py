"""What stands between the network and the app: whose word is taken for who signed in, and what a browser may do.

Imported by the server's first line, so what is slow to import is imported by the first request.
"""

import asyncio
import base64
import hashlib
import logging
import os
import re
import secrets
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from pages.shared import shell

if TYPE_CHECKING:
    from data_sources.settings import Network

log = logging.getLogger("talent")

STAMP: Final = "x-talent-stamped-user"
_TOKEN: Final = secrets.token_hex(32)
"""Known to this process alone: what bears it was stamped by `Proxied`."""
QUIET: Final = 60.0
"""Seconds in which an address that keeps trying is recorded once."""
MOST: Final = 10_000
_told: Final[dict[str, float]] = {}


def _inline() -> str:
    """The scripts that the page itself holds, by their hashes: no other inline script runs."""
    scripts = re.findall(r"<script>(.*?)</script>", shell.page(), re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)


POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: 'wasm-unsafe-eval' {_inline()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    )
)
"""Everything from the server itself. Our own component's script, whose text comes from us, is loaded from a `blob:`;
WebAssembly reads the tables. No text is ever run as a script (`unsafe-eval`)."""
HARDENING: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def stamped(header: str) -> str:
    """The account that `Proxied` stamped into a header; empty when it did not."""
    token, _, subject = header.partition(" ")
    return unquote(subject) if secrets.compare_digest(token.encode(), _TOKEN.encode()) else ""


def provider() -> Mapping[str, Any]:
    """What Streamlit must know of the identity service, from our settings; nothing unless readers sign in there."""
    if os.environ.get("TALENT_SIGN_IN") != "oidc":
        return {}
    from data_sources.settings import SettingsError, settings

    try:
        given = settings()
    except SettingsError:  # the page says what is wrong with them
        return {}
    return {
        "auth": {
            "redirect_uri": f"{given.address.rstrip('/')}/oauth2callback",
            "cookie_secret": given.cookie_secret.get_secret_value(),
            "client_id": given.oidc_client_id,
            "client_secret": given.oidc_client_secret.get_secret_value(),
            "server_metadata_url": f"{given.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        }
    }


class Hardened:
    """ASGI middleware: tells the browser to load nothing from elsewhere, and keeps cookies to encrypted connections.

    So does what refuses a websocket, and what stands in for an answer that failed.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self._secure = os.environ.get("TALENT_ADDRESS", "").startswith("https://")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, with these headers."""
        begun = False

        async def telling(message: Any) -> None:
            nonlocal begun
            if message["type"] == "websocket.close" and not begun:
                await answered(send, 403, kind="websocket.http.response")
                return
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HARDENING}
                kept = [(n, self._cookie(n, v)) for n, v in message["headers"] if n.lower() not in ours]
                message = {**message, "headers": [*kept, *HARDENING]}
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, telling if scope["type"] in ("http", "websocket") else send)
        except Exception:
            if scope["type"] == "http" and not begun:
                await answered(send, 500)
            raise

    def _cookie(self, name: bytes, value: bytes) -> bytes:
        bare = self._secure and name.lower() == b"set-cookie" and b"secure" not in value.lower()
        return value + b"; Secure" if bare else value


async def answered(send: Any, status: int, kind: str = "http.response") -> None:
    """An answer without a body, under the same headers as any other."""
    await send({"type": f"{kind}.start", "status": status, "headers": [*HARDENING]})
    await send({"type": f"{kind}.body", "body": b""})


class Proxied:
    """ASGI middleware: stamps the account that a trusted proxy names; drops what any other address says."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on with its headers as they may be believed."""
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "headers": await self._believed(scope)}
        await self.app(scope, receive, send)

    async def _believed(self, scope: Any) -> list[tuple[bytes, bytes]]:
        from data_sources.settings import SettingsError, settings

        try:
            given = settings()
        except SettingsError:  # the page says what is wrong with them
            return [(n, v) for n, v in scope["headers"] if n.lower() != STAMP.encode()]
        wanted = given.proxy_header.lower().encode()
        named = [value for name, value in scope["headers"] if name.lower() == wanted]
        kept = [(n, v) for n, v in scope["headers"] if n.lower() not in (STAMP.encode(), wanted)]
        if given.sign_in != "header" or not named:
            return kept
        peer = peer_of(scope)
        if len(named) > 1 or not _listed(peer, given.trusted()):
            await refused("未列入的地址给出账号", peer)
            return kept
        subject = quote(named[0].decode("utf-8", "replace").strip(), safe="")
        return [*kept, (STAMP.encode(), f"{_TOKEN} {subject}".encode())]


async def refused(why: str, peer: str) -> None:
    """Put on record what was not believed before any page saw it; the same of one address once a minute."""
    key, now = f"{why} {peer}", time.monotonic()
    if now - _told.get(key, -QUIET) < QUIET:
        return
    if len(_told) > MOST:
        _told.clear()
    _told[key] = now
    log.warning("not believed, from %s: %s", peer, why)
    await asyncio.to_thread(_recorded, why, peer)


def peer_of(scope: Any) -> str:
    """The address that the connection really comes from; empty when that cannot be told.

    Uvicorn lets a loopback peer say for whom it forwards, and puts that address, with port 0 or the port that was said,
    in the place of the peer's own.
    """
    host, port = scope.get("client") or ("", 0)
    said = b",".join(value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for").decode("latin-1")
    if f"{host}:{port}" in said or f"[{host}]:{port}" in said:
        return ""
    if port or not said:
        return str(host)
    return "127.0.0.1" if "FORWARDED_ALLOW_IPS" not in os.environ else ""


def _listed(peer: str, networks: "tuple[Network, ...]") -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _recorded(why: str, peer: str) -> None:
    from data_sources import audit
    from data_sources.settings import settings

    try:
        audit.append(settings().url, "", "refused", {"说明": why, "地址": peer})
    except Exception:
        log.exception("a refusal could not be recorded; it stands nevertheless")
