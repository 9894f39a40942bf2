"""Measures over cubes small enough to be added up by eye, and against a slow second implementation."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.cubes import Cubes
from indicators import measures
from indicators.catalogue import Window, catalogue
from tests.indicators import small
from tests.indicators.small import CHUNAN, HANGZHOU, HANGZHOU_OWN, PROVINCE, PUTUO, TONGLU, ZHOUSHAN, row

KNOWN = catalogue()
QUARTER = small.months("2023-01", "2023-03")


def values(
    cubes: Cubes, key: str, window: Window, place: str, column: str = "value", cluster: str | None = None
) -> list[Any]:
    """One column of a place's series, by month."""
    return measures.history(measures.series(cubes, KNOWN[key], window, cluster), place)[column].to_list()


# --- missing and zero ------------------------------------------------------------------------------------------------

LATE = small.cubes(
    small.filing((TONGLU, CHUNAN, HANGZHOU_OWN), QUARTER, never=[(CHUNAN, "2023-02")]),
    training=[
        row(TONGLU, "2023-01", person_times=10),
        row(TONGLU, "2023-02", person_times=20),
        row(TONGLU, "2023-03", person_times=30),
        row(CHUNAN, "2023-01", person_times=1),
        row(CHUNAN, "2023-03", person_times=3),
        row(HANGZHOU_OWN, "2023-02", person_times=200),
    ],
)
"""淳安 did not file February; 市本级 filed every month, with people in February only."""


@pytest.mark.parametrize(
    ("window", "place", "expected"),
    [
        ("month", TONGLU, [10, 20, 30]),
        ("month", CHUNAN, [1, None, 3]),
        ("month", HANGZHOU_OWN, [0, 200, 0]),
        ("month", HANGZHOU, [11, 220, 33]),
        ("month", ZHOUSHAN, [None, None, None]),
        ("month", PROVINCE, [11, 220, 33]),
        ("year_to_date", TONGLU, [10, 30, 60]),
        ("year_to_date", CHUNAN, [1, None, None]),
        ("year_to_date", HANGZHOU_OWN, [0, 200, 200]),
        ("year_to_date", HANGZHOU, [11, 231, 264]),
        ("since_2023", HANGZHOU, [11, 231, 264]),
    ],
)
def test_a_missing_month_is_missing_for_the_county_and_left_out_of_its_prefecture(
    window: Window, place: str, expected: list[float | None]
) -> None:
    assert values(LATE, "training_person_times", window, place) == expected


@pytest.mark.parametrize(
    ("window", "place", "filed", "expected"),
    [
        ("month", CHUNAN, [1, 0, 1], 1),
        ("month", HANGZHOU, [3, 2, 3], 14),
        ("year_to_date", HANGZHOU, [3, 2, 2], 14),
        ("month", ZHOUSHAN, [0, 0, 0], 5),
        ("month", PROVINCE, [3, 2, 3], 101),
    ],
)
def test_a_total_says_how_many_of_its_leaves_are_complete(
    window: Window, place: str, filed: list[int], expected: int
) -> None:
    assert values(LATE, "training_person_times", window, place, "filed") == filed
    assert values(LATE, "training_person_times", window, place, "expected") == [expected] * 3


def test_the_first_month_of_a_year_begins_anew_after_a_missing_one() -> None:
    year = small.months("2023-01", "2024-02")
    cubes = small.cubes(
        small.filing((CHUNAN,), year, never=[(CHUNAN, "2023-12")]),
        training=[row(CHUNAN, month, person_times=1) for month in year if month != "2023-12"],
    )
    assert values(cubes, "training_person_times", "year_to_date", CHUNAN) == [*range(1, 12), None, 1, 2]
    assert values(cubes, "training_person_times", "since_2023", CHUNAN) == [*range(1, 12), None, None, None]


