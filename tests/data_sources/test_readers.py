"""Readers and grants in the database, from code and from the command line, each change on record."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data_sources import audit, cli, engine, policy, readers
from data_sources.audit import Wanted
from data_sources.policy import OPERATOR, Grant, NotPermitted, Reader
from tests.data_sources import samples


@pytest.fixture
def url(fresh_url: str) -> str:
    return samples.migrated(fresh_url)


def test_a_reader_is_found_with_what_was_granted_until_removed(url: str) -> None:
    assert readers.find(url, "zhang") is None
    readers.add(url, OPERATOR, "zhang", "余杭区人社局 张")
    assert readers.find(url, "zhang") == Reader("zhang", "余杭区人社局 张", frozenset())
    readers.grant(url, OPERATOR, "zhang", Grant("county", "330110"))
    readers.grant(url, OPERATOR, "zhang", Grant("county", "330110", exports=True))
    found = readers.find(url, "zhang")
    assert found is not None
    assert found.grants == {Grant("county", "330110", exports=True)}
    readers.remove(url, OPERATOR, "zhang")
    assert readers.find(url, "zhang") is None
    readers.add(url, OPERATOR, "zhang", "张")
    assert readers.find(url, "zhang") == Reader("zhang", "张", frozenset())


def test_only_an_administrator_changes_readers_and_nothing_is_left_of_an_attempt(url: str) -> None:
    chief = Reader("chief", "管理员", frozenset({Grant("administrator", "330000")}))
    county = Reader("county", "县", frozenset({Grant("county", "330110")}))
    readers.add(url, chief, "li", "李")
    with pytest.raises(NotPermitted):
        readers.grant(url, county, "li", Grant("administrator", "330000"))
    assert readers.listed(url)["role"].to_list() == [None]
    assert audit.entries(url, Wanted())["actor"].to_list() == ["chief"]


def test_what_was_not_granted_cannot_be_revoked_and_leaves_no_record(url: str) -> None:
    readers.add(url, OPERATOR, "li", "李")
    with pytest.raises(readers.UnknownReader):
        readers.revoke(url, OPERATOR, "li", Grant("county", "330110"))
    with pytest.raises(readers.UnknownReader):
        readers.grant(url, OPERATOR, "nobody", Grant("county", "330110"))
    assert audit.verify(url).rows == 1


def test_every_change_is_on_record(url: str) -> None:
    readers.add(url, OPERATOR, "li", "李")
    readers.grant(url, OPERATOR, "li", Grant("department", "330000", "funds"))
    readers.revoke(url, OPERATOR, "li", Grant("department", "330000", "funds"))
    readers.remove(url, OPERATOR, "li")
    recorded = audit.entries(url, Wanted(action="roles"))
    assert [json.loads(d)["操作"] for d in recorded["detail"]] == ["停用", "收回", "授权", "登记"]
    assert recorded["place_code"].to_list() == [None, "330000", "330000", None]


def test_the_command_line_manages_readers(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = lambda *words: cli.main(["readers", *words, "--db", url])  # noqa: E731
    assert run("add", "li", "李") == cli.OK
    assert run("grant", "li", "county", "--place", "余杭区", "--exports") == cli.OK
    assert "li　李　县（市、区）用户　余杭区　可导出明细" in capsys.readouterr().out
    assert run("grant", "li", "county", "--place", "临平区") == cli.WRONG
    assert "没有授权。这样“li”可看余杭区、临平区的明细" in capsys.readouterr().err
    assert run("list") == cli.OK
    assert "临平区" not in capsys.readouterr().out
    assert run("grant", "li", "county", "--place", "临平区", "--weighed") == cli.OK
    assert json.loads(audit.entries(url, Wanted(action="roles"))["detail"][0])["weighed"] is True
    assert "提醒：“li”可看余杭区、临平区的明细" in capsys.readouterr().out
    assert run("revoke", "li", "county", "--place", "临平区") == cli.OK
    assert "提醒" not in capsys.readouterr().out
    assert run("grant", "li", "county", "--place", "杭州市") == cli.WRONG
    assert "层级不符" in capsys.readouterr().err
    assert run("revoke", "li", "county", "--place", "330110") == cli.OK
    assert run("remove", "li") == cli.OK
    assert run("list") == cli.OK
    assert capsys.readouterr().out.splitlines()[-1] == "li　李　（已停用）"


def test_an_intact_audit_verifies_and_can_be_held_against_a_noted_hash(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    audit.append(url, "li", "export", {"文件": "a.xlsx"}, place_code="330110")
    first = audit.verify(url).newest
    audit.append(url, "li", "refused", {})
    assert audit.verify(url, first) == audit.Verified(2, audit.verify(url).newest, ())
    assert cli.main(["audit", "verify", "--noted", first, "--db", url]) == cli.OK
    assert "审计记录 2 行，发现 0 处问题" in capsys.readouterr().out
    assert audit.verify(url, "f" * 64).findings


def _unlocked(url: str, *statements: str) -> None:
    """Edit as someone who owns the database could: without the triggers."""
    off = (
        ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
        if engine.backend(url) == "sqlite"
        else ("DROP TRIGGER audit_no_change ON audit",)
    )
    with engine.engine(url).begin() as connection:
        for statement in (*off, *statements):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        ("UPDATE audit SET actor = 'other' WHERE sequence = 2", "第 2 行的内容与指纹不符"),
        ("UPDATE audit SET detail = '{}' WHERE sequence = 2", "第 2 行的内容与指纹不符"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE sequence = 1", "第 1 行的内容与指纹不符"),
        ("UPDATE audit SET place_code = NULL WHERE sequence = 3", "第 3 行的内容与指纹不符"),
        ("DELETE FROM audit WHERE sequence = 2", "第 2 行至第 2 行缺失"),
        ("UPDATE audit SET hash = previous WHERE sequence = 2", "第 3 行与上一行接不上"),
    ],
)
def test_any_edit_of_the_audit_is_found(url: str, edit: str, found: str) -> None:
    for number in range(3):
        audit.append(url, "li", "export", {"第": number}, place_code="330110")
    assert not audit.verify(url).findings
    _unlocked(url, edit)
    assert found in audit.verify(url).findings
    assert cli.main(["audit", "verify", "--db", url]) == cli.WRONG


def test_rows_cut_off_the_end_show_against_a_noted_hash(url: str) -> None:
    for number in range(3):
        audit.append(url, "li", "export", {"第": number})
    noted = audit.verify(url).newest
    _unlocked(url, "DELETE FROM audit WHERE sequence = 3")
    assert not audit.verify(url).findings
    assert audit.verify(url, noted).findings


@pytest.mark.parametrize("edit", ["UPDATE audit SET actor = 'other'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_audit(url: str, edit: str) -> None:
    audit.append(url, "li", "export", {})
    with pytest.raises(DBAPIError, match="never changed"), engine.engine(url).begin() as connection:
        connection.execute(text(edit))


def test_many_at_once_make_one_chain(url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: audit.append(url, f"reader{n}", "detail", {"第": n}), range(40)))
    assert audit.verify(url).rows == 40
    assert not audit.verify(url).findings


def test_the_audit_is_read_by_actor_action_place_and_day(url: str) -> None:
    audit.append(url, "li", "export", {"x": 1}, place_code="330110")
    audit.append(url, "wang", "refused", {})
    today = audit.entries(url, Wanted())["at"][0].date()
    assert audit.entries(url, Wanted(actor="li"))["sequence"].to_list() == [1]
    assert audit.entries(url, Wanted(action="refused"))["sequence"].to_list() == [2]
    assert audit.entries(url, Wanted(place_code="330110"))["sequence"].to_list() == [1]
    assert audit.entries(url, Wanted(first=today, last=today))["sequence"].to_list() == [2, 1]
    assert audit.entries(url, Wanted(last=today.replace(year=2020))).is_empty()
    assert audit.entries(url, Wanted(), page=1, size=1)["sequence"].to_list() == [1]


def test_demonstration_data_never_take_readers_along(fresh_sqlite: str, capsys: pytest.CaptureFixture[str]) -> None:
    samples.migrated(fresh_sqlite)
    readers.add(fresh_sqlite, OPERATOR, "li", "李")
    assert cli.main(["demo", "--db", fresh_sqlite, "--scale", "0.001", "--force"]) == cli.WRONG
    assert "已登记使用者" in capsys.readouterr().err
    assert readers.find(fresh_sqlite, "li") is not None


def test_the_operators_reader_sees_all_places() -> None:
    assert len(policy.detail_places(OPERATOR, "subsidy")) == 102
