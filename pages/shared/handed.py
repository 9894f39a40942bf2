"""Which file was made for which session: it is handed to that one alone, for a quarter of an hour. And who may send one."""

import hashlib
import json
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from data_sources import policy, readers
from data_sources.policy import NotPermitted
from data_sources.settings import settings
from data_sources.sqlite import MissingDatabase
from pages.shared import gate, identity
from pages.shared.doubts import COOKIE
from pages.shared.identity import Session

KEPT: Final = 15 * 60.0
"""Seconds in which a file that was made can be fetched."""

_made: dict[tuple[bytes, Session], float] = {}


def made_for(session: Session, data: bytes) -> None:
    """This file may be fetched by this session, from now on."""
    now = time.monotonic()
    for old in [each for each, at in list(_made.items()) if now - at > KEPT]:
        _made.pop(old, None)
    _made[hashlib.sha256(data).digest(), session] = now


def is_for(headers: list[tuple[bytes, bytes]], data: bytes) -> bool:
    """Whether the session that a request with these headers belongs to goes on, and had this file made."""
    try:
        session = identity.still(_asking(headers))
    except NotPermitted:
        return False
    made = _made.get((hashlib.sha256(data).digest(), session))
    return made is not None and time.monotonic() - made <= KEPT


def may_send(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the session that a request with these headers belongs to goes on, and is a reader's to whom anything was
    granted; no, where that cannot be looked up."""
    try:
        found = readers.find(settings().url, identity.still(_asking(headers)).subject)
    except (NotPermitted, SQLAlchemyError, MissingDatabase):
        return False
    return found is not None and policy.may_look(found)


def _asking(headers: list[tuple[bytes, bytes]]) -> Session:
    """The session that a request belongs to; raises `NotPermitted`."""
    if settings().sign_in == "header":
        return identity.by_stamp(_header(headers, gate.STAMP))
    return identity.by_claims(_claims(_header(headers, "cookie")))


def _header(headers: list[tuple[bytes, bytes]], name: str) -> str:
    return "; ".join(value.decode("latin-1") for each, value in headers if each.lower() == name.encode())


def _claims(cookies: str) -> dict[str, Any]:
    """What the cookie says that we signed; nothing without one."""
    secret = settings().cookie_secret.get_secret_value()
    try:
        sent = SimpleCookie(cookies)
    except CookieError:
        return {}

    def one(name: str) -> bytes | None:
        return decode_signed_value(secret, name, sent[name].value) if name in sent else None

    try:
        found = json.loads(get_cookie_with_chunks(one, COOKIE) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
