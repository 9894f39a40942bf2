"""Headline cards say what is known, what is missing, and how a target stands against pace."""

import base64
import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import cards
from indicators.catalogue import Window
from tests.charts.pictured import KNOWN

TRAINED = KNOWN["training_person_times"]


def text(card: str) -> str:
    """What a reader sees of a card."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split())


def card(key: str, window: Window, **row: object) -> str:
    known = {"value": 12_345.0, "yoy": 0.1, "filed": 101, "expected": 101} | row
    return cards.figure_card(KNOWN[key], window, "2026-10", known, [], "light")


# --- headline figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "window", "row", "said"),
    [
        ("training_person_times", "year_to_date", {}, "数字技能培训人次 12,345 人次 2026年1—10月 同比 +10.0%"),
        ("training_person_times", "year_to_date", {"value": 0.0, "yoy": -1.0},
         "数字技能培训人次 0 人次 2026年1—10月 同比 −100.0%"),
        ("training_person_times", "year_to_date", {"value": None, "yoy": None},
         "数字技能培训人次 — 2026年1—10月 缺报"),
        ("training_person_times", "year_to_date", {"yoy": None, "filed": 98},
         "数字技能培训人次 12,345 人次 2026年1—10月 * 同比 —"),
        ("training_person_times", "since_2023", {"value": 820_123.0},
         "数字技能培训人次 82.01 万人次 2023年1月—2026年10月"),
        ("training_completion", "since_2023", {"value": 80.0}, "数字技能培训目标完成率 80.0 % 2023年1月—2026年10月"),
        ("subsidy_paid", "year_to_date", {"yoy": 0.0}, "补贴资金支出 1.23 亿元 2026年1—10月 同比 持平"),
    ],
)  # fmt: skip
def test_a_card_reads_so(key: str, window: Window, row: dict[str, object], said: str) -> None:
    assert text(card(key, window, **row)) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [({}, ""), ({"filed": 98}, "含 98／101 个填报单位的完整数据，其余缺报"), ({"value": None, "filed": 0}, "缺报")],
)
def test_what_is_missing_stands_in_the_cards_tip(row: dict[str, object], said: str) -> None:
    assert f'title="{said}"' in card("training_person_times", "month", **row)


def test_a_place_without_a_row_has_a_card_without_a_figure() -> None:
    empty = cards.figure_card(TRAINED, "month", "2026-10", {}, [None, None], "dark")
    assert text(empty) == "数字技能培训人次 — 2026年10月 缺报"


# --- targets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "done", "target", "said"),
    [
        ("2026-10", 820_000.0, 1_000_000.0,
         "82.00 万人次 ／ 目标 100 万人次 完成 82.0% 序时进度 76.7% "
         "超前序时进度 5.3 个百分点。到2027年底，今后每月需 12,857 人次（此前月均 17,826）"),
        ("2026-10", 0.0, 6_000.0,
         "0 人次 ／ 目标 6,000 人次 完成 0.0% 序时进度 76.7% "
         "落后序时进度 76.7 个百分点。到2027年底，今后每月需 429 人次（此前月均 0）"),
        ("2026-10", 1_200.0, 1_000.0,
         "1,200 人次 ／ 目标 1,000 人次 完成 120.0% 序时进度 76.7% 超前序时进度 43.3 个百分点。目标已完成"),
        ("2027-12", 900.0, 1_000.0,
         "900 人次 ／ 目标 1,000 人次 完成 90.0% 序时进度 100.0% 落后序时进度 10.0 个百分点。规划期已满"),
        ("2028-03", 1_000.0, 1_000.0,
         "1,000 人次 ／ 目标 1,000 人次 完成 100.0% 序时进度 100.0% 超前序时进度 0.0 个百分点。目标已完成"),
        ("2026-10", None, 1_000.0, "— 本地还没有目标分解或报送数据"),
        ("2026-10", 5.0, None, "— 本地还没有目标分解或报送数据"),
        ("2026-10", 5.0, 0.0, "— 本地还没有目标分解或报送数据"),
    ],
)  # fmt: skip
def test_a_target_reads_so(month: str, done: float | None, target: float | None, said: str) -> None:
    assert text(cards.target_card("全省目标", TRAINED, month, done, target)) == f"全省目标 {said}"


@given(st.floats(0, 1e7), st.integers(1, 10**7).map(float), st.integers(0, 70))
@settings(max_examples=60, deadline=None)
def test_bar_and_mark_stay_on_the_card(done: float, target: float, months: int) -> None:
    month = f"{2023 + months // 12}-{months % 12 + 1:02d}"
    made = cards.target_card("目标", TRAINED, month, done, target)
    shares = [float(share) for share in re.findall(r"(?:width|left):([\d.]+)%", made)]
    assert len(shares) == 3
    assert all(0 <= share <= 100 for share in shares)


def test_a_title_cannot_bring_html_along() -> None:
    assert "<b>" not in cards.target_card("<b>目标", TRAINED, "2026-10", 1.0, 2.0)


# --- sparklines ------------------------------------------------------------------------------------------------------


def path(values: list[float | None]) -> list[tuple[str, float, float]]:
    """The moves of a sparkline's pen: M or L, x, y."""
    picture = cards.sparkline(values, "#123456")
    data = re.search(r"base64,([^\"]+)", picture)
    assert data is not None
    line = re.search(r' d="([^"]+)"', base64.b64decode(data[1]).decode())
    assert line is not None
    return [(m[0], *map(float, m[1:].split(","))) for m in line[1].split()]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "moves"),
    [
        ([0.0, 10.0], [("M", 0, 27), ("L", 100, 3)]),
        ([5.0, 5.0, 5.0], [("M", 0, 27), ("L", 50, 27), ("L", 100, 27)]),
        ([0.0, 5.0, None, 10.0, 0.0], [("M", 0, 27), ("L", 25, 15), ("M", 75, 3), ("L", 100, 27)]),
        ([None, 0.0, 10.0], [("M", 50, 27), ("L", 100, 3)]),
    ],
)
def test_a_missing_month_is_a_gap_in_the_line(
    values: list[float | None], moves: list[tuple[str, float, float]]
) -> None:
    assert path(values) == moves


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [None, 3.0, None]])
def test_fewer_than_two_values_are_no_line(values: list[float | None]) -> None:
    assert cards.sparkline(values, "#123456") == ""


def test_a_month_between_gaps_is_a_dot() -> None:
    assert path([1.0, None, 3.0, None, 1.0, 1.0]) == [
        *(("M", 0.0, 27.0), ("l", 0.01, 0.0)),
        *(("M", 40.0, 3.0), ("l", 0.01, 0.0)),
        *(("M", 80.0, 27.0), ("L", 100.0, 27.0)),
    ]
