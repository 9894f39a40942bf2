"""各地资金: what each place has planned, paid and left this year, and what a person-time and a certificate cost."""

from typing import Final

from briefings import narrative
from briefings.document import Row, Section, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number
from briefings.parts import Part
from briefings.scope import Scope
from charts import words
from geo import places
from indicators.catalogue import catalogue

WINDOW: Final = "year_to_date"
KEYS: Final = (
    "budget", "subsidy_paid", "budget_balance", "budget_execution", "subsidy_per_person_time", "subsidy_per_passed",
    "subsidy_per_certificate",
)  # fmt: skip


def part(at: Scope) -> Part:
    """The part about the places of the scope."""
    tables = frozenset(name for key in KEYS for name in catalogue()[key].tables)
    return Part("各地资金", lambda facts, *_: section(facts, at), tables, indicators=KEYS)


def section(facts: Facts, at: Scope) -> Section:
    """Who has paid the largest and the smallest part of the plan, and all places as a table."""
    shares = {code: _number(facts, "budget_execution", code, at.month) for code in at.drawn}
    known = sorted((c for c in shares if shares[c].known), key=lambda c: (-(shares[c].value or 0), c))
    said: Text = narrative.spread(
        f"{len(at.drawn)} 个地区", "预算执行率（%）", [(places.place(c).name, shares[c]) for c in known]
    )
    order = (*known, *(code for code in at.drawn if code not in known))
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(_number(facts, key, code, at.month) for key in KEYS)) for code in order
    )
    header = ("地区", *(f"{catalogue()[key].short}（{catalogue()[key].unit}）" for key in KEYS))
    table = Table(
        f"各地补贴资金（{words.period(at.month, WINDOW)}）",
        header,
        rows,
        "只含已报送的月份；没有报送预算，或预算不足 500 元（显示为 0.0 万元）的，不计算执行率。",
    )
    return Section("各地资金", said, (said, table))


def _number(facts: Facts, key: str, code: str, month: str) -> Number:
    of = {"key": key, "place": code, "month": month}
    window = WINDOW if WINDOW in catalogue()[key].windows else catalogue()[key].windows[0]
    return facts.number("value", "plain", window=window, **of)
