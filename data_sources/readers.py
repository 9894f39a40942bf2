"""Readers in the database: found, added, granted, revoked, removed; every change is on record with who made it."""

import datetime as dt
from collections.abc import Collection

import polars as pl
from sqlalchemy import Connection, delete, insert, select, update

from data_sources import audit, looking, policy, queries
from data_sources.engine import engine
from data_sources.policy import Grant, NotPermitted, Reader
from data_sources.settings import settings


class UnknownReader(LookupError):
    """Nobody is registered under this subject; the message is Chinese."""


def find(url: str, subject: str) -> Reader | None:
    """The active reader of this subject with what was granted; None when there is none."""
    r = queries.table("reader")
    with engine(url).connect() as connection:
        name = connection.execute(select(r.c.name).where(r.c.subject == subject, r.c.active)).scalar_one_or_none()
        return None if name is None else Reader(subject, str(name), _granted(connection, subject))


def names(url: str, subjects: Collection[str]) -> dict[str, str]:
    """The names under which these subjects were registered, by subject; nothing for whoever was not."""
    r = queries.table("reader")
    with engine(url).connect() as connection:
        named = connection.execute(select(r.c.subject, r.c.name).where(r.c.subject.in_(sorted(subjects))))
        return {str(subject): str(name) for subject, name in named}


def asked_for(url: str, subject: str | None) -> Reader:
    """Whose sight a command is to have: the terminal's without a subject, an empty one for whoever looks where nobody
    signs in, `public` for what is published, else the reader of this subject.

    Raises `UnknownReader` for anyone to whom nothing was granted.
    """
    if subject is None:
        return policy.OPERATOR
    if subject in ("", policy.PUBLIC.subject):
        return policy.PUBLIC if subject else policy.EVERYBODY
    found = find(url, subject)
    if found is None or not policy.may_look(found):
        why = "没有登记" if found is None else "还没有任何权限"
        raise UnknownReader(
            f"账号“{subject}”{why}，看不到任何内容。查看：python -m data_sources readers list；"
            f"公开发布的口径用 {policy.PUBLIC.subject}。"
        )
    return found


def listed(url: str) -> pl.DataFrame:
    """For administrators: every reader and grant: `subject`, `name`, `active`, `role`, `place_code`, `theme`, `exports` (null without)."""
    r, g = queries.table("reader"), queries.table("reader_grant")
    columns = (r.c.subject, r.c.name, r.c.active, g.c.role, g.c.place_code, g.c.theme, g.c.exports)
    joined = r.outerjoin(g, r.c.subject == g.c.subject)
    statement = select(*columns).select_from(joined).order_by(r.c.subject, g.c.role, g.c.place_code)
    kinds = {c.name: pl.String for c in columns} | {"active": pl.Boolean, "exports": pl.Boolean}
    return queries.read(url, looking.by_the_office(statement), kinds)


def add(url: str, by: Reader, subject: str, name: str) -> None:
    """Register someone, or make someone active again under this name; nothing is granted by it."""
    if not subject.strip() or not name.strip():
        raise policy.WrongGrant("账号和姓名都不能为空。")
    if subject == policy.PUBLIC.subject:
        raise policy.WrongGrant(f"账号“{subject}”留给公开发布的口径，请换一个。")
    r = queries.table("reader")
    with engine(url).begin() as connection:
        _changing(connection, by, "登记", subject, name=name)
        known = connection.execute(select(r.c.subject).where(r.c.subject == subject)).first()
        values = {"name": name.strip()[:60], "active": True}
        if known:
            connection.execute(update(r).where(r.c.subject == subject).values(**values))
        else:
            connection.execute(insert(r).values(subject=subject, added_at=dt.datetime.now(), **values))


def grant(url: str, by: Reader, subject: str, given: Grant, *, weighed: bool = False) -> None:
    """Grant a role; given again, only whether detail may be taken along changes.

    Raises `WrongGrant` where it would let somebody work out small numbers (`policy.doubts`), unless that was `weighed`.
    """
    policy.checked(given)
    g = queries.table("reader_grant")
    key = {"subject": subject, "role": given.role, "place_code": given.place_code, "theme": given.theme}
    with engine(url).begin() as connection:
        _changing(connection, by, "授权", subject, place=given.place_code, **{k: key[k] for k in ("role", "theme")},
                  exports=given.exports, **({"weighed": True} if weighed else {}))  # fmt: skip
        _known(connection, subject)
        before = Reader(subject, subject, _granted(connection, subject))
        doubt = policy.doubts(Reader(subject, subject, before.grants | {given}))
        if settings().fewest_people and not weighed and doubt not in ("", policy.doubts(before)):
            raise policy.WrongGrant(f"没有授权。这样{doubt}请改授它们共同的上级、分用账号，或注明已经斟酌后再授。")
        connection.execute(delete(g).where(*(g.c[k] == v for k, v in key.items())))
        connection.execute(insert(g).values(**key, exports=given.exports))


def revoke(url: str, by: Reader, subject: str, taken: Grant) -> None:
    """Take a role back; raises `UnknownReader` when it was not granted."""
    g = queries.table("reader_grant")
    key = {"subject": subject, "role": taken.role, "place_code": taken.place_code, "theme": taken.theme}
    with engine(url).begin() as connection:
        _changing(connection, by, "收回", subject, place=taken.place_code, role=taken.role, theme=taken.theme)
        if not connection.execute(delete(g).where(*(g.c[k] == v for k, v in key.items()))).rowcount:
            raise UnknownReader(f"“{subject}”没有这项授权，没有可收回的。查看：python -m data_sources readers list")


def remove(url: str, by: Reader, subject: str) -> None:
    """Let someone in no more; the name stays for the audit, the grants go."""
    r, g = queries.table("reader"), queries.table("reader_grant")
    with engine(url).begin() as connection:
        _changing(connection, by, "停用", subject)
        _known(connection, subject)
        connection.execute(delete(g).where(g.c.subject == subject))
        connection.execute(update(r).where(r.c.subject == subject).values(active=False))


def _changing(
    connection: Connection, by: Reader, what: str, subject: str, place: str | None = None, **detail: object
) -> None:
    """Put the change on record first: that also makes later writers wait. Refuses whoever may not change readers."""
    if by != policy.OPERATOR and not policy.may_administer(by):
        raise NotPermitted("只有管理员可以管理使用者。")
    audit.appended(connection, by.subject, "roles", {"操作": what, "账号": subject, **detail}, place_code=place)


def _granted(connection: Connection, subject: str) -> frozenset[Grant]:
    g = queries.table("reader_grant")
    columns = (g.c.role, g.c.place_code, g.c.theme, g.c.exports)
    return frozenset(Grant(*row) for row in connection.execute(select(*columns).where(g.c.subject == subject)))


def _known(connection: Connection, subject: str) -> None:
    r = queries.table("reader")
    if connection.execute(select(r.c.subject).where(r.c.subject == subject, r.c.active)).first() is None:
        raise UnknownReader(f"没有使用者“{subject}”。先登记：python -m data_sources readers add 账号 姓名")