def test_what_happened_before_the_plan_is_not_counted_and_nothing_comes_after_the_latest_month() -> None:
    cubes = small.cubes(
        small.filing((TONGLU,), QUARTER),
        training=[row(TONGLU, "2022-12", person_times=99), row(TONGLU, "2023-01", person_times=1)],
        base=[row(TONGLU, "2022-12", seats=30), row(TONGLU, "2023-02", seats=5), row(TONGLU, "2027-01", seats=100)],
    )
    assert values(cubes, "training_person_times", "since_2023", TONGLU) == [1, 1, 1]
    assert values(cubes, "base_seats", "month_end", TONGLU) == [30, 35, 35]


def test_an_empty_database_has_the_census_and_no_months() -> None:
    cubes = small.cubes([], census=[row(TONGLU, residents=453_000), row(CHUNAN, residents=329_000)])
    assert measures.series(cubes, KNOWN["training_person_times"], "month").is_empty()
    assert measures.series(cubes, KNOWN["high_skilled_share"], "month_end").is_empty()
    assert measures.series(cubes, KNOWN["budget_execution"], "year_to_date").is_empty()
    residents = measures.series(cubes, KNOWN["residents"], "census")
    shown = residents.filter(pl.col("place_code").is_in([TONGLU, HANGZHOU_OWN, HANGZHOU, PROVINCE]))
    assert shown.select("place_code", "month", "value").rows() == [
        (PROVINCE, "2020-11", pytest.approx(78.2)),
        (HANGZHOU, "2020-11", pytest.approx(78.2)),
        (HANGZHOU_OWN, "2020-11", None),
        (TONGLU, "2020-11", pytest.approx(45.3)),
    ]


# --- stocks ----------------------------------------------------------------------------------------------------------


def test_a_stock_is_accumulated_from_moves_and_never_summed_over_months() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER),
        talent=[
            row(TONGLU, "2022-12", people=100),
            row(TONGLU, "2023-01", people=-1),
            row(CHUNAN, "2023-01", people=1),
            row(CHUNAN, "2023-03", people=5, level="L3"),
        ],
    )
    assert values(cubes, "talent_stock", "month_end", TONGLU) == [99, 99, 99]
    assert values(cubes, "talent_stock", "month_end", CHUNAN) == [1, 1, 6]
    assert values(cubes, "talent_stock", "month_end", HANGZHOU) == [100, 100, 105]
    assert values(cubes, "high_skilled_stock", "month_end", CHUNAN) == [1, 1, 1]
    assert values(cubes, "high_skilled_share", "month_end", HANGZHOU) == [100, 100, pytest.approx(10_000 / 105)]


def test_a_county_that_begins_to_file_later_has_its_stock_from_then_on_until_it_misses_a_month() -> None:
    """Its first file lists whoever is at work; how many came in the months before it stays unknown."""
    cubes = small.cubes(
        small.filing(
            (TONGLU, CHUNAN), small.months("2023-01", "2023-05"), never=[(CHUNAN, "2023-01"), (CHUNAN, "2023-04")]
        ),
        talent=[
            row(CHUNAN, "2022-12", people=50),
            row(CHUNAN, "2023-02", people=1, inflow=1),
            row(CHUNAN, "2023-03", people=-2),
        ],
        census=[row(CHUNAN, residents=10_000)],
    )
    assert values(cubes, "talent_stock", "month_end", CHUNAN) == [None, 51, 49, None, None]
    assert values(cubes, "talent_per_10k", "month_end", CHUNAN) == [None, pytest.approx(51), 49, None, None]
    assert values(cubes, "talent_stock", "month_end", HANGZHOU, "filed") == [1, 2, 2, 1, 1]
    assert values(cubes, "talent_inflow", "year_to_date", CHUNAN) == [None] * 5


