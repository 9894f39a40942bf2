"""Says it where a figure compares what lies before and after a change of a place's boundaries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from briefings.document import Block, Chart, Section, Table, Text
from briefings.numbers import Fact, Number
from geo import places, succession
from indicators.catalogue import catalogue
from indicators.measures import CENSUS_MONTH

MOST: Final = 3
"""Places that are named; of more it is said how many they are."""
FIRST: Final = "2023-01"


def text(told: Text) -> Text:
    """The sentence, with what has changed said before its last stop."""
    note = _note(each for each in told if isinstance(each, Number))
    last = told[-1] if told else ""
    if not note or not isinstance(last, str):
        return told
    return (*told[:-1], f"{last.removesuffix('。')}（{note}）{'。' if last.endswith('。') else ''}")


def section(found: Section) -> Section:
    """The section with every sentence and every table that needs it saying so."""
    blocks = tuple(_block(block) for block in found.blocks)
    return replace(found, message=text(found.message), blocks=blocks)


def crossed(fact: Fact) -> tuple[succession.Step, ...]:
    """The changes of the fact's place that lie within what it compares; none for a figure of one time alone.

    A figure of the census was counted within the boundaries of 2020 and is told within those of today; a change year on
    year compares with the year before, a sum since 2023 with then.
    """
    start = _start(fact)
    if not start:
        return ()
    until = date.max if start == CENSUS_MONTH else _first_day(fact.month)
    return succession.changes(fact.place, _first_day(start), until)


def _start(fact: Fact) -> str:
    """The first month that the figure looks back to."""
    if fact.key in catalogue() and "census" in catalogue()[fact.key].tables:
        return CENSUS_MONTH
    if fact.what == "yoy" and fact.month:
        return f"{int(fact.month[:4]) - 1}-01"
    return FIRST if fact.window == "since_2023" and fact.month else ""


def _first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def _block(block: Block) -> Block:
    if isinstance(block, tuple):
        return text(block)
    if isinstance(block, Chart):
        return replace(block, table=_table(block.table))
    return _table(block) if isinstance(block, Table) else block


def _table(table: Table) -> Table:
    note = _note(cell for row in table.rows for cell in row if isinstance(cell, Number))
    return replace(table, note=f"{table.note}{note}。") if note else table


def _note(numbers: Iterable[Number]) -> str:
    """余杭区2021年4月区划调整，2020年普查数已按调整后的范围换算; empty when nothing was crossed."""
    steps = {step for number in numbers if number.known for step in crossed(number.fact)}
    if not steps:
        return ""
    codes = sorted({step.new_code for step in steps})
    named = "、".join(places.place(code).name for code in codes[:MOST])
    more = f"等{len(codes)}地" if len(codes) > MOST else ""
    days = sorted({(step.effective.year, step.effective.month) for step in steps})
    when = "、".join(f"{year}年{month}月" for year, month in days)
    return f"{named}{more}{when}区划调整，此前的数已按现行区划换算"
