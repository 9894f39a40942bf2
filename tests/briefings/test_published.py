"""Every document that is made 公开发布 tells no small number of people, and says of what it leaves out that it does."""

from datetime import datetime
from pathlib import Path

import pytest

from briefings import kinds, this_page, verify
from briefings.document import Chart, Document, Table
from briefings.facts import COMPARING, Facts
from briefings.kinds import KINDS
from briefings.numbers import Number
from charts import words
from data_sources import cubes as all_cubes
from data_sources.cubes import Cubes
from data_sources.policy import PUBLIC
from geo import places
from indicators import people
from indicators.catalogue import catalogue
from tests.briefings.test_this_page import URLS
from tests.briefings.writing import WRITERS

NOW = datetime(2026, 11, 5, 9, 30)
FEWEST = 5
AT = {"county": "330922", "prefecture": "330900", "province": places.PROVINCE}
"""Where people are few: 嵊泗县 and its prefecture."""


@pytest.fixture(scope="module")
def facts(demo_cubes: Cubes) -> tuple[Facts, Facts]:
    """What the public is told, and what there is."""
    return kinds.facts(all_cubes.seen_by(demo_cubes, PUBLIC, FEWEST)), kinds.facts(demo_cubes)


def numbers(document: Document) -> list[Number]:
    """Every number of the document's tables."""
    tables = [b.table if isinstance(b, Chart) else b for b in document.blocks(Table, Chart)]
    return [cell for t in tables if isinstance(t, Table) for row in t.rows for cell in row if isinstance(cell, Number)]


def held(document: Document, told: Facts, whole: Facts) -> int:
    """How many numbers are not told, once it is sure that none that is told is small, and that each says what it is."""
    found = 0
    for number in numbers(document):
        fact = number.fact
        if number.style in COMPARING:
            continue
        if number.known:
            indicator = catalogue().get(fact.key)
            counts = indicator and all(people.count(term) for term in indicator.numerator) and indicator.additive
            if fact.what in ("value", "cluster_value") and counts:
                assert not 0 < abs(number.value or 0) < FEWEST, fact
        elif whole.computed(fact, number.style).known:
            found += 1
            assert number.text == words.WITHHELD, fact
    return found


@pytest.mark.parametrize("kind", [pytest.param(k, id=k) for k in KINDS])
def test_no_kind_of_document_tells_the_public_a_small_number(kind: str, facts: tuple[Facts, Facts]) -> None:
    held(kinds.document(facts[0], kind, AT[KINDS[kind].levels[0]], "2026-10", NOW), *facts)


@pytest.mark.parametrize("url", URLS)
def test_no_page_as_a_document_tells_the_public_a_small_number(url: str, facts: tuple[Facts, Facts]) -> None:
    document = this_page.document(facts[0], url, NOW)
    if held(document, *facts):
        assert words.few(FEWEST) in str(document.origin.definitions)


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_is_not_told_says_so_in_every_format_and_is_verified(
    suffix: str, facts: tuple[Facts, Facts], tmp_path: Path
) -> None:
    document = this_page.document(facts[0], "/clusters?place=330900&aspect=training_person_times&matrix=count", NOW)
    assert words.WITHHELD in {number.text for number in numbers(document)}
    file = tmp_path / f"file.{suffix}"
    file.write_bytes(WRITERS[suffix](document))
    assert [str(f) for f in verify.verified(file, facts[0].cubes).findings] == []


@pytest.mark.parametrize("supply", ["gaps", "pipeline", "flows"])
def test_a_part_that_is_not_told_says_that_it_is_not_and_not_that_nobody_filed(
    supply: str, facts: tuple[Facts, Facts]
) -> None:
    (section,) = this_page.document(facts[0], f"/supply_demand?place=330110&supply={supply}", NOW).sections
    assert section.message == (f"{section.heading}：{words.APART}。",)
