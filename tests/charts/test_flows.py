"""The map of flows: which arcs, how wide, in which colour, from where to where; what the places' classes say."""

import polars as pl
import pytest

from charts import flows
from charts.map_picture import MapPicture
from charts.theme import TOKENS
from geo import boundaries, places

HANGZHOU = tuple(p.code for p in places.counties("330100"))
PAIRS = pl.DataFrame(
    [("340000", "330110", 40), ("330108", "330110", 10), ("330110", "330200", 2), ("330100B", "330108", 1)],
    schema=["origin", "destination", "people"], orient="row",
)  # fmt: skip


def picture(most: int = 40, chosen: str = "330100", untold: str = "", **net: int | None) -> MapPicture:
    balance = pl.DataFrame({"place_code": HANGZHOU, "net": [net.get(f"c{c}", 0) for c in HANGZHOU]})
    balance = balance.with_columns(onward_withheld=pl.col("place_code") == untold)
    return flows.picture(
        PAIRS, balance, "light", most=most, chosen=chosen, title="流动", caption=("单位：人次",), simulated=True
    )


def test_arcs_run_from_the_map_s_edge_to_the_places_and_are_as_wide_as_many_people() -> None:
    made = picture()
    thickest = made.arcs[-1]
    assert thickest.tooltip["name"] == "安徽 → 余杭区"
    assert thickest.tooltip["wording"] == "40 人次"
    assert [arc.width for arc in made.arcs[::-1]] == [8.0, 2.0, 0.8, 0.8]
    assert [arc.colour for arc in made.arcs[::-1]] == [TOKENS["light"].accent, *[TOKENS["light"].primary] * 3]
    west, south, east, north = boundaries.bounds(HANGZHOU)
    assert not (west < thickest.start[0] < east and south < thickest.start[1] < north)
    assert boundaries.contains("330110", *thickest.end)


def test_what_has_no_place_on_the_map_stands_beyond_it_with_its_name() -> None:
    points = {p.label: (p.lon, p.lat) for p in picture().points}
    assert set(points) == {"安徽", "宁波市", "杭州本级"}
    west, south, east, north = boundaries.bounds(HANGZHOU)
    assert all(not (west < lon < east and south < lat < north) for lon, lat in points.values())
    (own,) = (arc for arc in picture().arcs if arc.tooltip["name"] == "杭州市本级 → 滨江区")
    assert own.start == points["杭州本级"]


def test_only_the_largest_are_drawn_and_only_those_of_a_chosen_place() -> None:
    assert len(picture(most=2).arcs) == 2
    assert {arc.tooltip["name"] for arc in picture(chosen="330108").arcs} == {"滨江区 → 余杭区", "杭州市本级 → 滨江区"}


def test_classes_lie_around_zero_and_a_missing_place_has_none() -> None:
    made = picture(c330110=95, c330108=-40, c330106=-3, c330105=12, c330102=None)
    rows = {row["place_code"]: row for row in made.frame.to_dicts()}
    found = {code: rows[code]["class_index"] for code in ("330110", "330108", "330106", "330105", "330109", "330102")}
    assert found == {"330110": 4, "330108": 0, "330106": 1, "330105": 3, "330109": 2, "330102": None}
    assert made.class_labels == ("净流出 30 以上", "净流出不足 30", "持平", "净流入不足 30", "净流入 30 以上")
    assert rows["330102"]["wording"] == "缺报"
    assert (rows["330108"]["wording"], rows["330108"]["label"]) == ("省内净流出 40 人次", "−40")


@pytest.mark.parametrize(("node", "name"), [("340000", "安徽"), ("330110", "余杭区"), ("330100B", "杭州市本级")])
def test_every_node_has_a_name(node: str, name: str) -> None:
    assert flows.name(node) == name


def test_a_place_that_is_not_told_is_not_a_missing_one() -> None:
    found = picture(c330110=None, c330108=None, untold="330108")
    assert (found.withheld, found.missing) == ({"330108"}, {"330110"})
