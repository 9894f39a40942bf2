"""Bases are told apart by shape, size and colour, on screen and on paper; what is not known has a colour of its own."""

import json
from typing import Any

import polars as pl

from charts import bases as pictures
from charts import topic_map
from charts.printed_map import printed_map
from geo import colours, places
from indicators import siting
from tests.charts import pictured
from tests.indicators.registered import CHUNAN_TOWN, SHANGHAI, TONGLU_TOWN, base, register

VIEW = pictured.view("base_use", place="330100", level="county")
TOLD = ("杭州的基地", ("单位：见表头",), True)


def listed(*rows: dict[str, Any]) -> pl.DataFrame:
    """A list as `bases.listed` gives it; each base's `use` is 1.5 unless given."""
    held = register(*({k: v for k, v in row.items() if k not in ("use", "closed", "spot")} for row in rows))
    return held.with_columns(
        pl.Series("use", [row.get("use", 1.5) for row in rows], dtype=pl.Float64),
        pl.Series("closed", [row.get("closed", False) for row in rows], dtype=pl.Boolean),
        pl.Series("spot", [row.get("spot", "inside") for row in rows], dtype=pl.String),
        person_times=pl.lit(150, pl.Int64),
        open=pl.lit(True),
    )


def layers(made: Any) -> dict[str, Any]:
    deck = json.loads(topic_map.deck(made, "light", width=600, height=500).to_json())
    return {layer["id"]: layer for layer in deck["layers"]}


MANY = listed(
    base("B1", seats=400, use=4.0),
    base("B2", CHUNAN_TOWN, seats=100, kind="internship", use=1.0),
    base("B3", kind="master_studio", seats=0, use=None),
    base("B4", SHANGHAI, spot="outside"),
    base("B5", closed=True),
)


def test_shape_is_the_kind_size_the_seats_and_colour_the_use() -> None:
    made = pictures.picture(MANY, VIEW, "light", TOLD)
    points = {point.key: point for point in made.points}
    assert {key: point.shape for key, point in points.items()} == {"B1": "circle", "B2": "triangle", "B3": "star"}
    least, more = pictures.SIZES[True]
    assert [points[key].radius for key in ("B1", "B2", "B3")] == [least + more, least + more / 2, least]
    dark, pale = (colours.luminance(points[key].fill or "") for key in ("B1", "B2"))
    assert dark < pale
    assert points["B3"].fill == pictures.UNKNOWN["light"]
    assert [label for _, label in made.keys][-1] == "缺报、不开放或没有工位"
    assert [label for _, label in made.shapes] == ["公共实训基地", "就业见习基地", "技能大师工作室"]


def test_on_screen_discs_and_other_shapes_can_be_clicked() -> None:
    drawn = layers(pictures.picture(MANY, VIEW, "light", TOLD, chosen="B1"))
    assert [each["key"] for each in drawn["points"]["data"]] == ["B1", "B1"]
    ring, disc = drawn["points"]["data"]
    assert ring["r"] == disc["r"] + 4
    assert {each["key"]: each["t"] for each in drawn["shapes"]["data"]} == {"B2": "▲", "B3": "★"}
    assert drawn["points"]["pickable"]
    assert drawn["shapes"]["pickable"]
    assert not drawn["shapes-under"]["pickable"]
    assert "▲" in topic_map.legend(pictures.picture(MANY, VIEW, "light", TOLD), "light")


def test_on_paper_are_the_same_shapes() -> None:
    figure = printed_map(pictures.picture(MANY, VIEW, "light", TOLD))
    symbols = [trace.marker.symbol for trace in figure.data if trace.mode == "markers"]
    assert ("circle", "triangle-up", "star") in symbols
    assert any(note.text == "技能大师工作室" for note in figure.layout.annotations)


def test_without_any_use_or_base_the_map_is_bare_ground() -> None:
    nothing = pictures.picture(MANY.clear(), VIEW, "dark", TOLD)
    assert (nothing.points, nothing.keys, nothing.shapes) == ((), (), ())
    unknown = pictures.picture(listed(base("B1", use=None)), VIEW, "dark", TOLD)
    assert [label for _, label in unknown.keys] == ["缺报、不开放或没有工位"]


def rolled(*shares: float | None) -> pl.DataFrame:
    codes = [p.code for p in places.counties("330100")][: len(shares)]
    frame = pl.DataFrame(
        {"place_code": codes, "residents_share": list(shares)}, schema_overrides={"residents_share": pl.Float64}
    )
    return frame.with_columns(workers_share=pl.lit(None, pl.Float64))


def test_only_a_place_that_is_wholly_reached_is_called_so() -> None:
    made = pictures.circle(rolled(0.0, 0.7, 0.9999, 1.0, None), register(base("B1")), VIEW, "light", TOLD)
    assert made.frame["class_index"].to_list() == [0, 2, 3, 4, None]
    assert made.frame["label"].to_list() == ["0.0%", "70.0%", "99.9%", "100%", ""]
    assert made.frame["wording"][0] == "圈内常住人口 0.0%，数字技能人才 缺报"
    assert made.frame["wording"][4] == "没有人口数"
    assert len(made.points) == 1


def test_seats_have_classes_and_the_unfiled_is_hatched() -> None:
    codes = [p.code for p in places.counties("330100")]
    frame = pl.DataFrame({"place_code": codes, "access": [None, *(float(i) for i in range(1, len(codes)))]})
    made = pictures.seats(frame, VIEW, "light", TOLD)
    assert made.frame["class_index"][0] is None
    assert made.frame["wording"][0] == "缺报"
    assert len(made.class_labels) == len(made.colours) == 5
    none = pictures.seats(frame.with_columns(access=pl.lit(None, pl.Float64)), VIEW, "light", TOLD)
    assert len(none.class_labels) == len(none.colours) == 1


def test_sites_are_stars_with_their_rank() -> None:
    row = (1, "330122", *TONGLU_TOWN, 1234.0, 2234.0, 0.5, ["330122"])
    sites = pl.DataFrame([row], schema=siting.SCHEMA, orient="row")
    made = pictures.planned(rolled(0.2, 0.3), sites, VIEW, "light", TOLD)
    (star,) = made.points
    assert (star.shape, star.label, star.tooltip["wording"]) == ("star", "1", "新增 1,234 人")


def test_a_month_that_was_not_filed_is_a_gap() -> None:
    history = pl.DataFrame({"month": ["2026-09", "2026-10"], "person_times": [12, None]})
    (bars,) = pictures.months(history, "light").data
    assert bars.y == (12, None)
