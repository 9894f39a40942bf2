"""Each base's seats, person-times, money and use are what hand-written SQL says; what was not filed is not zero."""

import polars as pl
import pytest

from data_sources import reading
from data_sources.cubes import Cubes, seen_by
from data_sources.policy import Grant, Reader
from indicators import bases, measures
from indicators.catalogue import Window, catalogue
from tests.indicators import small
from tests.indicators.asked import among, asked
from tests.indicators.registered import CHUNAN_TOWN, SHANGHAI, base, register
from tests.indicators.small import CHUNAN, HANGZHOU, HANGZHOU_OWN, PROVINCE, TONGLU

FIRST: dict[Window, str] = {"month": "2025-05", "year_to_date": "2025-01", "since_2023": "2023-01"}
MONTHS = small.months("2023-01", "2023-03")


def sums(url: str, table: str, figures: str, first: str) -> dict[str, tuple[int, ...]]:
    """Figures of a table by base, from this month up to 2025-05."""
    rows = asked(url, f"SELECT base_code, {figures} FROM {table} WHERE base_code IS NOT NULL AND "
                      f"month BETWEEN '{first}' AND '2025-05' GROUP BY 1")  # fmt: skip
    return {row[0]: row[1:] for row in rows}


def silent(url: str, table: str, first: str) -> set[str]:
    """Bases in use in a month of the window that their place has not filed."""
    months = [m for m in small.months("2023-01", "2025-05") if m >= first]
    wanted = " UNION ALL ".join(f"SELECT '{m}' AS month" for m in months)
    rows = asked(url, f"""SELECT DISTINCT base_code FROM base JOIN ({wanted}) AS asked ON opened_month <= month
        AND (closed_month IS NULL OR closed_month > month) WHERE NOT EXISTS (SELECT 1 FROM submission AS s
        WHERE s.place_code = base.place_code AND s.month = asked.month AND s.table_name = '{table}'
        AND s.status = 'accepted')""")  # fmt: skip
    return {row[0] for row in rows}


@pytest.mark.parametrize("place", ["330110", "330100", "330000"])
@pytest.mark.parametrize(("window", "first"), FIRST.items())
def test_the_list_is_what_the_rows_say(
    place: str, window: Window, first: str, demo_url: str, demo_cubes: Cubes
) -> None:
    found = bases.listed(demo_cubes, reading.register(demo_url), window, "2025-05", place)
    there = asked(demo_url, f"SELECT base_code, seats FROM base WHERE {among(place)} AND opened_month <= '2025-05' "
                            f"AND (closed_month IS NULL OR closed_month > '{first}') ORDER BY seats DESC, 1")  # fmt: skip
    assert found.select("base_code", "seats").rows() == there
    trained = sums(demo_url, "training", "count(*), sum(passed)", first)
    paid = sums(demo_url, "subsidy", "sum(amount), count(*)", first)
    unfiled = {table: silent(demo_url, table, first) for table in ("training", "subsidy")}
    for row in found.to_dicts():
        code = row["base_code"]
        known = (None, None) if code in unfiled["training"] else trained.get(code, (0, 0))
        assert (row["person_times"], row["passed_person_times"]) == known
        assert row["use"] == (None if known[0] is None else pytest.approx(known[0] / row["seats"]))
        money = (None, None) if code in unfiled["subsidy"] else paid.get(code, (0, 0))
        assert (row["amount"], row["payments"]) == money


def test_the_months_of_a_base_are_what_the_rows_say(demo_url: str, demo_cubes: Cubes) -> None:
    held = reading.register(demo_url).filter(place_code="330110").head(1)
    rows = asked(demo_url, f"SELECT month, count(*), sum(passed) FROM training WHERE base_code = '{held['base_code'][0]}' "
                           "GROUP BY 1")  # fmt: skip
    wanted = {month: figures for month, *figures in rows}
    found = bases.history(demo_cubes, held)
    assert found["month"].to_list() == [m for m in demo_cubes.months if m >= held["opened_month"][0]]
    for month, *figures in found.select("month", "person_times", "passed_person_times").rows():
        assert figures == wanted.get(month, [0, 0])


