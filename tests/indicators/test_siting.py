"""The next bases are the best there are: no other choice of as many sites brings more people within reach."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources import reading
from data_sources.cubes import Cubes
from geo import places
from geo import reach as spots
from geo.reach import Travel
from indicators import measures, reach, siting
from indicators.catalogue import catalogue
from indicators.reach import Way
from tests.indicators.registered import base, register
from tests.indicators.test_reach import CHUNAN, TONGLU, USUAL, who

COUNTIES = tuple(p.code for p in places.counties())


def covered(covers: np.ndarray, weights: np.ndarray, chosen: tuple[int, ...]) -> float:
    return float(weights[covers[list(chosen)].any(axis=0)].sum())


@given(st.integers(1, 7), st.integers(1, 9), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_no_other_choice_covers_more(sites: int, clients: int, count: int, chance: object) -> None:
    draw = np.random.default_rng(chance.randrange(1 << 30))  # type: ignore[attr-defined]
    covers, weights = draw.random((sites, clients)) < 0.4, draw.integers(1, 50, clients).astype(float)
    covers[0, 0] = True
    chosen = siting._maximal(covers, weights, count)
    best = max(covered(covers, weights, each) for each in combinations(range(sites), min(count, sites)))
    assert len(chosen) <= count
    assert covered(covers, weights, tuple(chosen)) == pytest.approx(best)


@given(st.integers(1, 8), st.integers(1, 8), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_a_site_is_left_out_only_for_one_that_reaches_as_much(sites: int, clients: int, chance: object) -> None:
    covers = np.random.default_rng(chance.randrange(1 << 30)).random((sites, clients)) < 0.5  # type: ignore[attr-defined]
    kept = siting._undominated(covers).tolist()
    for site in range(sites):
        others = [k for k in kept if (covers[k] >= covers[site]).all()]
        assert others == [site] if site in kept else others


def people(cubes: Cubes) -> pl.DataFrame:
    return reach.people(cubes, measures.series(cubes, catalogue()["talent_stock"], "month_end"), "2026-10")


@pytest.mark.parametrize("helped", ["residents", "workers"])
def test_gains_fall_and_are_what_building_there_would_change(helped: str, demo_url: str, demo_cubes: Cubes) -> None:
    held, everybody = reach.sites(reading.register(demo_url), "2026-10"), people(demo_cubes)
    found = siting.next_bases(everybody, held, USUAL, count=4, helped=helped, among=COUNTIES)
    assert found["rank"].to_list() == [1, 2, 3, 4]
    assert found["gain"].to_list() == sorted(found["gain"].to_list(), reverse=True)
    for built in range(5):
        new = [base(f"N{i}", spot) for i, spot in enumerate(found.head(built).select("lon", "lat").rows())]
        with_them = pl.concat([held, register(*new).select(held.columns)])
        (now,) = reach.rolled(reach.coverage(everybody, with_them, USUAL), ("330000",)).to_dicts()
        wanted = now[f"{helped}_within"] if built else found["within"][0] - found["gain"][0]
        assert now[f"{helped}_within"] == pytest.approx(found["within"][built - 1] if built else wanted)
        assert now[f"{helped}_share"] == pytest.approx(found["share"][built - 1] if built else wanted / now[helped])


def test_a_site_lies_where_it_may_and_says_whom_it_helps() -> None:
    everybody = who(**{TONGLU: (1000, 10), CHUNAN: (500, 10)})
    none = reach.sites(register(), "2023-03")
    wide = Way(120, Travel(1.0, 60))
    (only,) = siting.next_bases(everybody, none, wide, count=3, helped="residents", among=(CHUNAN,)).to_dicts()
    assert (only["place_code"], only["gain"], only["share"]) == (CHUNAN, pytest.approx(1500), pytest.approx(1))
    assert only["helps"] == [TONGLU, CHUNAN]
    spot = spots.points().filter(place_code=CHUNAN, lon=only["lon"], lat=only["lat"])
    assert spot.height == 1


@pytest.mark.parametrize(
    ("held", "everybody", "among"),
    [
        (register(base("B1")), who(**{TONGLU: (1000, 10)}), COUNTIES),
        (register(), who(), COUNTIES),
        (register(), who(**{TONGLU: (1000, 10)}), ("330922",)),
    ],
    ids=["all within reach", "nobody lives anywhere", "nobody can be reached from there"],
)
def test_where_nothing_helps_nothing_is_listed(
    held: pl.DataFrame, everybody: pl.DataFrame, among: tuple[str, ...]
) -> None:
    way = Way(60, Travel(1.0, 60))
    found = siting.next_bases(everybody, reach.sites(held, "2023-03"), way, count=3, helped="residents", among=among)
    assert found.is_empty()
    assert found.schema == siting.SCHEMA


def test_workers_that_were_not_filed_are_not_counted() -> None:
    everybody = who(**{TONGLU: (1000, None), CHUNAN: (500, 10)})
    found = siting.next_bases(
        everybody, reach.sites(register(), "2023-03"), USUAL, count=9, helped="workers", among=COUNTIES
    )
    assert found["gain"].sum() <= 10
    assert set(found["helps"].explode()) == {CHUNAN}


def test_what_solves_comes_without_the_libraries_for_plots_and_regions() -> None:
    said = (
        "import sys; from indicators.siting import solver; model, _ = solver(); "
        "print(model.__name__, [m for m in ('spopt', 'matplotlib', 'sklearn', 'libpysal') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "MCLP []"
