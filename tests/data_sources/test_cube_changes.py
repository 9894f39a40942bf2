"""Cubes refreshed in the places that were touched are those of a full build, whatever was filed, replaced or withdrawn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_sources import cube_changes, cube_files, cubes, demo, engine, repeats, retention, submissions
from data_sources.cubes import Cubes
from tests.data_sources import samples

PEOPLE = ("1" * 32, "2" * 32, "3" * 32)
PLACES = ("330110", "330106", "330100")
MONTHS = ("2025-02", "2025-08", "2026-02")
TABLES = ("training", "employment", "certificate", "subsidy", "vacancy", "organisation", "base")


def same(one: Cubes, other: Cubes) -> None:
    """Fails unless both have the same name and frames, to the order of rows and the codes."""
    assert one.name == other.name
    for name, frame in other.files.items():
        assert_frame_equal(one.files[name], frame, check_column_order=True)
        for column, kind in frame.schema.items():
            assert one.files[name].schema[column] == kind, (name, column)


# --- a small bureau that files, replaces and withdraws ---------------------------------------------------------------


class Bureau:
    """Files into one database as acceptance does: with what one row says about others worked out."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.accepted: dict[tuple[str, str, str | None], int] = {}
        self._last = 0

    def file(self, table: str, place: str, month: str, chance: int) -> None:
        """A submission of one to three rows that replaces the former one of its table, place and month."""
        self._last += 1
        period = month if table not in ("organisation", "base") else None
        rows = [
            _row(table, place, month, chance + n) | {"submission_id": self._last, "row_number": n}
            for n in range(1 + chance % 3)
        ]
        filed = samples.submission(id=self._last, table_name=table, place_code=place, month=period, row_count=len(rows))
        former = self.accepted.pop((table, place, period), None)
        self.accepted[table, place, period] = self._last
        facts = {table: samples.frame(table, *rows)}
        replaced = [] if former is None else [former]
        submissions.write(self.url, samples.frame("submission", filed), facts, replaced=replaced)
        self._related(table, place, (self._last, *replaced))

    def withdraw(self, chance: int) -> None:
        """Takes one of the accepted submissions back."""
        if self.accepted:
            key = sorted(self.accepted, key=str)[chance % len(self.accepted)]
            number = self.accepted.pop(key)
            samples.withdraw(self.url, number)
            self._related(key[0], key[1], (number,))

    def _related(self, table: str, place: str, ids: tuple[int, ...]) -> None:
        with engine.engine(self.url).begin() as connection:
            if table in ("training", "employment"):
                retention.judge(connection, [place])
            if table == "subsidy":
                for each in ids:
                    repeats.renumber(connection, each)
            if table == "certificate":
                connection.exec_driver_sql(FIRSTS)


FIRSTS = """
UPDATE certificate SET first_dual = (submission_id = (
    SELECT min(c.submission_id) FROM certificate c JOIN submission s ON s.id = c.submission_id
    WHERE c.person_key = certificate.person_key AND s.status = 'accepted') AND row_number = 0)
WHERE submission_id IN (SELECT id FROM submission WHERE status = 'accepted')
"""


def _row(table: str, place: str, month: str, chance: int) -> dict[str, Any]:
    person = PEOPLE[chance % len(PEOPLE)]
    common: dict[str, Any] = {
        "place_code": place,
        "zone": None,
        "person_key": person,
        "cluster_code": f"C0{1 + chance % 3}",
    }
    common |= {"occupation_code": "2-02-38-01", "month": month, "level": "L3"}
    named = {"name": "名", "base_code": f"B{chance % 2}", "organisation_code": f"O{chance % 2}"}
    day = pl.select(pl.date(int(month[:4]), int(month[5:]), 1 + chance % 28)).item()
    rows = {
        "training": samples.training(**{k: common[k] for k in ("place_code", "person_key", "cluster_code", "month")})
        | {"started": day, "ended": day},
        "employment": common | {"start_month": "2022-05" if chance % 2 else month, "previous_place_code": PLACES[chance % 3]},
        "certificate": common | {"issuer_code": "O1", "issued": day, "dual": True, "first_high_skilled": False, "first_dual": False},
        "subsidy": common | named | {"paid": day, "kind": "vocational_training", "fund": "employment", "amount": 100 + chance,
                                     "person_times": 1, "course_ended": None, "certified": None},
        "vacancy": common | {"headcount": 1 + chance, "wage_low": 100, "wage_high": 200, "shortage": True},
        "organisation": common | named | {"kind": "enterprise" if chance % 2 else "school", "chain_leader": True,
                                          "integration_enterprise": False, "evaluation_body": False, "dual_certificate_pilot": False},
        "base": common | named | {"kind": "internship", "seats": chance, "opened_month": month},
    }  # fmt: skip
    columns = samples.tables.Place.metadata.tables[table].columns.keys()
    return {name: value for name, value in rows[table].items() if name in columns}