def test_a_base_without_seats_or_with_a_silent_county_has_no_use() -> None:
    """B3's county has not filed March; B4 opened after February, which its 市本级 has not filed."""
    held = register(
        base("B1", seats=50),
        base("B2", seats=0),
        base("B3", CHUNAN_TOWN, place_code=CHUNAN),
        base("B4", place_code=HANGZHOU, opened_month="2023-03"),
    )
    made = small.cubes(
        small.filing((TONGLU, CHUNAN, HANGZHOU_OWN), MONTHS, never=[(CHUNAN, "2023-03"), (HANGZHOU_OWN, "2023-02")]),
        training_base=[
            small.row(TONGLU, "2023-02", base_code="B1", person_times=30),
            small.row(HANGZHOU_OWN, "2023-03", base_code="B1", person_times=20),
            small.row(TONGLU, "2023-02", base_code="B2", person_times=9),
            small.row(CHUNAN, "2023-02", base_code="B3", person_times=8),
            small.row(HANGZHOU_OWN, "2023-03", base_code="B4", person_times=7),
        ],
    )
    found = bases.listed(made, held, "year_to_date", "2023-03", PROVINCE)
    assert found.select("base_code", "person_times", "use").rows() == [
        ("B3", None, None), ("B4", 7, 0.07), ("B1", 50, 1.0), ("B2", 9, None),
    ]  # fmt: skip
    assert bases.totals(found) == {"bases": 4, "seats": 250, "person_times": 66, "amount": 0, "use": 66 / 150}
    assert bases.history(made, held.filter(base_code="B3"))["person_times"].to_list() == [0, 8, None]


def test_the_seats_use_of_all_bases_together_is_the_indicators(demo_url: str, demo_cubes: Cubes) -> None:
    """With bases that closed during the year: what was trained there counts, their seats do not."""
    found = bases.listed(demo_cubes, reading.register(demo_url), "year_to_date", "2026-10", PROVINCE)
    assert found["closed"].any()
    values = measures.series(demo_cubes, catalogue()["base_use"], "year_to_date")
    assert bases.totals(found)["use"] == pytest.approx(
        values.filter(month="2026-10", place_code=PROVINCE)["value"].item()
    )


def test_open_closed_and_misplaced_bases_are_told_apart() -> None:
    held = register(
        base("B1"),
        base("B2", closed_month="2023-02"),
        base("B3", closed_month="2023-01"),
        base("B4", opened_month="2023-04"),
        base("B5", SHANGHAI),
        base("B6", None),
    )
    found = bases.in_use(held, "2023-01", "2023-03").select("base_code", "closed", "spot")
    assert found.rows() == [
        ("B1", False, "inside"), ("B2", True, "inside"), ("B5", False, "outside"), ("B6", False, "missing"),
    ]  # fmt: skip


def test_a_place_without_bases_has_an_empty_list_and_no_use() -> None:
    made = small.cubes(small.filing((TONGLU,), MONTHS))
    for held in (register(), register(base("B1"))):
        found = bases.listed(made, held, "month", "2023-03", CHUNAN)
        assert found.is_empty()
        assert bases.totals(found) == {"bases": 0, "seats": 0, "person_times": None, "amount": None, "use": None}


def test_kinds_are_cut() -> None:
    made = small.cubes(small.filing((TONGLU,), MONTHS))
    held = register(base("B1"), base("B2", kind="internship"))
    assert bases.listed(made, held, "month", "2023-03", PROVINCE, ("internship",))["base_code"].to_list() == ["B2"]


def test_what_is_not_open_to_the_reader_is_not_known(demo_url: str, demo_cubes: Cubes) -> None:
    """A county's cubes hold no foreign base's trainings: that is not to say that there were none."""
    county = Reader("yuhang", "余杭", frozenset({Grant("county", "330110")}))
    held = reading.register(demo_url)
    found = bases.listed(seen_by(demo_cubes, county), held, "month", "2026-08", HANGZHOU)
    assert set(found.filter(place_code="330110")["open"]) == {True}
    whole = bases.listed(demo_cubes, held, "month", "2026-08", HANGZHOU)
    assert found.filter("open").drop("open").equals(whole.filter(place_code="330110").drop("open"))
    elsewhere = found.filter(~pl.col("open"))
    assert elsewhere.height > 50
    assert elsewhere.select("person_times", "use", "amount", "payments").null_count().row(0) == (elsewhere.height,) * 4
    months = bases.history(seen_by(demo_cubes, county), held.filter(place_code="330106").head(1))
    assert months["person_times"].null_count() == months.height
