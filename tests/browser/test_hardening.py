"""What the server's addresses give to whoever asks, signed in or not: shapes, counters, and strict headers on all."""

import json
import urllib.error
import urllib.request

import pytest

from pages.shared import gate
from tests.browser.harness import Server

ADDRESSES = (
    "/",
    "/subsidies",
    "/_stcore/health",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/app/static/",
    "/media/0000.xlsx",
    "/no-such-address",
)


def answer(server: Server, path: str) -> tuple[dict[str, str], bytes]:
    """Headers and body, whatever the status."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=10) as found:
            return dict(found.headers.items()), found.read()
    except urllib.error.HTTPError as error:
        return dict(error.headers.items()), error.read()


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_bears_the_strict_headers(server: Server, path: str) -> None:
    headers = {name.lower(): value for name, value in answer(server, path)[0].items()}
    for name, value in gate.HARDENING:
        assert headers[name.decode()] == value.decode()
    assert "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe-eval", "")
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/host-config", "/app/static/", "/media/0000.xlsx"])
def test_without_signing_in_addresses_give_no_figure_and_no_name(server: Server, path: str) -> None:
    body = answer(server, path)[1].decode("utf-8", "replace")
    assert "330110" not in body
    assert "余杭" not in body
    if path.endswith("host-config"):
        assert isinstance(json.loads(body), dict)
