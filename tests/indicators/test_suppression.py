"""No small number of people is told, and none follows from what is told: by all sums that the pages offer, and one's own."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from data_sources import cubes
from data_sources.cubes import Cubes
from data_sources.policy import EVERYBODY, PUBLIC, Grant, Reader
from data_sources.reference import clusters
from indicators import measures, people, suppression
from indicators.catalogue import catalogue
from tests.indicators import small

FEWEST = 5
MONTHS = ("2023-11", "2023-12", *(f"2024-{month:02d}" for month in range(1, 7)))
"""Nothing was counted before the first of them; with them a year ends and another begins."""
COUNTIES = 4
GROUPS = tuple(tuple(range(at, at + COUNTIES)) for at in range(0, 12, COUNTIES))
PLACES = (*((leaf,) for leaf in range(12)), *GROUPS, tuple(range(12)))
FIRST = {
    "since_2023": lambda months, at: 0,
    "month": lambda months, at: at,
    "year_to_date": lambda months, at: next(i for i, month in enumerate(months) if month[:4] == months[at][:4]),
}
"""The first month that a figure of a window counts, by its number: every window that a page offers of what is counted."""
PEOPLE = [i for i in catalogue().values() if any(people.count(t) for t in (*i.numerator, *i.denominator))]


def made(seed: int, usual: float, clusters: int = 3) -> np.ndarray:
    """People by cluster, county and month, of some counties many and of some hardly any."""
    chance = np.random.default_rng(seed)
    rates = chance.gamma(0.7, usual, size=(clusters, 12))
    return chance.poisson(np.repeat(rates[:, :, None], len(MONTHS), axis=2)).astype(float)


def sums(counts: np.ndarray) -> list[tuple[tuple[int, ...], tuple[int, ...], range, bool]]:
    """Every sum that a page offers: its clusters, counties and months, and whether it is told."""
    total = suppression.told(counts.sum(axis=0)[None, None], GROUPS, FEWEST)
    by_cluster = suppression.told(counts[None], GROUPS, FEWEST, of=total[0])
    kinds = range(len(counts))
    families = [((tuple(kinds),), total), (tuple((kind,) for kind in kinds), by_cluster)]
    return [
        (inside, place, range(first(MONTHS, month), month + 1), bool(shown[number, at, month]))
        for window, first in FIRST.items()
        for told, found in families
        for shown in [suppression.shown(found, MONTHS, window)]
        for number, inside in enumerate(told)
        for at, place in enumerate(PLACES)
        for month in range(len(MONTHS))
    ]


def row(counts: np.ndarray, inside: tuple[int, ...], place: tuple[int, ...], months: range) -> np.ndarray:
    """A sum as weights of the single counts."""
    weights = np.zeros(counts.shape)
    weights[np.ix_(inside, place, months)] = 1
    return weights.ravel()


def between(wanted: np.ndarray, given: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """The least and the greatest that a sum can be when these others are known."""
    ends = []
    for side in (1, -1):
        found = linprog(side * wanted, A_eq=given, b_eq=given @ counts.ravel(), bounds=(0, None), method="highs")
        assert found.status in (0, 3), found.message
        ends.append(side * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


@pytest.mark.parametrize(
    "own", [(), (0,), pytest.param(GROUPS[1], marks=pytest.mark.slow)], ids=["the public", "a county", "a prefecture"]
)
@pytest.mark.parametrize(("seed", "usual"), [(0, 4.0), (22, 80.0), (24, 80.0)])
def test_no_small_number_follows_from_all_sums_that_are_told(seed: int, usual: float, own: tuple[int, ...]) -> None:
    """The least and the greatest that each small number can be, given everything told and one's own: never the same."""
    counts = made(seed, usual)
    offered = sums(counts)
    known = [row(counts, *each) for *each, shown in offered if shown]
    months_ = [range(month, month + 1) for month in range(len(MONTHS))]
    known += [row(counts, (k,), (leaf,), month) for k in range(len(counts)) for leaf in own for month in months_]
    given = np.unique(np.array(known), axis=0)
    assert len(known) > len(offered) / 20
    attacked = 0
    for number, (inside, place, months, _) in enumerate(offered):
        others = tuple(leaf for leaf in place if leaf not in own)
        wanted = row(counts, inside, others, months)
        if not 0 < wanted @ counts.ravel() < FEWEST or number % 7:
            continue
        attacked += 1
        least, greatest = between(wanted, given, counts)
        assert least + 0.5 < greatest
    assert attacked >= 2


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_one_place_are_never_a_small_number_apart(seed: int) -> None:
    counts = made(seed, 20)
    found = suppression.told(counts[None], GROUPS, FEWEST)
    levels = np.cumsum(counts, axis=-1)
    for kind in range(len(counts)):
        for at, place in enumerate(PLACES):
            told = levels[kind][list(place)].sum(axis=0)[found[kind, at]]
            assert not suppression.small(np.diff(told, prepend=0), FEWEST).any()


