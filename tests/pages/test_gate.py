"""An account in a header is believed from listed addresses alone; every other is dropped and on record."""

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Any

import pytest
from authlib.integrations import starlette_client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import _create_streamlit_oauth_class

from data_sources import audit
from data_sources.audit import Wanted
from data_sources.settings import SettingsError, settings
from pages.shared import doubts, gate
from tests.data_sources import samples
from tests.pages.conftest import ISSUER, SIGN_IN

HEADER = b"x-talent-user"
NAME = "余杭 张".encode()


@pytest.fixture
def url(fresh_sqlite: str, over: Callable[..., None]) -> str:
    gate._told.clear()
    over(TALENT_DB=fresh_sqlite, TALENT_SIGN_IN="header", TALENT_PROXIES="10.0.0.9, 10.1.0.0/16")
    return samples.migrated(fresh_sqlite)


def believed(*headers: tuple[bytes, bytes], peer: str | None, kind: str = "websocket", port: int = 5) -> str:
    """The account that the app behind the gate reads."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {"type": kind, "headers": list(headers), "client": (peer, port) if peer else None}
    asyncio.run(gate.Proxied(app)(scope, None, None))
    assert HEADER not in dict(seen["headers"])
    return gate.stamped(dict(seen["headers"]).get(gate.STAMP.encode(), b"").decode("latin-1"))


@pytest.mark.parametrize("peer", ["10.0.0.9", "10.1.2.3"])
@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_a_listed_proxy_is_believed(url: str, peer: str, kind: str) -> None:
    assert believed((HEADER, NAME), peer=peer, kind=kind) == "余杭 张"


@pytest.mark.parametrize("peer", ["10.0.0.8", "127.0.0.1", "::1", "not an address", "", None])
def test_any_other_address_is_not_and_that_is_on_record(url: str, peer: str | None) -> None:
    assert believed((HEADER, NAME), peer=peer) == ""
    recorded = audit.entries(url, Wanted(action="refused"))
    assert recorded.height == 1
    assert "未列入的地址" in recorded["detail"][0]


@pytest.mark.parametrize(
    ("client", "port", "forwarded"),
    [("10.0.0.9", 0, b"10.0.0.9"), ("10.0.0.9", 1234, b"10.0.0.9:1234"), ("10.0.0.9", 7, b"1.1.1.1, 10.0.0.9:7")],
)
def test_an_address_that_was_only_said_is_not_believed(url: str, client: str, port: int, forwarded: bytes) -> None:
    """What Uvicorn makes of a loopback peer that claims to forward for a listed proxy."""
    assert believed((HEADER, NAME), (b"x-forwarded-for", forwarded), peer=client, port=port) == ""


def test_a_loopback_proxy_is_believed_whomever_it_forwards_for(url: str, over: Callable[..., None]) -> None:
    over(TALENT_PROXIES="127.0.0.1")
    settings.cache_clear()
    assert believed((HEADER, NAME), (b"x-forwarded-for", b"1.1.1.1"), peer="1.1.1.1", port=0) == "余杭 张"
    assert believed((HEADER, NAME), (b"x-forwarded-for", b"127.0.0.1"), peer="1.1.1.1", port=4) == ""


def test_two_accounts_at_once_are_none(url: str) -> None:
    assert believed((HEADER, NAME), (b"X-Talent-User", b"other"), peer="10.0.0.9") == ""


@pytest.mark.parametrize(
    "forged",
    [b"province", b"0 province", gate._TOKEN[:-1].encode() + b" province", "é".encode()],
    ids=["no token", "another token", "a token cut short", "not ASCII"],
)
def test_a_stamp_cannot_be_forged(url: str, forged: bytes) -> None:
    assert believed((gate.STAMP.encode(), forged), peer="10.0.0.9") == ""
    assert believed((b"X-Talent-Stamped-User", forged), peer="10.0.0.9") == ""
    assert gate.stamped(forged.decode("latin-1")) == ""


def test_a_stamp_that_leaked_is_dropped_at_the_gate(url: str) -> None:
    leaked = f"{gate._TOKEN} province".encode()
    assert believed((gate.STAMP.encode(), leaked), peer="10.0.0.9") == ""


@pytest.mark.parametrize("way", ["none", "oidc"])
def test_where_readers_sign_in_otherwise_no_header_counts(url: str, over: Callable[..., None], way: str) -> None:

    over(**SIGN_IN | {"TALENT_SIGN_IN": way})
    settings.cache_clear()
    assert believed((HEADER, NAME), peer="10.0.0.9") == ""


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TALENT_SIGN_IN": "header", "TALENT_PROXIES": ""}, "TALENT_PROXIES"),
        ({"TALENT_SIGN_IN": "header", "TALENT_PROXIES": "nginx"}, "TALENT_PROXIES"),
        ({"TALENT_SIGN_IN": "oidc"}, "TALENT_OIDC_ISSUER"),
        ({"TALENT_SIGN_IN": "password"}, "none、oidc 或 header"),
    ],
)
def test_an_incomplete_way_to_sign_in_is_refused_by_name(
    over: Callable[..., None], given: dict[str, str], named: str
) -> None:
    over(**given)
    with pytest.raises(SettingsError, match=named):
        settings()


def headers_of(*given: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """What an answer with these headers leaves the server with."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(given)})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(gate.Hardened(app)({"type": "http"}, None, send))
    return list(sent[0]["headers"])


