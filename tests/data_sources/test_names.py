"""What can be found by name: bases in use and organisations, as they were filed last, the same from either database."""

import pytest

from data_sources import names, reading
from tests.data_sources import samples
from tests.data_sources.test_reading import add, base


@pytest.fixture
def url(fresh_url: str) -> str:
    return samples.migrated(fresh_url)


def organisation(code: str, name: str, **given: object) -> dict[str, object]:
    roles = dict.fromkeys(
        ("chain_leader", "integration_enterprise", "evaluation_body", "dual_certificate_pilot"), False
    )
    usual = {"place_code": "330110", "submission_id": 2, "row_number": int(code), "organisation_code": code}
    return usual | roles | {"name": name, "kind": "enterprise"} | given


def test_bases_in_use_and_organisations_are_named_once(url: str) -> None:
    """Base 2 has closed; organisation 7 was renamed by a later submission, 8 was withdrawn with its own."""
    register = samples.submission(id=2, table_name="organisation", month=None, row_count=1)
    add(
        url,
        samples.submission(table_name="base", month=None),
        register,
        register | {"id": 3},
        register | {"id": 4},
        register | {"id": 5, "place_code": "330100"},
        base=[base("1", 10, "2020-01", lon=None), base("2", 10, "2020-01", "2024-06")],
        organisation=[
            organisation("7", "旧名"),
            organisation("7", "新名", submission_id=3),
            organisation("8", "撤回", submission_id=4),
            organisation("9", "学校", submission_id=5, kind="school", place_code="330100"),
        ],
    )
    samples.withdraw(url, 4)
    assert names.names(url).rows() == [
        ("base", "1", "基地1", "330110"),
        ("organisation", "7", "新名", "330110"),
        ("organisation", "9", "学校", "330100"),
    ]


def test_a_place_lists_its_organisations_as_they_were_filed_last(url: str) -> None:
    register = samples.submission(id=2, table_name="organisation", month=None, row_count=1)
    add(
        url,
        register,
        register | {"id": 3},
        register | {"id": 5, "place_code": "330100"},
        organisation=[
            organisation("7", "旧名", lon=120.0, lat=30.0),
            organisation("7", "新名", submission_id=3, chain_leader=True),
            organisation("9", "学校", submission_id=5, kind="school", place_code="330100"),
        ],
    )
    (row,) = reading.organisations(url, ["330110"]).to_dicts()
    assert (row["name"], row["chain_leader"], row["evaluation_body"], row["lon"]) == ("新名", True, False, None)
    assert reading.organisations(url, ["330110", "330100"])["name"].to_list() == ["新名", "学校"]
    assert reading.organisations(url, ["330122"]).is_empty()


def test_an_empty_database_names_nothing(url: str) -> None:
    assert names.names(url).equals(names.NOTHING)