def test_what_was_told_before_does_not_change_when_months_come() -> None:
    counts = made(7, 20)
    whole = suppression.told(counts[None], GROUPS, FEWEST)
    for last in range(1, len(MONTHS)):
        assert (suppression.told(counts[None, :, :, :last], GROUPS, FEWEST) == whole[..., :last]).all()


def test_a_small_county_is_withheld_with_two_others_and_told_when_five_have_come() -> None:
    counts = np.full((1, 1, 4, 4), 40.0)
    counts[0, 0, 2] = [20, 3, 1, 1]
    found = suppression.told(counts, ((0, 1, 2, 3),), FEWEST)[0]
    assert found[2].tolist() == [True, False, False, True]
    assert (~found[:4, 1]).sum() == 3
    assert found[4:].all()
    months = tuple(f"2023-{month:02d}" for month in range(1, 5))
    assert suppression.shown(found, months, "month")[2].tolist() == [True, False, False, False]
    assert suppression.shown(found, months, "year_to_date")[2].tolist() == [True, False, False, True]


def test_a_sum_that_one_part_can_undo_is_withheld() -> None:
    """Of 43 people 40 are in one county: whoever reads it knows that 3 are elsewhere."""
    counts = np.zeros((1, 1, 12, 1))
    counts[0, 0, :4, 0] = [40, 2, 1, 0]
    counts[0, 0, 4:, 0] = 50
    found = suppression.told(counts, GROUPS, FEWEST)[0, :, 0]
    assert not found[12]
    assert (~found[12:15]).sum() == 3
    assert found[15]


def test_zero_tells_of_nobody_and_is_told() -> None:
    assert suppression.told(np.zeros((1, 2, 12, 3)), GROUPS, FEWEST).all()


def test_every_window_of_what_is_counted_is_attacked() -> None:
    assert {window for indicator in PEOPLE for window in indicator.windows} - {"month_end"} == set(FIRST)


def seen(demo_cubes: Cubes, *grants: Grant, fewest: int = FEWEST) -> Cubes:
    """What a reader with these grants sees of the demonstration data."""
    return cubes.seen_by(demo_cubes, Reader("someone", "某人", frozenset(grants)), fewest)


@pytest.mark.parametrize("wanted", PEOPLE, ids=lambda wanted: wanted.key)
def test_what_is_shown_is_true_and_no_small_count_of_people(demo_cubes: Cubes, wanted: object) -> None:
    public = cubes.seen_by(demo_cubes, PUBLIC, FEWEST)
    for window in wanted.windows:  # type: ignore[attr-defined]
        values, all_of_it = (measures.series(each, wanted, window) for each in (public, demo_cubes))  # type: ignore[arg-type]
        both = values.join(all_of_it, on=["place_code", "month"], suffix="_true")
        assert both.filter(pl.col("value") != pl.col("value_true")).is_empty()
        assert both.filter(
            "withheld", pl.any_horizontal(pl.col("value", "numerator", "denominator").is_not_null())
        ).is_empty()
        if wanted.unit in people.UNITS and not wanted.denominator and wanted.kind != "balance":  # type: ignore[attr-defined]
            assert values.filter(pl.col("value").is_between(1, FEWEST - 1)).is_empty()


