"""供给储备: who is in training, and how many certificates are to be expected in the next three months."""

from typing import Any, Final

from briefings import market
from briefings.document import Row, Section, Table, Text
from briefings.facts import Facts, Measure, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, on
from charts import words
from data_sources.retention import later
from geo import places
from indicators import supply
from indicators.measures import members

COLUMNS: Final[tuple[tuple[str, str, Style], ...]] = (
    ("近3个月考核合格（人次）", "passed", "count"),
    ("换证率（本/人次）", "rate", "ratio"),
    ("预计取证（本）", "due", "count"),
)
NOTE: Final = (
    "预计取证＝近3个月考核合格人次×换证率；换证率＝上年同期：其后3个月发放的证书数÷此前3个月考核合格人次。"
    "上年没有数据、或有月份缺报的不计算。月末在训按上年同月和近12个月的增减估计，课程结业后才报送。"
)


def findings(facts: Facts, at: Scope) -> list[Text]:
    """Both estimates, as far as there are any."""
    running, due = number(facts, "running", "count", at), number(facts, "due", "count", at)
    ahead = words.span(later(at.month, 1), later(at.month, 3))
    said = market.expected(places.place(at.place).name, words.month_name(at.month), running, ahead, due)
    return [said] if said else []


def section(facts: Facts, at: Scope) -> Section | None:
    """In words, and what is to be expected place by place; nothing where neither can be told."""
    said = findings(facts, at)
    if not said:
        return None
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(number(facts, what, style, at, code) for _, what, style in COLUMNS))
        for code in at.compared
    )
    ahead = words.span(later(at.month, 1), later(at.month, 3))
    table = Table(f"{ahead}预计取证", ("地区", *(head for head, _, _ in COLUMNS)), rows, NOTE)
    return Section("供给储备", said[0], (said[0], table))


def number(facts: Facts, what: str, style: Style, at: Scope, place: str = "") -> Number:
    """One number of the scope's place or another."""
    key = "training_person_times" if what in ("running", "passed") else "certificates"
    return facts.number(
        f"pipeline_{what}", style, key=key, place=place or at.place, window="month", month=at.month, cluster=at.cluster
    )


def _due(facts: Facts, fact: Fact) -> dict[str, dict[str, Any]]:
    codes = tuple(code for code in members() if code in {each.code for each in places.places()})

    def made() -> dict[str, dict[str, Any]]:
        found = supply.due(facts.cubes, fact.month, codes, cluster=fact.cluster or None)
        return {row["place_code"]: row for row in found.iter_rows(named=True)}

    kept: dict[str, dict[str, Any]] = facts.kept(("due", fact.month, fact.cluster), made)
    return kept


def _of_due(column: str) -> Measure:
    labels = {what: head.partition("（")[0] for head, what, _ in COLUMNS}

    def measured(facts: Facts, fact: Fact) -> float | None:
        value = _due(facts, fact)[fact.place][column]
        return None if value is None else float(value)

    return Measure(labels[column], measured, apart("training", "certificate"))


def _running(facts: Facts, fact: Fact) -> float | None:
    """What is known in full, else estimated."""

    def made() -> dict[str, float | None]:
        found = supply.in_training(facts.cubes, fact.place, cluster=fact.cluster or None)
        return {r["month"]: r["estimated"] for r in found.iter_rows(named=True)}

    kept: dict[str, float | None] = facts.kept(("in-training", fact.place, fact.cluster), made)
    return kept.get(fact.month)


def part(at: Scope | None = None) -> Part:
    """The part about a scope, or about the place of the document."""
    return Part(
        "供给储备",
        on(at, section),
        frozenset({"training", "certificate"}),
        on(at, findings),
        measures={
            "pipeline_running": Measure("月末在训（估计）", _running, apart("training")),
            **{f"pipeline_{w}": _of_due(w) for _, w, _ in COLUMNS},
        },
        indicators=("training_person_times", "certificates"),
        apart=frozenset({"training", "certificate"}),
    )


PIPELINE: Final = part()