STEP = st.one_of(
    st.tuples(st.just("withdraw"), st.integers(0, 20)),
    st.tuples(st.sampled_from(TABLES), st.sampled_from(PLACES), st.sampled_from(MONTHS), st.integers(0, 20)),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without submissions, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    samples.migrated(f"sqlite:///{folder / 'empty.db'}")
    engine.engine(f"sqlite:///{folder / 'empty.db'}").dispose()
    return folder / "empty.db"


def _agree(empty: Path, folder: Path, steps: list[tuple[Any, ...]], looks: set[int]) -> None:
    """Fails unless cubes refreshed after some of the steps are the ones that are built then."""
    (folder / "talent.db").write_bytes(empty.read_bytes())
    bureau = Bureau(f"sqlite:///{folder / 'talent.db'}")
    kept = cubes.build(bureau.url)
    for number, step in enumerate(steps):
        bureau.withdraw(step[1]) if step[0] == "withdraw" else bureau.file(*step)
        if number in looks or number == len(steps) - 1:
            kept = cubes.refreshed(bureau.url, kept)
            same(kept, cubes.build(bureau.url))


STEPS = st.lists(STEP, min_size=2, max_size=8)
FEW = st.lists(STEP, min_size=3, max_size=5)
LOOKS = st.sets(st.integers(0, 7))
QUICK = settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@QUICK
@given(steps=FEW, looks=st.sets(st.integers(0, 4), max_size=1))
def test_whatever_is_filed_replaced_or_withdrawn_refreshed_cubes_are_the_built_ones(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]], looks: set[int]
) -> None:
    _agree(empty, tmp_path_factory.mktemp("bureau"), steps, looks)


@pytest.mark.slow
@settings(QUICK, max_examples=100)
@given(steps=STEPS, looks=LOOKS)
def test_a_hundred_such_bureaus_agree(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]], looks: set[int]
) -> None:
    _agree(empty, tmp_path_factory.mktemp("bureau"), steps, looks)


def test_a_spell_that_is_filed_late_judges_the_course_that_ended_long_before(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "talent.db").write_bytes(empty.read_bytes())
    bureau, place = Bureau(f"sqlite:///{tmp_path / 'talent.db'}"), "330110"
    bureau.file("training", place, "2025-02", 3)
    bureau.file("employment", place, "2025-08", 4)  # others: who was trained is not at work
    before = cubes.build(bureau.url)
    bureau.file("employment", place, "2025-11", 3)  # who was trained: at work since 2022
    after = cubes.refreshed(bureau.url, before)
    same(after, cubes.build(bureau.url))
    assert [c.frames["training"]["retained_6"].to_list() for c in (before, after)] == [[0], [1]]


# --- at the size of a demonstration ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> demo.Demo:
    """A small demonstration."""
    return demo.make(0.002, 7)


@pytest.fixture
def url(fresh_url: str, made: demo.Demo) -> str:
    """Its database, of either kind."""
    return _holding(fresh_url, made)


@pytest.fixture
def file_url(fresh_sqlite: str, made: demo.Demo) -> str:
    """Its database as a file."""
    return _holding(fresh_sqlite, made)


def _holding(url: str, made: demo.Demo) -> str:
    samples.migrated(url)
    submissions.write(url, made.submissions, made.facts)
    return url


def _filed(url: str, table: str) -> int:
    """An accepted submission of the table with rows."""
    query = f"SELECT min(id) AS id FROM submission WHERE table_name = '{table}' AND row_count > 0"
    return int(engine.frame(url, query).item())


