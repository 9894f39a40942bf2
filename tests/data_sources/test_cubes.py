"""Cubes are the same from either database, lie on disk once and whole, and leave out what is not accepted."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text

from data_sources import cube_files, cubes, demo, engine, review, submissions
from data_sources.cubes import Cubes
from data_sources.settings import ROOT
from tests.data_sources import samples


@pytest.fixture
def url(fresh_sqlite: str) -> str:
    """余杭区's training of October 2026, two person-times."""
    samples.migrated(fresh_sqlite)
    submissions.write(fresh_sqlite, samples.frame("submission", samples.submission()), samples.two_person_times())
    return fresh_sqlite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cubes"


def add(url: str, number: int, *rows: dict[str, object], **given: object) -> None:
    """One more submission with its rows of training."""
    filed = samples.submission(id=number, row_count=len(rows), **given)
    name = str(filed["table_name"])
    facts = {name: samples.frame(name, *rows)} if rows else {}
    submissions.write(url, samples.frame("submission", filed), facts)


def execute(url: str, statement: str) -> None:
    with engine.engine(url).begin() as connection:
        connection.execute(text(statement))


def same(one: Cubes, other: Cubes) -> None:
    """Fails unless both have the same name and frames."""
    assert (one.version, one.name) == (other.version, other.name)
    for name, frame in one.frames.items():
        assert_frame_equal(frame, other.frames[name])
    assert_frame_equal(one.filing, other.filing)


# --- what they hold --------------------------------------------------------------------------------------------------


def test_sqlite_and_postgresql_give_equal_cubes(fresh_sqlite: str, fresh_postgres: str) -> None:
    made = demo.make(0.002, 7)
    for each in (fresh_sqlite, fresh_postgres):
        samples.migrated(each)
        submissions.write(each, made.submissions, made.facts)
    here, there = cubes.build(fresh_sqlite), cubes.build(fresh_postgres)
    assert here.version == there.version == 46
    assert here.name != there.name
    assert_frame_equal(here.filing, there.filing)
    for name, frame in here.frames.items():
        assert_frame_equal(frame, there.frames[name])
        assert frame.height > 0


def test_rows_are_grouped_with_their_flags_counted(url: str) -> None:
    (row,) = cubes.build(url).frames["training"].to_dicts()
    assert row == {
        "place_code": "330110",
        "month": "2026-10",
        "cluster_code": "C06",
        "mode": "project",
        "person_times": 2,
        "online_person_times": 2,
        "passed_person_times": 1,
        "base_person_times": 1,
        **dict.fromkeys(("judged_6", "retained_6", "judged_12", "retained_12"), 0),
    }


def test_what_was_held_and_paid_in_bases_is_told_base_by_base(url: str) -> None:
    paid = {"place_code": "330110", "submission_id": 2, "row_number": 1, "month": "2026-10", "base_code": "B1"}
    paid |= {"paid": dt.date(2026, 10, 9), "kind": "internship", "fund": "employment", "amount": 1999_00}
    paid |= {"person_times": 3}
    add(url, 2, paid, paid | {"row_number": 2, "base_code": None}, table_name="subsidy")
    built = cubes.build(url)
    keys = {"place_code": "330110", "month": "2026-10", "base_code": "B1"}
    assert built.frames["training_base"].to_dicts() == [keys | {"person_times": 1, "passed_person_times": 1}]
    assert built.frames["subsidy_base"].to_dicts() == [keys | {"amount": 199900, "person_times": 3, "payments": 1}]


def test_what_is_filed_at_a_prefecture_belongs_to_its_own_leaf(url: str) -> None:
    row = samples.training(place_code="330100", submission_id=2, zone="杭州高新区")
    add(url, 2, row, place_code="330100")
    built = cubes.build(url)
    assert built.frames["training"].select("place_code", "person_times").rows() == [("330100B", 1), ("330110", 2)]
    assert built.filing["place_code"].to_list() == ["330100B", "330110"]


def test_what_was_before_the_plan_is_one_month(url: str) -> None:
    base = {"base_code": "B", "name": "基地", "kind": "internship", "submission_id": 2, "place_code": "330110"}
    opened = ("2019-05", "2022-12", "2023-01")
    rows = [base | {"row_number": n, "seats": 10, "opened_month": month} for n, month in enumerate(opened)]
    rows[0]["closed_month"] = "2024-02"
    add(url, 2, *rows, table_name="base", month=None)
    frame = cubes.build(url).frames["base"].select("month", "seats", "bases")
    assert frame.rows() == [("2022-12", 20, 2), ("2023-01", 10, 1), ("2024-02", -10, -1)]


