"""The small map of a place: its own shape or its parts, its bases by seats, its bodies by role, and who is beside it."""

import polars as pl
import pytest

from charts import surroundings
from charts.map_picture import MapPicture
from charts.theme import TOKENS

BASES = pl.DataFrame(
    {"name": ["大", "小"], "kind": ["internship"] * 2, "place_code": ["330110"] * 2, "lon": [120.0, 120.1],
     "lat": [30.3, 30.4], "seats": [100, 25]}
)  # fmt: skip
BODIES = pl.DataFrame(
    {"name": ["甲", "乙"], "kind": ["enterprise", "school"], "lon": [120.0, None], "lat": [30.3, None],
     "chain_leader": [True, False], "integration_enterprise": [True, False], "evaluation_body": [False, False],
     "dual_certificate_pilot": [False, True]}
)  # fmt: skip


def picture(place_code: str, bases: pl.DataFrame = BASES, bodies: pl.DataFrame = BODIES) -> MapPicture:
    return surroundings.picture(place_code, bases, bodies, "light", title="图", caption=(), simulated=True)


def test_points_are_bases_by_seats_and_located_bodies_by_role() -> None:
    t = TOKENS["light"]
    found = [(p.tooltip["name"], p.tooltip["wording"], p.fill, p.radius) for p in picture("330110").points]
    assert found == [
        ("甲", "企业　链主、产教融合型", t.primary, surroundings.SMALL),
        ("大", "就业见习基地　100 个工位", t.accent, 8.0),
        ("小", "就业见习基地　25 个工位", t.accent, 5.5),
    ]
    assert [label for _, label in picture("330110").keys] == [surroundings.BODIES, surroundings.BASES]


def test_without_points_nothing_is_explained() -> None:
    bare = picture("330110", BASES.clear(), BODIES.clear())
    assert (bare.points, bare.keys) == ((), ())


@pytest.mark.parametrize(
    ("place", "level", "drawn", "beside"),
    [("330110", "county", 1, 7), ("330100", "county", 13, 13), ("330000", "prefecture", 11, 11), ("330922", "county", 1, 0)],
)  # fmt: skip
def test_a_county_is_drawn_alone_and_larger_places_by_their_parts(
    place: str, level: str, drawn: int, beside: int
) -> None:
    made = picture(place)
    assert (made.level, made.frame.height, len(surroundings.beside(place))) == (level, drawn, beside)
