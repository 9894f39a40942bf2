"""Gaps, shortage, courses under way and certificates to come are what hand-written SQL over the rows says."""

import pytest

from data_sources import cubes as all_cubes
from data_sources.cubes import Cubes
from data_sources.policy import OPERATOR, PUBLIC
from data_sources.reference import clusters
from geo import places
from indicators import measures, supply
from indicators.catalogue import Window, catalogue
from tests.indicators import small
from tests.indicators.asked import among, asked

PLACES = ("330110", "330100", "330000")
BOTH = """WITH both AS (SELECT place_code, month FROM submission
    WHERE status = 'accepted' AND table_name IN ('vacancy', 'certificate')
    GROUP BY place_code, month HAVING count(DISTINCT table_name) = 2) """
WINDOWS: dict[Window, str] = {"month": "2025-05", "year_to_date": "2025-01", "since_2023": "2023-01"}


def grouped(url: str, figures: str, table: str, place: str, first: str, also: str = "1") -> dict[str, tuple[int, ...]]:
    """Sums up to 2025-05 by occupation, of the places and months that filed vacancies and certificates."""
    rows = asked(url, f"{BOTH} SELECT occupation_code, {figures} FROM {table} JOIN both USING (place_code, month) "
                      f"WHERE {among(place)} AND month BETWEEN '{first}' AND '2025-05' AND {also} GROUP BY 1")  # fmt: skip
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("window", "first"), WINDOWS.items())
@pytest.mark.parametrize("cluster", [None, "C06"])
def test_cells_are_those_of_the_rows(
    place: str, window: Window, first: str, cluster: str | None, demo_url: str, demo_cubes: Cubes
) -> None:
    also = f"cluster_code = '{cluster}'" if cluster else "1"
    wanted = grouped(demo_url, "sum(headcount)", "vacancy", place, first, also)
    given = grouped(demo_url, "count(*)", "certificate", place, first, also)
    at_work = dict(
        asked(demo_url, f"SELECT occupation_code, count(*) FROM employment WHERE {among(place)} AND {also} AND "
                        "start_month <= '2025-05' AND (end_month IS NULL OR end_month > '2025-05') GROUP BY 1")
    )  # fmt: skip
    found = supply.cells(demo_cubes, window, "2025-05", (place,), cluster=cluster)
    assert set(found["occupation_code"]) == set(wanted) | set(given) | set(at_work)
    for row in found.to_dicts():
        code = row["occupation_code"]
        demand, certified = wanted.get(code, (0,))[0], given.get(code, (0,))[0]
        assert (row["demand"], row["supply"], row["gap"]) == (demand, certified, demand - certified)
        assert row["ratio"] == (pytest.approx(certified / demand) if demand else None)
        assert (row["stock"] or 0) == at_work.get(code, 0)


@pytest.mark.parametrize("month", ["2025-05", "2026-10"])
@pytest.mark.parametrize("window", ["month", "year_to_date"])
def test_the_occupations_add_up_to_the_indicator(window: Window, month: str, demo_cubes: Cubes) -> None:
    codes = tuple(p.code for p in (*places.prefectures(), *places.counties()))
    found = supply.cells(demo_cubes, window, month, codes)
    gaps = measures.series(demo_cubes, catalogue()["supply_gap"], window).filter(month=month)
    wanted = dict(gaps.select("place_code", "value").rows())
    sums = {code: found.filter(place_code=code)["gap"] for code in codes}
    assert sum(wanted[code] is None for code in codes) >= 1
    for code in codes:
        assert (sums[code].sum() if sums[code].drop_nulls().len() else None) == wanted[code]


def test_a_county_that_missed_a_month_has_no_gap_but_its_people(demo_cubes: Cubes) -> None:
    late = demo_cubes.filing.filter(table_name="vacancy", month="2025-05")["place_code"]
    (missing,) = {p.code for p in places.counties()} - set(late)
    found = supply.cells(demo_cubes, "year_to_date", "2025-06", (missing,))
    assert found.height > 0
    assert found.select("demand", "supply", "gap", "ratio").null_count().row(0) == (found.height,) * 4
    assert found["stock"].sum() > 0
    assert supply.shortage(demo_cubes, "year_to_date", "2025-06", missing).is_empty()


@pytest.mark.parametrize("place", PLACES)
def test_the_shortage_list_has_wages_weighted_by_headcount(place: str, demo_url: str, demo_cubes: Cubes) -> None:
    figures = """sum(headcount), sum(headcount * shortage),
        sum(CASE WHEN wage_low + wage_high > 0 THEN (wage_low + wage_high) / 2.0 * headcount END)
        / sum(CASE WHEN wage_low + wage_high > 0 THEN headcount END) / 100"""
    wanted = grouped(demo_url, figures, "vacancy", place, "2025-01")
    found = supply.shortage(demo_cubes, "year_to_date", "2025-05", place)
    assert found["gap"].is_sorted(descending=True)
    for row in found.to_dicts():
        demand, short, wage = wanted[row["occupation_code"]]
        assert (row["demand"], row["short"]) == (demand, short)
        assert row["wage"] == (pytest.approx(wage) if wage is not None else None)
        assert row["gap"] > 0 or row["short"] > 0
    left_out = set(wanted) - set(found["occupation_code"])
    cells = {
        r["occupation_code"]: r["gap"] for r in supply.cells(demo_cubes, "year_to_date", "2025-05", (place,)).to_dicts()
    }
    assert all(cells[code] <= 0 and wanted[code][1] == 0 for code in left_out)


