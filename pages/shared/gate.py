"""What stands between the network and the app: whose word is taken for who signed in.

Imported by the server's first line, so what is slow to import is imported by the first request.
"""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from data_sources.settings import Network

log = logging.getLogger("talent")

STAMP: Final = "x-talent-stamped-user"
_TOKEN: Final = secrets.token_hex(32)
"""Known to this process alone: what bears it was stamped by `Proxied`."""
QUIET: Final = 60.0
"""Seconds in which an address that keeps trying is recorded once."""
MOST: Final = 10_000


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


class Proxied:
    """ASGI middleware: stamps the account that a trusted proxy names; drops what any other address says."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._told: dict[str, float] = {}

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
        peer = (scope.get("client") or ("", 0))[0]
        if len(named) > 1 or not _listed(peer, given.trusted()):
            await self._refused(peer)
            return kept
        subject = quote(named[0].decode("utf-8", "replace").strip(), safe="")
        return [*kept, (STAMP.encode(), f"{_TOKEN} {subject}".encode())]

    async def _refused(self, peer: str) -> None:
        if time.monotonic() - self._told.get(peer, -QUIET) < QUIET:
            return
        self._told = {**({} if len(self._told) > MOST else self._told), peer: time.monotonic()}
        log.warning("the account in a header from %s was not believed", peer)
        await asyncio.to_thread(_recorded, peer)


def _listed(peer: str, networks: "tuple[Network, ...]") -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _recorded(peer: str) -> None:
    from data_sources import audit
    from data_sources.settings import settings

    try:
        audit.append(settings().url, "", "refused", {"说明": "未列入的地址给出账号", "地址": peer})
    except Exception:
        log.exception("a refusal could not be recorded; it stands nevertheless")