def test_a_county_that_missed_a_month_has_no_stock_from_then_on_but_those_known_to_have_left_are_not_counted() -> None:
    """One of 淳安's people is known, from 桐庐's submission, to have moved in the month that 淳安 did not file."""
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER, never=[(CHUNAN, "2023-02")]),
        talent=[
            row(TONGLU, "2022-12", people=50),
            row(CHUNAN, "2022-12", people=50),
            row(CHUNAN, "2023-02", people=-1),
            row(TONGLU, "2023-02", people=1),
        ],
    )
    assert values(cubes, "talent_stock", "month_end", CHUNAN) == [50, None, None]
    assert values(cubes, "talent_stock", "month_end", HANGZHOU) == [100, 100, 100]


def test_seats_opened_in_a_month_without_a_training_report_are_there_in_the_next() -> None:
    cubes = small.cubes(
        small.filing((TONGLU,), QUARTER, never=[(TONGLU, "2023-02")]),
        training=[row(TONGLU, "2023-03", person_times=90, base_person_times=60)],
        base=[row(TONGLU, "2022-12", seats=10), row(TONGLU, "2023-02", seats=20)],
    )
    assert values(cubes, "base_use", "month", TONGLU) == [0, None, 2]


# --- ratios ----------------------------------------------------------------------------------------------------------


def test_a_ratio_is_a_ratio_of_sums() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER[:1]),
        subsidy=[
            row(TONGLU, "2023-01", amount=1_000_00, person_times=1),
            row(CHUNAN, "2023-01", amount=3_000_00, person_times=9),
        ],
    )
    assert values(cubes, "subsidy_per_person_time", "month", TONGLU) == [1000]
    assert values(cubes, "subsidy_per_person_time", "month", CHUNAN) == [pytest.approx(3000 / 9)]
    assert values(cubes, "subsidy_per_person_time", "month", HANGZHOU) == [400]
    assert values(cubes, "subsidy_per_person_time", "month", HANGZHOU, "numerator") == [400_000]
    assert values(cubes, "subsidy_per_person_time", "month", HANGZHOU, "denominator") == [10]


def test_a_share_of_the_budget_is_of_the_whole_years_budget() -> None:
    cubes = small.cubes(
        small.filing((TONGLU,), small.months("2023-11", "2024-02")),
        subsidy=[row(TONGLU, month, amount=100_000) for month in small.months("2023-11", "2024-02")],
        budget=[
            row(TONGLU, 2023, amount=1_000_000),
            row(TONGLU, 2024, amount=300_000, fund="employment"),
            row(TONGLU, 2024, amount=100_000, fund="enterprise"),
        ],
    )
    found = values(cubes, "budget_execution", "year_to_date", HANGZHOU)
    assert found[:10] == [None] * 10
    assert found[10:] == [10, 20, 25, 50]


@pytest.mark.parametrize(
    ("targets", "place", "expected"),
    [
        ([row(TONGLU, 2027, value=200), row(CHUNAN, 2027, value=200)], HANGZHOU, 10),
        ([row(TONGLU, 2027, value=200), row(CHUNAN, 2027, value=200)], TONGLU, 20),
        ([row(TONGLU, 2027, value=0)], TONGLU, None),
        ([row(TONGLU, 2026, value=200)], TONGLU, None),
        ([row(TONGLU, 2027, value=200, indicator_key="high_skilled_trained")], TONGLU, None),
        ([], HANGZHOU, None),
    ],
)
def test_without_a_denominator_there_is_no_ratio(targets: list[dict[str, Any]], place: str, expected: float) -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER[:1]),
        training=[row(TONGLU, "2023-01", person_times=40)],
        target=[{"indicator_key": "training_person_times"} | each for each in targets],
    )
    assert values(cubes, "training_completion", "since_2023", place) == [expected]


