"""Administrators manage readers, look as another and read the audit; nobody else reaches those pages."""

import io
import json
import shutil
from collections.abc import Callable

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data_sources import audit, readers
from data_sources.audit import Wanted
from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from data_sources.policy import Grant
from pages.shared import access, frame
from tests.pages import reading
from tests.pages.conftest import Opened, registered, signed_in

YUHANG = "330110"


@pytest.fixture(scope="module")
def url(demo_url: str, demo_cubes: Cubes, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with an administrator and a county's reader."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(sqlite_file(demo_url).parent / "var" / "cubes", folder / "var" / "cubes")
    url = f"sqlite:///{shutil.copy(sqlite_file(demo_url), folder / 'office.db')}"
    registered(url, "chief", Grant("administrator", "330000"))
    registered(url, "yuhang", Grant("county", YUHANG))
    return url


@pytest.fixture
def seen(opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setattr(access, "FRESH", 0.001)
    return lambda subject, page: opened(page, db=url, claims=signed_in(subject))


def links(app: AppTest) -> set[str]:
    return {link.value for link in app.get("page_link")}


@pytest.mark.parametrize("page", frame.OFFICE)
def test_only_administrators_reach_the_pages_of_the_office(seen: Callable[..., AppTest], page: str) -> None:
    assert set(frame.OFFICE.values()) <= links(reading.whole(seen("chief", page)))
    asked = reading.whole(seen("yuhang", page))
    assert not set(frame.OFFICE.values()) & links(asked)
    assert [i.value.partition("：")[2] for i in asked.info] == ["只对管理员开放。需要时请联系本单位管理员。"]
    assert not asked.dataframe


def test_someone_is_registered_granted_and_removed_on_the_page(seen: Callable[..., AppTest], url: str) -> None:
    app = seen("chief", "readers")
    app.text_input[1].input("li")
    app.text_input[2].input("李")
    next(b for b in app.button if b.label == "登记").click().run()
    reading.whole(app)
    assert readers.find(url, "li") is not None
    app.selectbox(key="grant-subject").select("li")
    app.selectbox(key="grant-role").select("county")
    app.selectbox(key="grant-place").select(YUHANG)
    next(b for b in app.button if b.label == "授权").click().run()
    found = readers.find(url, "li")
    assert found is not None
    assert found.grants == {Grant("county", YUHANG)}
    assert "li" in reading.table(app, "role_name")["subject"].to_list()
    app.selectbox(key="grant-subject").select("li")
    next(b for b in app.button if b.label == "停用该账号").click().run()
    assert readers.find(url, "li") is None
    did = map(json.loads, audit.entries(url, Wanted(actor="chief", action="roles"))["detail"])
    assert [each["操作"] for each in did if each["账号"] == "li"] == ["停用", "授权", "登记"]


def test_what_lets_someone_work_out_anothers_small_number_is_granted_only_when_weighed(
    seen: Callable[..., AppTest], url: str
) -> None:
    app = reading.whole(seen("chief", "readers"))
    assert not app.warning
    for key, chosen in (("subject", "yuhang"), ("role", "county"), ("place", "330113")):
        app.selectbox(key=f"grant-{key}").select(chosen)
    next(b for b in app.button if b.label == "授权").click().run()
    assert "没有授权。这样“yuhang”可看余杭区、临平区的明细" in app.error[0].value
    app.checkbox(key="grant-weighed").check()
    next(b for b in app.button if b.label == "授权").click().run()
    assert readers.find(url, "yuhang").grants == {Grant("county", YUHANG), Grant("county", "330113")}
    assert "“yuhang”可看余杭区、临平区的明细" in reading.whole(app).warning[0].value


def test_a_grant_that_does_not_fit_is_explained(seen: Callable[..., AppTest]) -> None:
    app = seen("chief", "readers")
    app.selectbox(key="grant-role").select("county")
    app.selectbox(key="grant-place").select("330000")
    next(b for b in app.button if b.label == "授权").click().run()
    assert "层级不符" in app.error[0].value


def test_looking_as_another_is_on_record_and_closes_the_office(seen: Callable[..., AppTest], url: str) -> None:
    app = seen("chief", "readers")
    app.selectbox(key="look-as").select("yuhang")
    app.button(key="look-as-begin").click().run()
    assert "正以“名为yuhang”的身份查看。" in [w.value for w in app.warning]
    assert not set(frame.OFFICE.values()) & links(app)
    assert not app.info  # the start page opens, not the one that is closed to him
    assert json.loads(audit.entries(url, Wanted(action="view_as"))["detail"][0]) == {"账号": "yuhang"}


def test_the_audit_is_filtered_and_verified_on_its_page(seen: Callable[..., AppTest]) -> None:
    app = reading.whole(seen("chief", "audit"))
    everything = reading.table(app, "actor")
    assert {"terminal", "chief"} <= set(everything["actor"])
    granted = "操作：授权；账号：yuhang；可导出明细：否；角色：县（市、区）用户；主题：全部主题"
    assert granted in everything["detail"].to_list()
    assert set(everything["hash"].str.len_chars()) == {12}
    assert [day.format for day in app.date_input] == ["YYYY-MM-DD", "YYYY-MM-DD"]
    app.number_input(key="w_option-audit_page").set_value(2).run()
    assert app.query_params["audit_page"] == "2"
    app.text_input(key="w_audit-actor").input("terminal").run()
    assert set(reading.table(reading.whole(app), "actor")["actor"]) == {"terminal"}
    assert ("audit_page" in app.query_params, app.query_params["audit_actor"]) == (False, "terminal")
    app.selectbox(key="w_option-audit_action").select("sign_in").run()
    assert "没有符合条件的记录" in app.info[0].value
    app.button(key="audit-verify").click().run()
    assert "没有被改动" in app.success[0].value


def test_the_file_of_the_audit_keeps_what_was_recorded_letter_for_letter(
    seen: Callable[..., AppTest], url: str, offered: dict[str, Callable[[], bytes]]
) -> None:
    reading.whole(seen("chief", "audit"))
    (made,) = (file for name, file in offered.items() if name.endswith(".xlsx"))
    taken = pl.read_excel(io.BytesIO(made()), sheet_name="数据")
    recorded = audit.entries(url, Wanted(action="roles"))["detail"].to_list()
    assert set(recorded) <= set(taken["内容（原文，指纹据此计算）"])
    assert set(taken["指纹"].str.len_chars()) == {64}
