"""Words are measured, broken and placed so that none is cut off and none covers another."""

import itertools
import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.lettering import Disc, Spot, around, fitting, labels, overlap, width, wrapped

SEA = shapely.box(0, 0, 0, 0)
ROOM = (0.0, 0.0, 400.0, 400.0)


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [("余杭", 10, 20.0), ("", 10, 0.0), ("12", 10, 11.4), ("1.2万", 10, 24.4), ("（模拟）", 10, 40.0)],
)
def test_width_counts_full_width_characters_as_one_em(text: str, size: float, expected: float) -> None:
    assert width(text, size) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("杭州宁波温州", 40, ("杭州宁波", "温州")),
        ("杭州宁波，温州", 40, ("杭州宁", "波，温州")),
        ("（杭州）宁波", 30, ("（杭", "州）宁", "波")),
        ("共 12345 人", 30, ("共", "12345", "人")),
        ("短", 40, ("短",)),
        ("", 40, ("",)),
    ],
)
def test_a_line_breaks_neither_before_a_closing_mark_nor_inside_a_number(
    text: str, room: float, lines: tuple[str, ...]
) -> None:
    assert wrapped(text, room, 10) == lines


@settings(deadline=None)
@given(st.text(alphabet="杭州，。（）1234 abcM%“”—", max_size=60), st.floats(30, 300))
def test_wrapping_loses_nothing_but_spaces_and_keeps_to_the_room(text: str, room: float) -> None:
    lines = wrapped(text, room, 10)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, 10) <= room or len(line) <= 3 for line in lines)


def test_a_large_place_gets_the_favourite_size_and_a_small_one_a_smaller() -> None:
    large, small = (fitting(Spot("a", 50, 50, radius, "余杭", "659")) for radius in (40.0, 10.5))
    assert large is not None
    assert small is not None
    assert large.size > small.size
    assert fitting(Spot("a", 50, 50, 4.0, "余杭", "659")) is None


def test_a_small_island_gets_its_label_beside_it_on_open_water() -> None:
    island = shapely.box(195, 195, 205, 205)
    (label,), missing = labels([Spot("330922", 200, 200, 5, "嵊泗", "7.6")], island, ROOM)
    assert missing == ()
    assert label.lines == ("嵊泗 7.6",)
    assert label.leader == (200, 200)
    assert not shapely.box(*label.box).intersects(island)


def test_a_small_place_in_the_middle_of_others_without_room_is_named_as_missing() -> None:
    everywhere = shapely.box(*ROOM)
    placed, missing = labels([Spot("330105", 200, 200, 2, "拱墅", "28.2")], everywhere, ROOM)
    assert (placed, missing) == ((), ("330105",))


def test_labels_beside_small_places_do_not_cover_each_other_or_what_is_taken() -> None:
    crowd = [Spot(str(i), 200 + 7 * i, 200, 3, "海岛", "12.3") for i in range(8)]
    taken = [(150.0, 180.0, 260.0, 190.0)]
    placed, missing = labels(crowd, SEA, ROOM, taken)
    assert missing == ()
    boxes = [*taken, *(label.box for label in placed)]
    assert not any(overlap(one, other) for one, other in itertools.combinations(boxes, 2))


def test_a_label_stands_inside_a_large_circle_and_below_a_small_one() -> None:
    spots = [Spot("a", 100, 100, 9, "慈溪", "183万"), Spot("b", 300, 300, 9, "景宁", "11万")]
    placed, missing = around(spots, [Disc("a", 100, 100, 30), Disc("b", 300, 300, 5)], SEA, ROOM)
    inside, below = sorted(placed, key=lambda each: each.code)
    assert missing == ()
    assert (inside.x, inside.y) == (100, 100)
    assert below.x == 300
    assert below.y > 305


def test_a_label_is_not_written_where_a_smaller_circle_lies_over_it() -> None:
    spots = [Spot("a", 100, 100, 9, "萧山", "201万"), Spot("b", 112, 100, 9, "滨江", "50万")]
    placed, _ = around(spots, [Disc("a", 100, 100, 30), Disc("b", 112, 100, 12)], SEA, ROOM)
    outside = next(each for each in placed if each.code == "a")
    assert math.hypot(outside.x - 100, outside.y - 100) > 30
