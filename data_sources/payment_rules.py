"""The rules that name suspicious payments, declared once: what each measures, how much is allowed, on whose word.

Each rule is a number of a payment; a payment is suspicious by it when the number is greater than what is allowed.
Suspicious means: to be looked at by a person. It is no finding of fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Table, case

from data_sources.dialects import Days
from data_sources.repeats import COURSES

MOST: Final = 999
"""What a rule's number is at most; days to a course that never ended count as this many."""
ASSUMED: Final = "按各地补贴办法的通行做法暂定，请业务处室核定"


@dataclass(frozen=True)
class Rule:
    """One rule; `allowed` stands unless a reader changes it, from `least` to `most`."""

    key: str
    title: str
    definition: str
    unit: str
    least: int
    allowed: int
    most: int
    source: str
    number: Callable[[Table], ColumnElement[int]]


def suspicious(payment: Table, allowed: Mapping[str, int]) -> list[ColumnElement[bool]]:
    """For each rule in `allowed`, whether a payment has more than that."""
    return [RULES[key].number(payment) > most for key, most in allowed.items()]


def _up_to_most(number: ColumnElement[int], known: ColumnElement[bool]) -> ColumnElement[int]:
    """The number from 0 to `MOST`, 0 where it is not known."""
    return case((~known, 0), (number > MOST, MOST), (number > 0, number), else_=0)


def _unfinished(t: Table) -> ColumnElement[int]:
    course = t.c.person_key.is_not(None) & t.c.kind.in_(COURSES)
    never = course & t.c.course_ended.is_(None)
    return case((never, MOST), else_=_up_to_most(Days(t.c.course_ended, t.c.paid), course))


def _early(t: Table) -> ColumnElement[int]:
    known = t.c.certified.is_not(None) & t.c.course_ended.is_not(None)
    return _up_to_most(Days(t.c.course_ended, t.c.certified), known)


_ALL: Final = (
    Rule(
        "repeated",
        "重复享受",
        "同一人同一职业同一等级，按发放日期先后排在允许笔数之后的补贴（不分补贴类型和发放地区；人员、职业、等级不全的不判断）",
        "笔",
        1,
        1,
        5,
        f"同一职业同一等级不得重复享受；{ASSUMED}",
        lambda t: _up_to_most(t.c.nth_alike, t.c.nth_alike.is_not(None)),
    ),
    Rule(
        "too_many",
        "超过年度次数",
        "同一人当年的培训类补贴（职业培训、线上培训、项目制），按发放日期先后排在允许次数之后的笔",
        "次",
        1,
        3,
        12,
        f"每人每年不超过3次；{ASSUMED}",
        lambda t: _up_to_most(t.c.nth_in_year, t.c.nth_in_year.is_not(None)),
    ),
    Rule(
        "unfinished",
        "未结业先发放",
        "发放给个人的培训类补贴，没有课程结束日期，或结束日期晚于发放日期超过允许天数",
        "天",
        0,
        0,
        60,
        f"先结业后补贴；{ASSUMED}",
        _unfinished,
    ),
    Rule(
        "early_certificate",
        "证书早于结业",
        "证书日期早于课程结束日期超过允许天数",
        "天",
        0,
        0,
        60,
        f"先结业后发证；{ASSUMED}",
        _early,
    ),
)
RULES: Final[Mapping[str, Rule]] = {rule.key: rule for rule in _ALL}
ALLOWED: Final[Mapping[str, int]] = {rule.key: rule.allowed for rule in _ALL}
LEAST: Final[Mapping[str, int]] = {rule.key: rule.least for rule in _ALL}
"""The strictest that a reader may choose; the cube holds the payments that are suspicious by these."""
