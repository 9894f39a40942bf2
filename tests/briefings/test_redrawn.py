"""Whoever compares figures across a change of boundaries says so: an independent reader looks for it in whole documents."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings import kinds, redrawn, this_page
from briefings.document import Chart, Document, Table, Text, plain
from briefings.facts import Facts
from briefings.numbers import Fact, Number, numbered
from data_sources.cubes import Cubes
from geo import places, succession
from geo.succession import Step

NOW = datetime(2026, 11, 5, 9, 30)
REDRAWN = {"330102", "330105", "330109", "330110", "330113", "330114"}
"""上城、拱墅、萧山、余杭、临平、钱塘, changed in April 2021."""
OVER_CENSUS = {"residents", "talent_per_10k", "it_workers_per_10k", "manufacturing_share", "bachelor_share"}
NOTE = "区划调整，此前的数已按现行区划换算"


@pytest.fixture(scope="module")
def facts(demo_cubes: Cubes) -> Facts:
    return kinds.facts(demo_cubes)


def crossing(numbers: Iterator[object]) -> bool:
    """The reader's own judgement: a known figure over the census of 2020 about a place that was redrawn after it."""
    return any(
        isinstance(n, Number) and n.known and n.fact.key in OVER_CENSUS and n.fact.place in REDRAWN for n in numbers
    )


def sentences(document: Document) -> Iterator[Text]:
    yield from document.findings
    for section in document.sections:
        yield section.message
        yield from (block for block in section.blocks if isinstance(block, tuple))


@pytest.mark.parametrize(
    ("kind", "place", "told"),
    [
        ("县域画像", "330110", True),
        ("县域画像", "330122", False),
        ("设区市简报", "330100", False),
        ("全省月报", "330000", False),
    ],
)
def test_every_sentence_and_table_across_a_change_says_so(kind: str, place: str, told: bool, facts: Facts) -> None:
    document = kinds.document(facts, kind, place, "2026-10", NOW)
    for text in sentences(document):
        assert (NOTE in plain(text)) == crossing(iter(text)), plain(text)
    for table in document.blocks(Table, Chart):
        if isinstance(table, Table):
            assert (NOTE in table.note) == crossing(cell for row in table.rows for cell in row), table.title
    assert any(NOTE in plain(text) for text in document.findings) == told


def test_a_page_over_the_census_says_so_and_names_the_places(facts: Facts) -> None:
    document = this_page.document(facts, "/talent_map?indicator=residents&place=330100", NOW)
    (table,) = [b for b in document.blocks(Table, Chart) if isinstance(b, Table)]
    assert "上城区、拱墅区、萧山区等6地2021年4月区划调整，此前的数已按现行区划换算。" in table.note


@given(
    st.sampled_from(["value", "yoy", "rank"]),
    st.sampled_from(["talent_per_10k", "training_person_times", ""]),
    st.sampled_from(["330110", "330122", "330383", "330100"]),
    st.sampled_from(["month", "since_2023", "census"]),
    st.sampled_from(["2023-01", "2023-12", "2024-01", "2026-10"]),
    st.sampled_from([None, date(2023, 6, 1), date(2025, 3, 1)]),
)
def test_what_a_figure_looks_back_to_decides(
    what: str, key: str, place: str, window: str, month: str, redrawn_on: date | None
) -> None:
    """Also for a change that is still to come: the same rules hold for any day in the table of successions."""
    more = (Step("330110", "余杭区", "330110", redrawn_on, "part", ""),) if redrawn_on else ()
    with pytest.MonkeyPatch.context() as patched:
        known = (*succession.succession(), *more)
        patched.setattr(succession, "succession", lambda: known)
        found = redrawn.crossed(Fact(what, key, place, window, month))
    days = {step.effective for step in known if step.new_code == place}
    at = date(int(month[:4]), int(month[5:]), 1)
    if key == "talent_per_10k":
        expected = {day for day in days if day > date(2020, 11, 1)}
    elif what == "yoy":
        expected = {day for day in days if date(at.year - 1, 1, 1) < day <= at}
    elif window == "since_2023":
        expected = {day for day in days if date(2023, 1, 1) < day <= at}
    else:
        expected = set()
    assert {step.effective for step in found} == expected


def test_a_missing_figure_compares_nothing() -> None:
    missing = numbered(Fact("value", "talent_per_10k", "330110", "month_end", "2026-10"), "value", None)
    assert redrawn.text(("余杭区", missing, "。")) == ("余杭区", missing, "。")


def test_changes_are_those_after_one_day_and_up_to_another() -> None:
    found = succession.changes("330110", date(2020, 11, 1), date(2021, 4, 9))
    assert [(step.old_code, step.extent) for step in found] == [("330110", "part")]
    assert succession.changes("330110", date(2021, 4, 9), date.max) == ()
    assert {p.code for p in places.counties() if succession.changes(p.code, date(2020, 11, 1), date.max)} == REDRAWN
