"""A title says only what its data say."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import figures, sentences, subsidies, words
from charts.drawing import drawing
from geo import places
from indicators import measures
from tests.charts import pictured
from tests.charts.pictured import KNOWN, MONTHS, PREFECTURES

SHORT = {code: places.place(code).short_name for code in PREFECTURES}
eleven = st.lists(st.none() | st.integers(0, 400).map(float), min_size=11, max_size=11)
eleven_signed = st.lists(st.none() | st.integers(-20, 20).map(float), min_size=11, max_size=11)


def title(key: str, values: list[float | None]) -> str:
    drawn, looked = pictured.of(key, values)
    return sentences.map_title(drawn, KNOWN[key], looked)


def named(values: list[float | None]) -> dict[str, float]:
    """The known values by short name."""
    return {SHORT[c]: v for c, v in zip(PREFECTURES, values, strict=True) if v is not None}


def group(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text)
    assert found is not None, text
    return found.groups()


def claims(text: str, key: str, known: dict[str, float]) -> None:
    """Every place that the title calls highest or lowest is, and has the value that stands behind it."""
    for who, how, wording in re.findall(
        r"[：，](\S+?(?: \d+ 个地区并列)?)(最高|最低|缺口最大|余量最大)（(.+?)）", text
    ):
        extreme = (max if how in ("最高", "缺口最大") else min)(known.values())
        assert who == words.holders([name for name, value in known.items() if value == extreme]), text
        assert wording == words.value(extreme, KNOWN[key]), text


# --- what it claims --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(KNOWN))
def test_without_any_value_it_says_just_that(key: str) -> None:
    text = title(key, [None] * 11)
    assert text.endswith("没有数据")
    assert "最" not in text


@given(eleven)
@settings(max_examples=60, deadline=None)
def test_completion_counts_who_is_ahead_of_pace(values: list[float | None]) -> None:
    known, text = named(values), title("training_completion", values)
    pace = measures.pace("2026-10")
    if len(known) == 1:
        ((only, value),) = known.items()
        reached = "达到" if value >= pace else "未达到"
        assert text == f"培训完成率：仅{only}有数（{value:.1f}%），{reached}序时进度（76.7%）"
    elif known:
        reached, told = group(r"11 个设区市(.+)达到序时进度（(.+?)%）", text)
        ahead = sum(v >= pace for v in known.values())
        everyone = {11: "均", 0: "均未"} if len(known) == 11 else {}
        assert (reached, told) == (everyone.get(ahead, f"中 {ahead} 个"), "76.7")
        assert "最低" in text
    claims(text, "training_completion", known)


@given(eleven)
@settings(max_examples=60, deadline=None)
def test_a_rate_names_its_highest_and_lowest(values: list[float | None]) -> None:
    known, text = named(values), title("talent_per_10k", values)
    claims(text, "talent_per_10k", known)
    assert ("最高" in text) == ("最低" in text) == (len(set(known.values())) > 1)


@given(eleven)
@settings(max_examples=60, deadline=None)
def test_a_count_says_what_share_the_first_three_have(values: list[float | None]) -> None:
    known, text = named(values), title("training_person_times", values)
    claims(text, "training_person_times", known)
    if len(known) < 6 or len(set(known.values())) == 1:
        assert "占" not in text
        return
    names, share = group(r"：(.+)占 11 个设区市合计的 (\d+)%", text)
    first = [known[name] for name in names.split("、")]
    assert sorted(first, reverse=True) == sorted(known.values(), reverse=True)[:3]
    assert abs(100 * sum(first) / sum(known.values()) - int(share)) <= 0.5 + 1e-9


@given(eleven_signed)
@settings(max_examples=60, deadline=None)
def test_a_gap_counts_who_is_short(values: list[float | None]) -> None:
    known, text = named(values), title("supply_gap", values)
    claims(text, "supply_gap", known)
    if len(known) > 1 and len(set(known.values())) > 1:
        short = sum(v > 0 for v in known.values())
        assert int(group(r"中 (\d+) 个供不应求", text)[0]) == short
        assert ("缺口最大" in text) == (short > 0)
        assert ("余量最大" in text) == (short == 0)


@pytest.mark.parametrize(
    ("key", "values", "text"),
    [
        ("training_person_times", [0.0] * 11, "数字技能培训人次：有数据的 11 个地区都是 0 人次"),
        ("talent_per_10k", [5.0, 5.0, *[None] * 9], "每万常住人口数字技能人才：有数据的 2 个地区都是 5.0 人/万人"),
        ("talent_per_10k", [None, 7.0, *[None] * 9], "每万常住人口数字技能人才：宁波市 7.0 人/万人"),
        (
            "training_person_times",
            [50.0, 30.0, 10.0, *[1.25] * 8],
            "数字技能培训人次：杭州、宁波、温州占 11 个设区市合计的 90%",
        ),
        (
            "talent_per_10k",
            [float(n) for n in range(11)],
            "每万常住人口数字技能人才：丽水最高（10.0 人/万人），杭州最低（0.0 人/万人）",
        ),
        (
            "training_completion",
            [80.0, 70.0, 76.7, *[None] * 8],
            "培训完成率：11 个设区市中 2 个达到序时进度（76.7%），宁波最低（70.0%）",
        ),
        (
            "training_completion",
            [80.0, *[77.0] * 10],
            "培训完成率：11 个设区市均达到序时进度（76.7%），宁波等 10 个地区并列最低（77.0%）",
        ),
        (
            "training_completion",
            [None, *[77.0] * 10],
            "培训完成率：11 个设区市中 10 个达到序时进度（76.7%），宁波等 10 个地区并列最低（77.0%）",
        ),
        (
            "training_completion",
            [0.0, *[1.0] * 10],
            "培训完成率：11 个设区市均未达到序时进度（76.7%），杭州最低（0.0%）",
        ),
        (
            "talent_per_10k",
            [9.0, 9.0, *[5.0] * 6, *[0.0] * 3],
            "每万常住人口数字技能人才：杭州、宁波并列最高（9.0 人/万人），舟山、台州、丽水并列最低（0.0 人/万人）",
        ),
        ("supply_gap", [-9.0, -1.0, *[None] * 9], "供需缺口：11 个设区市中 0 个供不应求，杭州余量最大（−9 人）"),
        ("supply_gap", [9.0, -1.0, *[None] * 9], "供需缺口：11 个设区市中 1 个供不应求，杭州缺口最大（9 人）"),
    ],
)
def test_a_title_reads_so(key: str, values: list[float | None], text: str) -> None:
    assert title(key, values) == text


# --- the words around it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (1_234_567, "结余 1.2 万元。"), (0, "结余 0.0 万元。"), (-49_999, "结余 0.0 万元。"), (-1_234_567, "超支 1.2 万元。"),
        (None, "结余 —。"),
    ],
)  # fmt: skip
def test_what_is_paid_beyond_the_plan_is_overspent(left: int | None, said: str) -> None:
    assert "".join(sentences.spending("5", "4", "125%", "80%", subsidies.balance(left))).endswith(f"），{said}")


@pytest.mark.parametrize(
    ("given_", "scope"),
    [
        ({}, "11 个设区市"),
        ({"level": "all"}, "90 个县（市、区）"),
        ({"level": "county", "place": "330100"}, "杭州市 13 个县（市、区）"),
        ({"level": "county", "place": "330110"}, "杭州市 13 个县（市、区）"),
        ({"level": "all", "peers": "mountain26"}, "山区26县"),
        ({"level": "county", "place": "330300", "peers": "island"}, "温州市海岛县"),
    ],
)
def test_the_scope_names_who_is_compared(given_: dict[str, str], scope: str) -> None:
    assert sentences.scope(pictured.view("talent_stock", **given_)) == scope


@pytest.mark.parametrize(
    ("value", "filed", "expected", "said"),
    [
        (5.0, 14, 14, ""),
        (5.0, 13, 14, "含 13／14 个填报单位的完整数据，其余缺报"),
        (None, 0, 1, "该时期有月份未报送，不计入排名"),
        (None, 0, 14, "没有数据"),
        (0.0, 1, 1, ""),
    ],
)
def test_what_is_missing_from_a_value_is_said(value: float | None, filed: int, expected: int, said: str) -> None:
    assert sentences.completeness({"value": value, "filed": filed, "expected": expected}) == said


def test_a_rate_of_a_handful_is_named_with_what_it_stands_on() -> None:
    looked = pictured.view("dual_share")
    few = pictured.series({code: [float(at)] for at, code in enumerate(looked.drawn)}, MONTHS[1:])
    few = few.with_columns(denominator=pl.when(pl.col("place_code") == "330100").then(29.0).otherwise(30.0))
    drawn = drawing(few, KNOWN["dual_share"], looked, "light")
    assert sentences.map_title(drawn, KNOWN["dual_share"], looked) == (
        f"{KNOWN['dual_share'].title}：丽水最高（10.0%），杭州最低（0.0%，数量少）"
    )
    ranks = dict(drawn.frame.select("short_name", "rank_wording").rows())
    assert (ranks["杭州"], ranks["丽水"]) == ("第 11／11 位 *", "第 1／11 位")
    ticks = figures.ranking(drawn, KNOWN["dual_share"], "light", chosen=None).layout.yaxis.ticktext
    assert (ticks[0], ticks[-1]) == ("11*  杭州", "1  丽水")
