"""Who looks at this page, asked anew by every run, fragment and callback; what is done with detail goes on record."""

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from data_sources import audit, looking, policy, readers
from data_sources.policy import NotPermitted, Reader
from data_sources.settings import SettingsError, settings
from data_sources.sqlite import MissingDatabase
from pages.shared import cached, handed, identity, state
from pages.shared.caches import kept
from pages.shared.identity import Session, SignInNeeded

log = logging.getLogger("talent")

UNSAFE: Final = (
    "数据库里已有真实报送的数据，但没有设置登录方式，为防止数据外泄，本平台不显示任何内容。"
    "请运维人员设置 TALENT_SIGN_IN（oidc 或 header）后重新启动，说明见 docs/operators.md“登录”。"
)
FRESH: Final = 5.0
"""Seconds after which a change of someone's grants is felt."""
_AS: Final = "shown-as"
_TOLD: Final = "told"
_last: dict[str, tuple[Reader, float]] = {}
"""What was known of a reader when the database could last be asked, and when that was."""


class ForNow(NotPermitted):
    """Nothing can be shown until the database is there again."""


def signing_in() -> bool:
    """Whether readers sign in at all."""
    return settings().sign_in != "none"


def reader() -> Reader:
    """Whose sight this is: who signed in, or whom an administrator looks as. Raises `NotPermitted` when nobody may."""
    found = signed_in()
    chosen = state.remembered(_AS, "")
    if not chosen or not policy.may_administer(found):
        return found
    other = _known(chosen)
    if other is None:
        raise NotPermitted(f"使用者“{chosen}”已不存在，请结束以其身份查看。")
    return other


def signed_in() -> Reader:
    """Who signed in; raises `NotPermitted` when nobody may look, saying why and whom to ask."""
    if not signing_in():
        if cached.real_data():
            raise NotPermitted(UNSAFE)
        return policy.EVERYBODY
    try:
        session = identity.session()
    except identity.Disbelieved as why:
        _once(f"refused {why.subject} {why}", lambda told=why: _noted(told.subject, "refused", {"说明": str(told)}))
        raise
    found = _known(session.subject)
    if found is None:
        raise _refusal(session, f"账号“{session.subject}”没有登记，看不到任何内容。请向{settings().contact}申请。")
    if not policy.may_look(found):
        raise _refusal(
            session, f"{found.name}（{session.subject}）还没有任何权限，看不到任何内容。请向{settings().contact}申请。"
        )
    _once(f"sign_in {session}", lambda: _noted(session.subject, "sign_in", {"姓名": found.name}))
    return found


def administering() -> bool:
    """Whether who looks is an administrator; no, where that cannot be told."""
    try:
        return signing_in() and policy.may_administer(reader())
    except (NotPermitted, SettingsError):
        return False


def shown_as() -> str:
    """The name of the reader whose sight an administrator has taken; empty otherwise."""
    seen, real = reader(), signed_in()
    return seen.name if seen != real else ""


def look_as(subject: str) -> None:
    """See exactly what this reader sees, for the rest of the session; '' ends it. Only for administrators; on record."""
    real = signed_in()
    if not policy.may_administer(real):
        raise NotPermitted("只有管理员可以以他人身份查看。")
    _noted(real.subject, "view_as", {"账号": subject or "（结束）"})
    state.remember(_AS, subject)


def sign_out() -> None:
    """End the session, in every tab. Call it in a callback."""
    try:
        session = identity.session()
    except NotPermitted:  # what cannot be believed has nothing to end but the browser's cookie
        session = None
    if session is not None:
        identity.end(session)
        _noted(session.subject, "sign_out", {})
    st.logout()


def record(action: str, detail: Mapping[str, Any], *, place_code: str | None = None) -> None:
    """Put what the reader did on record, the same thing once a session; where nobody signs in there is nobody to record."""
    if signing_in():
        actor = signed_in().subject
        key = f"{action} {sorted(detail.items())} {place_code}"
        _once(key, lambda: _noted(actor, action, detail, place_code))


def taken(
    made: Callable[[], bytes], name: str, detail: Callable[[], Mapping[str, Any]], *, rows: bool
) -> Callable[[], bytes]:
    """What makes a file when it is asked for, outside the run: permitted still, on record with the file's hash, and handed
    to this session alone.

    `rows`: the file holds single rows, for which taking along is a permission of its own.
    """
    seen, actor, url = looking.current(), signed_in() if signing_in() else None, settings().url
    session = identity.session() if actor else None
    working = looking.carried(made, taking=rows)

    def making() -> bytes:
        if actor is None or session is None:
            signed_in()
            return working()
        identity.still(session)
        if readers.find(url, actor.subject) != actor:
            raise NotPermitted("您的权限已有变化，请刷新页面后再导出。")
        data = working()
        told = {"文件": name, "SHA-256": hashlib.sha256(data).hexdigest(), **detail()}
        told |= {"以其身份": seen.subject} if seen != actor else {}
        audit.append(url, actor.subject, "export", told)
        handed.made_for(session, data)
        return data

    return making


def _refusal(session: Session, why: str) -> NotPermitted:
    _once(f"refused {session}", lambda: _noted(session.subject, "refused", {"说明": why}))
    return NotPermitted(why)


def _known(subject: str) -> Reader | None:
    """The reader with what was granted; while the database is away, as last known, for as long as a session may idle."""
    reader, at = _last.get(subject, (None, 0.0))
    lasting = reader is not None and time.monotonic() - at <= settings().idle_minutes * 60
    if lasting and not cached.health().usable:
        return reader
    try:
        found = _looked_up(settings().url, subject, int(time.monotonic() / FRESH))
    except (SQLAlchemyError, MissingDatabase) as error:
        log.exception("the rights of a reader could not be looked up")
        if lasting and isinstance(error, OperationalError | MissingDatabase):
            return reader
        raise ForNow(f"暂时无法核对您的权限，未显示任何内容。请稍后再试，或联系{settings().contact}。") from error
    assert found is None or isinstance(found, Reader)
    _last.pop(subject, None)
    if found is not None:
        _last[subject] = found, time.monotonic()
        if len(_last) > identity.MOST:
            del _last[next(iter(_last))]
    return found


@kept(maxsize=1024)
def _looked_up(url: str, subject: str, moment: int) -> Reader | None:
    return readers.find(url, subject)


def _noted(actor: str, action: str, detail: Mapping[str, Any], place_code: str | None = None) -> None:
    """What cannot be recorded does not happen."""
    try:
        audit.append(settings().url, actor, action, detail, place_code=place_code)
    except (SQLAlchemyError, MissingDatabase) as error:
        log.exception("the audit could not be written")
        raise ForNow(f"暂时无法记录操作，未显示任何内容。请稍后再试，或联系{settings().contact}。") from error


def _once(key: str, act: Callable[[], None]) -> None:
    """Do it, unless this session has done it before."""
    told = state.remembered(_TOLD, frozenset())
    if key not in told:
        act()
        state.remember(_TOLD, told | {key})


looking.asked(reader)
__all__ = [
    "ForNow",
    "SignInNeeded",
    "administering",
    "look_as",
    "reader",
    "record",
    "shown_as",
    "sign_out",
    "signed_in",
    "signing_in",
    "taken",
]