@pytest.mark.parametrize(
    ("previous", "start", "inflow", "from_outside"),
    [
        (None, "2024-03", 0, 0),
        ("330110", "2024-03", 0, 0),
        ("330106", "2024-03", 1, 0),
        ("310000", "2024-03", 1, 1),
        ("310000", "2022-12", 0, 0),
    ],
)
def test_inflow_is_whoever_came_from_elsewhere_since_2023(
    url: str, previous: str | None, start: str, inflow: int, from_outside: int
) -> None:
    spell = {"place_code": "330110", "submission_id": 2, "row_number": 1, "start_month": start, "person_key": "1" * 32}
    spell |= {"occupation_code": "2-02-38-01", "cluster_code": "C06", "previous_place_code": previous}
    add(url, 2, spell, table_name="employment", month="2024-03")
    (row,) = cubes.build(url).frames["talent"].to_dicts()
    assert (row["month"], row["level"], row["people"]) == (start, "", 1)
    assert (row["inflow"], row["inflow_from_outside"]) == (inflow, from_outside)


def test_only_targets_counted_since_2023_are_kept(url: str) -> None:
    goal = {"place_code": "330110", "submission_id": 2, "indicator_key": "training_person_times", "year": 2027}
    rows = [goal | {"row_number": n, "value": n, "cumulative": n == 7} for n in (3, 7)]
    add(url, 2, *rows, table_name="target", month=None)
    assert cubes.build(url).frames["target"]["value"].to_list() == [7]


@pytest.mark.parametrize("status", ["pending", "withdrawn"])
def test_what_is_not_accepted_is_left_out(url: str, status: str) -> None:
    add(url, 2, samples.training(submission_id=2, place_code="330106"), place_code="330106", status=status)
    built = cubes.build(url)
    assert built.frames["training"]["place_code"].to_list() == ["330110"]
    assert built.filing["place_code"].to_list() == ["330110"]


def test_a_withdrawal_takes_the_rows_out_and_makes_a_new_version(url: str) -> None:
    before = cubes.build(url)
    samples.withdraw(url, 1)
    after = cubes.build(url)
    assert (before.version, after.version) == (1, 2)
    assert after.frames["training"].is_empty()
    assert after.months == ()
    assert before.frames["training"].height == 1


def test_the_months_run_from_the_plans_first_to_the_latest_filed(url: str) -> None:
    months = cubes.build(url).months
    assert (months[0], months[-1], len(months)) == ("2023-01", "2026-10", 46)


def test_only_tables_with_a_simulated_submission_are_marked(url: str) -> None:
    add(url, 2, table_name="vacancy", provenance="official")
    built = cubes.build(url)
    marked = {name: built.simulated(frozenset({name})) for name in ("training", "vacancy", "census")}
    assert marked == {"training": True, "vacancy": False, "census": False}
    assert built.simulated(frozenset({"vacancy", "training"}))


def test_official_submissions_await_review_until_they_are_approved(url: str) -> None:
    add(url, 2, table_name="vacancy", provenance="official", reviewed=False)
    add(url, 3, table_name="vacancy", provenance="official", reviewed=False, month="2026-09")
    add(url, 4, table_name="vacancy", provenance="simulated", reviewed=False, month="2026-08")
    before = cubes.build(url)
    waiting = {name: before.unreviewed(frozenset({name})) for name in ("training", "vacancy", "census")}
    assert waiting == {"training": 0, "vacancy": 2, "census": 0}
    assert (before.unreviewed(), before.unreviewed(frozenset({"training", "vacancy"}))) == (2, 2)
    review.approve(url, [2, 3], review.Actor("李二", "330100"))
    after = cubes.build(url)
    assert (after.unreviewed(), after.name == before.name) == (0, False)


def test_a_database_without_submissions_has_the_census_only(fresh_sqlite: str) -> None:
    built = cubes.build(samples.migrated(fresh_sqlite))
    assert (built.version, built.months) == (0, ())
    assert {name for name, frame in built.frames.items() if frame.height} == {"census"}
    assert built.frames["census"].height == 90


# --- their name ------------------------------------------------------------------------------------------------------


def test_the_name_stands_for_the_content(url: str) -> None:
    names = [cubes.fingerprint(url)]
    changes: tuple[Callable[[], object], ...] = (
        lambda: add(url, 2, table_name="vacancy"),
        lambda: add(url, 3, table_name="vacancy", status="pending", data_version=2),
        lambda: execute(url, "UPDATE submission SET status = 'accepted' WHERE id = 3"),
        lambda: samples.withdraw(url, 3),
        lambda: execute(url, "UPDATE census SET residents = residents + 1 WHERE place_code = '330110'"),
    )
    for change in changes:
        change()
        names.append(cubes.fingerprint(url))
    assert [version for version, _ in names] == [1, 2, 2, 2, 3, 3]
    assert len(set(names)) == len(names)
    assert cubes.fingerprint(url) == names[-1]


