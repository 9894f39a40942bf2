"""The life of a submission after it was accepted: approved, returned with a reason, withdrawn, brought back.

Each step takes any number of submissions in one transaction, all of them or none. It gives them a new data version and
works out anew what other rows say about theirs.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select, true, update

from data_sources import audit, derived, looking, policy, queries, submissions
from data_sources.engine import WRITERS_WAIT, backend, engine
from data_sources.vocabulary import PROVENANCES, SUBMISSION_STATUSES
from geo import places

Row = Mapping[str, Any]
LONGEST_REASON: Final = 300


class ImpossibleStep(ValueError):
    """A step that a submission cannot take, or that this actor may not; the message is Chinese and names each."""


@dataclass(frozen=True)
class Actor:
    """Who takes a step, and the place whose authority they have."""

    name: str
    place_code: str


def approve(url: str, ids: Collection[int], by: Actor) -> int:
    """Mark accepted official submissions as reviewed; the new data version. Raises `ImpossibleStep`."""

    def wrong(row: Row) -> str:
        if row["provenance"] != "official":
            return f"是{PROVENANCES[row['provenance']]}，不需审核"
        if row["status"] == "accepted" and row["reviewed"]:
            return f"已由{row['reviewed_by'] or '他人'}审核过"
        own = "是经办人自己报送的，应由他人审核" if row["submitted_by"] == by.name else ""
        return _not_accepted(row, "审核") or _not_above(row, by) or own

    values = {"reviewed": True, "reviewed_by": by.name, "reviewed_at": dt.datetime.now()}
    return _taken(url, ids, by, _Step("审核通过", wrong, values))


def send_back(url: str, ids: Collection[int], by: Actor, reason: str) -> int:
    """Return accepted official submissions with a reason: they stop counting. Raises `ImpossibleStep`."""

    def wrong(row: Row) -> str:
        if row["provenance"] != "official":
            return f"是{PROVENANCES[row['provenance']]}，不能退回"
        return _not_accepted(row, "退回") or _not_above(row, by)

    values = {"status": "returned", "reason": _given(reason, "退回"), "reviewed": False}
    return _taken(url, ids, by, _Step("退回", wrong, values))


def withdraw(url: str, ids: Collection[int], by: Actor, reason: str) -> int:
    """Take accepted submissions out of every number; their rows stay as lineage. Raises `ImpossibleStep`."""

    def wrong(row: Row) -> str:
        return _not_accepted(row, "撤回") or _stranger(row, by)

    return _taken(url, ids, by, _Step("撤回", wrong, {"status": "withdrawn", "reason": _given(reason, "撤回")}))


def restore(url: str, ids: Collection[int], by: Actor) -> int:
    """Bring back replaced or withdrawn submissions; what replaced them stops counting. Raises `ImpossibleStep`.

    Reviewed ones come back as reviewed: their rows are those that were looked at.
    """

    def wrong(row: Row) -> str:
        if row["status"] not in ("replaced", "withdrawn"):
            return f"状态是“{SUBMISSION_STATUSES[row['status']]}”，只有已被替换或已撤回的可以恢复"
        return _stranger(row, by)

    return _taken(url, ids, by, _Step("恢复", wrong, {"status": "accepted", "reason": None}, restoring=True))


@dataclass(frozen=True)
class _Step:
    """`wrong` says why a submission cannot take the step ('' when it can), `values` are what it has afterwards."""

    name: str
    wrong: Callable[[Row], str]
    values: Mapping[str, Any]
    restoring: bool = False


def _taken(url: str, ids: Collection[int], by: Actor, step: _Step) -> int:
    with engine(url).begin() as connection:
        connection.exec_driver_sql(WRITERS_WAIT[backend(url)])
        rows = _rows(connection, ids)
        said = [f"没有报送批次 {number}" for number in sorted(set(ids) - {row["id"] for row in rows})]
        said += [f"批次 {row['id']} {why}" for row in rows if (why := step.wrong(row) or _not_permitted(row, step))]
        said += _clashing(rows) if step.restoring else []
        if said or not rows:
            raise ImpossibleStep(f"没有{step.name}：{'；'.join(said) or '没有选择批次'}。")
        others = [other for row in rows for other in _rivals(connection, row, ids)] if step.restoring else []
        version = int(connection.execute(submissions.NEWEST_VERSION).scalar_one()) + 1
        _set(connection, rows, {**step.values, "data_version": version})
        _set(connection, others, {"status": "replaced", "data_version": version})
        told = {"操作": step.name, "批次": sorted(row["id"] for row in rows), "经办人": by.name}
        audit.appended(connection, looking.current().subject, "approval", told, place_code=by.place_code)
        if "status" in step.values:
            _recount(connection, [*rows, *others])
    return version


def _set(connection: Connection, rows: Collection[Row], values: Mapping[str, Any]) -> None:
    s = queries.table("submission")
    connection.execute(update(s).where(s.c.id.in_([row["id"] for row in rows])).values(**values))


def _rows(connection: Connection, ids: Collection[int]) -> list[Row]:
    s = queries.table("submission")
    return [dict(row) for row in connection.execute(select(s).where(s.c.id.in_(ids)).order_by(s.c.id)).mappings()]


def _rivals(connection: Connection, row: Row, ids: Collection[int]) -> list[Row]:
    """What must stop counting for this one to count: of a month all others, else what replaced it and its like."""
    s = queries.table("submission")
    same = (s.c.table_name == row["table_name"]) & (s.c.place_code == row["place_code"]) & (s.c.status == "accepted")
    if row["month"] is not None:
        same &= s.c.month == row["month"]
    elif row["status"] == "replaced":
        same &= s.c.month.is_(None) & s.c.replaces.is_not(None) & (s.c.id > row["id"]) & _of_its_years(row)
    else:
        return []
    found = connection.execute(select(s).where(same, s.c.id.not_in(ids)).order_by(s.c.id)).mappings()
    return [dict(each) for each in found]


def _of_its_years(row: Row) -> ColumnElement[bool]:
    """Of a table that is filed by the year: submissions of one of the years that this one is of."""
    t = queries.table(row["table_name"])
    if "year" not in t.c or row["table_name"] == "target":
        return true()
    years = select(t.c.year).where(t.c.submission_id == row["id"])
    return queries.table("submission").c.id.in_(select(t.c.submission_id).where(t.c.year.in_(years)))


def _clashing(rows: Collection[Row]) -> list[str]:
    """Of one table, place and month only one can count."""
    first: dict[tuple[Any, ...], int] = {}
    said = []
    for row in rows:
        key = (row["table_name"], row["place_code"], row["month"])
        if row["month"] is not None and first.setdefault(key, row["id"]) != row["id"]:
            said.append(f"批次 {first[key]} 与 {row['id']} 是同一张表、同一地区、同一月份，只能恢复一个")
    return said


def _recount(connection: Connection, changed: Collection[Row]) -> None:
    for table in sorted({row["table_name"] for row in changed}):
        mine = [row for row in changed if row["table_name"] == table]
        derived.refresh(connection, table, [row["id"] for row in mine], {row["place_code"] for row in mine})


def _given(reason: str, what: str) -> str:
    plain = reason.strip()
    if not plain:
        raise ImpossibleStep(f"没有{what}：{what}须写明原因。")
    if len(plain) > LONGEST_REASON:
        raise ImpossibleStep(f"没有{what}：原因有 {len(plain)} 个字，最多 {LONGEST_REASON} 个。")
    return plain


def _not_accepted(row: Row, what: str) -> str:
    status = row["status"]
    return "" if status == "accepted" else f"状态是“{SUBMISSION_STATUSES[status]}”，只有已接收的可以{what}"


def _not_above(row: Row, by: Actor) -> str:
    """A county's submission is reviewed by its prefecture or the province, a prefecture's own by the province."""
    above = [place.code for place in places.path(row["place_code"])[:-1]]
    if by.place_code in above:
        return ""
    return f"属于{places.place(row['place_code']).name}，应由{'或'.join(places.place(code).name for code in above[::-1])}审核"


def _not_permitted(row: Row, step: _Step) -> str:
    """What the policy says to who looks now: the terminal may, and while nobody signs in all data are simulated."""
    reader, place = looking.current(), row["place_code"]
    if reader in (policy.OPERATOR, policy.EVERYBODY):
        return ""
    reviews = policy.may_approve(reader, place, row["submitted_by"])
    files = policy.may_submit(reader, place) and step.name in ("撤回", "恢复")
    if policy.may_approve(reader, place, None) and not (reviews or files):
        return "是您自己报送的，应由他人办理"
    return "" if reviews or files else f"属于{places.place(place).name}，您没有{step.name}的权限"


def _stranger(row: Row, by: Actor) -> str:
    path = [place.code for place in places.path(row["place_code"])]
    name = places.place(row["place_code"]).name
    return "" if by.place_code in path else f"属于{name}，只能由{name}或其上级办理"
