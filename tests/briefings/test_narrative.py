"""Each sentence says only what its data say: an independent reader parses it and checks the claim against the values."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from briefings import market, narrative
from briefings.document import Text, plain
from briefings.narrative import Goal, Standing
from briefings.numbers import Fact, Number, Style, numbered
from charts import words
from indicators.catalogue import catalogue

SHARE, COUNT = "training_pass_rate", "training_person_times"
awkward = st.none() | st.sampled_from([0.0, -0.0, 0.04, 0.05, 99.95, 100.0, 1e-9, 1e5, 99_999.5]) | st.floats(-400, 400)
counts = st.none() | st.sampled_from([0.0, 1.0, 99_999.0, 100_000.0, 1e9]) | st.integers(0, 10**6).map(float)
NUMBER = r"[+−]?[\d,]+(?:\.\d+)?"


def number(style: Style, value: float | None, key: str = COUNT, of: int = 90) -> Number:
    return numbered(Fact("value", key=key), style, value, of)


def read(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def goal(
    done: float | None, target: float | None, share: float | None, needed: float | None, average: float | None
) -> Goal:
    return Goal(
        "数字技能培训",
        done=number("grand", done),
        target=number("goal", target),
        share=number("percent", share),
        pace=number("percent", 76.6667),
        lead=number("points", None if share is None else share - 76.6667),
        needed=number("value", needed),
        average=number("value", average),
        filed=number("count", 88),
        expected=number("count", 90),
    )


@given(counts, counts, awkward)
def test_a_target_is_called_ahead_only_when_it_is(
    done: float | None, target: float | None, share: float | None
) -> None:
    said = plain(narrative.goal("余杭区", "2026-10", goal(done, target, share, None, None)))
    if target is None:
        assert "没有分解" in said
    elif done is None or share is None:
        assert "未报送" in said
        assert not re.search(r"完成2027年目标|超前|落后", said)
    else:
        lead = words.rounded(share - 76.6667, 1)
        assert ("超前" in said, "落后" in said, "持平" in said) == (lead > 0, lead < 0, lead == 0)
        if lead:
            (printed,) = re.findall(rf"）({NUMBER})个百分点", said)
            assert read(printed) == abs(lead)
        assert "含88／90个填报单位" in said


@given(counts, awkward, counts, counts)
def test_what_remains_is_compared_with_what_was_as_both_are_printed(
    done: float | None, share: float | None, needed: float | None, average: float | None
) -> None:
    said = plain(narrative.remaining(goal(done, 100.0, share, needed, average)))
    if done is None or share is None:
        assert said == ""
    elif share >= 100:
        assert said == "数字技能培训已完成2027年底目标。"
    elif needed is None or average is None:
        assert "规划期已满" in said
    else:
        printed = [read(each) for each in re.findall(rf"({NUMBER})人次", said)]
        if "相当" in said:
            assert words.rounded(needed, 0) == words.rounded(average, 0)
        else:
            assert (printed[0] > printed[1]) == ("高于" in said)
            assert (printed[0] < printed[1]) == ("低于" in said)


@given(awkward.filter(lambda v: v is None or abs(v) < 50), st.sampled_from([SHARE, COUNT]))
def test_a_change_is_a_rise_only_when_it_rises(yoy: float | None, key: str) -> None:
    indicator = catalogue()[key]
    said = plain(narrative.change(indicator, number("size", yoy, key)))
    if yoy is None:
        assert said == ""
        return
    size = words.rounded(yoy if key == SHARE else 100 * yoy, 1)
    assert (size == 0) == ("持平" in said)
    assert (size < 0) == ("下降" in said)
    assert (size > 0) == (("提高" if key == SHARE else "增长") in said)
    assert "+" not in said
    assert "−" not in said
    if size:
        assert ("个百分点" in said) == (key == SHARE)
        (printed,) = re.findall(NUMBER, said)
        assert read(printed) == abs(size)


@given(awkward, awkward)
def test_higher_and_lower_agree_with_what_is_printed(value: float | None, other: float | None) -> None:
    said = plain(narrative.compared(number("value", value, SHARE), number("value", other, SHARE), "全省"))
    if value is None or other is None:
        assert said == ""
    else:
        mine, theirs = words.rounded(value, 1), words.rounded(other, 1)
        assert ("高于" in said, "低于" in said, "持平" in said) == (mine > theirs, mine < theirs, mine == theirs)


ranks = st.lists(
    st.none() | st.tuples(st.integers(1, 90), st.integers(2, 90)).filter(lambda r: r[0] <= r[1]), max_size=8
)


@given(ranks)
def test_only_the_first_third_is_in_front_and_nobody_is_ranked_among_the_missing(
    found: list[tuple[int, int] | None],
) -> None:
    standings = [standing(f"指标{chr(65 + i)}", rank) for i, rank in enumerate(found)]
    said = "".join(map(plain, narrative.front_and_back("余杭区", standings, "全省")))
    assert "未排名" not in said
    for verb, holds in (("居前", in_front), ("靠后", in_back)):
        (listed,) = re.findall(rf"{verb}的有(.*?)。", said) or [""]
        for rank, of in re.findall(r"第(\d+)／(\d+)位", listed):
            assert holds(int(rank), int(of)), listed
    known = [rank for rank in found if rank]
    assert ("数据不足" in said) == (not known)
    assert ("居前" in said) == any(in_front(*rank) for rank in known)
    assert ("靠后" in said) == any(in_back(*rank) for rank in known)


def standing(title: str, rank: tuple[int, int] | None) -> Standing:
    share = None if rank is None else 100 * (rank[1] - rank[0]) / (rank[1] - 1)
    position = number("rank", None if rank is None else float(rank[0]), of=rank[1] if rank else 0)
    return Standing(title, number("value", None if rank is None else 1.0), position, number("percent", share))


def in_front(rank: int, of: int) -> bool:
    """At least two thirds of the others stand behind."""
    return 3 * (of - rank) >= 2 * (of - 1)


def in_back(rank: int, of: int) -> bool:
    """At most a third of the others stand behind."""
    return 3 * (of - rank) <= of - 1


@given(ranks)
def test_a_title_names_best_and_weakest_only_when_they_differ(found: list[tuple[int, int] | None]) -> None:
    standings = [standing(f"指标{chr(65 + i)}", rank) for i, rank in enumerate(found)]
    said = plain(narrative.extremes("余杭区", standings))
    shares = [(of - rank) / (of - 1) for rank, of in filter(None, found)]
    if len(shares) < 2 or min(shares) == max(shares):
        assert "最好" not in said
    else:
        best, weakest = re.findall(r"第(\d+)／(\d+)位", said)
        of = {"最好": max(shares), "最弱": min(shares)}
        assert abs((int(best[1]) - int(best[0])) / (int(best[1]) - 1) - of["最好"]) < 1e-9
        assert abs((int(weakest[1]) - int(weakest[0])) / (int(weakest[1]) - 1) - of["最弱"]) < 1e-9


@given(st.lists(awkward, min_size=1, max_size=14))
def test_specialities_have_a_quotient_above_one(quotients: list[float | None]) -> None:
    said = plain(narrative.specialised("余杭区", [(f"集群{i}", number("ratio", q)) for i, q in enumerate(quotients)]))
    above = [q for q in quotients if q is not None and words.rounded(q, 2) > 1]
    assert bool(said) == bool(above)
    printed = [read(each) for each in re.findall(rf"（({NUMBER})）", said)]
    assert printed == [words.rounded(q, 2) for q in sorted(above, reverse=True)[:3]]


@given(st.lists(counts, min_size=1, max_size=14))
def test_nothing_is_said_to_be_concentrated_where_there_is_nothing(values: list[float | None]) -> None:
    total = sum(v or 0 for v in values)
    ordered = sorted(values, key=lambda v: -(v if v is not None else -1))
    parts = [
        (f"集群{i}", number("value", v), number("percent", None if v is None or not total else 100 * v / total))
        for i, v in enumerate(ordered)
    ]
    said = plain(narrative.concentrated("人才", parts))
    assert bool(said) == (total > 0)
    assert not re.search(r"（0人次", said)


@given(awkward)
@settings(max_examples=60)
def test_only_what_lags_three_points_or_more_is_watched(share: float | None) -> None:
    said = plain(narrative.watched(goal(1.0, 2.0, share, 1.0, 1.0)))
    lags = share is not None and words.rounded(share - 76.6667, 1) <= -3
    assert bool(said) == lags
    assert ("落后" in said) == lags


def test_who_shares_the_lowest_value_is_told_or_counted() -> None:
    found = [
        (name, number("percent", value)) for name, value in zip("甲乙丙丁戊", (9.0, 9.0, 0.0, 0.0, 0.0), strict=True)
    ]
    assert plain(narrative.extent(found)) == "甲、乙并列最高（9.0%），丙、丁、戊并列最低（0.0%）"
    assert plain(narrative.extent([*found, ("己", found[-1][1])], "个")).endswith("，丙等4个并列最低（0.0%）")


def test_numbers_stand_beside_chinese_without_a_space() -> None:
    text: Text = ("累计 ", number("grand", 123_456.0), "，居全省", number("rank", 3.0, of=90))
    assert plain(text) == "累计12.35万人次，居全省第3／90位"


def test_every_style_says_when_there_is_nothing() -> None:
    told: dict[Style, str] = {
        "value": "缺报",
        "grand": "—",
        "plain": "—",
        "signed": "—",
        "rank": "未排名",
        "percent": "—",
    }
    for style, text in told.items():
        assert number(style, None).text == text
        assert number(style, None).cell is None


@given(counts, counts)
def test_a_gap_is_short_only_where_more_is_asked_for_than_certified(demand: float | None, supply: float | None) -> None:
    gap = None if demand is None or supply is None else demand - supply
    ratio = None if supply is None or not demand else supply / demand
    numbers = (number("grand", demand), number("grand", supply), number("apart", gap), number("ratio", ratio))
    said = plain(market.supply("余杭区", "2026年1—10月", *numbers))
    assert bool(said) == (gap is not None)
    if gap is not None:
        assert ("缺口" in said, "证书多于需求" in said, "相当" in said) == (gap > 0, gap < 0, gap == 0)
        assert ("供需比" in said and "不计算" not in said) == (ratio is not None)
        if gap:
            (printed,) = re.findall(rf"(?:缺口|多于需求)({NUMBER})，", said)
            assert read(printed) == abs(gap)


@given(counts, counts, counts)
def test_a_net_inflow_is_one_and_nothing_is_said_of_what_is_not_known(
    inside: float | None, outflow: float | None, outside: float | None
) -> None:
    net = None if inside is None or outflow is None else inside - outflow
    numbers = (number("count", inside), number("count", outflow), number("apart", net), number("count", outside))
    said = plain(market.moved("余杭区", "2026年10月", *numbers))
    assert bool(said) == (net is not None and outside is not None)
    if said and net is not None:
        assert ("净流入" in said, "净流出" in said, "持平" in said) == (net > 0, net < 0, net == 0)
        if net:
            (printed,) = re.findall(rf"净流[入出]({NUMBER})人次", said)
            assert read(printed) == abs(net)


@given(st.tuples(counts, counts, counts).map(lambda t: (t[0], *sorted(t[1:], key=lambda v: v or 0))), counts)
def test_a_target_is_said_to_be_reached_only_when_the_whole_interval_reaches_it(
    found: tuple[float | None, float | None, float | None], target: float | None
) -> None:
    end, low, high = found
    numbers = (number("grand", end), number("grand", low), number("grand", high), number("goal", target))
    said = plain(market.arrives("数字技能培训", *numbers))
    assert bool(said) == (end is not None)
    judged = None not in (end, low, high, target)
    assert ("可以完成" in said) == (judged and low >= target)  # type: ignore[operator]
    assert ("难以完成" in said) == (judged and high < target)  # type: ignore[operator]
    assert ("不确定" in said) == (judged and low < target <= high)  # type: ignore[operator]
    assert ("没有分解目标" in said) == (end is not None and target is None)


@given(awkward, awkward)
def test_retention_names_only_the_spans_that_are_over(half: float | None, year: float | None) -> None:
    said = plain(market.retained("余杭区", "2026年10月", number("value", half, SHARE), number("value", year, SHARE)))
    assert ("6个月后" in said, "12个月后" in said) == (half is not None, year is not None)
    assert "缺报" not in said
    assert not said or said.endswith("。")


@given(counts, counts)
def test_expected_certificates_are_called_estimates(running: float | None, due: float | None) -> None:
    numbers = (number("count", running), number("count", due))
    said = plain(market.expected("余杭区", "2026年10月", numbers[0], "2026年11月—2027年1月", numbers[1]))
    assert ("（估计）" in said, "预计取证约" in said) == (running is not None, due is not None)
    assert "—人次" not in said
    assert "—本" not in said
