"""数据报送: what a place has not filed, so that nobody takes a gap for a fall."""

from briefings.document import Section, Span, Table, Text
from briefings.facts import Facts
from briefings.parts import Part
from charts import words
from data_sources.tables import MONTHLY_TABLES, TABLES
from geo import places


def watch(facts: Facts, place: str, month: str) -> list[Text]:
    """Which tables lack months."""
    late: list[Span] = []
    for table in MONTHLY_TABLES:
        missing = facts.number("unfiled", "count", place=place, month=month, detail=table)
        if missing.value:
            late += ["、" if late else "", f"{_label(table)}（", missing, " 个月）"]
    return [(f"{places.place(place).name}有按月报送的数据缺报：", *late, "。")] if late else []


def section(facts: Facts, place: str, month: str) -> Section:
    """Every table that is filed by month."""
    rows = tuple(
        (_label(table), facts.number("unfiled", "count", place=place, month=month, detail=table))
        for table in MONTHLY_TABLES
    )
    late = watch(facts, place, month)
    said = late or [(f"{places.place(place).name}按月报送的数据已全部报齐。",)]
    span = words.span(facts.cubes.months[0], month)
    table = Table(f"{places.place(place).name}缺报情况（{span}）", ("数据表", "缺报月数（个）"), rows)
    return Section("数据报送情况", said[0], (said[0], table) if late else (said[0],))


def _label(table: str) -> str:
    return str(TABLES[table].label)  # type: ignore[attr-defined]


FILING = Part("数据报送", section, frozenset(MONTHLY_TABLES), watch=watch)
