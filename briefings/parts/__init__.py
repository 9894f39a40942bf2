"""The parts that documents are made of: each one question about a place, with its section, findings and warnings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from briefings.document import Section, Text
from briefings.facts import Facts, Measure

About = Callable[[Facts, str, str], list[Text]]
"""Sentences about a place (code) at a month; none when the data do not bear any."""


def _silent(facts: Facts, place: str, month: str) -> list[Text]:
    return []


@dataclass(frozen=True)
class Part:
    """One part: its name, its section (None: nothing to show), what it adds to the findings at the front and to what
    to watch.

    `measures` are numbers of its own, by name; `tables` are the fact tables that it rests on. A part whose `indicators`
    are not all open to the reader is closed, unless it `picks` among those that are (`Facts.indicators`). `apart`: the
    tables whose people all of it tells apart further, which are told of the reader's own places alone.
    """

    name: str
    section: Callable[[Facts, str, str], Section | None]
    tables: frozenset[str]
    findings: About = _silent
    watch: About = _silent
    measures: Mapping[str, Measure] = field(default_factory=dict)
    indicators: tuple[str, ...] = ()
    picks: bool = False
    apart: frozenset[str] = frozenset()
