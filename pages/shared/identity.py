"""Who a browser says it is, and whether that can be believed: by the identity service's token, or by a trusted proxy.

A session is one sign-in: it ends with its token, after a while without use, and when its reader signs out, in every tab.
What ended is remembered by this process; a session older than the process's memory counts as idle.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from data_sources.policy import NotPermitted
from data_sources.settings import settings
from pages.shared import gate

MOST: Final = 10_000


class SignInNeeded(NotPermitted):
    """Nobody is signed in, or no longer."""


class Disbelieved(NotPermitted):
    """A token that is not believed; `subject` is whom it names. To be put on record."""

    def __init__(self, why: str, subject: str) -> None:
        super().__init__(why)
        self.subject = subject[:60]


class Expired(Disbelieved, SignInNeeded):
    """A token whose time has passed."""


@dataclass(frozen=True)
class Session:
    """One sign-in of one subject; `began` and `ends` in seconds since 1970 (0: the proxy looks after that)."""

    subject: str
    began: float
    ends: float


_asking: ContextVar[bool] = ContextVar("asking", default=False)
_used: dict[Session, float] = {}
_ended: dict[Session, float] = {}


def session() -> Session:
    """The session that this run belongs to; raises `SignInNeeded` or `NotPermitted`, saying why."""
    if settings().sign_in == "oidc":
        return still(by_claims(dict(st.user.to_dict())))
    return still(by_stamp(st.context.headers.get(gate.STAMP) or ""))


def still(found: Session) -> Session:
    """The session, in use from now; raises `SignInNeeded` when it has ended."""
    if found in _ended:
        raise SignInNeeded("您已退出登录。")
    if found.ends:
        if found.ends <= time.time():
            raise Expired("登录已过期，请重新登录。", found.subject)
        _in_use(found)
    return found


def by_claims(claims: Mapping[str, Any]) -> Session:
    """The session that an identity service vouches for by these claims."""
    if not claims.get("is_logged_in"):
        raise SignInNeeded("请先登录。")
    claimed = str(claims.get(settings().oidc_claim, ""))
    if claims.get("iss") != settings().oidc_issuer:
        raise Disbelieved("登录凭据不是由本平台的认证服务签发的，已拒绝。", claimed)
    subject, began, ends = claims.get(settings().oidc_claim), claims.get("iat"), claims.get("exp")
    if not isinstance(subject, str) or not subject or not _number(began) or not _number(ends):
        raise Disbelieved("登录凭据不完整，已拒绝。", claimed)
    return Session(subject, float(began), float(ends))


def by_stamp(header: str) -> Session:
    """The session of the account that `gate.Proxied` stamped into a header."""
    subject = gate.stamped(header)
    if not subject:
        raise SignInNeeded("没有可信的代理给出账号，请从统一入口登录。")
    return Session(subject, 0.0, 0.0)


@contextmanager
def unused() -> Iterator[None]:
    """What is asked within, such as whether something has changed, is no use of the session by its reader."""
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)


def end(found: Session) -> None:
    """End a session in every tab that it is open in."""
    _bounded(_ended)[found] = time.time()


def _in_use(found: Session) -> None:
    now = time.time()
    if now - _used.get(found, found.began) > settings().idle_minutes * 60:
        raise SignInNeeded(f"超过 {settings().idle_minutes} 分钟没有操作，请重新登录。")
    if not _asking.get():
        _bounded(_used)[found] = now


def _bounded(kept: dict[Session, float]) -> dict[Session, float]:
    """Let go of what has expired by itself, when there is much."""
    if len(kept) > MOST:
        for old in [each for each in kept if each.ends <= time.time()]:
            del kept[old]
    return kept


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