def test_no_answer_can_weaken_the_headers() -> None:
    found = headers_of((b"Content-Security-Policy", b"default-src *"), (b"x-other", b"kept"))
    assert [v for n, v in found if n.lower() == b"content-security-policy"] == [gate.POLICY.encode()]
    assert (b"x-other", b"kept") in found


def test_what_fails_is_answered_without_a_word_under_the_same_headers() -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("余杭区")

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(RuntimeError):  # for the log
        asyncio.run(gate.Hardened(app)({"type": "http"}, None, send))
    assert sent == [
        {"type": "http.response.start", "status": 500, "headers": [*gate.HARDENING]},
        {"type": "http.response.body", "body": b""},
    ]


@pytest.mark.parametrize(
    ("address", "flagged"), [("https://talent.test", True), ("http://10.0.0.5:8501", False), ("", False)]
)
def test_cookies_are_kept_to_encrypted_connections_where_there_are_any(
    monkeypatch: pytest.MonkeyPatch, address: str, flagged: bool
) -> None:
    monkeypatch.setenv("TALENT_ADDRESS", address)
    found = dict(headers_of((b"set-cookie", b"a=b; HttpOnly; SameSite=lax")))
    assert found[b"set-cookie"].endswith(b"; Secure") is flagged
    twice = dict(headers_of((b"set-cookie", b"a=b; Secure")))
    assert twice[b"set-cookie"].lower().count(b"secure") == 1


def refusals(url: str) -> list[str]:
    """What was recorded as refused."""
    return audit.entries(url, Wanted(action="refused"))["detail"].to_list()


def doubted(scope: dict[str, Any], *answered: tuple[bytes, bytes]) -> None:
    """A request that the app behind the gate answers with these headers."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": list(answered)})

    async def send(message: Any) -> None:
        pass

    asyncio.run(doubts.Doubting(app)({"headers": [], "client": ("10.0.0.7", 5), "path": "/", **scope}, None, send))


@pytest.mark.parametrize("secret", ["another secret" * 3, SIGN_IN["TALENT_COOKIE_SECRET"]], ids=["forged", "ours"])
def test_a_cookie_that_we_did_not_sign_is_on_record(url: str, over: Callable[..., None], secret: str) -> None:
    over(**SIGN_IN)
    settings.cache_clear()
    value = create_signed_value(secret, doubts.COOKIE, '{"sub": "yuhang"}')
    doubted({"type": "websocket", "headers": [(b"cookie", b"a=b; " + doubts.COOKIE.encode() + b"=" + value)]})
    doubted({"type": "websocket", "headers": [(b"cookie", b"a=b")]})
    assert [doubts.FORGED in told for told in refusals(url)] == ([True] if secret.startswith("another") else [])


def test_an_answer_of_the_identity_service_that_signs_nobody_in_is_on_record(
    url: str, over: Callable[..., None]
) -> None:
    over(**SIGN_IN)
    settings.cache_clear()
    callback = {"type": "http", "path": "/oauth2callback"}
    doubted(callback, (b"set-cookie", doubts.COOKIE.encode() + b"=signed; HttpOnly"))
    assert refusals(url) == []
    doubted(callback, (b"set-cookie", doubts.COOKIE.encode() + b'=""; Max-Age=0'))
    assert [doubts.UNBELIEVED in told for told in refusals(url)] == [True]


@pytest.mark.parametrize("wrong", ["", "alg: none", "another key", "another issuer", "another client", "expired"])
def test_the_client_that_signs_readers_in_refuses_a_token_that_the_service_did_not_sign(wrong: str) -> None:
    """As it is asked after every sign-in, by the class that Streamlit makes of it."""
    ours, other = (RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "yuhang", "aud": "talent", "iat": now, "exp": now + 600, "nonce": "n"}
    claims |= {"another issuer": {"iss": "http://other.test"}, "another client": {"aud": "other"},
               "expired": {"iat": now - 9000, "exp": now - 6000}}.get(wrong, {})  # fmt: skip
    key = other if wrong == "another key" else ours
    token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, key)
    if wrong == "alg: none":
        head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        token = f"{head}.{token.split('.')[1]}."
    client = _create_streamlit_oauth_class(starlette_client)().register(
        "provider",
        client_id="talent",
        issuer=ISSUER,
        jwks={"keys": [ours.as_dict(private=False)]},
        server_metadata_url=None,
    )
    client.server_metadata |= {"issuer": ISSUER, "jwks": {"keys": [ours.as_dict(private=False)]}, "_loaded_at": now}
    asked = client.parse_id_token({"id_token": token, "access_token": "a"}, nonce="n")
    if not wrong:
        assert asyncio.run(asked)["sub"] == "yuhang"
        return
    with pytest.raises((JoseError, ValueError)):
        asyncio.run(asked)