def test_the_people_of_the_prefecture_itself_count_in_its_rate_and_have_none_of_their_own() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, HANGZHOU_OWN), QUARTER[:1]),
        talent=[row(TONGLU, "2022-12", people=60), row(HANGZHOU_OWN, "2022-12", people=40)],
        census=[row(TONGLU, residents=20_000)],
    )
    assert values(cubes, "talent_per_10k", "month_end", TONGLU) == [30]
    assert values(cubes, "talent_per_10k", "month_end", HANGZHOU_OWN) == [None]
    assert values(cubes, "talent_per_10k", "month_end", HANGZHOU) == [50]


def test_a_rate_leaves_out_the_residents_the_workers_and_the_seats_of_a_county_that_has_not_filed() -> None:
    """淳安 has never filed; 桐庐 has 60 people of 20,000 residents, 30 seats and 90 person-times at them."""
    cubes = small.cubes(
        small.filing((TONGLU,), QUARTER[:1]),
        talent=[row(TONGLU, "2022-12", people=60)],
        training=[row(TONGLU, "2023-01", person_times=90, base_person_times=90)],
        base=[row(TONGLU, "2022-12", seats=30), row(CHUNAN, "2022-12", seats=70)],
        census=[row(TONGLU, residents=20_000), row(CHUNAN, residents=80_000)],
    )
    assert values(cubes, "talent_per_10k", "month_end", HANGZHOU) == [30]
    assert values(cubes, "talent_per_10k", "month_end", PROVINCE, "denominator") == [20_000]
    assert values(cubes, "talent_per_10k", "month_end", PROVINCE, "filed") == [1]
    assert values(cubes, "talent_per_10k", "month_end", CHUNAN) == [None]
    assert values(cubes, "seats_per_1000_talent", "month_end", HANGZHOU) == [500]
    assert values(cubes, "base_use", "month", HANGZHOU) == [3]


def test_a_rate_of_people_leaves_out_who_lives_where_nobody_has_counted_residents() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER[:1]),
        talent=[row(TONGLU, "2022-12", people=60), row(CHUNAN, "2022-12", people=500)],
        census=[row(TONGLU, residents=20_000)],
    )
    assert values(cubes, "talent_per_10k", "month_end", HANGZHOU) == [30]


def test_a_goal_stays_whole_when_a_county_has_not_filed() -> None:
    cubes = small.cubes(
        small.filing((TONGLU,), QUARTER[:1]),
        training=[row(TONGLU, "2023-01", person_times=40)],
        subsidy=[row(TONGLU, "2023-01", amount=10_000)],
        target=[row(p, 2027, value=200, indicator_key="training_person_times") for p in (TONGLU, CHUNAN)],
        budget=[row(p, 2023, amount=50_000) for p in (TONGLU, CHUNAN)],
    )
    assert values(cubes, "training_completion", "since_2023", HANGZHOU) == [10]
    assert values(cubes, "budget_execution", "year_to_date", HANGZHOU) == [10]


def test_a_difference_leaves_out_a_county_that_filed_only_one_side() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER[:2], never=[("certificate", CHUNAN, "2023-02")]),
        vacancy=[row(TONGLU, "2023-01", headcount=5), row(CHUNAN, "2023-01", headcount=1), row(CHUNAN, "2023-02", headcount=70)],
        certificate=[row(TONGLU, "2023-02", certificates=2), row(CHUNAN, "2023-01", certificates=4)],
    )  # fmt: skip
    assert values(cubes, "supply_gap", "month", CHUNAN) == [-3, None]
    assert values(cubes, "supply_gap", "month", HANGZHOU) == [2, -2]
    assert values(cubes, "supply_gap", "year_to_date", HANGZHOU) == [2, 0]


def test_a_cluster_keeps_its_own_rows_but_the_same_filing() -> None:
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), QUARTER[:1]),
        training=[
            row(TONGLU, "2023-01", person_times=3, cluster_code="C01"),
            row(TONGLU, "2023-01", person_times=5, cluster_code="C02"),
            row(CHUNAN, "2023-01", person_times=7, cluster_code="C02"),
        ],
    )
    found = {c: [values(cubes, "training_person_times", "month", p, cluster=c)[0] for p in (TONGLU, CHUNAN, HANGZHOU)]
             for c in (None, "C01", "C02", "C13")}  # fmt: skip
    assert found == {None: [8, 7, 15], "C01": [3, 0, 3], "C02": [5, 7, 12], "C13": [0, 0, 0]}


