"""A submission that is accepted in the middle of a page's run changes the next run, never half of this one."""

import weakref
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from data_sources import demo_database, looking, submissions
from data_sources.cubes import Cubes
from data_sources.policy import OPERATOR
from pages.shared import cached
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def test_one_run_sees_one_version(opened: Opened, fresh_sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    demo_database.make(fresh_sqlite, 0.001, 7, lambda *_: None)
    series, calls = cached.series, []

    def accepting(cubes: Any, *given: Any) -> pl.DataFrame:
        """The first indicator that the page reads is read; then a file is accepted and the server takes it in."""
        read = series(cubes, *given)
        if not calls:
            number = submissions.next_ids(fresh_sqlite, 1)[0]
            filed = samples.submission(id=number, row_count=2, place_code="330110", month="2026-09")
            rows = [samples.training(submission_id=number, row_number=n, month="2026-09") for n in (1, 2)]
            submissions.write(
                fresh_sqlite, samples.frame("submission", filed), {"training": samples.frame("training", *rows)}
            )
            cached._live().look()
        calls.append(cubes.version)
        return read

    monkeypatch.setattr(cached, "series", accepting)
    app = opened("overview", db=fresh_sqlite)
    assert not app.exception
    assert len(calls) > 1
    assert set(calls) == {46}
    first = _versions(app)
    calls.append(0)
    app.run()
    assert set(calls[calls.index(0) + 1 :]) <= {47}
    assert first
    assert all("46" in text for text in first)
    assert all("47" in text for text in _versions(app))


def _versions(app: Any) -> list[str]:
    return [text for text in reading.texts(app) if "数据版本" in text]


def test_what_was_worked_out_of_older_cubes_is_let_go_when_newer_ones_are_served(
    demo_cubes: Cubes, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = replace(demo_cubes, name="one", derived={}, shared={})
    monkeypatch.setattr(cached, "_live", lambda: SimpleNamespace(now=lambda: SimpleNamespace(cubes=served)))
    with looking.by(OPERATOR):
        seen = cached.cubes()
        cached.series(seen, "training_person_times", "month")
        older = [weakref.ref(served), weakref.ref(seen)]
        served = replace(demo_cubes, name="two", derived={}, shared={})
        seen = cached.cubes()
    assert seen is not None
    assert seen.name == "two"
    assert [each() for each in older] == [None, None]
