"""A submission is written whole or not at all, with what it changes in other rows; a cancel leaves nothing."""

import datetime as dt
import subprocess
import sys
import threading
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources import engine, firsts, looking, submissions
from data_sources.intake import acceptance, preview, reading, templates
from data_sources.intake.asked import Asked
from data_sources.submissions import Progress, RefusedSubmission
from tests.data_sources import samples
from tests.data_sources.intake import filed

pytestmark = pytest.mark.usefixtures("read_here")

CERTIFICATE = filed.LEGAL["certificate"] | {"certificate_number": None}
COURSE = filed.LEGAL["training"]


class Cancelled(Exception):
    """What a page raises to stop a load."""


def _file(
    url: str, table: str, *rows: dict[str, Any], place: str = "330110", month: str = filed.MONTH
) -> acceptance.Accepted:
    content = templates.filled(table, [row | {"place_code": place} for row in rows])
    return filed.accepted(url, content, filed.asked(table, place_code=place, month=month), reason="说明")


def _firsts(url: str) -> list[tuple[Any, ...]]:
    rows = filed.stored(url, "certificate").sort("place_code", "issued")
    return rows.select("place_code", "level", "first_high_skilled", "first_dual").rows()


def test_a_certificate_is_the_first_of_its_person_over_all_places(fresh_url: str, keyed: None) -> None:
    url = filed.codes(samples.migrated(fresh_url))
    _file(url, "certificate", CERTIFICATE, place="330106")
    assert [tuple(map(bool, row[2:])) for row in _firsts(url)] == [(True, True)]
    earlier = CERTIFICATE | {"level": "L5", "issued": dt.date(2026, 9, 3), "dual": False}
    _file(url, "certificate", earlier, month="2026-09")
    assert [(p, le, bool(a), bool(b)) for p, le, a, b in _firsts(url)] == [
        ("330106", "L4", False, True),
        ("330110", "L5", True, False),
    ]
    _file(url, "certificate", earlier | {"person_key": filed.number(2)}, month="2026-09")
    assert [bool(row[2]) for row in _firsts(url)] == [True, True], "the person that a new file left out counts anew"


def test_a_payment_knows_how_often_it_repeats_an_earlier_one(coded: str) -> None:
    paid = filed.LEGAL["subsidy"] | {"base_code": None}
    _file(coded, "subsidy", paid, place="330106")
    _file(coded, "subsidy", paid | {"paid": dt.date(2026, 10, 10)})
    rows = filed.stored(coded, "subsidy").sort("paid")
    assert rows.select("nth_alike", "nth_in_year").rows() == [(1, 1), (2, 2)]


def test_whoever_stays_is_counted_once_employment_is_filed(coded: str) -> None:
    early = COURSE | {"started": dt.date(2026, 4, 1), "ended": dt.date(2026, 4, 20)}
    _file(coded, "training", early, month="2026-04")
    assert filed.stored(coded, "training")["retained_6"].to_list() == [None]
    _file(coded, "employment", filed.LEGAL["employment"])
    assert filed.stored(coded, "training")["retained_6"].to_list() == [1]


def _counts(url: str) -> list[tuple[Any, ...]]:
    counted = "SELECT count(*), coalesce(max(data_version), 0) FROM submission"
    return engine.frame(url, counted).rows() + engine.frame(url, "SELECT count(*) FROM training").rows()


def _stopping(stages: list[str]) -> Progress:
    """Lets one stage more pass than the last time, and remembers where it stopped."""
    passed, told = len(stages), iter(range(1_000))

    def tell(_: float, stage: str) -> None:
        if next(told) == passed:
            stages.append(stage)
            raise Cancelled

    return tell


def test_a_cancel_at_any_moment_leaves_nothing(coded: str) -> None:
    _file(coded, "training", COURSE)
    before, content = _counts(coded), templates.filled("training", [COURSE | {"passed": True}] * 1)
    upload, asked = reading.upload("a.xlsx", content), filed.asked("training")
    found = preview.examined(coded, upload, asked, lambda *_: None)
    stages: list[str] = []
    while "写入完成" not in stages:
        try:
            acceptance.accept(coded, upload, asked, found, department="某局", tell=_stopping(stages))
        except Cancelled:
            assert (_counts(coded) == before) is (stages[-1] != "写入完成"), stages[-1]
    assert {"核对数据", "写入培训（1 行）", "计算关联信息", "提交"} < set(stages)


