"""Search finds by name, code, part of a name and pinyin, best first, and knows when one thing was meant."""

import polars as pl
import pytest

from data_sources.names import NOTHING
from indicators import search
from indicators.catalogue import catalogue
from indicators.search import Index

NAMED = pl.DataFrame(
    [
        ("base", "JD1", "余杭人工智能公共实训基地01号", "330110"),
        ("organisation", "91330110X", "余杭（AI）5G 企业", "330110"),
        ("organisation", "91330110Y", "Yunqi 小镇公司", "330106"),
    ],
    schema=NOTHING.schema,
    orient="row",
)


@pytest.fixture(scope="module")
def known() -> Index:
    return search.index(catalogue(), NAMED)


@pytest.mark.parametrize(
    ("asked", "first", "sure"),
    [
        ("余杭区", "余杭区", True),
        ("余杭", "余杭区", True),
        (" 余 杭 ", "余杭区", True),
        ("330110", "余杭区", True),
        ("yhq", "余杭区", True),
        ("YHQ", "余杭区", True),
        ("余h区", "余杭区", True),
        ("yuhang", "余杭区", True),
        ("yueqing", "乐清市", True),
        ("yq", "乐清市", True),
        ("shengsi", "嵊泗县", True),
        ("jnszzzx", "景宁畲族自治县", True),
        ("hz", "杭州市", False),
        ("补贴资金支出", "补贴资金支出", True),
        ("talent_stock", "数字技能人才存量", True),
        ("训练师", "人工智能训练师", True),
        ("人工智能", "人工智能训练师", False),
        ("rgznxls", "人工智能训练师", True),
        ("2-02-38-01", "人工智能工程技术人员", True),
        ("jd1", "余杭人工智能公共实训基地01号", True),
        ("余杭人工", "余杭人工智能公共实训基地01号", True),
        ("91330110x", "余杭（AI）5G 企业", True),
        ("（ai）", "余杭（AI）5G 企业", True),
        ("5gqy", "余杭（AI）5G 企业", True),
        ("yunqi", "Yunqi 小镇公司", True),
    ],
)  # fmt: skip
def test_what_is_asked_for_comes_first(known: Index, asked: str, first: str, sure: bool) -> None:
    found = search.search(known, asked)
    assert found.hits[0].name == first
    assert found.sure == (found.hits[0] if sure else None)
    assert not found.near


@pytest.mark.parametrize("asked", ["", "   ", "qqqqqq", "[a", "a|b", ".*", "\\", "()"])
def test_nothing_is_found_for_what_nobody_is_called(known: Index, asked: str) -> None:
    found = search.search(known, asked)
    assert (found.hits, found.total, found.sure) == ((), 0, None)


def test_a_slip_of_the_pen_is_answered_with_near_names(known: Index) -> None:
    found = search.search(known, "余航区")
    assert found.hits == ()
    assert found.near[0].name == "余杭区"


def test_at_most_ten_are_shown_and_all_are_counted(known: Index) -> None:
    found = search.search(known, "区")
    assert len(found.hits) == 10
    assert found.total == sum(any("区" in name for name in entry.names) for entry in known.entries)


def test_a_part_of_a_name_finds_all_that_hold_it(known: Index) -> None:
    """The oracle: every entry, one by one."""
    for part in ("人才", "州", "技", "01", "AI"):
        holding = {e.name for e in known.entries if any(part in name for name in e.names)}
        found = search.search(known, part, most=10_000)
        assert holding <= {e.name for e in found.hits}
        if not part.isascii():
            assert {e.name for e in found.hits} == holding


def test_without_a_database_places_indicators_and_occupations_are_found() -> None:
    kinds = {entry.kind for entry in search.index(catalogue(), NOTHING).entries}
    assert kinds == {"place", "indicator", "occupation"}