@pytest.mark.parametrize(
    ("key", "window", "cluster", "said"),
    [
        ("talent_stock", "month", None, "no window month"),
        ("subsidy_paid", "month", "C01", "cannot be told apart by cluster"),
    ],
)
def test_what_an_indicator_has_not_is_refused(key: str, window: Window, cluster: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        measures.series(LATE, KNOWN[key], window, cluster)


# --- year on year ----------------------------------------------------------------------------------------------------


def test_growth_compares_only_places_that_filed_then_and_now() -> None:
    span = small.months("2023-01", "2024-02")
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), span, never=[(CHUNAN, "2023-02")]),
        training=[
            row(TONGLU, "2023-01", person_times=100),
            row(CHUNAN, "2023-01", person_times=100),
            row(TONGLU, "2023-02", person_times=10),
            row(TONGLU, "2024-01", person_times=110),
            row(CHUNAN, "2024-01", person_times=70),
            row(TONGLU, "2024-02", person_times=5),
            row(CHUNAN, "2024-02", person_times=999),
        ],
    )

    def growth(window: Window, place: str) -> list[float | None]:
        return values(cubes, "training_person_times", window, place, "yoy")

    assert growth("month", HANGZHOU)[:12] == [None] * 12
    assert growth("month", HANGZHOU)[12:] == [pytest.approx(-0.1), pytest.approx(-0.5)]
    assert growth("month", CHUNAN)[12:] == [pytest.approx(-0.3), None]
    assert growth("year_to_date", HANGZHOU)[12:] == [pytest.approx(-0.1), pytest.approx(115 / 110 - 1)]
    assert growth("since_2023", HANGZHOU) == [None] * 14


def test_growth_of_a_share_is_in_points_and_growth_from_nothing_is_not_told() -> None:
    span = small.months("2023-01", "2024-01")
    cubes = small.cubes(
        small.filing((TONGLU, CHUNAN), span),
        talent=[
            row(TONGLU, "2022-12", people=60, level=""),
            row(TONGLU, "2022-12", people=40, level="L5"),
            row(TONGLU, "2024-01", people=100, level="L5"),
            row(CHUNAN, "2024-01", people=7),
        ],
    )
    assert values(cubes, "high_skilled_share", "month_end", TONGLU)[-1] == 70
    assert values(cubes, "high_skilled_share", "month_end", TONGLU, "yoy")[-1] == pytest.approx(30)
    assert values(cubes, "talent_stock", "month_end", TONGLU, "yoy")[-1] == pytest.approx(1)
    assert values(cubes, "talent_stock", "month_end", CHUNAN)[-1] == 7
    assert values(cubes, "talent_stock", "month_end", CHUNAN, "yoy")[-1] is None
    assert values(cubes, "high_skilled_share", "month_end", CHUNAN, "yoy")[-1] is None


# --- ranks and pace --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "ranks"),
    [
        ("training_person_times", [2, 2, 1, None, 4, None]),
        ("supply_gap", [2, 2, 4, None, 1, None]),
    ],
)
def test_ties_share_the_better_rank_and_the_missing_and_the_prefecture_itself_have_none(
    key: str, ranks: list[int | None]
) -> None:
    codes = ("330102", "330105", "330106", "330108", "330109", HANGZHOU_OWN)
    series = pl.DataFrame({"place_code": codes, "month": ["2026-10"] * 6, "value": [5.0, 5.0, 9.0, None, 0.0, 99.0]})
    found = measures.snapshot(series, "2026-10", codes, KNOWN[key])
    assert found["place_code"].to_list() == list(codes)
    assert found["rank"].to_list() == ranks
    assert found["ranked_of"].to_list() == [4] * 6


