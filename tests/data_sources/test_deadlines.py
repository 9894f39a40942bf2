"""A table is due at the end of the next month unless declared, and the cubes count by that."""

import datetime as dt
from pathlib import Path

import pytest

from data_sources import cubes, deadlines, submissions
from data_sources.deadlines import Deadline, WrongDeadline
from tests.data_sources import samples


@pytest.mark.parametrize(
    ("given", "month", "due", "wording"),
    [
        (Deadline(1, 0), "2026-10", "2026-11-30", "次月底前"),
        (Deadline(1, 0), "2026-12", "2027-01-31", "次月底前"),
        (Deadline(1, 0), "2028-01", "2028-02-29", "次月底前"),
        (Deadline(1, 10), "2026-10", "2026-11-10", "次月10日前"),
        (Deadline(1, 31), "2026-10", "2026-11-30", "次月31日前"),
        (Deadline(0, 25), "2026-10", "2026-10-25", "当月25日前"),
        (Deadline(2, 5), "2026-11", "2027-01-05", "其后第2个月5日前"),
    ],
)
def test_a_deadline_is_a_day(given: Deadline, month: str, due: str, wording: str) -> None:
    assert (given.due(month).isoformat(), given.wording) == (due, wording)


def test_unless_declared_it_is_the_end_of_the_next_month(tmp_path: Path) -> None:
    assert set(deadlines.deadlines().values()) == {Deadline(1, 0)}
    own = tmp_path / "own.yaml"
    own.write_text("rule: {months: 1, day: last}\ntables:\n  vacancy: {months: 1, day: 10}\n")
    assert deadlines.deadlines(own)["vacancy"] == Deadline(1, 10)
    assert deadlines.deadlines(own)["training"] == Deadline(1, 0)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ("base: {months: 1, day: 5}", "base 不是按月报送的表"),
        ("vacancy: {months: 1, day: 32}", "vacancy 应写成"),
        ("vacancy: {day: 3}", "vacancy 应写成"),
        ("vacancy: {months: -1, day: 3}", "vacancy 应写成"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, tables: str, said: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(f"rule: {{months: 1, day: last}}\ntables:\n  {tables}\n")
    with pytest.raises(WrongDeadline, match=said):
        deadlines.deadlines(own)


@pytest.mark.parametrize(
    ("day", "received", "in_time"),
    [(0, "2026-11-30 23:59", 1), (0, "2026-12-01 00:00", 0), (10, "2026-11-10 23:59", 1), (10, "2026-11-11 08:00", 0),
     (10, "2026-10-31 08:00", 1)],
)  # fmt: skip
def test_the_cube_counts_what_came_in_time(
    fresh_url: str, monkeypatch: pytest.MonkeyPatch, day: int, received: str, in_time: int
) -> None:
    declared = {**deadlines.deadlines(), "training": Deadline(1, day)}
    monkeypatch.setattr(cubes.cube_statements, "deadlines", lambda: declared)
    monkeypatch.setattr(cubes.cube_statements, "of_all", cubes.cube_statements.of_all.__wrapped__)
    samples.migrated(fresh_url)
    filed = samples.submission(received_at=dt.datetime.fromisoformat(received))
    submissions.write(fresh_url, samples.frame("submission", filed), samples.two_person_times())
    found = cubes.build(fresh_url).frames["reporting"].filter(place_code="330110")
    assert (found["filed"].sum(), found["on_time"].sum()) == (1, in_time)