# --- on disk ---------------------------------------------------------------------------------------------------------


def test_loading_again_reads_the_files_and_not_the_rows(url: str, folder: Path) -> None:
    first = cubes.load(url, folder)
    assert _kept(folder) == [first.name]
    execute(url, "DELETE FROM training")
    same(cubes.load(url, folder), first)
    assert cubes.build(url).frames["training"].is_empty()


def test_what_is_loaded_is_what_was_built(demo_url: str, demo_cubes: Cubes) -> None:
    same(demo_cubes, cubes.build(demo_url))


def _kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name != ".lock")


def _truncated(content: bytes) -> bytes:
    return content[:-40]


def _garbled(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def _emptied(_: bytes) -> bytes:
    return b""


def _of_another_kind(_: bytes) -> bytes:
    return b"null"


def _gone(_: bytes) -> None:
    return None


DAMAGES = [(damage, "training.arrow") for damage in (_truncated, _garbled, _emptied, _of_another_kind, _gone)]
DAMAGES += [(_garbled, "filing.arrow"), (_truncated, "checksums.json"), (_gone, "checksums.json")]


@pytest.mark.parametrize(("damage", "name"), DAMAGES)
def test_a_damaged_file_is_built_anew(
    url: str, folder: Path, damage: Callable[[bytes], bytes | None], name: str
) -> None:
    first = cubes.load(url, folder)
    file = folder / first.name / name
    content = damage(file.read_bytes())
    file.unlink()  # the frames above lie in this file: written over, they would change under us
    if content is not None:
        file.write_bytes(content)
    same(cubes.load(url, folder), first)
    sums = json.loads((folder / first.name / "checksums.json").read_text())
    assert sorted(sums) == sorted(first.files)
    execute(url, "DELETE FROM training")
    same(cubes.load(url, folder), first)
    assert _kept(folder) == [first.name]


def test_a_mapped_frame_outlives_the_damage_and_removal_of_its_file(url: str, folder: Path) -> None:
    first = cubes.load(url, folder)
    for file in (folder / first.name).iterdir():
        file.unlink()
    assert first.frames["training"]["person_times"].to_list() == [2]


def test_only_three_versions_are_kept(url: str, folder: Path) -> None:
    names = []
    for number in range(2, 7):
        add(url, number, table_name="vacancy")
        names.append(cubes.load(url, folder).name)
    (folder / ".part-of-a-dead-process").mkdir()
    add(url, 7, table_name="vacancy")
    names.append(cubes.load(url, folder).name)
    assert _kept(folder) == sorted(names[-3:])


LOADING = """
import sys
from pathlib import Path
from data_sources import cubes
print("ready", flush=True)
sys.stdin.readline()
found = cubes.load(sys.argv[1], Path(sys.argv[2]))
print(found.name, found.frames["training"]["person_times"].sum())
"""


def test_two_processes_that_build_at_once_end_with_one_good_folder(url: str, folder: Path) -> None:
    command = [sys.executable, "-c", LOADING, url, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        told = ThreadPoolExecutor(1).submit(other.communicate, "go\n")
        here = cubes.load(url, folder)
        assert told.result()[0] == f"{here.name} 2\n"
    assert _kept(folder) == [here.name]
    same(cubes.load(url, folder), cubes.build(url))


def test_many_threads_that_build_at_once_build_once(
    demo_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Cubes] = []
    build = cubes.build
    monkeypatch.setattr(cubes, "build", lambda url: built.append(build(url)) or built[-1])
    with ThreadPoolExecutor(6) as threads:
        loaded = list(threads.map(lambda _: cubes.load(demo_url, folder), range(6)))
    assert len(built) == 1
    for each in loaded:
        same(each, built[0])
    assert _kept(folder) == [built[0].name]


def test_numbers_and_codes_of_a_kept_frame_are_read_where_the_file_is_mapped_in_one_piece(tmp_path: Path) -> None:
    codes = pl.Series(["甲", "乙", "乙"] * 100_000, dtype=pl.Enum(["甲", "乙", "丙"]))
    frame = pl.DataFrame({"place_code": codes, "amount": range(300_000)})
    cube_files.keep({"one": frame}, tmp_path / "v1")
    (found,) = cube_files.opened(tmp_path / "v1", ["one"]).values()
    assert_frame_equal(found, frame)
    assert found.n_chunks() == 1
    lines = [line.split() for line in Path("/proc/self/maps").read_text().splitlines() if "v1/one.arrow" in line]
    mapped = [tuple(int(end, 16) for end in line[0].split("-")) for line in lines]
    for column in found.iter_columns():
        at = column.to_physical().to_numpy(allow_copy=False).__array_interface__["data"][0]
        assert any(first <= at < last for first, last in mapped), column.name
