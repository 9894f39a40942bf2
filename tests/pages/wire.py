"""A browser without a browser: signs in, runs pages and fetches files of a real server by Streamlit's own messages."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from pages.shared import frame

SECRET: Final = "c" * 32
ISSUER: Final = "http://identity.test"
SIGN_IN: Final = {
    "TALENT_SIGN_IN": "oidc",
    "TALENT_ADDRESS": "{url}",
    "TALENT_OIDC_ISSUER": ISSUER,
    "TALENT_OIDC_CLIENT_ID": "talent",
    "TALENT_OIDC_CLIENT_SECRET": "of the test",
    "TALENT_COOKIE_SECRET": SECRET,
}
"""What a server must be started with, so that these cookies are its own."""
USER: Final = "_streamlit_user"
FIRST: Final = next(iter(frame.PAGES["现状"]))
"""The page whose address is bare."""
XSRF: Final = "_streamlit_xsrf"
PATIENCE: Final = 120.0
"""Seconds that a server on a machine that others use too is waited for."""
_met: Final[set[str]] = set()
"""The menus that any tab has met so far: the next need not first see them closed."""


def browser(url: str, subject: str, **other: Any) -> dict[str, str]:
    """The headers of a browser in which someone signed in just now, but for what is given."""
    return cookies(USER, said=claims(url, subject, **other), secret=SECRET)


def claims(url: str, subject: str, **other: Any) -> str:
    """What a cookie says of someone who signed in just now, but for what is given."""
    now = int(time.time())
    said = {"origin": url, "is_logged_in": True, "iss": ISSUER, "sub": subject, "iat": now, "exp": now + 3600} | other
    return json.dumps(said)


def cookies(*names: str, said: str, secret: str) -> dict[str, str]:
    """The headers of a browser in whose cookies of these names someone wrote this and signed it with a secret."""
    signed = create_signed_value(secret, USER, said).decode()
    return {"Cookie": "; ".join([*(f"{name}={signed}" for name in names), f"{XSRF}={generate_xsrf_token_string()}"])}


def asked(url: str, path: str, headers: Mapping[str, str], method: str = "GET") -> tuple[int, bytes]:
    """Status and body of an address, asked with these headers."""
    request = urllib.request.Request(url + path, headers=dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as got:
            return got.status, got.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@dataclass
class Shown:
    """What one run of a page sent."""

    messages: list[ForwardMsg] = field(default_factory=list)

    @cached_property
    def data(self) -> bytes:
        """All of it, escapes of JSON undone."""
        raw = b"\n".join(m.SerializeToString() for m in self.messages)
        return re.sub(rb"(\\u[0-9a-f]{4})+", lambda m: m[0].decode("raw_unicode_escape").encode("utf-8", "ignore"), raw)

    @property
    def elements(self) -> Iterator[tuple[str, Any]]:
        """Kind and content of everything on the page."""
        for message in self.messages:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element: Element = message.delta.new_element
                kind = element.WhichOneof("type")
                if kind:
                    yield kind, getattr(element, kind)

    @property
    def menus(self) -> set[str]:
        """The ids of the menus that are filled when they are opened."""
        blocks = (m.delta.add_block for m in self.messages if m.delta.WhichOneof("type") == "add_block")
        return {block.popover.id for block in blocks if block.popover.id}

    @property
    def files(self) -> dict[str, str]:
        """The numbers under which files can be fetched, by the key of their button."""
        return {
            e.id.partition("-download-")[2]: e.deferred_file_id
            for kind, e in self.elements
            if kind == "download_button"
        }


@contextmanager
def tab(url: str, headers: Mapping[str, str], *, resumed: str = "", source: str = "") -> "Iterator[Tab]":
    """One open tab of someone's browser at an address of this host; `resumed`: a session's number, to be taken up again."""
    token = re.search(rf"{XSRF}=([^;]+)", headers.get("Cookie", ""))
    with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol(each) for each in ("streamlit", token[1] if token else "-", resumed) if each],
        origin=Origin(url),
        additional_headers=headers,
        compression=None,
        max_size=None,
        proxy=None,
        open_timeout=PATIENCE,
        source_address=(source, 0) if source else None,
    ) as socket:
        yield Tab(url, headers, socket)


@dataclass
class Tab:
    """An open tab, which runs one page after the other, with every menu open that the page has."""

    url: str
    headers: Mapping[str, str]
    socket: ClientConnection
    session: str = ""

    def run(self, page: str, widgets: Iterable[WidgetState] = (), **query: str) -> Shown:
        """Run a page with this query and what the widgets hold; once more where it has menus that nobody met yet."""
        held = list(widgets)
        shown = self._run(page, held, query)
        if not (closed := shown.menus - _met):
            return shown
        _met.update(closed)
        return self._run(page, held, query)

    def _run(self, page: str, held: Iterable[WidgetState], query: Mapping[str, str]) -> Shown:
        message = BackMsg()
        message.rerun_script.query_string = urlencode(query)
        message.rerun_script.page_name = page if page != FIRST else ""
        message.rerun_script.context_info.url = f"{self.url}/{message.rerun_script.page_name}"
        message.rerun_script.widget_states.widgets.extend(held)
        message.rerun_script.widget_states.widgets.extend(WidgetState(id=menu, bool_value=True) for menu in _met)
        self.socket.send(message.SerializeToString())
        shown = Shown()
        while True:
            shown.messages.append(self._next())
            last = shown.messages[-1]
            if (
                last.WhichOneof("type") == "script_finished"
                and last.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return shown

    def file(self, number: str) -> bytes:
        """A file as a click fetches it."""
        status, data = asked(self.url, self.address(number), self.headers)
        assert status == 200, status
        return data

    def address(self, number: str) -> str:
        """Have a file made, as a click does; the address that it is then fetched from, empty if refused."""
        message = BackMsg()
        message.backend_operation_request.request_id = "1"
        message.backend_operation_request.session_id = self.session
        message.backend_operation_request.deferred_file.file_id = number
        self.socket.send(message.SerializeToString())
        while True:
            got = self._next()
            if got.WhichOneof("type") == "backend_operation_response":
                return str(got.backend_operation_response.deferred_file.url)

    def _next(self) -> ForwardMsg:
        data = self.socket.recv(timeout=PATIENCE)
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
        return message
