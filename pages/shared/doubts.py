"""What an identity service is said to have vouched for and has not: refused by Streamlit before any page, recorded here."""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from pages.shared.gate import peer_of, refused

COOKIE: Final = "_streamlit_user"
CALLBACK: Final = "/oauth2callback"
FORGED: Final = "登录 cookie 不是本平台签发的，或已过期"
UNBELIEVED: Final = "认证服务的应答不可信（签发者、签名、有效期或应答的请求不符），未登录"


class Doubting:
    """ASGI middleware: puts on record who comes with a cookie that we did not sign, or from an identity service with an
    answer that signs nobody in. It changes nothing: both are refused already."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does."""
        from data_sources.settings import SettingsError, settings

        try:
            given = settings() if scope["type"] in ("http", "websocket") else None
        except SettingsError:  # the page says what is wrong with them
            given = None
        if given is None or given.sign_in != "oidc":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            if _forged(scope, given.cookie_secret.get_secret_value()):
                await refused(FORGED, peer_of(scope))
            await self.app(scope, receive, send)
        elif scope["path"].endswith(CALLBACK):
            await self._called_back(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _called_back(self, scope: Any, receive: Any, send: Any) -> None:
        signed_in = False

        async def watched(message: Any) -> None:
            nonlocal signed_in
            if message["type"] == "http.response.start":
                signed_in = signs_in(message["headers"])
            await send(message)

        await self.app(scope, receive, watched)
        if not signed_in:
            await refused(UNBELIEVED, peer_of(scope))


def signs_in(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer with these headers gives the browser a cookie that says who signed in."""
    given = (
        v.decode("latin-1") for n, v in headers if n.lower() == b"set-cookie" and v.startswith(COOKIE.encode() + b"=")
    )
    return any(_of(cookie) != "" for cookie in given)


def _forged(scope: Any, secret: str) -> bool:
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

    sent = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie").decode("latin-1")
    value = _of(sent)
    return value != "" and not value.startswith("chunks-") and decode_signed_value(secret, COOKIE, value) is None


def _of(cookies: str) -> str:
    """The value of the cookie that says who signed in; empty without one."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
