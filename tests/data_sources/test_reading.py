"""Lists of rows come a page at a time, newest or largest first, the same from either database."""

import datetime as dt

import polars as pl
import pytest
from sqlalchemy import insert

from data_sources import engine, queries, reading, submissions, vocabulary
from data_sources.reading import Filed
from tests.data_sources import samples


@pytest.fixture
def url(fresh_url: str) -> str:
    return samples.migrated(fresh_url)


def add(url: str, *filed: dict[str, object], **facts: list[dict[str, object]]) -> None:
    rows = {name: samples.frame(name, *given) for name, given in facts.items()}
    submissions.write(url, samples.frame("submission", *filed), rows)


def base(code: str, seats: int, opened: str, closed: str | None = None, **given: object) -> dict[str, object]:
    usual = {"place_code": "330110", "submission_id": 1, "row_number": int(code), "name": f"基地{code}"}
    where = {"kind": "internship", "lon": 119.97, "lat": 30.27}
    return usual | where | {"base_code": code, "seats": seats, "opened_month": opened, "closed_month": closed} | given


@pytest.mark.parametrize(
    ("month", "codes"),
    [
        ("2022-12", ["1"]),
        ("2023-01", ["3", "2", "1"]),
        ("2024-05", ["3", "2", "1"]),
        ("2024-06", ["2", "1"]),
    ],
)
def test_bases_in_use_are_listed_largest_first(url: str, month: str, codes: list[str]) -> None:
    """Base 3 closed in 2024-06, 4 has no position, 5 opens later, 6 is withdrawn with its submission."""
    bases = [
        base("1", 10, "2020-01"),
        base("2", 20, "2023-01"),
        base("3", 30, "2023-01", "2024-06"),
        base("4", 40, "2020-01", lon=None),
        base("5", 50, "2026-10"),
    ]
    filed = samples.submission(table_name="base", month=None, row_count=5)
    add(url, filed, filed | {"id": 2, "row_count": 1}, base=[*bases, base("6", 60, "2020-01", submission_id=2)])
    samples.withdraw(url, 2)
    found = reading.bases(url, month)
    assert found["base_code"].to_list() == codes
    assert found.row(-1, named=True) == {
        "base_code": "1", "name": "基地1", "kind": "internship", "place_code": "330110", "lon": 119.97, "lat": 30.27,
        "seats": 10,
    }  # fmt: skip


def test_the_register_holds_every_base_as_it_was_filed_last(url: str) -> None:
    rows = [base("1", 10, "2020-01"), base("2", 20, "2021-01", closed_month="2024-01", lon=None)]
    filed = samples.submission(table_name="base", month=None, row_count=2)
    again = [base("1", 15, "2020-01", submission_id=2), base("3", 5, "2020-01", submission_id=2)]
    gone = filed | {"id": 3, "row_count": 1}
    add(url, filed, filed | {"id": 2}, gone, base=[*rows, *again, base("4", 1, "2020-01", submission_id=3)])
    samples.withdraw(url, 3)
    found = reading.register(url)
    columns = ("base_code", "seats", "opened_month", "closed_month", "lon")
    assert found.select(columns).rows() == [
        ("1", 15, "2020-01", None, 119.97), ("2", 20, "2021-01", "2024-01", None), ("3", 5, "2020-01", None, 119.97),
    ]  # fmt: skip


def organisation(number: int, **given: object) -> dict[str, object]:
    usual = {"place_code": "330110", "submission_id": 1, "row_number": number, "name": f"机构{number}"}
    usual |= {"organisation_code": f"9133{number:014d}", "kind": "enterprise", "cluster_code": "C06"}
    flags = dict.fromkeys(vocabulary.ORGANISATION_ROLES, False)
    return usual | {"lon": 119.97, "lat": 30.27} | flags | given


def test_organisations_are_cut_by_place_role_cluster_and_code_and_the_newest_row_counts(url: str) -> None:
    """6 was filed again with another role; 7 is withdrawn with its submission; 5 is filed elsewhere."""
    first = [
        organisation(1),
        organisation(2, integration_enterprise=True),
        organisation(3, chain_leader=True, cluster_code="C01"),
        organisation(4, kind="school", cluster_code=None, lon=None, lat=None),
        organisation(5, submission_id=4, place_code="330106", evaluation_body=True),
        organisation(6, chain_leader=True),
    ]
    filed = samples.submission(table_name="organisation", month=None, row_count=5)
    again = organisation(6, submission_id=2, evaluation_body=True, name="机构6新")
    withdrawn = organisation(7, submission_id=3, chain_leader=True)
    others = [filed | {"id": n, "row_count": 1} for n in (2, 3)]
    others.append(filed | {"id": 4, "row_count": 1, "place_code": "330106"})
    add(url, filed, *others, organisation=[*first, again, withdrawn])
    samples.withdraw(url, 3)

    def numbers(*places: str, **kept: tuple[str, ...]) -> list[int]:
        found = reading.organisations(url, places, **kept)
        return [int(code[-2:]) for code in found["organisation_code"]]

    assert numbers("330110") == [3, 2, 6, 1, 4]
    assert numbers("330110", "330106") == [3, 2, 5, 6, 1, 4]
    assert numbers("330110", roles=("chain_leader", "evaluation_body")) == [3, 6]
    assert numbers("330110", clusters=("C06",)) == [2, 6, 1]
    assert numbers("330110", codes=(f"9133{4:014d}", f"9133{5:014d}")) == [4]
    assert numbers("330282") == []
    assert reading.organisations(url, ("330110",), clusters=("C01",)).row(0, named=True) == {
        "organisation_code": f"9133{3:014d}", "name": "机构3", "kind": "enterprise", "place_code": "330110",
        "cluster_code": "C01", "lon": 119.97, "lat": 30.27, "chain_leader": True, "integration_enterprise": False,
        "evaluation_body": False, "dual_certificate_pilot": False,
    }  # fmt: skip
    assert reading.organisations(url, ("330110",))["name"].to_list()[2] == "机构6新"