def test_a_snapshot_of_another_month_or_place_is_missing_everywhere() -> None:
    series = measures.series(LATE, KNOWN["training_person_times"], "month")
    assert measures.snapshot(series, "2031-01", (CHUNAN, TONGLU), KNOWN["training_person_times"])[
        "value"
    ].to_list() == [None, None]
    nobody = measures.snapshot(series, "2023-01", (), KNOWN["training_person_times"])
    assert nobody.is_empty()


@pytest.mark.parametrize(
    ("month", "elapsed", "share"),
    [("2023-01", 1, 100 / 60), ("2023-12", 12, 20), ("2025-06", 30, 50), ("2026-10", 46, 100 * 46 / 60), ("2027-12", 60, 100),
     ("2028-03", 63, 100)],
)  # fmt: skip
def test_pace_is_the_share_of_sixty_months(month: str, elapsed: int, share: float) -> None:
    assert measures.months_elapsed(month) == elapsed
    assert measures.pace(month) == pytest.approx(share)


@pytest.mark.parametrize(
    ("done", "month", "needed"),
    [
        (820_000.0, "2026-10", 180_000 / 14),
        (0.0, "2027-11", 1_000_000),
        (1_000_001.0, "2027-11", 0),
        (820_000.0, "2027-12", None),
        (820_000.0, "2028-03", None),
    ],
)
def test_the_required_monthly_rate_is_what_is_left_over_the_months_left(
    done: float, month: str, needed: float | None
) -> None:
    assert measures.required_monthly(done, 1_000_000, month) == needed


# --- a slow second implementation ------------------------------------------------------------------------------------

SPAN = small.months("2023-01", "2024-03")
PLACES = {leaf: (leaf,) for leaf in small.LEAVES} | {
    HANGZHOU: (TONGLU, CHUNAN, HANGZHOU_OWN),
    ZHOUSHAN: (PUTUO,),
    PROVINCE: small.LEAVES,
}
amounts = st.dictionaries(
    st.tuples(st.sampled_from(small.LEAVES), st.sampled_from(SPAN)), st.integers(0, 9), max_size=25
)
moves = st.dictionaries(
    st.tuples(st.sampled_from(small.LEAVES), st.sampled_from(("2022-12", *SPAN))), st.integers(0, 9), max_size=25
)
yearly = st.dictionaries(
    st.tuples(st.sampled_from(small.LEAVES), st.sampled_from((2023, 2024))), st.integers(1, 9).map(lambda n: 20_000 * n)
)
holes = st.sets(
    st.tuples(st.sampled_from(small.TABLES), st.sampled_from(small.LEAVES), st.sampled_from(SPAN[:-1])), max_size=12
)
Number = float | None


def slow(
    top: dict[tuple[str, str], Number],
    bottom: dict[tuple[str, str], Number] | None,
    complete: set[tuple[str, str]],
    filed: set[tuple[str, str]],
    *,
    per: float,
    points: bool,
    window: Window,
    same: bool = False,
    least: float = 1,
) -> dict[tuple[str, str], tuple[Number, Number, int]]:
    """Value, year on year and complete leaves by place and month, from what each leaf has in each month's window; with
    `same`, a leaf that is not complete counts on neither side."""

    def ratio(leaves: list[str], month: str) -> Number:
        tops = [number for leaf in leaves if (number := top[leaf, month]) is not None]
        if not tops:
            return None
        if bottom is None:
            return per * sum(tops)
        below = sum(number for leaf in leaves if (number := bottom[leaf, month]) is not None)
        return per * sum(tops) / below if below >= least else None

    found = {}
    for place, leaves in PLACES.items():
        for month in SPAN:
            shown = (place, month) in complete if place in leaves else any((leaf, month) in filed for leaf in leaves)
            told = [leaf for leaf in leaves if (leaf, month) in complete or not same]
            value = ratio(told, month) if shown else None
            yoy = None
            then = f"{int(month[:4]) - 1}{month[4:]}"
            if then in SPAN and window != "since_2023":
                both = [leaf for leaf in leaves if (leaf, month) in complete and (leaf, then) in complete]
                later, earlier = ratio(both, month), ratio(both, then)
                if later is not None and earlier is not None:
                    yoy = later - earlier if points else later / earlier - 1 if earlier > 0 else None
            found[place, month] = value, yoy, sum((leaf, month) in complete for leaf in leaves)
    return found