def test_no_demand_gives_no_ratio_and_an_unknown_cluster_gives_nothing() -> None:
    months = small.months("2023-01", "2023-02")
    filed = small.filing(small.LEAVES, months)
    held = small.cubes(
        filed,
        vacancy_occupation=[small.row(small.TONGLU, "2023-02", occupation_code="X", headcount=4, shortage_headcount=0)],
        certificate_occupation=[
            small.row(small.TONGLU, "2023-01", occupation_code="X", certificates=1),
            small.row(small.TONGLU, "2023-02", occupation_code="Y", certificates=3),
        ],
    )
    found = supply.cells(held, "year_to_date", "2023-02", (small.TONGLU,))
    assert found.drop("place_code", *supply.WITHHELD).rows() == [
        ("X", 4, 1, 3, 0.25, None),
        ("Y", 0, 3, -3, None, None),
    ]
    assert supply.cells(held, "year_to_date", "2023-02", (small.TONGLU,), cluster="C01").is_empty()
    assert supply.shortage(held, "month", "2023-01", small.TONGLU).is_empty()


# --- on its way ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_courses_under_way_are_those_begun_and_not_ended(place: str, demo_url: str, demo_cubes: Cubes) -> None:
    found = supply.in_training(demo_cubes, place)
    assert found["month"].to_list() == list(demo_cubes.months)
    known = dict(found.select("month", "known").rows())
    for month, end in (("2023-01", "2023-01-31"), ("2025-05", "2025-05-31"), ("2026-09", "2026-09-30")):
        ((wanted,),) = asked(
            demo_url, f"SELECT count(*) FROM training WHERE {among(place)} AND started <= '{end}' AND ended > '{end}'"
        )
        assert known[month] == wanted
    assert known["2026-10"] is None


def test_an_estimate_is_last_years_number_times_the_growth_of_what_ended(demo_url: str, demo_cubes: Cubes) -> None:
    found = supply.in_training(demo_cubes, "330100").filter(month="2026-10")
    ((then,),) = asked(
        demo_url,
        f"SELECT count(*) FROM training WHERE {among('330100')} AND started <= '2025-10-31' AND ended > '2025-10-31'",
    )
    ((year, before),) = asked(
        demo_url, f"""SELECT sum(month > '2025-10'), sum(month BETWEEN '2024-11' AND '2025-10')
                      FROM training WHERE {among('330100')}""",
    )  # fmt: skip
    assert found["estimated"][0] == pytest.approx(then * year / before)
    assert supply.in_training(demo_cubes, "330100").filter(month="2025-10")["estimated"][0] is None


def test_certificates_to_come_follow_from_last_years_rate(demo_url: str, demo_cubes: Cubes) -> None:
    passed, then, followed = (
        asked(
            demo_url,
            f"SELECT count(*) FROM {table} WHERE {among('330100')} AND {also} AND month BETWEEN '{a}' AND '{b}'",
        )[0][0]
        for table, also, a, b in (
            ("training", "passed", "2026-07", "2026-09"),
            ("training", "passed", "2025-07", "2025-09"),
            ("certificate", "1", "2025-10", "2025-12"),
        )
    )
    (row,) = supply.due(demo_cubes, "2026-09", ("330100",)).to_dicts()
    assert row["passed"] == passed
    assert row["rate"] == pytest.approx(followed / then)
    assert row["due"] == pytest.approx(passed * followed / then)


def test_without_last_year_or_with_a_month_missing_nothing_is_expected(demo_cubes: Cubes) -> None:
    early = supply.due(demo_cubes, "2024-01", ("330100", "330000"))
    assert early["due"].to_list() == [None, None]
    late = demo_cubes.filing.filter(table_name="training", month="2026-10")["place_code"]
    missing = sorted({p.code for p in places.counties()} - set(late))
    assert len(missing) == 3
    assert supply.due(demo_cubes, "2026-10", missing)["due"].to_list() == [None] * 3
    assert supply.in_training(demo_cubes, missing[0]).filter(month="2026-10")["estimated"].to_list() == [None]


def test_the_clusters_add_up_to_all_courses(demo_cubes: Cubes) -> None:
    whole = supply.in_training(demo_cubes, "330000")["known"]
    parts = [supply.in_training(demo_cubes, "330000", cluster=code)["known"] for code in clusters()]
    assert sum(parts[1:], start=parts[0]).to_list() == whole.to_list()


def test_what_comes_is_not_told_from_small_numbers_to_a_reader_from_outside(demo_cubes: Cubes) -> None:
    """In a province where everything is few, nothing is said; in this one all of it is, and to the province always."""
    usual, few = (all_cubes.seen_by(demo_cubes, PUBLIC, fewest) for fewest in (5, 100_000))
    own = all_cubes.seen_by(demo_cubes, OPERATOR, 100_000)
    told = [supply.due(c, "2026-09", ("330000",)).row(0) for c in (demo_cubes, usual, own, few)]
    assert told[0] == told[1] == told[2]
    assert told[0][4:] == (False, False)
    assert told[3] == ("330000", None, None, None, True, True)
    courses = [supply.in_training(c, "330000")["known"].drop_nulls() for c in (demo_cubes, usual, own, few)]
    assert courses[0].equals(courses[2])
    assert courses[0].len() > courses[3].filter(courses[3] != 0).len() == 0