def test_one_withdrawal_groups_one_place_of_one_table_and_keeps_the_other_files(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cubes"
    before = cubes.load(url, folder)
    samples.withdraw(url, _filed(url, "vacancy"))
    monkeypatch.setattr(cubes, "build", lambda _: pytest.fail("all cubes were built"))
    after = cubes.load(url, folder)
    monkeypatch.undo()
    same(after, cubes.build(url))
    files = {name: (folder / after.name / f"{name}.arrow").stat().st_ino for name in after.files}
    former = {name: (folder / before.name / f"{name}.arrow").stat().st_ino for name in before.files}
    fresh = {name for name in files if files[name] != former[name]}
    assert fresh == {"vacancy", "vacancy_occupation", "reporting", "census", "filing", "registry"}


def test_a_replaced_month_of_training_changes_only_its_own_place(url: str, tmp_path: Path) -> None:
    before = cubes.load(url, tmp_path / "cubes")
    old = _filed(url, "training")
    place = engine.frame(url, f"SELECT place_code FROM submission WHERE id = {old}").item()
    number = submissions.next_ids(url, 1)[0]
    filed = samples.submission(id=number, place_code=place, month="2023-01", row_count=1)
    row = samples.training(place_code=place, submission_id=number, month="2023-01")
    submissions.write(
        url, samples.frame("submission", filed), {"training": samples.frame("training", row)}, replaced=[old]
    )
    after = cubes.load(url, tmp_path / "cubes")
    same(after, cubes.build(url))
    own = {"330100": "330100B"}.get(place, place)
    elsewhere = pl.col("place_code").cast(pl.String) != own
    for name in ("training", "course"):
        plain = [
            c.frames[name].filter(elsewhere).with_columns(pl.col(pl.Enum).cast(pl.String)) for c in (before, after)
        ]
        assert_frame_equal(*plain)
    for name in ("talent", "certificate", "subsidy"):
        assert_frame_equal(before.frames[name], after.frames[name])


# --- what cannot be refreshed is built -------------------------------------------------------------------------------


def _another(url: str, **changed: Any) -> None:
    filed = samples.submission(**({"row_count": 1} | changed))
    submissions.write(
        url, samples.frame("submission", filed), {"training": samples.frame("training", samples.training())}
    )


def test_another_database_in_the_same_place_is_built_anew(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("talent.db", "other.db")]
    for url, number in zip(urls, (1, 2), strict=True):
        samples.migrated(url)
        submissions.write(url, samples.frame("submission", samples.submission(row_count=0)), {})
        for extra in range(2, 2 + number):
            more = samples.submission(
                id=extra, table_name="vacancy", row_count=0, place_code="330106", department=url[-9:]
            )
            submissions.write(url, samples.frame("submission", more), {})
    before = cubes.load(urls[0], tmp_path / "cubes")
    with engine.engine(urls[1]).begin() as connection:
        connection.exec_driver_sql("UPDATE submission SET received_at = '2020-01-01 00:00:00.000000' WHERE id = 1")
    engine.sqlite_file(urls[1]).replace(engine.sqlite_file(urls[0]))
    with pytest.raises(cube_changes.Unknown):
        cubes.refreshed(urls[0], before)
    same(cubes.load(urls[0], tmp_path / "cubes"), cubes.build(urls[0]))


def test_a_damaged_former_version_is_not_built_upon(file_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "cubes"
    before = cubes.load(file_url, folder)
    file = folder / before.name / "training.arrow"
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-8])
    samples.withdraw(file_url, _filed(file_url, "training"))
    same(cubes.load(file_url, folder), cubes.build(file_url))


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that is full after the first file of cubes."""
    written = cube_files._write

    def writing(frame: pl.DataFrame, file: Path) -> None:
        if any(file.parent.glob("*.arrow")):
            raise OSError(28, "No space left on device")
        written(frame, file)

    monkeypatch.setattr(cube_files, "_write", writing)
    yield
    monkeypatch.undo()


def test_a_full_disk_leaves_nothing_behind_and_no_half_version(file_url: str, tmp_path: Path, full: None) -> None:
    with pytest.raises(OSError, match="No space left"):
        cubes.load(file_url, tmp_path / "cubes")
    assert [p.name for p in (tmp_path / "cubes").iterdir()] == [".lock"]
    assert cube_files.CHECKSUMS == "checksums.json"
