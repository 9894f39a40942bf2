"""培训留存: the shares of the trained who work where they were trained, 6 and 12 months later."""

from typing import Final

from briefings import market
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number, Style
from briefings.parts import Part
from briefings.scope import Scope, on
from charts import words
from geo import places
from indicators.catalogue import catalogue

KEYS: Final = ("retention_6", "retention_12")
MONTHS: Final = 24
NOTE: Final = "按培训人次计，不按人计；未满期限或当地没有报送当月就业的人次不计入分母。"


def findings(facts: Facts, at: Scope) -> list[Text]:
    """Both shares of all courses since 2023."""
    shares = (_share(facts, key, "value", at.place, at.month) for key in KEYS)
    said = market.retained(places.place(at.place).name, words.period(at.month, "since_2023"), *shares)
    return [said] if said else []


def section(facts: Facts, at: Scope) -> Section | None:
    """In words, by month of the course, and place by place; nothing where nobody can be judged yet."""
    said = findings(facts, at)
    if not said:
        return None
    blocks: list[Block] = [said[0], _chart(facts, at), _beside(facts, at)]
    return Section("培训留存", said[0], tuple(blocks))


def _share(facts: Facts, key: str, style: Style, place: str, month: str, window: str = "since_2023") -> Number:
    return facts.number("value", style, key=key, place=place, window=window, month=month)


def _chart(facts: Facts, at: Scope) -> Chart:
    months = [m for m in facts.cubes.months if m <= at.month][-MONTHS:]
    held = {key: tuple(_share(facts, key, "plain", at.place, m, "month") for m in months) for key in KEYS}
    known = [n for n, m in enumerate(months) if any(numbers[n].known for numbers in held.values())]
    months, held = [months[n] for n in known], {k: tuple(v[n] for n in known) for k, v in held.items()}
    title = f"{places.place(at.place).name}各月结业的培训人次在本地就业的占比"
    rows: tuple[Row, ...] = tuple(zip(months, *held.values(), strict=True))
    names = ("6个月后", "12个月后")
    table = Table(f"{title}（数据）", ("结业月份", *(f"{name}（%）" for name in names)), rows, NOTE)
    series = tuple(Series(name, numbers) for name, numbers in zip(names, held.values(), strict=True))
    return Chart(title, "line", "%", words.month_labels(months), series, table)


def _beside(facts: Facts, at: Scope) -> Table:
    shares = {code: _share(facts, KEYS[0], "plain", code, at.month).value for code in at.drawn}
    order = sorted(shares, key=lambda code: (shares[code] is None, -(shares[code] or 0), code))
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(_share(facts, key, "plain", code, at.month) for key in KEYS))
        for code in (*order, *at.compared[len(order) :])
    )
    title = f"各地结业后在本地就业的占比（{words.period(at.month, 'since_2023')}）"
    return Table(title, ("地区", *(f"{catalogue()[key].short}（%）" for key in KEYS)), rows, NOTE)


def part(at: Scope | None = None) -> Part:
    """The part about a scope, or about the place of the document."""
    return Part(
        "培训留存",
        on(at, section),
        frozenset({"training", "employment"}),
        on(at, findings),
        indicators=KEYS,
    )


RETENTION: Final = part()
