"""On PostgreSQL everything is as on SQLite: the demonstration, its cubes, and files that arrive at the same time."""

import subprocess
import sys
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from data_sources import cli, cubes, demo_database, engine, sums, tables
from data_sources.cubes import Cubes
from data_sources.settings import ROOT
from tests.data_sources import samples

FACTS = [str(model.__tablename__) for model in tables.FACT_TABLES]


def test_the_demonstration_and_its_cubes_are_those_of_sqlite(
    fresh_postgres: str, demo_url: str, demo_cubes: Cubes, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_database.make(fresh_postgres, 0.01, 2023, lambda *_: None)
    there = cubes.build(fresh_postgres)
    assert there.version == demo_cubes.version
    for name, frame in demo_cubes.files.items():
        assert_frame_equal(there.files[name], frame)
    here, served = sums.database(demo_url), sums.database(fresh_postgres)
    assert {name: served[name].differing(here[name]) for name in FACTS} == dict.fromkeys(FACTS, ())
    assert here["training"].rows > 5000
    assert cli.main(["check", "--db", fresh_postgres]) == cli.OK
    assert "没有发现问题" in capsys.readouterr().out


ACCEPTING = """
import sys
from tests.data_sources import samples
from data_sources import submissions
print("ready", flush=True)
sys.stdin.readline()
url, place, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(last):
    while True:
        id = submissions.next_ids(url, 1)[0]
        filed = samples.submission(id=id, place_code=place, month=f"2026-0{number + 1}")
        rows = [samples.training(place_code=place, submission_id=id, row_number=n, month=f"2026-0{number + 1}") for n in (1, 2)]
        try:
            submissions.write(url, samples.frame("submission", filed), {"training": samples.frame("training", *rows)})
        except submissions.TakenIds:
            continue
        break
"""


@pytest.mark.parametrize(("children", "months"), [(2, 4), pytest.param(4, 6, marks=pytest.mark.slow)])
def test_files_that_arrive_at_the_same_time_are_all_accepted_each_with_a_version(
    fresh_url: str, tmp_path: Path, children: int, months: int
) -> None:
    samples.migrated(fresh_url)
    folder = tmp_path / "cubes"
    before = cubes.load(fresh_url, folder)
    places = ("330110", "330106", "330102", "330203")
    filing = [
        subprocess.Popen(
            [sys.executable, "-c", ACCEPTING, fresh_url, place, str(months)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for place in places[:children]
    ]  # fmt: skip
    for child in filing:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in filing:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    seen = [before]
    while any(child.poll() is None for child in filing):
        seen.append(cubes.load(fresh_url, folder))
    assert [child.wait() for child in filing] == [0] * children
    for child in filing:
        child.communicate()
    after = cubes.load(fresh_url, folder)
    filed = engine.frame(
        fresh_url, "SELECT count(*) AS n, count(DISTINCT data_version) AS v, max(data_version) AS last FROM submission"
    )
    assert filed.row(0) == (children * months,) * 3
    assert after.frames["training"]["person_times"].sum() == 2 * children * months
    for each in seen:  # every sight is of one moment: what is filed and what is counted agree
        assert each.frames["training"]["person_times"].sum() == 2 * each.filing["submissions"].sum()
    for name, frame in cubes.build(fresh_url).files.items():
        assert_frame_equal(after.files[name], frame)