def covered(month: str, window: Window) -> list[str]:
    """The months of the window that ends in a month."""
    if window == "month":
        return [month]
    return [m for m in SPAN if m <= month and (window != "year_to_date" or m[:4] == month[:4])]


def compare(key: str, window: Window, cubes: Cubes, wanted: dict[tuple[str, str], tuple[Number, Number, int]]) -> None:
    series = measures.series(cubes, KNOWN[key], window).rows_by_key(["place_code", "month"], named=True, unique=True)
    for at, (value, yoy, filed) in wanted.items():
        found = series[at]
        assert (found["value"] is None, found["yoy"] is None) == (value is None, yoy is None), (at, found, value, yoy)
        assert (found["value"] or 0, found["yoy"] or 0) == pytest.approx((value or 0, yoy or 0)), at
        assert found["filed"] == filed, at


def filed_in(never: set[tuple[str, str, str]], *tables: str) -> set[tuple[str, str]]:
    return {(leaf, m) for leaf in small.LEAVES for m in SPAN if not any((t, leaf, m) in never for t in tables)}


def complete_in(filed: set[tuple[str, str]], window: Window) -> set[tuple[str, str]]:
    first = {leaf: min((m for at, m in filed if at == leaf), default="") for leaf in small.LEAVES}
    begun = {leaf: first[leaf] if window == "month_end" else "" for leaf in small.LEAVES}
    return {
        (leaf, m)
        for leaf, m in filed
        if all((leaf, each) in filed for each in covered(m, window) if each >= begun[leaf])
    }


def flow(
    rows: dict[tuple[str, str], int], filed: set[tuple[str, str]], window: Window
) -> dict[tuple[str, str], Number]:
    """What each leaf has in the window that ends in each month, from the months that it filed."""
    return {
        (leaf, m): sum(rows.get((leaf, each), 0) for each in covered(m, window) if (leaf, each) in filed)
        for leaf in small.LEAVES
        for m in SPAN
    }


def stock(rows: dict[tuple[str, str], int]) -> dict[tuple[str, str], Number]:
    """What each leaf has at the end of each month."""
    return {
        (leaf, m): sum(number for (place, month), number in rows.items() if place == leaf and month <= m)
        for leaf in small.LEAVES
        for m in SPAN
    }


@given(amounts, holes, st.sampled_from(["month", "year_to_date", "since_2023"]))
@settings(max_examples=60, deadline=None)
def test_a_flow_is_what_loops_over_its_rows_say(
    rows: dict[tuple[str, str], int], never: set[tuple[str, str, str]], window: Window
) -> None:
    cubes = small.cubes(
        small.filing(small.LEAVES, SPAN, never=never), training=[row(*at, person_times=n) for at, n in rows.items()]
    )
    filed = filed_in(never, "training")
    top = flow(rows, filed, window)
    wanted = slow(top, None, complete_in(filed, window), filed, per=1, points=False, window=window)
    compare("training_person_times", window, cubes, wanted)


