"""What geo.places promises: 102 places, their tree, their names, and near misses named."""

import pytest

from geo import places as geo_places
from geo.places import UnknownPlace, children, counties, named, origins, path, place, places, prefecture_of, prefectures


def test_there_are_one_province_eleven_prefectures_and_ninety_counties_in_code_order():
    codes = [each.code for each in places()]
    assert codes == sorted(codes)
    assert [sum(each.level == level for each in places()) for level in ("province", "prefecture", "county")] == [
        1,
        11,
        90,
    ]
    assert len(prefectures()) == 11
    assert len(counties()) == 90


@pytest.mark.parametrize(
    ("prefecture", "number"),
    [
        ("330100", 13),
        ("330200", 10),
        ("330300", 12),
        ("330400", 7),
        ("330500", 5),
        ("330600", 6),
        ("330700", 9),
        ("330800", 6),
        ("330900", 4),
        ("331000", 9),
        ("331100", 9),
    ],
)
def test_every_prefecture_has_its_counties(prefecture, number):
    assert len(counties(prefecture)) == number
    assert children(prefecture) == counties(prefecture)


def test_the_groups_are_the_26_mountain_counties_and_the_islands():
    mountain = [each for each in places() if each.group_code == "mountain26"]
    islands = [each.short_name for each in places() if each.group_code == "island"]
    assert len(mountain) == 26
    assert islands == ["洞头", "定海", "普陀", "岱山", "嵊泗", "玉环"]


def test_short_names_are_two_characters_and_none_is_used_twice():
    short = [each.short_name for each in places()]
    assert {len(each) for each in short} == {2}
    assert len(set(short)) == 102
    assert place("331127").short_name == "景宁"


def test_the_path_leads_from_the_province_to_the_place():
    assert [each.name for each in path("330110")] == ["浙江省", "杭州市", "余杭区"]
    assert [each.name for each in path("330000")] == ["浙江省"]


def test_a_county_is_within_itself_and_has_no_children():
    assert counties("330110") == (place("330110"),)
    assert children("330110") == ()
    assert children("330000") == prefectures()


def test_the_prefecture_of_a_place():
    assert prefecture_of("330110") == place("330100")
    assert prefecture_of("330100") == place("330100")
    assert prefecture_of("330000") is None


@pytest.mark.parametrize("text", ["330110", "余杭区", "余杭", " 余杭 "])
def test_a_place_is_found_by_code_full_or_short_name(text):
    assert named(text).code == "330110"


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("330104", ["拱墅区", "上城区", "西湖区"]),
        ("余航区", ["余杭区"]),
        ("杭州市余杭区", ["余杭区", "杭州市"]),
        ("Atlantis", []),
        ("", []),
    ],
)
def test_an_unknown_place_names_the_nearest_in_chinese(asked, nearest):
    with pytest.raises(UnknownPlace) as caught:
        named(asked)
    assert [each.name for each in caught.value.nearest][: len(nearest) or None] == nearest
    assert f"没有“{asked}”这个地区" in str(caught.value)
    assert all(name in str(caught.value) for name in nearest)


def test_an_unknown_code_is_refused_and_names_are_no_codes():
    for asked in ("999999", "余杭区"):
        with pytest.raises(UnknownPlace):
            place(asked)


def test_origins_are_the_other_33_provincial_units():
    assert len(origins()) == 33
    assert "330000" not in {each.code for each in origins()}
    assert {"310000": "上海", "150000": "内蒙古", "710000": "台湾"}.items() <= {
        each.code: each.short_name for each in origins()
    }.items()


def test_zones_belong_to_prefectures_and_fit_the_column_they_are_filed_in():
    prefecture_codes = {each.code for each in prefectures()}
    assert set(geo_places.zones().values()) <= prefecture_codes
    assert geo_places.zones()["宁波前湾新区"] == "330200"
    assert max(map(len, geo_places.zones())) <= 40


def test_the_table_of_places_holds_no_figures():
    header = (geo_places.REFERENCE / "places.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "code,name,short_name,level,parent_code,group"
