"""What geo.succession promises: old codes become today's where they can, and are asked about where they cannot."""

from datetime import date

import pytest

from geo.places import UnknownPlace, places
from geo.succession import AmbiguousCode, current_code, steps_of, succession


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("330103", "330105"),
        ("330183", "330111"),
        ("330185", "330112"),
        ("330204", "330212"),
        ("330283", "330213"),
        ("330322", "330305"),
        ("330621", "330603"),
        ("330682", "330604"),
        ("331021", "331083"),
    ],
)
def test_an_old_code_becomes_the_code_of_today(old, new):
    assert current_code(old) == new
    assert current_code(old, on=date(2012, 1, 1)) == new


@pytest.mark.parametrize("code", [each.code for each in places()])
def test_todays_codes_pass_through(code):
    assert current_code(code) == code
    assert current_code(code, on=date(2026, 10, 31)) == code


def test_a_code_that_became_several_names_the_candidates():
    with pytest.raises(AmbiguousCode) as caught:
        current_code("330104")
    assert [each.name for each in caught.value.candidates] == ["上城区", "钱塘区"]
    for said in (
        "330104（江干区）",
        "2021-04-09",
        "上城区（330102",
        "钱塘区（330114",
        "下沙、白杨街道",
        "请在文件中改填",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("code", "on", "candidates"),
    [
        ("330110", date(2021, 4, 8), ["余杭区", "临平区"]),
        ("330109", date(2020, 12, 31), ["萧山区", "钱塘区"]),
        ("330327", date(2019, 1, 1), ["苍南县", "龙港市"]),
        ("330212", date(2015, 6, 1), ["海曙区", "鄞州区"]),
    ],
)
def test_a_code_of_today_is_ambiguous_for_days_when_it_covered_more(code, on, candidates):
    with pytest.raises(AmbiguousCode) as caught:
        current_code(code, on=on)
    assert sorted(each.name for each in caught.value.candidates) == sorted(candidates)


def test_a_code_is_itself_again_from_the_day_of_the_change():
    assert current_code("330110", on=date(2021, 4, 9)) == "330110"


def test_losing_a_single_subdistrict_does_not_make_a_code_ambiguous():
    assert current_code("330303", on=date(2014, 1, 1)) == "330303"


@pytest.mark.parametrize("code", ["330199", "110101", ""])
def test_a_code_that_never_was_one_here_is_unknown(code):
    with pytest.raises(UnknownPlace):
        current_code(code)


def test_every_step_leads_to_a_county_of_today_and_is_dated():
    counties = {each.code for each in places() if each.level == "county"}
    assert {step.new_code for step in succession()} <= counties
    assert all(date(2013, 1, 1) < step.effective < date(2022, 1, 1) for step in succession())
    assert [step.effective for step in succession()] == sorted(step.effective for step in succession())


def test_a_split_has_only_parts_and_anything_else_a_single_heir():
    for code in {step.old_code for step in succession()}:
        extents = [step.extent for step in steps_of(code)]
        assert (len(extents) > 1) == (set(extents) == {"part"})