@given(moves, moves, holes)
@settings(max_examples=60, deadline=None)
def test_a_share_of_a_stock_is_what_loops_over_its_rows_say(
    others: dict[tuple[str, str], int], high: dict[tuple[str, str], int], never: set[tuple[str, str, str]]
) -> None:
    talent = [row(*at, people=n, level="L3") for at, n in others.items()]
    talent += [row(*at, people=n, level="L8") for at, n in high.items()]
    cubes = small.cubes(small.filing(small.LEAVES, SPAN, never=never), talent=talent)
    filed = filed_in(never, "employment")
    complete = complete_in(filed, "month_end")
    top, rest = stock(high), stock(others)
    bottom = {at: (number or 0) + (rest[at] or 0) for at, number in top.items()}
    share = slow(top, bottom, complete, filed, per=100, points=True, window="month_end")
    compare("high_skilled_share", "month_end", cubes, share)
    whole = slow(bottom, None, complete, filed, per=1, points=False, window="month_end")
    compare("talent_stock", "month_end", cubes, whole)


@given(amounts, amounts, holes, st.sampled_from(["month", "year_to_date", "since_2023"]))
@settings(max_examples=60, deadline=None)
def test_a_difference_of_two_tables_is_what_loops_over_their_rows_say(
    wanted: dict[tuple[str, str], int],
    given_out: dict[tuple[str, str], int],
    never: set[tuple[str, str, str]],
    window: Window,
) -> None:
    cubes = small.cubes(
        small.filing(small.LEAVES, SPAN, never=never),
        vacancy=[row(*at, headcount=n) for at, n in wanted.items()],
        certificate=[row(*at, certificates=n) for at, n in given_out.items()],
    )
    filed = filed_in(never, "vacancy", "certificate")
    plus, minus = flow(wanted, filed, window), flow(given_out, filed, window)
    top: dict[tuple[str, str], Number] = {at: (plus[at] or 0) - (minus[at] or 0) for at in plus}
    uncompared = {
        at: (value, None, complete)
        for at, (value, _, complete) in slow(
            top, None, complete_in(filed, window), filed, per=1, points=False, window=window
        ).items()
    }
    compare("supply_gap", window, cubes, uncompared)


@given(amounts, yearly, holes)
@settings(max_examples=60, deadline=None)
def test_a_share_of_a_years_budget_is_what_loops_over_the_rows_say(
    paid: dict[tuple[str, str], int], budgets: dict[tuple[str, int], int], never: set[tuple[str, str, str]]
) -> None:
    cubes = small.cubes(
        small.filing(small.LEAVES, SPAN, never=never),
        subsidy=[row(*at, amount=n) for at, n in paid.items()],
        budget=[row(*at, amount=n) for at, n in budgets.items()],
    )
    filed = filed_in(never, "subsidy")
    bottom: dict[tuple[str, str], Number] = {
        (leaf, m): budgets.get((leaf, int(m[:4]))) for leaf in small.LEAVES for m in SPAN
    }
    top = flow(paid, filed, "year_to_date")
    complete = complete_in(filed, "year_to_date")
    wanted = slow(top, bottom, complete, filed, per=100, points=True, window="year_to_date", least=50_000)
    compare("budget_execution", "year_to_date", cubes, wanted)


@given(amounts, moves, holes, st.sampled_from(["month", "year_to_date"]))
@settings(max_examples=60, deadline=None)
def test_a_flow_over_a_stock_is_what_loops_over_the_rows_say(
    trained: dict[tuple[str, str], int],
    opened: dict[tuple[str, str], int],
    never: set[tuple[str, str, str]],
    window: Window,
) -> None:
    cubes = small.cubes(
        small.filing(small.LEAVES, SPAN, never=never),
        training=[row(*at, base_person_times=n) for at, n in trained.items()],
        base=[row(*at, seats=n) for at, n in opened.items()],
    )
    filed = filed_in(never, "training")
    top, bottom = flow(trained, filed, window), stock(opened)
    wanted = slow(top, bottom, complete_in(filed, window), filed, per=1, points=False, window=window, same=True)
    compare("base_use", window, cubes, wanted)
