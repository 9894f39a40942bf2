"""Suspicious payments by rule and place are what SQL over the rows says, at any threshold; lists show no person."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import polars as pl
import pytest

from data_sources import payments
from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from data_sources.payment_rules import ALLOWED, LEAST, MOST, RULES
from data_sources.payments import Asked
from geo import places
from indicators import payment_checks, subsidies

COURSE = "person_key IS NOT NULL AND kind IN ('vocational_training', 'online_training', 'project_training')"
SQL = {
    "repeated": "nth_alike > {most}",
    "too_many": "nth_in_year > {most}",
    "unfinished": f"({COURSE} AND (course_ended IS NULL OR julianday(course_ended) - julianday(paid) > {{most}}))",
    "early_certificate": "julianday(course_ended) - julianday(certified) > {most}",
}
EVERYWHERE = tuple(p.code for p in places.places())
THRESHOLDS = [dict(ALLOWED), dict(LEAST), {"unfinished": 20}, {"repeated": 1, "early_certificate": 10}]


@pytest.fixture(scope="module")
def rows(demo_url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{sqlite_file(demo_url).as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def named(allowed: dict[str, int]) -> str:
    return " OR ".join(SQL[key].format(most=most) for key, most in allowed.items())


@pytest.mark.parametrize("allowed", THRESHOLDS)
def test_counts_by_rule_are_those_of_the_rows(
    allowed: dict[str, int], rows: sqlite3.Connection, demo_cubes: Cubes
) -> None:
    groups = payment_checks.found(demo_cubes, allowed, "2024-01", "2026-10")
    found = payment_checks.by_rule(groups, "330000").rows_by_key("rule", named=True, unique=True)
    for key, condition in [*((k, named({k: m})) for k, m in allowed.items()), ("any", named(allowed))]:
        wanted = rows.execute(
            f"SELECT count(*), coalesce(sum(amount), 0), count(DISTINCT place_code) FROM subsidy "
            f"WHERE month BETWEEN '2024-01' AND '2026-10' AND ({condition})"
        ).fetchone()
        assert (found[key]["payments"], found[key]["amount"], found[key]["places"]) == wanted
    assert found["any"]["payments"] > 0


def test_counts_by_place_are_those_of_the_rows_and_what_was_not_filed_is_unknown(
    rows: sqlite3.Connection, demo_cubes: Cubes
) -> None:
    codes = tuple(p.code for p in places.counties())
    groups = payment_checks.found(demo_cubes, ALLOWED, "2023-01", "2026-10")
    found = payment_checks.by_place(groups, codes, frozenset({codes[0]})).rows_by_key(
        "place_code", named=True, unique=True
    )
    wanted = dict(
        rows.execute(f"SELECT place_code, count(*) FROM subsidy WHERE {named(dict(ALLOWED))} GROUP BY place_code")
    )
    assert found[codes[0]]["any"] is None
    assert {c: r["any"] for c, r in found.items() if c != codes[0]} == {c: wanted.get(c, 0) for c in codes[1:]}


def test_without_rules_nothing_is_named(demo_cubes: Cubes) -> None:
    groups = payment_checks.found(demo_cubes, {}, "2023-01", "2026-10")
    assert payment_checks.by_rule(groups, "330000").rows() == [("any", 0, 0, 0)]


def test_the_strictest_threshold_is_within_what_the_cube_holds() -> None:
    assert all(rule.least <= rule.allowed <= rule.most < MOST for rule in RULES.values())
    assert all(rule.source and rule.definition for rule in RULES.values())


@pytest.mark.parametrize("allowed", THRESHOLDS)
def test_the_list_holds_the_payments_that_are_counted(
    allowed: dict[str, int], demo_url: str, demo_cubes: Cubes, rows: sqlite3.Connection
) -> None:
    asked = Asked(EVERYWHERE, "2023-01", "2026-10", allowed=tuple(allowed.items()))
    found = payments.payments(demo_url, asked, size=payments.MOST)
    wanted = rows.execute(
        f"SELECT place_code, submission_id, row_number FROM subsidy WHERE {named(allowed)} "
        "ORDER BY paid DESC, place_code, submission_id, row_number"
    ).fetchall()
    assert found.select("place_code", "submission_id", "row_number").rows() == wanted
    groups = payment_checks.found(demo_cubes, allowed, "2023-01", "2026-10")
    assert payment_checks.by_rule(groups, "330000")["payments"].to_list()[-1] == found.height > 0
    for key, most in allowed.items():
        assert found.filter(found[key] > most).height == groups.filter(key)["payments"].sum()


def test_pages_go_on_and_filters_keep_place_month_fund_and_kind(demo_url: str, rows: sqlite3.Connection) -> None:
    asked = Asked(("330110", "330106"), "2026-01", "2026-09", fund="employment", kind="internship")
    pages = [payments.payments(demo_url, asked, page=page, size=3) for page in range(3)]
    wanted = rows.execute(
        "SELECT place_code, paid FROM subsidy WHERE place_code IN ('330110', '330106') AND fund = 'employment' "
        "AND month BETWEEN '2026-01' AND '2026-09' AND kind = 'internship' "
        "ORDER BY paid DESC, place_code, submission_id, row_number LIMIT 9"
    ).fetchall()
    assert [(r[0], str(r[3])) for page in pages for r in page.rows()] == wanted
    assert [page.height for page in pages] == [3, 3, 2]


def test_no_person_key_leaves_the_database_and_a_pseudonym_is_always_the_same(
    demo_url: str, rows: sqlite3.Connection
) -> None:
    found = payments.payments(demo_url, Asked(EVERYWHERE, "2023-01", "2026-10", allowed=(("repeated", 1),)))
    assert "person_key" not in found.columns
    keys = {
        (r[0], r[1], r[2]): r[3]
        for r in rows.execute(
            "SELECT place_code, submission_id, row_number, person_key FROM subsidy WHERE nth_alike > 1"
        )
    }
    shown = {row[:3]: row[-5] for row in found.rows()}
    assert shown == {key: payments.pseudonym(person) for key, person in keys.items()}
    assert all(len(name) == 6 and name.lower() not in keys[key] for key, name in shown.items())
    assert payments.pseudonym("a" * 32) == payments.pseudonym("a" * 32) != payments.pseudonym("b" * 32)


def test_who_may_see_no_place_sees_no_payment(demo_url: str) -> None:
    assert payments.payments(demo_url, Asked((), "2023-01", "2026-10")).is_empty()


@pytest.mark.parametrize("by", list(subsidies.BREAKDOWNS))
@pytest.mark.parametrize("place", ["330110", "330000"])
def test_every_breakdown_adds_up_to_what_is_paid(
    by: str, place: str, rows: sqlite3.Connection, demo_cubes: Cubes
) -> None:
    column = {
        "fund": "fund", "kind": "kind", "cluster": "coalesce(cluster_code, '')",
        "payee": "CASE WHEN organisation_code IS NULL THEN 'person' ELSE (SELECT kind FROM organisation o "
                 "WHERE o.organisation_code = subsidy.organisation_code) END",
        "base": "coalesce((SELECT kind FROM base b WHERE b.base_code = subsidy.base_code), '')",
    }[by]  # fmt: skip
    inside = "" if place == "330000" else f"AND place_code = '{place}'"
    wanted = rows.execute(
        f"SELECT {column} AS code, sum(amount), sum(person_times), count(*) FROM subsidy "
        f"WHERE month BETWEEN '2026-01' AND '2026-09' {inside} GROUP BY code ORDER BY sum(amount) DESC, code"
    ).fetchall()
    found = subsidies.breakdown(demo_cubes, place, "2026-09", by)
    assert found.select("code", "amount", "person_times", "payments").rows() == wanted
    assert found["share"].sum() == pytest.approx(100)


def test_kinds_go_on_into_clusters_with_the_same_money(demo_cubes: Cubes) -> None:
    into = subsidies.flows(demo_cubes, "330100", "2026-09").group_by("kind").agg(amount=pl.sum("amount")).sort("kind")
    out = subsidies.onward(demo_cubes, "330100", "2026-09").group_by("kind").agg(amount=pl.sum("amount")).sort("kind")
    assert into.rows() == out.rows()
    assert into.height == 6
