"""What the map draws: classes that stay through the months, counts that add up, ranks only where there is a value."""

import dataclasses
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings import place_tables
from charts import map_picture, printed_map, sentences, talent_map
from charts.drawing import drawing, name_of, rows
from data_sources.cubes import Cubes
from geo import colours, places
from indicators import measures
from indicators import view as views
from tests.charts import pictured
from tests.charts.pictured import COUNTIES, KNOWN, PREFECTURES

ELEVEN = tuple(float(n) for n in range(11))
# In these all three months look alike: a register without history, complete filing, and what few places have.
ALIKE = {"base_seats", "chain_leaders", "filing_completeness", "filing_timeliness", "shortage_catalogues"}
some_values = st.lists(
    st.none() | st.floats(-1e6, 1e6) | st.integers(0, 5).map(float), min_size=90, max_size=90
)  # fmt: skip


@pytest.mark.parametrize("key", [k for k, i in KNOWN.items() if i.middle != "pace" and i.windows != ("census",)])
def test_the_classes_are_the_same_in_every_month(key: str, demo_cubes: Cubes) -> None:
    indicator = KNOWN[key]
    start = views.default(KNOWN, demo_cubes.months)
    series = measures.series(demo_cubes, indicator, indicator.windows[0])
    looked = views.fitted(dataclasses.replace(start, indicator=key, level="all"), KNOWN, demo_cubes.months)
    drawn = [
        drawing(series, indicator, dataclasses.replace(looked, month=month), "light")
        for month in ("2023-01", "2025-05", "2026-10")
    ]
    assert len({(d.breaks, d.class_labels, d.colours, d.largest, d.kind) for d in drawn}) == 1
    assert len({d.counts for d in drawn}) > 1 or key in ALIKE


@given(some_values, st.sampled_from(["all", "mountain26", "island"]), st.sampled_from(["quantile", "equal"]))
@settings(max_examples=30, deadline=None)
def test_counts_and_missing_add_up_to_the_ranked_places(values: list[float | None], peers: str, method: str) -> None:
    drawn, looked = pictured.of("talent_stock", values, level="all", peers=peers, method=method)
    assert drawn.frame["place_code"].to_list() == list(COUNTIES)
    assert sum(drawn.counts) + drawn.missing == len(looked.ranked_places)
    known = {c: v for c, v in zip(COUNTIES, values, strict=True) if v is not None and c in looked.ranked_places}
    for row in drawn.frame.iter_rows(named=True):
        value = known.get(row["place_code"])
        if value is None:
            shown = row["class_index"], row["rank"], row["fill"], row["rank_wording"]
            assert shown == (None, None, colours.no_data("light"), "未排名")
            continue
        class_index = sum(value >= limit for limit in drawn.breaks)
        assert (row["class_index"], row["fill"]) == (class_index, drawn.colours[class_index])
        rank = 1 + sum(other > value for other in known.values())
        assert (row["rank"], row["ranked_of"]) == (rank, len(known))
        among = f"第 {rank}／{len(known)} 位" if len(known) > 1 else "仅此一地有数"
        assert row["rank_wording"] == among
    assert drawn.counts == tuple(drawn.frame["class_index"].to_list().count(i) for i in range(len(drawn.class_labels)))
    assert drawn.largest == max((abs(v) for v in values if v is not None), default=0)


def test_only_peers_are_classed_and_ranked() -> None:
    drawn, _ = pictured.of("talent_per_10k", [float(n) for n in range(90)], level="all", peers="island")
    islands = drawn.frame.filter("peer")
    assert islands["name"].to_list() == ["洞头区", "定海区", "普陀区", "岱山县", "嵊泗县", "玉环市"]
    assert sorted(islands["rank"].to_list()) == [1, 2, 3, 4, 5, 6]
    others = drawn.frame.filter(~pl.col("peer"))
    assert others.select(pl.col("value", "rank", "class_index").is_not_null().any()).row(0) == (False, False, False)
    assert drawn.missing == 0


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("training_person_times", "circles"),
        ("talent_stock", "circles"),
        ("supply_gap", "circles"),
        ("talent_per_10k", "choropleth"),
        ("training_completion", "choropleth"),
    ],
)
def test_a_rate_fills_its_place_and_a_count_is_a_circle(key: str, kind: str) -> None:
    assert pictured.of(key, ELEVEN)[0].kind == kind


