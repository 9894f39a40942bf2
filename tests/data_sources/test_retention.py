"""Retention after training: small cases by hand, the demonstration against slow SQL, and the database against both."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data_sources import derived, engine, retention, submissions
from data_sources.engine import sqlite_file
from tests.data_sources import samples

PERSON, OTHER = "a" * 32, "b" * 32
SLOW = """
    SELECT place_code, submission_id, row_number,
        CASE WHEN EXISTS (
            SELECT 1 FROM submission s WHERE s.table_name = 'employment' AND s.status = 'accepted'
            AND s.place_code = t.place_code AND s.month = strftime('%Y-%m', t.month || '-01', '+{after} months'))
        THEN EXISTS (
            SELECT 1 FROM worker e WHERE e.place_code = t.place_code AND e.person_key = t.person_key
            AND e.start_month <= strftime('%Y-%m', t.month || '-01', '+{after} months')
            AND (e.end_month IS NULL OR e.end_month > strftime('%Y-%m', t.month || '-01', '+{after} months')))
        END
    FROM training t ORDER BY 1, 2, 3"""
STORED = "SELECT place_code, submission_id, row_number, retained_{after} FROM training ORDER BY 1, 2, 3"


def spell(**given: Any) -> dict[str, Any]:
    """A spell of PERSON in 余杭区 since before the plan, filed in April 2026, but for what is given."""
    return {
        "place_code": "330110", "submission_id": 2, "row_number": 1, "start_month": "2022-12", "end_month": None,
        "zone": None, "person_key": PERSON, "occupation_code": "2-02-38-01", "cluster_code": "C06", "level": None,
        "previous_place_code": None,
    } | given  # fmt: skip


def answered(url: str, *spells: dict[str, Any], filed: str = "2026-04") -> tuple[bool | None, bool | None]:
    """What is stored of one course of PERSON that ended in October 2025, once employment of a month has been filed."""
    samples.migrated(url)
    course = samples.training(month="2025-10", person_key=PERSON)
    elsewhere = spell(place_code="330108", submission_id=3, row_number=9, person_key=OTHER)
    rows = [*spells, elsewhere]
    sent = [samples.submission(month="2025-10", row_count=1)] + [
        samples.submission(id=n, table_name="employment", place_code=place, month=filed, row_count=count)
        for n, place in ((2, "330110"), (3, "330108"))
        for count in [sum(row["submission_id"] == n for row in rows)]
    ]
    facts = {"training": samples.frame("training", course), "employment": samples.frame("employment", *rows)}
    submissions.write(url, samples.frame("submission", *sent), facts)
    retention.refresh(url, ["330110"])
    with engine.engine(url).connect() as connection:
        row = connection.execute(text("SELECT retained_6, retained_12 FROM training")).one()
    return tuple(None if value is None else bool(value) for value in row)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("spells", "filed", "wanted"),
    [
        ([spell()], "2026-04", (True, None)),
        ([spell()], "2026-10", (None, True)),
        ([spell()], "2026-05", (None, None)),
        ([spell(start_month="2026-04")], "2026-04", (True, None)),
        ([spell(start_month="2026-05")], "2026-04", (False, None)),
        ([spell(end_month="2026-04")], "2026-04", (False, None)),
        ([spell(end_month="2026-05")], "2026-04", (True, None)),
        ([spell(person_key=OTHER)], "2026-04", (False, None)),
        ([spell(place_code="330108", submission_id=3, row_number=2)], "2026-04", (False, None)),
        ([spell(end_month="2025-12"), spell(row_number=2, start_month="2026-02")], "2026-04", (True, None)),
        ([], "2026-04", (False, None)),
    ],
)
def test_at_work_in_the_place_at_the_end_of_the_month_when_it_is_due(
    spells: list[dict[str, Any]], filed: str, wanted: tuple[bool | None, bool | None], fresh_url: str
) -> None:
    assert answered(fresh_url, *spells, filed=filed) == wanted


def test_a_withdrawn_submission_neither_employs_nor_counts_as_filed(fresh_sqlite: str) -> None:
    assert answered(fresh_sqlite, spell()) == (True, None)
    samples.withdraw(fresh_sqlite, 2)
    retention.refresh(fresh_sqlite)
    with closing(sqlite3.connect(sqlite_file(fresh_sqlite))) as db:
        assert db.execute("SELECT retained_6, retained_12 FROM training").fetchall() == [(None, None)]


def test_other_places_are_left_alone(fresh_sqlite: str) -> None:
    answered(fresh_sqlite, spell())
    with engine.engine(fresh_sqlite).begin() as connection:
        connection.execute(text("UPDATE training SET retained_12 = 1"))
        retention.judge(connection, ["330108"])
        assert connection.execute(text("SELECT retained_6, retained_12 FROM training")).all() == [(1, 1)]


@pytest.mark.parametrize(
    ("start", "filed", "wanted"),
    [("2022-12", "2026-04", (1, None)), ("2026-04", "2026-10", (None, 1)), ("2026-05", "2026-10", (0, 1)),
     ("2026-10", "2026-04", (0, None))],
)  # fmt: skip
def test_employment_is_judged_anew_from_the_month_in_which_its_first_spell_began_or_its_own(
    start: str, filed: str, wanted: tuple[int | None, int | None], fresh_url: str
) -> None:
    """What is due earlier cannot have changed: it is left as it stands, here wrong on purpose."""
    answered(fresh_url, spell(start_month=start), filed=filed)
    with engine.engine(fresh_url).begin() as connection:
        connection.execute(text("UPDATE training SET retained_6 = NOT (1 = 1), retained_12 = NOT (1 = 1)"))
        derived.refresh(connection, "employment", [2], ["330110"])
        assert connection.execute(text("SELECT retained_6, retained_12 FROM training")).one() == wanted


@pytest.mark.parametrize("after", retention.AFTER)
def test_the_demonstration_is_what_slow_sql_says_and_judging_it_again_changes_nothing(
    after: int, demo_url: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_file(demo_url), tmp_path / 'copy.db')}"
    with closing(sqlite3.connect(sqlite_file(url))) as db:
        db.execute("CREATE TABLE worker AS SELECT * FROM employment")
        db.execute("CREATE INDEX worker_of ON worker (place_code, person_key)")
        wanted = db.execute(SLOW.format(after=after)).fetchall()
        stored = db.execute(STORED.format(after=after)).fetchall()
        db.execute("DROP TABLE worker")
        db.execute(f"UPDATE training SET retained_{after} = 1 - coalesce(retained_{after}, 1)")
        db.commit()
    assert stored == wanted
    values = [row[3] for row in wanted]
    assert min(values.count(None), values.count(0), values.count(1)) > 1000
    retention.refresh(url)
    with closing(sqlite3.connect(sqlite_file(url))) as db:
        assert db.execute(STORED.format(after=after)).fetchall() == wanted


@pytest.mark.parametrize(
    ("month", "by", "wanted"), [("2026-10", 6, "2027-04"), ("2025-12", 12, "2026-12"), ("2026-06", 6, "2026-12")]
)
def test_months_are_counted_over_the_years_end(month: str, by: int, wanted: str) -> None:
    assert retention.later(month, by) == wanted