def test_readers_see_the_old_numbers_until_all_is_written(fresh_url: str, keyed: None) -> None:
    """A reader in a process of its own: in this one it would wait for the writer."""
    url = filed.codes(samples.migrated(fresh_url))
    seen: list[tuple[float, int]] = []
    with subprocess.Popen([sys.executable, "-c", ASKING, url], stdin=-1, stdout=-1, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def tell(share: float, _: str) -> None:
            print(file=reader.stdin, flush=True)
            seen.append((share, int(reader.stdout.readline())))  # type: ignore[union-attr]

        content, asked = templates.filled("vacancy", [filed.LEGAL["vacancy"]]), filed.asked("vacancy")
        upload = reading.upload("a.xlsx", content)
        found = preview.examined(url, upload, asked, lambda *_: None)
        acceptance.accept(url, upload, asked, found, department="某局", tell=tell)
        reader.stdin.close()
    assert {version for share, version in seen if share < 1} == {1}
    assert seen[-1] == (1.0, 2)


ASKING = """
import sys
from data_sources import submissions
for _ in sys.stdin:
    print(submissions.data_version(sys.argv[1]), flush=True)
"""


def test_a_file_of_several_places_is_a_submission_each(coded: str) -> None:
    content = templates.filled(
        "vacancy", [filed.LEGAL["vacancy"] | {"place_code": p} for p in ("330110", "330106", "330110")]
    )
    done = filed.accepted(coded, content, filed.asked("vacancy", place_code="330100"))
    assert (done.rows, len(done.submissions)) == (3, 2)
    rows = filed.stored(coded, "vacancy").group_by("place_code").len().sort("place_code").rows()
    assert rows == [("330106", 1), ("330110", 2)]


@pytest.mark.parametrize(
    ("table", "month", "again", "replaces"),
    [("budget", "2026", {"amount": 1}, True), ("budget", "2027", {"year": 2027}, False),
     ("organisation", "", {"name": "改名"}, True), ("target", "", {"value": 1}, True)],
)  # fmt: skip
def test_what_is_filed_by_the_year_or_whole_replaces_its_like(
    coded: str, table: str, month: str, again: dict[str, Any], replaces: bool
) -> None:
    first = _file(coded, table, filed.LEGAL[table])
    content = templates.filled(table, [filed.LEGAL[table] | again])
    done = filed.accepted(coded, content, Asked(table, month, "330110"), reason="更正")
    assert done.replaced == (first.submissions if replaces else ())
    assert filed.stored(coded, table).height == (1 if replaces else 2)


def test_two_files_at_once_are_both_right(fresh_url: str, keyed: None) -> None:
    url = filed.codes(samples.migrated(fresh_url))
    errors: list[BaseException] = []

    def load(n: int) -> None:
        try:
            place = "330106" if n % 2 else "330110"
            _file(url, "vacancy", *[filed.LEGAL["vacancy"] | {"headcount": n + 1}] * 50, place=place)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=looking.carried(load), args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    counted = engine.frame(
        url, "SELECT status, count(*) AS n FROM submission WHERE id > 2 GROUP BY status ORDER BY status"
    )
    assert counted.rows() == [("accepted", 2), ("replaced", 2)]
    assert filed.stored(url, "vacancy").group_by("place_code").len().sort("place_code")["len"].to_list() == [50, 50]
    assert submissions.data_version(url) == 5


def test_a_reason_is_kept_and_must_not_be_endless(coded: str) -> None:
    content = templates.filled("vacancy", [filed.LEGAL["vacancy"]])
    with pytest.raises(RefusedSubmission, match="最多 300 个"):
        filed.accepted(coded, content, filed.asked("vacancy"), reason="长" * 301)
    filed.accepted(coded, content, filed.asked("vacancy"), reason=" 首报 ")
    assert filed.stored_reasons(coded, filed.MONTH) == ["首报"]


def test_an_empty_file_files_an_empty_month(coded: str) -> None:
    assert _file(coded, "vacancy").rows == 0
    filed_rows = engine.frame(
        coded, "SELECT place_code, row_count FROM submission WHERE id > 2", {"row_count": pl.Int64}
    )
    assert filed_rows.rows() == [("330110", 0)]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 9), st.sampled_from(("L3", "L4", "L6")), st.booleans()), max_size=20
    )
)
def test_flags_of_certificates_among_themselves_are_what_a_slow_loop_says(
    drawn: list[tuple[int, int, str, bool]],
) -> None:
    rows = [
        {"person_key": str(who), "issued": dt.date(2026, 10, day), "level": level, "dual": dual,
         "place_code": "330110", "submission_id": 1, "row_number": n}
        for n, (who, day, level, dual) in enumerate(drawn)
    ]  # fmt: skip
    kinds = {
        "person_key": pl.String,
        "issued": pl.Date,
        "level": pl.String,
        "dual": pl.Boolean,
        "place_code": pl.String,
    }
    frame = pl.DataFrame(rows, schema=kinds | {"submission_id": pl.Int32, "row_number": pl.Int32})
    seen: set[tuple[str, str]] = set()
    wanted = {}
    for row in sorted(rows, key=lambda row: (row["issued"], row["row_number"])):
        flags = []
        for name, counts in (("high", row["level"] in ("L4", "L6")), ("dual", row["dual"])):
            flags.append(counts and (row["person_key"], name) not in seen)
            seen |= {(row["person_key"], name)} if counts else set()
        wanted[row["row_number"]] = tuple(flags)
    found = firsts.flagged(frame)
    assert found["row_number"].to_list() == list(range(len(rows)))
    assert found.select("first_high_skilled", "first_dual").rows() == [wanted[n] for n in range(len(rows))]
