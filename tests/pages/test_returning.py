"""A link in a briefing still leads to its page after its reader has signed in, and to nowhere else."""

import asyncio
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import pytest

from pages.shared import doubts, returning

HERE = "https://talent.test"
PAGE = "/subsidies?place=330110&part=payments"
SIGNED_IN = (b"set-cookie", doubts.COOKIE.encode() + b"=signed; HttpOnly")


def answered(path: str, *sent: tuple[bytes, bytes], app_says: tuple[tuple[bytes, bytes], ...] = ()) -> dict[str, str]:
    """The headers of the answer to a browser that sends these: where it leads, and the cookie that is kept."""
    told: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"/"), *app_says]})

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"host", b"talent.test"), *sent]}
    asyncio.run(returning.Returning(app)(scope, None, send))
    headers = told[0]["headers"]
    kept = [v.decode() for n, v in headers if n == b"set-cookie" and v.startswith(returning.COOKIE.encode())]
    return {"leads": dict(headers)[b"location"].decode(), "keeps": "".join(kept)}


def began_on(page: str) -> str:
    """The cookie that a browser sends back after it began to sign in on this page."""
    keeps = answered("/auth/login", (b"referer", page.encode()))["keeps"]
    assert keeps.endswith("Path=/; HttpOnly; SameSite=Lax")
    return SimpleCookie(keeps)[returning.COOKIE].value


def led_to(kept: str, *app_says: tuple[bytes, bytes]) -> dict[str, str]:
    """Where the identity service's answer leads a browser with this cookie."""
    return answered("/oauth2callback", (b"cookie", f"a=b; {returning.COOKIE}={kept}".encode()), app_says=app_says)


@pytest.mark.parametrize("page", [PAGE, "/", "/talent_map?place=330100&indicator=a%3Bb%2Cc", "/talent/compare"])
def test_who_signs_in_comes_back_to_the_page_with_its_view(page: str) -> None:
    back = led_to(began_on(HERE + page), SIGNED_IN)
    assert back["leads"] == page
    assert "Max-Age=0" in back["keeps"]  # once


@pytest.mark.parametrize(
    "came_from",
    [
        "",
        "https://other.test/subsidies",
        "https://talent.test.other.test/subsidies",
        "https://talent.test//other.test/",
        "https://talent.test/\\other.test",
        "https://talent.test/" + "a" * returning.LONGEST,
    ],
)
def test_what_is_no_page_of_ours_is_not_kept(came_from: str) -> None:
    assert began_on(came_from) == ""


@pytest.mark.parametrize("forged", ["//other.test", "/\\other.test", "https://other.test", "/a\r\nset-cookie: b", "a"])
def test_a_cookie_that_we_did_not_write_leads_nowhere_else(forged: str) -> None:
    assert led_to(quote(forged, safe=""), SIGNED_IN)["leads"] == "/"


def test_a_sign_in_that_failed_leads_to_the_start_page() -> None:
    """So does the way out, which ends at the same address."""
    assert led_to(quote(PAGE, safe=""))["leads"] == "/"
    assert led_to(quote(PAGE, safe=""), (b"set-cookie", doubts.COOKIE.encode() + b'=""; Max-Age=0'))["leads"] == "/"


def test_no_other_address_is_touched() -> None:
    sent = (b"referer", (HERE + PAGE).encode()), (b"cookie", f"{returning.COOKIE}=%2Faudit".encode())
    assert answered("/subsidies", *sent, app_says=(SIGNED_IN,)) == {"leads": "/", "keeps": ""}
