"""How often a payment repeats an earlier one: the same from the database and from a frame, and after a withdrawal."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_sources import demo, payments, queries, repeats, submissions
from data_sources.demo import paid_people
from data_sources.engine import engine
from data_sources.payments import Asked
from tests.data_sources import samples

KEYS = ["place_code", "submission_id", "row_number"]
NUMBERS = ["nth_alike", "nth_in_year"]


@pytest.fixture(scope="module")
def made() -> demo.Demo:
    return demo.make(0.01, 2023)


def payment(row: int, paid: str, *, submission: int = 1, **given: Any) -> dict[str, Any]:
    """A payment to person P for a course to 高级工 in one occupation, but for what is given."""
    return {
        "place_code": "330110", "submission_id": submission, "row_number": row, "month": paid[:7], "zone": None,
        "paid": dt.date.fromisoformat(paid), "kind": "vocational_training", "fund": "employment", "amount": 220_000,
        "person_times": 1, "cluster_code": "C06", "base_code": None, "organisation_code": None, "person_key": "P" * 32,
        "occupation_code": "2-02-38-01", "level": "L4", "course_ended": None, "certified": None, "nth_alike": None,
        "nth_in_year": None,
    } | given  # fmt: skip


ROWS = [
    (payment(1, "2026-03-02"), (2, 1)),
    (payment(2, "2025-12-31"), (1, 1)),
    (payment(3, "2026-03-02"), (3, 2)),  # the same day: in the order of rows
    (payment(4, "2026-05-01", level="L5"), (1, 3)),
    (payment(5, "2026-06-01", occupation_code="4-04-05-05", kind="dual_certificate"), (1, None)),
    (payment(6, "2026-07-01", level=None, kind="online_training"), (None, 4)),
    (payment(7, "2026-07-02", person_key="Q" * 32), (1, 1)),
    (payment(8, "2026-07-03", person_key=None), (None, None)),
    (payment(9, "2026-08-01", kind="contest_award", occupation_code=None, level=None), (None, None)),
]


def read(url: str) -> pl.DataFrame:
    t = queries.table("subsidy")
    kinds = {"submission_id": pl.Int32, "row_number": pl.Int32} | dict.fromkeys(NUMBERS, pl.Int32)
    return queries.read(url, t.select().with_only_columns(*(t.c[c] for c in (*KEYS, *NUMBERS))), kinds).sort(KEYS)


def renumber(url: str, submission_id: int) -> None:
    with engine(url).begin() as connection:
        repeats.renumber(connection, submission_id)


@pytest.fixture
def url(fresh_url: str) -> str:
    """The payments above, and one of the same person in another place that was filed first and paid in between."""
    samples.migrated(fresh_url)
    filed = samples.submission(table_name="subsidy", row_count=len(ROWS))
    elsewhere = filed | {"id": 2, "place_code": "330106", "row_count": 1}
    other = payment(1, "2026-03-01", submission=2, place_code="330106")
    rows = samples.frame("subsidy", *(row for row, _ in ROWS), other)
    submissions.write(fresh_url, samples.frame("submission", filed, elsewhere), {"subsidy": rows})
    return fresh_url


def test_a_frame_is_numbered_by_person_occupation_and_level_and_by_person_and_year() -> None:
    found = repeats.numbered(samples.frame("subsidy", *(row for row, _ in ROWS)))
    assert found.select(NUMBERS).rows() == [numbers for _, numbers in ROWS]
    assert found["row_number"].to_list() == list(range(1, 10))


def test_acceptance_numbers_everyone_who_is_paid_in_it_also_where_others_filed(url: str) -> None:
    renumber(url, 2)
    found = {(row[0], row[2]): row[3:] for row in read(url).rows()}
    assert found["330106", 1] == (2, 1)
    assert [found["330110", n] for n in range(1, 10)] == [
        (3, 2), (1, 1), (4, 3), (1, 4), (1, None), (None, 5), (None, None), (None, None), (None, None),
    ]  # fmt: skip
    renumber(url, 1)
    assert read(url).filter(row_number=7).select(NUMBERS).rows() == [(1, 1)]


def test_a_withdrawn_payment_has_no_number_and_the_others_move_up(url: str) -> None:
    renumber(url, 1)
    samples.withdraw(url, 2)
    renumber(url, 2)
    found = read(url)
    assert found.filter(submission_id=2).select(NUMBERS).rows() == [(None, None)]
    assert found.filter(submission_id=1).select(NUMBERS).rows() == [numbers for _, numbers in ROWS]


def test_the_list_names_what_the_rules_find_on_either_database(url: str) -> None:
    renumber(url, 1)
    renumber(url, 2)
    asked = Asked(("330110",), "2026-01", "2026-12", allowed=(("repeated", 2), ("unfinished", 60)))
    found = payments.payments(url, asked)
    assert found["row_number"].to_list() == [7, 6, 4, 1, 3]  # courses without an end, newest first; all but 7 are P's
    assert found["person"].to_list() == [payments.pseudonym(c * 32) for c in "QPPPP"]
    assert found.select("repeated", "too_many", "unfinished").rows()[-1] == (4, 3, 999)


def test_the_database_numbers_the_demonstration_as_the_frame_does(fresh_sqlite: str, made: demo.Demo) -> None:
    samples.migrated(fresh_sqlite)
    wanted = made.facts["subsidy"]
    bare = wanted.with_columns(nth_alike=pl.lit(None, pl.Int32), nth_in_year=pl.lit(None, pl.Int32))
    submissions.write(fresh_sqlite, made.submissions, made.facts | {"subsidy": bare})
    repeated = wanted.filter((pl.col("nth_alike") > 1) | (pl.col("nth_in_year") > 1))
    people = wanted.filter(pl.col("person_key").is_in(repeated["person_key"].implode()))
    for number in people["submission_id"].unique():
        renumber(fresh_sqlite, number)
    found = read(fresh_sqlite).join(people.select(KEYS), on=KEYS)
    assert people.height > 100
    assert_frame_equal(found, people.select(*KEYS, *NUMBERS), check_row_order=False)


def test_the_demonstration_has_the_planted_suspicious_payments(made: demo.Demo) -> None:
    paid = made.facts["subsidy"]
    to_people = paid.filter(pl.col("person_key").is_not_null())
    course = to_people.filter(pl.col("kind").is_in(repeats.COURSES))
    assert set(paid_people.PLANTED) == {"repeated", "too_many", "unfinished", "early_certificate"}
    assert {
        "repeated": paid.filter(pl.col("nth_alike") > 1).height,
        "too_many": paid.filter(pl.col("nth_in_year") > paid_people.A_YEAR).height,
        "unfinished": course.filter(
            pl.col("course_ended").is_null() | (pl.col("course_ended") > pl.col("paid"))
        ).height,
        "early_certificate": paid.filter(pl.col("certified") < pl.col("course_ended")).height,
    } == dict.fromkeys(paid_people.PLANTED, paid_people.FEWEST_PLANTED) | {"too_many": 4}  # one of them by chance
    assert to_people["organisation_code"].null_count() == to_people.height
    assert to_people.filter(pl.col("certified") >= pl.col("paid")).is_empty()
    assert paid.filter(pl.col("organisation_code").is_null())["person_key"].null_count() == 0
    named = pl.col("level").is_not_null() | pl.col("course_ended").is_not_null() | pl.col("certified").is_not_null()
    assert paid.filter(pl.col("person_key").is_null() & named).is_empty()


def test_payments_follow_certificates_of_the_same_person_and_place(made: demo.Demo) -> None:
    facts = made.facts
    paid = facts["subsidy"].filter(pl.col("certified").is_not_null())
    earned = (
        facts["certificate"].select("place_code", "person_key", "occupation_code", "level", certified="issued").unique()
    )
    assert paid.height > 900
    late = 1 / 50  # certificates of places that had not filed yet are paid for all the same
    assert paid.join(earned, on=earned.columns, how="anti").height < late * paid.height