@pytest.mark.parametrize(
    ("lead", "class_index", "label"),
    [
        (-30, 0, "落后10个百分点以上"),
        (-9.9, 1, "落后3～10个百分点"),
        (-2.9, 2, "相差不到3个百分点"),
        (0, 2, "相差不到3个百分点"),
        (2.9, 2, "相差不到3个百分点"),
        (3.1, 3, "超前3～10个百分点"),
        (10.1, 4, "超前10个百分点以上"),
    ],
)
def test_completion_is_classed_by_its_distance_from_pace(lead: float, class_index: int, label: str) -> None:
    pace = 100 * 46 / 60
    drawn, _ = pictured.of("training_completion", [pace + lead] + [None] * 10)
    assert drawn.pace == pytest.approx(pace)
    assert drawn.frame["class_index"][0] == class_index
    assert drawn.class_labels[class_index] == label
    assert drawn.counts[class_index] == 1
    assert (sum(drawn.counts), drawn.missing) == (1, 10)


def test_a_balance_has_two_sides_and_its_best_is_the_lowest() -> None:
    drawn, _ = pictured.of("supply_gap", [-5.0, 0.0, 7.0] + [None] * 8)
    assert drawn.class_labels == ("小于零", "不小于零")
    assert drawn.counts == (1, 2)
    assert drawn.frame["rank"].to_list()[:3] == [1, 2, 3]
    assert drawn.frame["wording"].to_list()[:3] == ["−5 人", "0 人", "7 人"]


@pytest.mark.parametrize("method", ["quantile", "natural", "equal"])
def test_the_limits_of_classes_are_told_as_they_are(method: str) -> None:
    values = [round(60 + 0.35 * n, 2) for n in range(90)]
    drawn, _ = pictured.of("high_skilled_share", values, level="all", method=method)
    told = [label.lstrip("＜≥").split("～")[-1] for label in drawn.class_labels]
    assert len(drawn.breaks) == 4
    assert [float(text) for text in told] == [*drawn.breaks, drawn.breaks[-1]]


def test_natural_breaks_over_all_months_do_not_keep_anyone_waiting() -> None:
    """4,140 values: their square would take half a minute."""
    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(46)]
    frame = pictured.series({code: [float(i * i + m) for m in range(46)] for i, code in enumerate(COUNTIES)}, months)
    looked = dataclasses.replace(pictured.view("talent_per_10k", level="all"), method="natural")
    drawn = drawing(frame, KNOWN["talent_per_10k"], looked, "light")
    assert len(drawn.breaks) == 4
    assert all(drawn.counts)


@pytest.mark.parametrize(
    ("values", "breaks", "labels", "counts"),
    [
        ([None] * 11, (), ("全部",), (0,)),
        ([5.0] * 11, (), ("全部",), (11,)),
        ([0.0] * 11, (), ("全部",), (11,)),
    ],
)
def test_few_values_make_few_classes(
    values: list[float | None], breaks: tuple[float, ...], labels: tuple[str, ...], counts: tuple[int, ...]
) -> None:
    drawn, _ = pictured.of("talent_per_10k", values)
    assert (drawn.breaks, drawn.class_labels, drawn.counts) == (breaks, labels, counts)


def test_missing_is_worded_apart_from_zero() -> None:
    drawn, _ = pictured.of("training_person_times", [None, 0.0, 12_345.0] + [1.0] * 8)
    shown = drawn.frame.select("short_name", "wording", "label", "rank_wording").rows()[:3]
    assert shown == [
        ("杭州", "缺报", "", "未排名"),
        ("宁波", "0 人次", "0", "第 10／10 位"),
        ("温州", "12,345 人次", "1.2万", "第 1／10 位"),
    ]


# --- the table -------------------------------------------------------------------------------------------------------


def test_the_table_is_ranked_and_ends_with_the_prefecture_itself_and_the_total() -> None:
    looked = pictured.view("training_person_times", level="county", place="330900")
    values = {"330902": [1.0], "330903": [None], "330921": [5.0], "330922": [5.0], "330900B": [2.0], "330900": [13.0]}
    table = rows(pictured.series(values, ("2026-10",)), KNOWN["training_person_times"], looked)
    assert table.select("name", "wording", "rank", "rank_wording").rows() == [
        ("岱山县", "5 人次", 1, "第 1／3 位"),
        ("嵊泗县", "5 人次", 1, "第 1／3 位"),
        ("定海区", "1 人次", 3, "第 3／3 位"),
        ("普陀区", "缺报", None, "未排名"),
        ("舟山市本级", "2 人次", None, "未排名"),
        ("舟山市", "13 人次", None, "未排名"),
    ]


