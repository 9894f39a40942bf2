"""Subsidy money by fund: to the fen what SQL over the rows says, and the same as the indicators."""

import sqlite3
from contextlib import closing

import pytest

from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from geo import places
from indicators import measures, subsidies
from indicators.catalogue import Window, catalogue

PLACES = ("330110", "330100", "330000", "330921")


def filed_at(place: str) -> tuple[str, ...]:
    """The codes under which the place's rows are filed."""
    level = places.place(place).level
    if level == "county":
        return (place,)
    prefectures = [place] if level == "prefecture" else [p.code for p in places.prefectures()]
    return tuple(prefectures) + tuple(c.code for c in places.counties(place))


def asked(url: str, statement: str) -> dict[tuple[str, ...] | str, int]:
    with closing(sqlite3.connect(f"{sqlite_file(url).as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        rows = db.execute(statement).fetchall()
    return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in rows}


@pytest.mark.parametrize("place", PLACES)
def test_plan_payments_and_balance_are_those_of_the_rows(place: str, demo_url: str, demo_cubes: Cubes) -> None:
    where = f"place_code IN ({', '.join(map(repr, filed_at(place)))})"
    paid = asked(demo_url, f"SELECT fund, sum(amount) FROM subsidy WHERE {where} "
                           "AND month BETWEEN '2026-01' AND '2026-09' GROUP BY fund")  # fmt: skip
    plan = asked(demo_url, f"SELECT fund, sum(amount) FROM budget WHERE {where} AND year = 2026 GROUP BY fund")
    found = subsidies.by_fund(demo_cubes, place, "2026-09")
    assert set(found["fund"]) == set(paid) | set(plan)
    for row in found.to_dicts():
        budget, spent = plan.get(row["fund"]), paid.get(row["fund"], 0)
        assert (row["budget"], row["paid"]) == (budget, spent)
        assert row["balance"] == (None if budget is None else budget - spent)
        assert row["execution"] == (pytest.approx(100 * spent / budget) if budget else None)


@pytest.mark.parametrize("place", PLACES)
def test_flows_are_those_of_the_rows(place: str, demo_url: str, demo_cubes: Cubes) -> None:
    where = f"place_code IN ({', '.join(map(repr, filed_at(place)))})"
    wanted = asked(demo_url, f"SELECT fund, kind, sum(amount) FROM subsidy WHERE {where} "
                             "AND month BETWEEN '2025-01' AND '2025-06' GROUP BY fund, kind")  # fmt: skip
    found = subsidies.flows(demo_cubes, place, "2025-06")
    assert {(f, k): a for f, k, a in found.select("fund", "kind", "amount").iter_rows()} == wanted


def test_the_funds_add_up_to_the_indicators(demo_cubes: Cubes) -> None:
    found = subsidies.by_fund(demo_cubes, "330000", "2026-09")
    for key, window, column in (("subsidy_paid", "year_to_date", "paid"), ("budget", "month_end", "budget")):
        held: Window = window  # type: ignore[assignment]
        row = measures.series(demo_cubes, catalogue()[key], held).filter(place_code="330000", month="2026-09")
        assert row["numerator"].to_list() == [found[column].sum()]


def test_a_place_without_a_plan_has_no_balance_and_no_execution(demo_cubes: Cubes) -> None:
    frames = {**demo_cubes.frames, "budget": demo_cubes.frames["budget"].clear()}
    bare = Cubes(version=1, name="without-budget", frames=frames, filing=demo_cubes.filing)
    found = subsidies.by_fund(bare, "330110", "2026-09")
    assert found.height > 0
    assert found.select("budget", "balance", "execution").null_count().row(0) == (found.height,) * 3


@pytest.mark.parametrize(("month", "pace"), [("2026-03", 25.0), ("2026-12", 100.0), ("2026-09", 75.0)])
def test_the_years_pace(month: str, pace: float) -> None:
    assert subsidies.year_pace(month) == pace
