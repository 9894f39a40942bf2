"""A place's position among its equals, its statistical neighbours and what it has not filed."""

import math
from collections import Counter

import polars as pl
import pytest

from data_sources.cubes import Cubes
from geo import places
from indicators import measures, peers, profile
from indicators.catalogue import Window, catalogue

MONTH = "2026-09"


def series(cubes: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window)


def positions(cubes: Cubes, place: str) -> pl.DataFrame:
    return profile.positions(cubes, catalogue(), place, MONTH, series)


def test_only_what_does_not_grow_with_the_place_is_compared(demo_cubes: Cubes) -> None:
    kinds = {catalogue()[key].kind for key in positions(demo_cubes, "330110")["key"]}
    assert kinds == {"rate", "share"}


@pytest.mark.parametrize("place", ["330110", "330921", "330100"])
def test_value_rank_and_spread_are_those_of_the_map(place: str, demo_cubes: Cubes) -> None:
    level = places.place(place).level
    codes = [p.code for p in (places.counties() if level == "county" else places.prefectures())]
    for row in positions(demo_cubes, place).to_dicts():
        now = series(demo_cubes, row["key"], row["window"]).filter(month=row["month"])
        values = {code: v for code, v in now.select("place_code", "value").iter_rows() if v is not None}
        known = sorted(values[code] for code in codes if code in values)
        assert row["value"] == values.get(place)
        assert (row["worst"], row["best"]) == ((known[0], known[-1]) if known else (None, None))
        assert row["ranked_of"] == len(known)
        lower = row["polarity"] == "lower"
        better = [v for v in known if row["value"] is not None and (v < row["value"] if lower else v > row["value"])]
        assert row["rank"] == (len(better) + 1 if row["value"] is not None else None)
        assert row["province"] == values.get("330000")
        assert row["prefecture"] == (values.get(f"{place[:4]}00") if level == "county" else None)


def test_a_rate_is_sure_from_thirty_on(demo_cubes: Cubes) -> None:
    for place in ("330110", "330921"):
        for row in positions(demo_cubes, place).to_dicts():
            known = catalogue()[row["key"]]
            now = series(demo_cubes, row["key"], row["window"]).filter(month=row["month"], place_code=place)
            column = "numerator" if {t.cube.name for t in known.denominator} == {"census"} else "denominator"
            assert row["sure"] == (None if row["value"] is None else now[column][0] >= 30)


def test_what_stands_on_too_few_is_not_judged(demo_cubes: Cubes) -> None:
    found = positions(demo_cubes, "330110")
    assert profile.ahead(found.with_columns(sure=False)).is_empty()


def test_the_province_has_no_equals_and_so_no_rank(demo_cubes: Cubes) -> None:
    found = positions(demo_cubes, "330000")
    assert found["rank"].null_count() == found.height
    assert found["best"].null_count() == found.height
    assert profile.ahead(found).is_empty()


def test_the_ends_of_what_lies_apart_are_those_of_the_map(demo_cubes: Cubes) -> None:
    codes = tuple(p.code for p in places.prefectures())
    found = profile.apart(demo_cubes, catalogue(), codes, MONTH, series)
    assert found.height > 10
    firsts: Counter[str] = Counter()
    for row in found.to_dicts():
        known = catalogue()[row["key"]]
        column = "numerator" if {t.cube.name for t in known.denominator} == {"census"} else "denominator"
        now = series(demo_cubes, row["key"], known.windows[0]).filter(month=row["month"])
        counts = now.select("place_code", "value", column).rows()
        values = {code: value for code, value, n in counts if code in codes and value is not None and n >= 30}
        low, high = min(values.values()), max(values.values())
        assert (row["worst"], row["best"]) == (low, high)
        assert row["lowest"] == sorted(code for code, value in values.items() if value == low)
        assert row["highest"] == sorted(code for code, value in values.items() if value == high)
        if known.polarity != "none" and known.theme not in ("报送", "底数") and low < high:
            firsts.update(row["lowest" if known.polarity == "lower" else "highest"])
    assert {code: n for code, n in profile.ends(found).select("place_code", "first").rows() if n} == dict(firsts)


def test_what_has_no_better_end_or_no_value_is_not_judged(demo_cubes: Cubes) -> None:
    ranked = profile.ahead(positions(demo_cubes, "330110"))
    assert {catalogue()[key].polarity for key in ranked["key"]} <= {"higher", "lower"}
    assert ranked["standing"].is_sorted(descending=True)
    assert set(ranked["theme"]).isdisjoint({"报送", "底数"})


def test_neighbours_are_the_nearest_by_plain_arithmetic(demo_cubes: Cubes) -> None:
    census = {row["place_code"]: row for row in demo_cubes.frames["census"].to_dicts()}
    traits = {
        code: (
            math.log(row["residents"]),
            math.log(row["employed"]),
            row["it_services_employed"] / row["employed"],
            row["manufacturing_employed"] / row["employed"],
        )
        for code, row in census.items()
    }
    spread = []
    for values in zip(*traits.values(), strict=True):
        middle = sum(values) / len(values)
        spread.append(math.sqrt(sum((v - middle) ** 2 for v in values) / len(values)))
    here = traits["330110"]
    far = {
        code: math.sqrt(sum(((a - b) / s) ** 2 for a, b, s in zip(t, here, spread, strict=True)))
        for code, t in traits.items()
        if code != "330110"
    }
    wanted = sorted(far, key=lambda code: (far[code], code))[:10]
    found = peers.nearest("330110")
    assert found["place_code"].to_list() == wanted
    assert found["distance"].to_list() == pytest.approx([far[code] for code in wanted])


def test_a_prefecture_has_no_neighbours_among_the_counties() -> None:
    assert peers.nearest("330100").is_empty()


def test_unfiled_months_are_those_without_an_accepted_submission(demo_cubes: Cubes) -> None:
    for place in ("330110", "330100", "330000"):
        for row in profile.unfiled(demo_cubes, place).to_dicts():
            filed = demo_cubes.filing.filter(pl.col("table_name") == row["table_name"])
            late = {
                month
                for month in demo_cubes.months
                for leaf in measures.members()[place]
                if filed.filter((pl.col("place_code") == leaf) & (pl.col("month") == month)).is_empty()
            }
            assert row["months"] == "、".join(sorted(late))
            assert row["missing"] == len(late)
