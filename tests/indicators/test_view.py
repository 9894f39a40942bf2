"""The view is the URL: what goes in comes out, and what cannot be used is named."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.reference import clusters
from geo import places
from indicators import peers as likes
from indicators import view as views
from indicators.catalogue import catalogue
from indicators.measures import CENSUS_MONTH
from indicators.view import LEVELS, METHODS, PEERS, View

MONTHS = ("2023-01", "2024-12", "2026-09", "2026-10")
START = views.default(catalogue(), MONTHS)


def read(**query: str) -> tuple[View, list[str]]:
    return views.from_query(query, catalogue(), MONTHS, clusters())


any_view = st.builds(
    View,
    indicator=st.sampled_from(sorted(catalogue())),
    window=st.sampled_from(["month", "year_to_date", "since_2023", "month_end", "census"]),
    month=st.sampled_from(MONTHS),
    place=st.sampled_from([p.code for p in places.places()]),
    level=st.sampled_from(sorted(LEVELS)),
    cluster=st.sampled_from([None, *clusters()]),
    peers=st.sampled_from(sorted(PEERS)),
    method=st.sampled_from(sorted(METHODS)),
    bases=st.booleans(),
).map(lambda v: views.fitted(v, catalogue(), MONTHS))


@given(any_view)
def test_every_view_survives_its_own_url_without_a_notice(view: View) -> None:
    assert views.from_query(views.to_query(view, START), catalogue(), MONTHS, clusters()) == (view, [])


@given(any_view)
def test_fitting_a_fitting_view_changes_nothing(view: View) -> None:
    assert views.fitted(view, catalogue(), MONTHS) == view


def test_an_empty_url_is_the_start() -> None:
    assert read() == (START, [])
    assert (START.indicator, START.window, START.month, START.level) == (
        "training_completion", "since_2023", "2026-10", "prefecture",
    )  # fmt: skip


def test_without_submissions_the_start_is_the_census_by_county() -> None:
    start = views.default(catalogue(), ())
    assert (start.indicator, start.month, start.level) == ("it_workers_per_10k", CENSUS_MONTH, "all")
    assert len(start.drawn) == 90


@pytest.mark.parametrize(
    ("query", "named", "instead"),
    [
        ({"indicator": "talent_stok"}, "指标“talent_stok”", "talent_stock"),
        ({"indicator": "没有的"}, "指标“没有的”", "数字技能培训目标完成率"),
        ({"place": "330199"}, "地区“330199”", "浙江省"),
        ({"month": "2031-01"}, "月份“2031-01”", "2026-10"),
        ({"month": "2024-1"}, "月份“2024-1”", "2024-12"),
        ({"level": "village"}, "层级“village”", "设区市"),
        ({"cluster": "C77", "indicator": "talent_stock"}, "产业集群“C77”", "全部集群"),
        ({"peers": "mountain"}, "同类地区“mountain”", "山区26县"),
        ({"method": "k-means"}, "分级方法“k-means”", "分位数"),
        ({"indicator": "residents", "window": "month"}, "时期口径“month”", "2020年普查"),
        ({"indicator": "subsidy_paid", "cluster": "C01"}, "不分产业集群", "补贴资金支出"),
        ({"bases": "yes"}, "基地开关“yes”", "不显示"),
        ({"indikator": "talent_stock"}, "参数“indikator”", "indicator"),
        ({"zzz": "1"}, "参数“zzz”", "未采用"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_stands_instead(query: dict[str, str], named: str, instead: str) -> None:
    _, notices = read(**query)
    assert len(notices) == 1
    assert named in notices[0]
    assert instead in notices[0]


def test_streamlits_own_and_the_pages_parameters_are_let_pass() -> None:
    query = {"embed": "true", "embed_options": "show_toolbar", "speed": "60"}
    _, notices = views.from_query(query, catalogue(), MONTHS, clusters(), others=("speed",))
    assert notices == []


@pytest.mark.parametrize(
    ("level", "place", "drawn", "within"),
    [
        ("prefecture", "330000", 11, "330000"),
        ("prefecture", "330110", 11, "330000"),
        ("county", "330100", 13, "330100"),
        ("county", "330110", 13, "330100"),
        ("all", "330110", 90, "330000"),
    ],
)
def test_the_level_and_place_decide_what_is_drawn(level: str, place: str, drawn: int, within: str) -> None:
    view = dataclasses.replace(START, level=level, place=place)  # type: ignore[arg-type]
    assert (len(view.drawn), view.within) == (drawn, within)


def test_going_in_and_coming_back() -> None:
    steps = [("330100", "county"), ("330110", "county"), ("330100", "county"), ("330000", "prefecture")]
    view = START
    for code, level in steps:
        view = view.at(code)
        assert (view.place, view.level) == (code, level)


def test_a_county_clicked_among_all_counties_stays_among_them() -> None:
    everyone = dataclasses.replace(START, level="all")
    assert everyone.at("330110").level == "all"


@pytest.mark.parametrize(
    ("peers", "place", "ranked"),
    [
        ("all", "330000", 90),
        ("mountain26", "330000", 26),
        ("island", "330000", 6),
        ("prefecture", "330110", 13),
        ("prefecture", "330900", 4),
        ("alike", "330110", 11),
        ("prefecture", "330000", 90),
        ("alike", "330100", 90),
    ],
)
def test_peers_limit_who_is_ranked(peers: str, place: str, ranked: int) -> None:
    view = views.fitted(dataclasses.replace(START, level="all", peers=peers, place=place), catalogue(), MONTHS)
    assert len(view.ranked_places) == ranked
    assert all(a < b for a, b in pairwise(view.ranked_places))


def test_those_like_a_county_are_the_county_and_its_ten_nearest() -> None:
    view = dataclasses.replace(START, level="all", place="330110", peers="alike")
    assert set(view.ranked_places) == {"330110", *likes.nearest("330110")["place_code"]}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"peers": "alike", "level": "all"},
            "同类地区“相似地区”要先选择一个县（市、区），并显示全省各县，已改为“全部地区”。",
        ),
        (
            {"peers": "alike", "place": "330110"},
            "同类地区“相似地区”要先选择一个县（市、区），并显示全省各县，已改为“全部地区”。",
        ),
        (
            {"peers": "prefecture", "level": "all"},
            "同类地区“同市”要先选择一个市或县，并按县（市、区）显示，已改为“全部地区”。",
        ),
    ],
)
def test_peers_that_the_place_has_not_got_are_named(query: dict[str, str], said: str) -> None:
    view, notices = read(**query)
    assert (view.peers, notices) == ("all", [said])