def test_a_county_sees_all_of_itself_and_who_sees_everything_all(demo_cubes: Cubes) -> None:
    wanted = catalogue()["high_skilled_trained"]
    own, whole, off, nobody = (
        measures.series(each, wanted, "month")
        for each in (
            seen(demo_cubes, Grant("county", small.TONGLU)),
            seen(demo_cubes, Grant("province", small.PROVINCE)),
            seen(demo_cubes, Grant("county", small.TONGLU), fewest=0),
            cubes.seen_by(demo_cubes, EVERYBODY, FEWEST),
        )
    )
    assert set(own.filter("withheld")["place_code"]) > {small.CHUNAN}
    assert own.filter("withheld", place_code=small.TONGLU).is_empty()
    for every in (whole, off, nobody):
        assert not every["withheld"].any()


def test_people_told_apart_by_occupation_level_or_origin_are_those_of_the_reader_or_the_whole_province(
    demo_cubes: Cubes,
) -> None:
    county = seen(demo_cubes, Grant("county", small.TONGLU))
    asked = (small.TONGLU, small.CHUNAN, small.HANGZHOU, small.PROVINCE)
    assert people.closed(county, {"certificate"}, asked) == {small.CHUNAN, small.HANGZHOU}
    assert people.closed(county, {"certificate"}, asked, twice=True) == {small.CHUNAN, small.HANGZHOU, small.PROVINCE}
    assert people.closed(county, {"vacancy"}, asked) == frozenset()
    assert people.closed(demo_cubes, {"certificate"}, asked) == frozenset()


@pytest.mark.parametrize("by_cluster", [False, True], ids=["all", "by cluster"])
def test_no_small_number_of_the_demonstration_follows_from_what_is_shown(demo_cubes: Cubes, by_cluster: bool) -> None:
    """The new high-skilled of 舟山 in 2023, all windows: least and greatest of what is withheld, given what is shown."""
    wanted = catalogue()["high_skilled_trained"]
    asked = (small.ZHOUSHAN, *measures.members()[small.ZHOUSHAN])
    months = demo_cubes.months[:12]
    kinds: list[str | None] = [*clusters()] if by_cluster else [None]
    counts, offered = np.zeros((len(kinds), len(asked) - 1, 12)), []
    public = cubes.seen_by(demo_cubes, PUBLIC, FEWEST)
    every = tuple(range(len(kinds)))
    for cluster, inside in [*((c, (k,)) for k, c in enumerate(kinds)), (None, every)]:
        for window, first in FIRST.items():
            if window not in wanted.windows:
                continue
            found = measures.series(public, wanted, window, cluster).filter(pl.col("month").is_in(list(months)))
            true = measures.series(demo_cubes, wanted, window, cluster)
            for at, place in enumerate(asked):
                told = measures.history(found, place)["value"].to_list()
                what = measures.history(true, place)["value"].to_list()[:12]
                leaves = (at - 1,) if at else tuple(range(len(asked) - 1))
                offered += [(inside, leaves, range(first(months, m), m + 1), told[m] is not None) for m in range(12)]
                if window == "month" and at and (cluster is not None) is by_cluster:
                    counts[inside[0], at - 1] = [value or 0 for value in what]
    given = np.unique(np.array([row(counts, *each) for *each, shown in offered if shown]), axis=0)
    hidden = [row(counts, *each) for *each, shown in offered if not shown]
    attacked = [w for w in hidden if 0 < w @ counts.ravel() < FEWEST][:: 9 if by_cluster else 1]
    assert attacked
    for wanted_sum in attacked:
        least, greatest = between(wanted_sum, given, counts)
        assert least + 0.5 < greatest
