"""An account in a header is believed from listed addresses alone; every other is dropped and on record."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from data_sources import audit
from data_sources.audit import Wanted
from data_sources.settings import SettingsError, settings
from pages.shared import gate
from tests.data_sources import samples
from tests.pages.conftest import SIGN_IN

HEADER = b"x-talent-user"
NAME = "余杭 张".encode()


@pytest.fixture
def url(fresh_sqlite: str, over: Callable[..., None]) -> str:
    over(TALENT_DB=fresh_sqlite, TALENT_SIGN_IN="header", TALENT_PROXIES="10.0.0.9, 10.1.0.0/16")
    return samples.migrated(fresh_sqlite)


def believed(*headers: tuple[bytes, bytes], peer: str | None, kind: str = "websocket") -> str:
    """The account that the app behind the gate reads."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {"type": kind, "headers": list(headers), "client": (peer, 5) if peer else None}
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


def test_two_accounts_at_once_are_none(url: str) -> None:
    assert believed((HEADER, NAME), (b"X-Talent-User", b"other"), peer="10.0.0.9") == ""


@pytest.mark.parametrize("forged", [b"province", b"0 province", gate._TOKEN[:-1].encode() + b" province", "é".encode()])
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
