"""Evaluation by place: exact on a handful of rows, and what SQL over the rows says on the demonstration database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import polars as pl
import pytest

from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from data_sources.vocabulary import MILESTONE_KINDS
from geo import places
from indicators import evaluation, measures
from indicators.catalogue import catalogue
from tests.indicators import small
from tests.indicators.small import CHUNAN, HANGZHOU, HANGZHOU_OWN, PROVINCE, PUTUO, TONGLU, row

YEAR = ("2026-01", "2026-09")
PLACES = ("330110", "330100B", "330100", "330000")


@pytest.fixture(scope="module")
def db(demo_url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{sqlite_file(demo_url).as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
        yield opened


def where(place: str) -> str:
    """The condition that keeps the rows of a place: 市本级 files under its prefecture."""
    filed = {leaf.removesuffix("B") for leaf in measures.members()[place]}
    return f"place_code IN ({', '.join(map(repr, sorted(filed)))})"


# --- a handful of rows -----------------------------------------------------------------------------------------------


def made() -> Cubes:
    talent = [
        row(TONGLU, "2022-12", level="L3", people=20),
        row(TONGLU, "2023-02", level="L4", people=12),
        row(TONGLU, "2023-03", level="L3", people=-2),
        row(TONGLU, "2023-04", level="L3", people=50),
        row(TONGLU, "2023-01", level="T1", people=4),
        row(TONGLU, "2023-01", level="", people=99),
        row(PUTUO, "2023-01", level="L4", people=30, cluster_code="C01"),
    ]
    certificate = [
        row(TONGLU, "2023-01", level="L4", certificates=3),
        row(TONGLU, "2023-03", level="L4", certificates=5),
        row(CHUNAN, "2023-03", level="T2", certificates=7),
    ]
    return small.cubes(
        small.filing(small.LEAVES, small.months("2023-01", "2023-04")), talent=talent, certificate=certificate
    )


def test_a_stock_is_what_came_less_what_left_up_to_the_month() -> None:
    steps = evaluation.ladder(made(), TONGLU, ("2023-03", "2023-03"), "L", stock=True)
    held = {r["level"]: (r["value"], r["share"], r["province"]) for r in steps.to_dicts()}
    assert steps["level"].to_list() == ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8"]
    assert held["L3"] == (18, 0.6, pytest.approx(18 / 60))
    assert held["L4"] == (12, 0.4, pytest.approx(42 / 60))
    assert held["L8"] == (0, 0.0, 0.0)


def test_the_ladders_never_mix_and_few_people_are_not_compared() -> None:
    steps = evaluation.ladder(made(), TONGLU, ("2023-03", "2023-03"), "T", stock=True)
    assert steps.select("level", "value", "share", "province").rows() == [
        ("T1", 4, 1.0, None),
        ("T2", 0, 0.0, None),
        ("T3", 0, 0.0, None),
    ]


def test_certificates_count_in_their_months_only() -> None:
    for span, wanted in ((("2023-01", "2023-03"), 8), (("2023-03", "2023-03"), 5), (("2023-02", "2023-02"), 0)):
        steps = evaluation.ladder(made(), TONGLU, span, "L", stock=False)
        assert dict(steps.select("level", "value").iter_rows())["L4"] == wanted


def test_nobody_on_a_ladder_has_no_shares() -> None:
    steps = evaluation.ladder(made(), CHUNAN, ("2023-03", "2023-03"), "L", stock=True)
    assert steps["value"].sum() == 0
    assert steps.select("share", "province").null_count().row(0) == (8, 8)


def test_one_cluster_is_compared_with_the_same_cluster_of_the_province() -> None:
    steps = evaluation.ladder(made(), PUTUO, ("2023-03", "2023-03"), "L", stock=True, clusters=("C01",))
    assert [(r["value"], r["province"]) for r in steps.to_dicts() if r["value"]] == [(30, 1.0)]


def test_the_province_is_not_compared_with_itself() -> None:
    steps = evaluation.ladder(made(), PROVINCE, ("2023-03", "2023-03"), "L", stock=True)
    assert steps["value"].sum() == 60
    assert steps["province"].null_count() == 8


def test_institutions_that_never_came_are_zero_and_the_first_month_is_told() -> None:
    rows = [
        row(HANGZHOU_OWN, "2023-05", kind="evaluation_norm", quantity=2),
        row(TONGLU, "2023-03", kind="evaluation_norm", quantity=3),
        row(TONGLU, "2023-09", kind="evaluation_norm", quantity=100),
        row(TONGLU, "2022-12", kind="publicity", quantity=1),
    ]
    cells = evaluation.institutions(small.cubes([], milestone=rows), (HANGZHOU, TONGLU, PUTUO), "2023-06")
    assert cells.height == 3 * len(MILESTONE_KINDS)
    told = {(r["place_code"], r["kind"]): (r["quantity"], r["first"]) for r in cells.to_dicts()}
    assert told[HANGZHOU, "evaluation_norm"] == (5, "2023-03")
    assert told[TONGLU, "evaluation_norm"] == (3, "2023-03")
    assert told[TONGLU, "publicity"] == (1, "2022-12")
    assert told[PUTUO, "evaluation_norm"] == (0, None)
    assert sum(quantity for quantity, _ in told.values()) == 10


def test_a_place_without_contests_or_issuers_has_no_rows() -> None:
    assert evaluation.contests(made(), TONGLU, YEAR).is_empty()
    assert evaluation.issuers(made(), TONGLU, YEAR).is_empty()


@pytest.mark.parametrize(
    ("window", "span"), [("year_to_date", ("2025-01", "2025-06")), ("since_2023", ("2023-01", "2025-06"))]
)
def test_the_span_of_a_window(window: str, span: tuple[str, str]) -> None:
    assert evaluation.span_of("2025-06", window) == span


# --- what SQL says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ladder", ["L", "T"])
def test_both_ladders_are_those_of_the_rows(place: str, ladder: str, db: sqlite3.Connection, demo_cubes: Cubes) -> None:
    stock = f"""SELECT level, count(DISTINCT person_key) FROM employment
                WHERE {where(place)} AND level LIKE '{ladder}%' AND start_month <= '2026-09'
                AND (end_month IS NULL OR end_month > '2026-09') GROUP BY level"""
    issued = f"""SELECT level, count(*) FROM certificate WHERE {where(place)} AND level LIKE '{ladder}%'
                 AND month BETWEEN '2026-01' AND '2026-09' GROUP BY level"""
    for statement, of_stock in ((stock, True), (issued, False)):
        wanted = dict(db.execute(statement).fetchall())
        assert wanted
        found = evaluation.ladder(demo_cubes, place, YEAR, ladder, stock=of_stock)
        assert {level: n for level, n in found.select("level", "value").iter_rows() if n} == wanted
        assert found["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("place", PLACES)
def test_issuers_are_those_of_the_rows(place: str, db: sqlite3.Connection, demo_cubes: Cubes) -> None:
    statement = f"""SELECT issuer_code, count(*), sum(dual) FROM certificate
                    WHERE {where(place)} AND month BETWEEN '2026-01' AND '2026-09' GROUP BY issuer_code"""
    found = evaluation.issuers(demo_cubes, place, YEAR)
    assert sorted(found.rows()) == sorted(db.execute(statement).fetchall())
    assert found["certificates"].is_sorted(descending=True)


def test_contests_are_those_of_the_rows_and_the_indicators(db: sqlite3.Connection, demo_cubes: Cubes) -> None:
    for place in PLACES:
        statement = f"""SELECT cluster_code, level, count(*), sum(participants), sum(awards) FROM contest
                        WHERE {where(place)} AND month BETWEEN '2026-01' AND '2026-09' GROUP BY 1, 2"""
        found = evaluation.contests(demo_cubes, place, YEAR)
        assert sorted(found.rows()) == sorted(db.execute(statement).fetchall())
    values = measures.series(demo_cubes, catalogue()["contest_awards"], "year_to_date")
    assert values.filter(place_code=PROVINCE, month="2026-09")["value"].to_list() == [found["awards"].sum()]


def test_institutions_are_those_of_the_rows(db: sqlite3.Connection, demo_cubes: Cubes) -> None:
    codes = tuple(p.code for p in places.prefectures())
    cells = evaluation.institutions(demo_cubes, codes, "2026-09")
    for code in codes:
        statement = f"""SELECT kind, sum(quantity), max(min(month), '2022-12') FROM milestone
                        WHERE {where(code)} AND month <= '2026-09' GROUP BY kind"""
        found = cells.filter(pl.col("place_code") == code, pl.col("quantity") > 0)
        assert sorted(found.select("kind", "quantity", "first").rows()) == sorted(db.execute(statement).fetchall())
