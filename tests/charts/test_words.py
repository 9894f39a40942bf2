"""Numbers, ranks and periods read the way an official reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts import words
from indicators.catalogue import Window, catalogue

KNOWN = catalogue()


@pytest.mark.parametrize(
    ("key", "value", "wording"),
    [
        ("training_person_times", 12345.0, "12,345 人次"),
        ("training_person_times", 0.0, "0 人次"),
        ("training_person_times", None, "缺报"),
        ("training_completion", 82.449, "82.4%"),
        ("training_completion", 82.45, "82.5%"),
        ("talent_per_10k", 12.345, "12.3 人/万人"),
        ("subsidy_paid", 1234.56, "1,234.6 万元"),
        ("supply_gap", -25.0, "−25 人"),
        ("base_use", 0.005, "0.01 人次/个"),
    ],
)
def test_a_value_is_said_with_its_unit(key: str, value: float | None, wording: str) -> None:
    assert words.value(value, KNOWN[key]) == wording


@pytest.mark.parametrize(
    ("key", "value", "figure"),
    [
        ("training_person_times", 820_123.0, ("82.01", "万人次")),
        ("training_person_times", 99_999.0, ("99,999", "人次")),
        ("talent_stock", 210_000.0, ("21.00", "万人")),
        ("subsidy_paid", 123_456.0, ("12.35", "亿元")),
        ("subsidy_paid", 9_999.9, ("9,999.9", "万元")),
        ("training_completion", None, ("—", "")),
    ],
)
def test_a_headline_uses_wan_and_yi(key: str, value: float | None, figure: tuple[str, str]) -> None:
    assert words.grand(value, KNOWN[key]) == figure


@pytest.mark.parametrize(
    ("key", "yoy", "wording"),
    [
        ("training_person_times", 0.1234, "+12.3%"),
        ("training_person_times", -0.05, "−5.0%"),
        ("training_person_times", 0.0004, "持平"),
        ("high_skilled_share", -1.25, "−1.3 个百分点"),
        ("high_skilled_share", 0.04, "持平"),
        ("training_person_times", None, "—"),
    ],
)
def test_a_change_has_a_sign_and_its_own_unit(key: str, yoy: float | None, wording: str) -> None:
    assert words.change(yoy, KNOWN[key]) == wording


@pytest.mark.parametrize(
    ("month", "window", "wording"),
    [
        ("2026-10", "month", "2026年10月"),
        ("2026-10", "year_to_date", "2026年1—10月"),
        ("2026-01", "year_to_date", "2026年1月"),
        ("2026-10", "since_2023", "2023年1月—2026年10月"),
        ("2023-01", "since_2023", "2023年1月"),
        ("2026-10", "month_end", "2026年10月末"),
        ("2020-11", "census", "2020年普查"),
    ],
)
def test_a_period_is_said_in_words(month: str, window: Window, wording: str) -> None:
    assert words.period(month, window) == wording


def test_a_rank_names_its_denominator_and_a_missing_one_is_not_ranked() -> None:
    assert words.rank(3, 90) == "第 3／90 位"
    assert words.rank(None, 90) == "未排名"
    assert words.rank(1, 1) == "仅此一地有数"


def test_an_incomplete_total_says_so() -> None:
    assert words.coverage(98, 101) == "含 98／101 个填报单位的完整数据，其余缺报"
    assert words.coverage(101, 101) == ""


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_rounding_is_within_half_a_unit_and_never_minus_zero(value: float, decimals: int) -> None:
    rounded = words.rounded(value, decimals)
    assert abs(rounded - value) <= 0.5 * 10**-decimals * (1 + 1e-9)
    assert str(rounded) != "-0.0"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"), [(0.5, 0, 1.0), (1.5, 0, 2.0), (2.675, 2, 2.68), (-0.5, 0, -1.0)]
)
def test_halves_are_rounded_away_from_zero(value: float, decimals: int, expected: float) -> None:
    assert words.rounded(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(1200.0, "1,200"), (12.5, "12.5"), (-0.05, "−0.05"), (0.0, "0"), (1e-7, "0.0000001"), (3e6, "3,000,000")],
)
def test_a_limit_of_classes_is_told_exactly(value: float, text: str) -> None:
    assert words.exact(value) == text


def test_no_line_ends_inside_a_rank_or_a_span_of_months_and_nothing_else_becomes_markup() -> None:
    assert words.unbroken("2026年1—10月<b>，第 81／88 位。") == (
        '<span class="whole">2026年1—10月</span>&lt;b&gt;，<span class="whole">第 81／88 位</span>。'
    )
