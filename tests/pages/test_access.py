"""Nobody sees or takes along more than the rules allow: over every page, every download, by whatever address."""

import contextvars
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from briefings import pictures, record
from data_sources import audit, looking, readers, submissions
from data_sources.audit import Wanted
from data_sources.engine import engine, sqlite_file
from data_sources.payments import Asked
from data_sources.policy import OPERATOR, Grant, NotPermitted
from data_sources.reading import PAGE
from indicators.catalogue import catalogue
from indicators.options import BRIEFING
from pages.evaluation.cached import issuers
from pages.place_profile.cached import organisations
from pages.shared import access, cached, caches, frame, identity
from pages.subsidies.cached import payments
from tests.data_sources import samples
from tests.pages import drawn, reading
from tests.pages.conftest import Opened, registered, signed_in, with_readers

RESTRICTED = {"talent_per_10k", "training_person_times", "talent_stock", "base_use", "talent_inflow"}
YUHANG, CIXI, PROVINCE = "330110", "330282", "330000"


DOCUMENTS = [name for name in BRIEFING.allowed if name not in ("fitting", "page")]


@pytest.fixture(scope="session")
def registered_url(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with a reader of each kind."""
    return with_readers(demo_url, tmp_path_factory.mktemp("registered"))


@pytest.fixture
def seen(opened: Opened, registered_url: str, demo_var: Path, over: Callable[..., None]) -> Callable[..., AppTest]:
    """Opens a page as one of them: `seen("yuhang", "subsidies", place=…)`."""
    over(TALENT_VAR=demo_var)

    def at(subject: str, page: str = "overview", **query: Any) -> AppTest:
        return opened(page, db=registered_url, claims=signed_in(subject), **query)

    return at


def made(file: Callable[[], bytes]) -> bytes:
    """The file as the server makes it: in a context of its own, where nobody else is known; unpacked."""
    data = contextvars.Context().run(file)
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def stopped(app: AppTest) -> str:
    """The one message of a page that shows nothing else."""
    assert not app.exception
    assert not app.get("deck_gl_json_chart")
    assert not app.get("plotly_chart")
    assert not app.dataframe
    assert not app.get("page_link")
    (told,) = (*app.error, *app.info)
    return str(told.value)


def test_without_sign_in_one_real_submission_closes_the_map(
    opened: Opened, fresh_sqlite: str, over: Callable[..., None]
) -> None:
    samples.migrated(fresh_sqlite)
    filed = samples.frame("submission", samples.submission(row_count=0))
    submissions.write(fresh_sqlite, filed, {})
    reading.whole(opened(db=fresh_sqlite))
    official = samples.frame(
        "submission", samples.submission(id=2, row_count=0, provenance="official", status="pending")
    )
    submissions.write(fresh_sqlite, official, {})
    cached.unwatch()
    caches.forget()
    over(TALENT_SIGN_IN="none", TALENT_DB=fresh_sqlite)
    app = AppTest.from_file(str(reading.ROOT / "pages/entry/main.py"), default_timeout=60).run()
    assert "没有设置登录方式" in stopped(app)


def test_refusals_and_sign_ins_are_on_record(seen: Callable[..., AppTest], registered_url: str) -> None:
    before = audit.verify(registered_url).rows
    stopped(seen("stranger"))
    reading.whole(seen("province"))
    recorded = audit.entries(registered_url, Wanted()).head(audit.verify(registered_url).rows - before)
    assert recorded.select("actor", "action").rows() == [("province", "sign_in"), ("stranger", "refused")]
    assert not audit.verify(registered_url).findings


def test_of_submissions_only_those_that_may_be_taken_along_are_in_the_file(
    seen: Callable[..., AppTest], offered: dict[str, Callable[[], bytes]], registered_url: str
) -> None:
    app = reading.whole(seen("looker", "about_data", place=YUHANG, tab="submissions"))
    assert [c.value for c in app.caption if "没有导出" in c.value]
    assert not [name for name in offered if "报送批次" in name]
    reading.whole(seen("yuhang", "about_data", place=YUHANG, tab="submissions"))
    (file,) = [f for name, f in offered.items() if "报送批次" in name and name.endswith(".xlsx")]
    taken = pl.read_excel(io.BytesIO(contextvars.Context().run(file)), sheet_id=0)
    assert list(taken) == ["演示数据（模拟）", "说明"]
    rows = taken["演示数据（模拟）"]
    assert set(rows["报送地区"]) == {"余杭区"}
    assert rows.height > PAGE
    told = json.loads(audit.entries(registered_url, Wanted(actor="yuhang", action="export"))["detail"][0])
    assert (told["标题"], told["行数"]) == ("报送批次：全部", rows.height)


def test_a_file_is_on_record_with_its_hash_and_refused_once_a_grant_is_gone(
    seen: Callable[..., AppTest], offered: dict[str, Callable[[], bytes]], registered_url: str
) -> None:
    registered(registered_url, "demoted", Grant("county", YUHANG, exports=True))
    reading.whole(seen("demoted", "subsidies", place=YUHANG, part="payments"))
    (file,) = [f for name, f in offered.items() if "逐笔发放" in name and name.endswith(".xlsx")]
    made(file)
    told = json.loads(audit.entries(registered_url, Wanted(actor="demoted", action="export"))["detail"][0])
    assert set(told) >= {"文件", "SHA-256", "行数", "筛选", "标题"}
    readers.revoke(registered_url, OPERATOR, "demoted", Grant("county", YUHANG))
    with pytest.raises(NotPermitted):
        made(file)
    readers.remove(registered_url, OPERATOR, "demoted")
    with pytest.raises(NotPermitted):
        made(file)


def test_a_county_opens_on_itself_and_may_go_elsewhere(seen: Callable[..., AppTest]) -> None:
    app = reading.whole(seen("yuhang"))
    assert app.query_params["place"] in (YUHANG, [YUHANG])
    assert "place" not in reading.whole(seen("province")).query_params
    assert "慈溪市" in reading.card(seen("yuhang", "talent_map", place=CIXI))


def test_an_administrator_sees_exactly_what_the_chosen_reader_sees(
    seen: Callable[..., AppTest], registered_url: str
) -> None:
    own = reading.whole(seen("yuhang", "subsidies", place=YUHANG, part="payments"))
    app = seen("chief", "subsidies", place=YUHANG, part="payments")
    assert not [d for d in app.dataframe if "paid" in d.value.columns]
    app.session_state["_shown-as"] = "yuhang"
    app = reading.whole(app.run())
    assert [w.value for w in app.warning] == ["正以“名为yuhang”的身份查看。"]
    shown, wanted = reading.table(app, "paid"), reading.table(own, "paid")
    assert shown.equals(wanted)
    app.button(key="as-oneself").click().run()
    assert not [d for d in app.dataframe if "paid" in d.value.columns]


def test_nobody_else_can_look_as_another(seen: Callable[..., AppTest]) -> None:
    app = seen("yuhang", "subsidies", place=CIXI, part="payments")
    app.session_state["_shown-as"] = "province"
    app = reading.whole(app.run())
    assert not [d for d in app.dataframe if "paid" in d.value.columns]


def test_after_signing_out_every_tab_of_the_session_is_closed(opened: Opened, registered_url: str) -> None:
    registered(
        registered_url, "leaver", Grant("province", "330000")
    )  # whoever signs in within this second is out as well
    claims = signed_in("leaver")
    first, second = (reading.whole(opened("overview", db=registered_url, claims=claims)) for _ in range(2))
    first.button(key="sign-out").click().run()
    assert "已退出" in stopped(second.run())
    again = signed_in("leaver", iat=claims["iat"] + 1)
    reading.whole(opened("overview", db=registered_url, claims=again))


def test_a_change_of_grants_is_felt_by_an_open_page(
    seen: Callable[..., AppTest], registered_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "FRESH", 0.001)
    registered(registered_url, "mover", Grant("county", YUHANG))
    app = seen("mover", "subsidies", place=YUHANG, part="payments")
    assert reading.table(app, "paid").height
    readers.remove(registered_url, OPERATOR, "mover")
    assert "没有登记" in stopped(app.run())


def test_while_rights_cannot_be_looked_up_the_last_ones_count_as_long_as_a_session_may_idle(
    seen: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    app = reading.whole(seen("province"))
    monkeypatch.setattr(access, "FRESH", 0.001)
    monkeypatch.setattr(readers, "find", away)
    reading.whole(app.run())
    assert "暂时无法核对您的权限" in stopped(seen("yuhang"))  # who comes only now was not known
    monkeypatch.setattr(access, "_last", {who: (known, at - 30 * 60) for who, (known, at) in access._last.items()})
    assert "暂时无法核对您的权限" in stopped(app.run())


def test_while_the_database_is_away_an_open_page_stays_and_no_further_row_is_shown(
    opened: Opened, registered_url: str, tmp_path: Path
) -> None:
    """Whoever signed in sees what was read; looking at more is to be recorded, and cannot be. The page recovers alone."""
    file = Path(shutil.copy(sqlite_file(registered_url), tmp_path / "copy.db"))
    app = reading.whole(opened("subsidies", db=f"sqlite:///{file}", claims=signed_in("yuhang"), place=YUHANG))
    before = reading.titles(app)
    file.rename(tmp_path / "away.db")
    cached._live().look()
    app = reading.whole(app.run())
    assert "copy.db 不存在" in app.warning[0].value
    assert reading.titles(app) == before
    app.query_params["part"] = "payments"
    app = app.run()
    assert not app.exception
    assert not [d for d in app.dataframe if "paid" in d.value.columns]
    (tmp_path / "away.db").rename(file)
    cached._live().look()
    assert not reading.whole(app.run()).warning
    assert reading.table(app, "paid").height


def test_what_was_withdrawn_during_an_outage_is_not_shown_again(
    opened: Opened, registered_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "FRESH", 0.001)
    file = Path(shutil.copy(sqlite_file(registered_url), tmp_path / "copy.db"))
    app = reading.whole(opened("about_data", db=f"sqlite:///{file}", claims=signed_in("yuhang")))
    file.rename(tmp_path / "away.db")
    cached._live().look()
    assert "copy.db 不存在" in reading.whole(app.run()).warning[0].value
    (tmp_path / "away.db").rename(file)
    readers.remove(f"sqlite:///{file}", OPERATOR, "yuhang")
    cached._live().look()
    assert "没有登记" in stopped(app.run())


@pytest.mark.parametrize("why", [None, NotPermitted("没有登记"), access.ForNow("暂时无法核对")], ids=repr)
def test_a_page_closed_for_an_outage_runs_again_once_it_is_known_who_looks(
    why: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[str] = []

    def known() -> None:
        if why is not None:
            raise why

    monkeypatch.setattr(cached, "cubes", known)
    monkeypatch.setattr(frame.st, "rerun", lambda: again.append("run"))
    frame._until_known.__wrapped__()
    assert again == ([] if isinstance(why, access.ForNow) else ["run"])


def test_what_cannot_be_recorded_is_not_shown(
    seen: Callable[..., AppTest], registered_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(registered_url).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO elsewhere")
    try:
        assert "暂时无法" in stopped(seen("cixi"))
    finally:
        with engine(registered_url).begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO audit")


def test_idle_sessions_end(monkeypatch: pytest.MonkeyPatch, opened: Opened, registered_url: str) -> None:
    claims = signed_in("province")
    app = reading.whole(opened("overview", db=registered_url, claims=claims))
    now = identity.time.time()
    monkeypatch.setattr(identity.time, "time", lambda: now + 29 * 60)
    reading.whole(app.run())
    monkeypatch.setattr(identity.time, "time", lambda: now + 59 * 60 - 1)
    reading.whole(app.run())
    monkeypatch.setattr(identity.time, "time", lambda: now + 59 * 60)
    monkeypatch.setattr(identity, "_used", dict.fromkeys(identity._used, now))
    assert "没有操作" in stopped(app.run())


def test_two_readers_alternating_share_nothing(registered_url: str, over: Callable[..., None], demo_var: Path) -> None:
    """200 rounds over everything that the pages keep of single rows."""
    over(TALENT_DB=registered_url, TALENT_VAR=demo_var)
    who = {subject: readers.find(registered_url, subject) for subject in ("yuhang", "cixi")}
    at = {"yuhang": YUHANG, "cixi": CIXI}
    for round_ in range(200):
        subject = ("yuhang", "cixi")[round_ % 2]
        other = at["cixi" if subject == "yuhang" else "yuhang"]
        reader = who[subject]
        assert reader is not None
        with looking.by(reader):
            cubes = cached.cubes()
            assert set(cached.organisations(cubes, at[subject])["place_code"]) == {at[subject]}
            assert set(organisations(cubes, (at[subject],))["place_code"]) == {at[subject]}
            assert set(payments(cubes, _asked(at[subject]), 0)["place_code"]) == {at[subject]}
            assert set(cached.submissions(cubes, 0, None)["place_code"]) == {at[subject]}
            issuers(cubes, at[subject], ("2026-01", "2026-10"))
            for refused in (
                lambda: cached.organisations(cubes, other),  # noqa: B023
                lambda: organisations(cubes, (other,)),  # noqa: B023
                lambda: payments(cubes, _asked(other), 0),  # noqa: B023
                lambda: issuers(cubes, other, ("2026-01", "2026-10")),  # noqa: B023
            ):
                with pytest.raises(NotPermitted):
                    refused()


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        (("province", "bases"), RESTRICTED - {"talent_inflow"}),
        pytest.param(DOCUMENTS, RESTRICTED, marks=pytest.mark.slow),
    ],
    ids=["two kinds", "every kind"],
)
def test_a_page_makes_no_kind_of_document_of_a_restricted_indicator_for_a_county(
    asked: Sequence[str], keys: set[str], seen: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "BROWSERS", ("no-such-browser",))
    places = {"prefecture": "330100", "province": PROVINCE}
    held: dict[str, set[str]] = {"province": set(), "yuhang": set()}
    for subject in held:
        seen(subject, "briefing")
        for key in RESTRICTED:
            monkeypatch.setitem(catalogue()[key].__dict__, "restricted", True)
        for kind in asked:
            app = seen(subject, "briefing", briefing=kind, place=places.get(kind, YUHANG), formats="xlsx")
            app.button(key="briefing-make").click().run()
            job = app.session_state["_briefing-job"]
            assert job.wait(60)
            numbers = record.read(job.files[0].data())["numbers"]
            held[subject] |= {n["key"] for n in numbers if n.get("key") in RESTRICTED and n["cell"] is not None}
    assert held == {"province": keys, "yuhang": set()}


def test_pictures_of_a_restricted_indicator_are_drawn_of_ones_own_place_alone(
    seen: Callable[..., AppTest], offered: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "rendered", drawn.as_text)
    asked = {"indicator": "talent_per_10k", "place": "330100", "level": "county"}
    told: dict[str, set[str]] = {}
    for subject in ("province", "yuhang"):
        seen(subject, "overview")
        monkeypatch.setitem(catalogue()["talent_per_10k"].__dict__, "restricted", True)
        offered.clear()
        reading.whole(seen(subject, "talent_map", **asked))
        drawn_of = [made(file).decode() for name, file in offered.items() if name.endswith("svg")]
        assert len(drawn_of) == 3
        told[subject] = {place for text in drawn_of for place in re.findall(r"([\u4e00-\u9fff]+) \d+\.\d", text)}
    assert told["province"] > {"上城", "滨江"}
    assert told["yuhang"] == {"余杭区"}


def _asked(place: str) -> Any:
    return Asked((place,), "2026-01", "2026-10")


def test_an_open_page_that_looks_by_itself_does_not_keep_a_session_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    began = 1_000_000.0
    session = identity.Session("watcher", began, began + 86_400)
    for minutes, by_itself in ((0, False), (20, True)):
        monkeypatch.setattr(identity.time, "time", lambda m=minutes: began + m * 60)
        if by_itself:
            with identity.unused():
                identity._in_use(session)
        else:
            identity._in_use(session)
    monkeypatch.setattr(identity.time, "time", lambda: began + 31 * 60)
    with pytest.raises(identity.SignInNeeded):
        identity._in_use(session)
