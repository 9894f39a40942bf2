"""What the server's addresses give to whoever asks, signed in or not: shapes, counters, and strict headers on all."""

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from pages.shared import gate
from tests.browser.harness import Server
from tests.pages import wire

SCRIPT = next((Path(streamlit.__file__).parent / "static/static/js").glob("index.*.js")).name
SOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "a" * 22 + "==",
}
LARGEST = 500 * 2**20
"""Bytes of a file that a reader may send."""
ANSWERS = {
    "the start page": (200, "GET", "/"),
    "a page": (200, "GET", "/subsidies"),
    "a file of Streamlit's": (200, "GET", f"/static/js/{SCRIPT}"),
    "whether it lives": (200, "GET", "/_stcore/health"),
    "whether it answers": (200, "GET", "/healthz"),
    "counters": (200, "GET", "/_stcore/metrics"),
    "what a frame may do": (200, "GET", "/_stcore/host-config"),
    "a folder": (301, "GET", "/app/static/"),
    "a file that nobody made": (404, "GET", "/media/0000.xlsx"),
    "a file sent without a token": (403, "PUT", "/_stcore/upload_file/0/0"),
    "an address without its method": (405, "DELETE", "/healthz"),
    "an address that is none": (400, "GET", "/..%2f..%2fetc%2fpasswd"),
    "a websocket of another site's page": (403, "GET", "/_stcore/stream"),
}


def answer(
    server: Server, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (small letters) and body, without a body of our own."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        found = connection.getresponse()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
    finally:
        connection.close()


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_bears_the_strict_headers(server: Server, what: str) -> None:
    code, method, path = ANSWERS[what]
    foreign = SOCKET | {"Origin": "http://elsewhere.example"} if path.endswith("stream") else {}
    status, headers, body = answer(server, path, method, foreign)
    assert status == code
    for name, value in gate.HARDENING:
        assert headers[name.decode()] == value.decode()
    assert status == 200 or b"Traceback" not in body
    assert "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe-eval", "")
    assert "http" not in headers["content-security-policy"]


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(server: Server) -> None:
    token = generate_xsrf_token_string()
    who = {"Cookie": f"{wire.XSRF}={token}", "X-Xsrftoken": token}
    with wire.tab(server.url, who) as tab:
        tab.run("about_data")
        sent = {
            length: answer(
                server, f"/_stcore/upload_file/{tab.session}/1", "PUT", who | {"Content-Length": str(length)}
            )[0]
            for length in (LARGEST + 1, LARGEST * 100)
        }
    assert sent == dict.fromkeys(sent, 413)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/host-config", "/app/static/", "/media/0000.xlsx"])
def test_without_signing_in_addresses_give_no_figure_and_no_name(server: Server, path: str) -> None:
    body = answer(server, path)[2].decode("utf-8", "replace")
    assert "330110" not in body
    assert "余杭" not in body
    if path.endswith("host-config"):
        assert isinstance(json.loads(body), dict)