def test_submissions_come_newest_first_and_can_be_asked_for(url: str) -> None:
    early = dt.datetime(2026, 11, 4, 8)
    add(url, samples.submission(data_version=7, row_count=0, reviewed=False, provenance="official"))
    add(url, samples.submission(id=2, data_version=3, row_count=0, received_at=early, reviewed=False))
    add(
        url, samples.submission(id=3, data_version=7, row_count=0, month=None, table_name="target", place_code="330106")
    )
    waiting = samples.submission(id=4, status="pending", row_count=0, month="2026-09")
    with engine.engine(url).begin() as connection:
        connection.execute(insert(queries.table("submission")), [waiting])
    found = reading.submissions(url)
    assert found.select("id", "data_version", "status", "month").rows() == [
        (4, None, "pending", "2026-09"),
        (3, 7, "accepted", None),
        (1, 7, "accepted", "2026-10"),
        (2, 3, "accepted", "2026-10"),
    ]
    asked = {
        Filed(table_name="target"): [3],
        Filed(month="2026-10"): [1, 2],
        Filed(status="pending"): [4],
        Filed(places=("330106", "330108")): [3],
        Filed(unreviewed=True): [1],
    }
    for wanted, ids in asked.items():
        only = reading.submissions(url, wanted)
        assert only["id"].to_list() == ids
        assert only.schema == found.schema


def test_a_page_holds_two_hundred_and_the_next_goes_on(url: str) -> None:
    add(url, *(samples.submission(id=n, data_version=n, row_count=0) for n in range(1, 204)))
    pages = [reading.submissions(url, page=page)["id"].to_list() for page in range(3)]
    assert pages == [list(range(203, 3, -1)), [3, 2, 1], []]


def test_changes_say_what_a_version_brought(url: str) -> None:
    add(url, samples.submission(), training=[samples.training(), samples.training(row_number=2)])
    add(
        url,
        samples.submission(id=2, row_count=0, data_version=2),
        samples.submission(id=3, row_count=0, data_version=2, place_code="330106"),
        samples.submission(id=4, row_count=0, data_version=2, table_name="vacancy", provenance="official"),
        samples.submission(id=5, row_count=0, data_version=2, month="2026-09"),
    )
    assert reading.changes(url, 1).rows() == [("training", "simulated", "accepted", 1, 1, 2)]
    assert reading.changes(url, 2).rows() == [
        ("training", "simulated", "accepted", 3, 2, 0),
        ("vacancy", "official", "accepted", 1, 1, 0),
    ]
    samples.withdraw(url, 1)
    assert reading.changes(url, 3).rows() == [("training", "simulated", "withdrawn", 1, 1, 2)]
    assert reading.changes(url, 1).is_empty()


def test_versions_are_listed_newest_first_with_their_last_submission(url: str) -> None:
    early, late = dt.datetime(2026, 11, 5, 9, 30), dt.datetime(2026, 11, 6)
    add(url, samples.submission(), training=[samples.training(), samples.training(row_number=2)])
    add(
        url,
        samples.submission(id=2, row_count=0, data_version=2, received_at=late),
        samples.submission(id=3, row_count=0, data_version=2, received_at=early),
    )
    assert reading.versions(url).rows() == [(2, late, 2, 0), (1, early, 1, 2)]


def test_published_figures_keep_their_source(url: str) -> None:
    found = reading.published(url)
    assert found.height > 0
    assert found["source"].null_count() == 0
    assert found["place_code"].is_sorted()
    residents = found.filter(metric="年末常住人口", place_code="330000", period="2023-12")
    assert residents.select("value", "unit").rows() == [(6627.0, "万人")]


def test_an_empty_answer_has_the_same_columns_and_types(url: str) -> None:
    text = pl.String
    assert reading.bases(url, "2026-10").schema == {
        "base_code": text, "name": text, "kind": text, "place_code": text, "lon": pl.Float64, "lat": pl.Float64,
        "seats": pl.Int64,
    }  # fmt: skip
    assert reading.submissions(url).schema == {
        "id": pl.Int64, "table_name": text, "place_code": text, "month": text, "department": text, "provenance": text,
        "status": text, "received_at": pl.Datetime("us"), "data_version": pl.Int64, "row_count": pl.Int64,
        "file_name": text, "submitted_by": text, "replaces": pl.Int64, "reviewed": pl.Boolean, "reviewed_by": text,
        "reviewed_at": pl.Datetime("us"), "reason": text, "note": text,
    }  # fmt: skip
    assert reading.changes(url, 1).schema == {
        "table_name": text, "provenance": text, "status": text, "submissions": pl.Int64, "places": pl.Int64,
        "rows": pl.Int64,
    }  # fmt: skip
    assert reading.versions(url).schema == {
        "data_version": pl.Int64, "received_at": pl.Datetime("us"), "submissions": pl.Int64, "rows": pl.Int64,
    }  # fmt: skip
