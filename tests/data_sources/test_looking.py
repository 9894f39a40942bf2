"""Rows are read only by somebody, only of open places, and a reading that says nothing of places is refused."""

import datetime as dt
import threading
from collections.abc import Callable

import polars as pl
import pytest
from sqlalchemy import func, select

from data_sources import cubes, looking, names, payments, policy, queries, reading, submissions
from data_sources.cubes import Cubes
from data_sources.looking import NobodyLooks
from data_sources.payments import Asked
from data_sources.policy import EVERYBODY, OPERATOR, Grant, NotPermitted, Reader
from geo import places
from tests.data_sources import samples

YUHANG, XIHU, HANGZHOU = "330110", "330106", "330100"
COUNTY = Reader("yuhang", "余杭区人社局", frozenset({Grant("county", YUHANG)}))
CITY = Reader("hangzhou", "杭州市人社局", frozenset({Grant("prefecture", HANGZHOU, exports=True)}))
FUNDS = Reader("funds", "资金处", frozenset({Grant("department", "330000", "funds")}))
NOBODY = Reader("new", "刚登记", frozenset())
CHIEF = Reader("chief", "管理员", frozenset({Grant("administrator", "330000")}))
READINGS: dict[str, Callable[[str, str], pl.DataFrame]] = {
    "organisations": lambda url, place: reading.organisations(url, [place]),
    "payments": lambda url, place: payments.payments(url, Asked((place,), "2023-01", "2026-12")),
}


@pytest.mark.parametrize("name", READINGS)
def test_rows_of_another_county_are_refused_not_left_out(name: str, demo_url: str) -> None:
    with looking.by(COUNTY):
        assert set(READINGS[name](demo_url, YUHANG)["place_code"]) == {YUHANG}
        with pytest.raises(NotPermitted, match="您可以查看：余杭区"):
            READINGS[name](demo_url, XIHU)
        with pytest.raises(NotPermitted):
            READINGS[name](demo_url, HANGZHOU)
    with looking.by(CITY):
        assert READINGS[name](demo_url, XIHU).height
    for reader in (NOBODY, CHIEF):
        with looking.by(reader), pytest.raises(NotPermitted):
            READINGS[name](demo_url, YUHANG)


@pytest.mark.parametrize("name", READINGS)
def test_where_nobody_is_known_nothing_is_read(name: str, demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new thread, like a server's, knows of nobody."""
    monkeypatch.setattr(looking, "_find_out", [])
    raised: list[type[Exception]] = []

    def work() -> None:
        try:
            READINGS[name](demo_url, YUHANG)
        except NotPermitted as error:
            raised.append(type(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert raised == [NobodyLooks]


def test_a_department_sees_the_detail_of_its_theme_everywhere(demo_url: str) -> None:
    with looking.by(FUNDS):
        assert READINGS["payments"](demo_url, XIHU).height
        with pytest.raises(NotPermitted):
            READINGS["organisations"](demo_url, XIHU)


def test_submissions_and_names_hold_only_what_is_open(demo_url: str) -> None:
    with looking.by(COUNTY):
        assert set(reading.submissions(demo_url)["place_code"]) == {YUHANG}
        found = names.names(demo_url)
    assert set(found.filter(pl.col("kind") == "organisation")["place_code"]) == {YUHANG}
    assert found.filter(pl.col("kind") == "base")["place_code"].n_unique() > 50
    with looking.by(FUNDS):
        assert set(reading.submissions(demo_url)["table_name"]) == {"subsidy"}
    with looking.by(NOBODY):
        assert reading.submissions(demo_url).is_empty()
        assert names.names(demo_url).filter(pl.col("kind") == "organisation").is_empty()


def test_taking_along_asks_for_a_permission_of_its_own(demo_url: str) -> None:
    with looking.by(COUNTY, taking=True), pytest.raises(NotPermitted, match="没有导出"):
        READINGS["payments"](demo_url, YUHANG)
    with looking.by(CITY, taking=True):
        assert READINGS["payments"](demo_url, YUHANG).height


@pytest.mark.parametrize("table", sorted(policy.DETAIL))
def test_a_reading_that_says_nothing_of_places_is_refused_to_whoever_does_not_see_all(
    table: str, demo_url: str
) -> None:
    plain = select(queries.table(table))
    within = select(func.count()).select_from(select(queries.table(table)).subquery())
    for statement in (plain, within):
        with looking.by(COUNTY), pytest.raises(NotPermitted, match=table):
            queries.rows(demo_url, statement)
        with looking.by(COUNTY), pytest.raises(NotPermitted, match=table):
            queries.read(demo_url, statement)
    assert queries.rows(demo_url, within)


@pytest.mark.parametrize("table", sorted(policy.OFFICE))
def test_readers_and_the_audit_are_read_by_administrators_alone(table: str, demo_url: str) -> None:
    statement = select(queries.table(table))
    province = Reader("p", "省", frozenset({Grant("province", "330000")}))
    for reader in (COUNTY, province, EVERYBODY, CHIEF):
        with looking.by(reader), pytest.raises(NotPermitted):
            queries.rows(demo_url, statement)
    with looking.by(CHIEF):
        assert queries.rows(demo_url, looking.by_the_office(statement)) == []
    for reader in (COUNTY, province, EVERYBODY):
        with looking.by(reader), pytest.raises(NotPermitted):
            looking.by_the_office(statement)


def test_cubes_that_name_organisations_are_cut_and_the_others_are_the_same(demo_cubes: Cubes) -> None:
    detailed = {cube.name for cube in cubes.CUBES if cube.detail}
    assert "issuer" in detailed
    seen = cubes.seen_by(demo_cubes, COUNTY)
    for name, frame in demo_cubes.frames.items():
        if name in detailed:
            assert set(seen.frames[name]["place_code"].cast(pl.String)) <= {YUHANG}
        else:
            assert seen.frames[name] is frame
    city = cubes.seen_by(demo_cubes, CITY)
    leaves = {p.code for p in places.counties(HANGZHOU)} | {HANGZHOU + "B"}
    assert set(city.frames["issuer"]["place_code"].cast(pl.String)) <= leaves


def test_cubes_cut_differently_are_never_the_same_to_a_cache(demo_cubes: Cubes) -> None:
    readers = (OPERATOR, COUNTY, CITY, FUNDS, NOBODY)
    seen = [cubes.seen_by(demo_cubes, reader) for reader in readers]
    assert len(set(seen)) == len(readers)
    twin = Reader("other", "同事", COUNTY.grants)
    assert cubes.seen_by(demo_cubes, twin) == cubes.seen_by(demo_cubes, COUNTY)
    assert all(one.derived is not another.derived for one in seen[1:] for another in seen if one is not another)


def test_without_sign_in_what_was_really_filed_is_not_read(fresh_url: str) -> None:

    samples.migrated(fresh_url)
    filed = samples.frame(
        "submission",
        samples.submission(id=1, row_count=0),
        samples.submission(id=2, row_count=0, provenance="official", received_at=dt.datetime(2026, 11, 6)),
    )
    submissions.write(fresh_url, filed, {})
    assert submissions.real(fresh_url)
    with looking.by(EVERYBODY):
        assert reading.submissions(fresh_url)["id"].to_list() == [1]
    assert reading.submissions(fresh_url)["id"].to_list() == [2, 1]


def test_work_carried_elsewhere_is_done_by_the_same_reader() -> None:
    with looking.by(COUNTY):
        work = looking.carried(lambda: looking.current())
    with looking.by(CITY):
        assert work() == COUNTY
        assert looking.current() == CITY
