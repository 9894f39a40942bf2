"""A restricted indicator is open where its single rows are; every other is open to all."""

import polars as pl
import pytest

from data_sources import cubes
from data_sources.cubes import Cubes
from data_sources.policy import Grant, Reader
from indicators import measures
from indicators.catalogue import catalogue

YUHANG, HANGZHOU, PROVINCE = "330110", "330100", "330000"
PLAIN = catalogue()["training_person_times"]
RESTRICTED = PLAIN.model_copy(update={"restricted": True})


def seen_at(demo_cubes: Cubes, *grants: Grant) -> set[str]:
    """The places of which a reader with these grants sees a value of the restricted indicator."""
    cut = cubes.seen_by(demo_cubes, Reader("someone", "某人", frozenset(grants)))
    values = measures.series(cut, RESTRICTED, "since_2023")
    told = values.filter(pl.any_horizontal(pl.col("value", "numerator", "denominator", "yoy").is_not_null()))
    return set(told["place_code"])


def test_a_county_sees_itself_a_prefecture_all_within_and_the_province_everything(demo_cubes: Cubes) -> None:
    assert seen_at(demo_cubes, Grant("county", YUHANG)) == {YUHANG}
    assert seen_at(demo_cubes, Grant("prefecture", HANGZHOU)) == {HANGZHOU, *measures.members()[HANGZHOU]}
    assert seen_at(demo_cubes, Grant("province", PROVINCE)) == set(measures.PLACES)
    assert seen_at(demo_cubes, Grant("department", PROVINCE, "training")) == set(measures.PLACES)
    assert seen_at(demo_cubes, Grant("department", PROVINCE, "funds")) == set()
    assert seen_at(demo_cubes, Grant("administrator", PROVINCE)) == set()


@pytest.mark.parametrize("key", ["training_person_times", "talent_stock", "subsidy_paid"])
def test_an_indicator_that_is_not_restricted_is_the_same_for_everyone(demo_cubes: Cubes, key: str) -> None:
    cut = cubes.seen_by(demo_cubes, Reader("someone", "某人", frozenset({Grant("county", YUHANG)})))
    wanted = catalogue()[key]
    mine, all_of_it = (measures.series(each, wanted, wanted.windows[0]) for each in (cut, demo_cubes))
    assert mine.equals(all_of_it)