@pytest.mark.parametrize(("level", "height"), [("prefecture", 12), ("all", 91)])
def test_the_table_of_the_province_has_every_place_and_the_total(level: str, height: int, demo_cubes: Cubes) -> None:
    key = "training_person_times"
    looked = dataclasses.replace(pictured.view(key, level=level), window="month")
    series = measures.series(demo_cubes, KNOWN[key], "month")
    table = rows(series, KNOWN[key], looked)
    drawn = drawing(series, KNOWN[key], looked, "dark")
    assert table.height == height
    assert table["name"].to_list()[-1] == "浙江省"
    columns = ["place_code", "value", "wording", "rank", "rank_wording", "yoy_wording", "filed", "expected"]
    assert table.select(columns).head(-1).sort("place_code").equals(drawn.frame.select(columns))


@pytest.mark.parametrize(("code", "name"), [("330000", "浙江省"), ("330110", "余杭区"), ("330100B", "杭州市本级")])
def test_every_place_and_leaf_has_a_name(code: str, name: str) -> None:
    assert name_of(code) == name


def test_an_unknown_place_has_none() -> None:
    with pytest.raises(places.UnknownPlace):
        name_of("330104")


def test_both_themes_differ_in_colours_only() -> None:
    light, dark = (pictured.of("talent_per_10k", ELEVEN, theme)[0] for theme in ("light", "dark"))  # type: ignore[arg-type]
    assert light.colours != dark.colours
    assert light.frame.drop("fill").equals(dark.frame.drop("fill"))
    assert tuple(light.frame["place_code"]) == PREFECTURES


def test_what_is_not_told_has_a_class_of_its_own_on_screen_and_paper() -> None:
    looked = pictured.view("talent_stock", level="prefecture")
    codes, values = looked.drawn, [None, None, *range(9)]
    frame = pictured.series({c: [v] for c, v in zip(codes, values, strict=True)}, (looked.month,)).with_columns(
        withheld=pl.col("place_code") == codes[0]
    )
    drawn = drawing(frame, KNOWN["talent_stock"], looked, "light")
    assert (drawn.missing, drawn.withheld) == (1, 1)
    assert drawn.frame.select("wording", "label", "fill").rows()[:2] == [
        ("不公开", "不公开", colours.withheld("light")),
        ("缺报", "", colours.no_data("light")),
    ]
    keys = re.sub(r"<[^>]+>", " ", talent_map.legend(drawn, KNOWN["talent_stock"], looked, "light", largest=20))
    assert re.search(r"缺报\s+1 个\s+不公开\s+1 个", keys)
    title = sentences.map_title(drawn, KNOWN["talent_stock"], looked)
    assert title == f"{KNOWN['talent_stock'].title}：公开的 9 个地区中{drawn.frame['short_name'][10]}最高（8 人）"
    on_paper = map_picture.pictured(drawn, looked, "", (), simulated=False)
    assert (on_paper.withheld, on_paper.missing) == ({codes[0]}, {codes[1]})
    written = [str(note.text) for note in printed_map.printed_map(on_paper).layout.annotations]
    assert {"缺报", "不公开"} <= {re.sub(r"<[^>]+>", "", text) for text in written}


def test_a_table_says_of_what_is_not_told_that_it_is_not() -> None:
    looked = pictured.view("talent_stock", level="prefecture")
    frame = pictured.series({c: [None] for c in looked.drawn}, (looked.month,)).with_columns(
        withheld=pl.col("place_code") == looked.drawn[0]
    )
    shown = rows(frame, KNOWN["talent_stock"], looked)
    forms = place_tables.columns_of(KNOWN["talent_stock"], shown)
    said = dict(place_tables.tabulated(shown, KNOWN["talent_stock"]).select("place_code", "remark").rows())
    assert (forms["remark"].header, said[looked.drawn[0]], said[looked.drawn[1]]) == ("说明", "不公开", None)
