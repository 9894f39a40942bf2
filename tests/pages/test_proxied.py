"""Whom a trusted proxy names, over a real server: nobody else's header, session, cookie or file address is worth anything."""

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from data_sources import audit
from data_sources.audit import Wanted
from pages.shared import handing
from tests.browser.harness import ROOT, Server, serving
from tests.pages import wire
from tests.pages.test_over_the_wire import CIXI, YUHANG, Marks, found, stopped
from tests.pages.test_over_the_wire import database as database  # a fixture
from tests.pages.test_over_the_wire import foreign as foreign  # another
from tests.servers import asked


def named(*accounts: str, **other: str) -> dict[str, str]:
    """The headers that a proxy adds for whom it has signed in, forwarding for an address elsewhere."""
    return {"X-Talent-User": ", ".join(accounts), "X-Forwarded-For": "203.0.113.7"} | other


@pytest.fixture(scope="module")
def server(
    database: str, foreign: Callable[[str], Marks], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The app behind TLS, believing a proxy at one address of this host; at the end its log holds no row and no traceback."""
    var = tmp_path_factory.mktemp("proxied")
    settings = {"TALENT_DB": database, "TALENT_VAR": str(var), "TALENT_SIGN_IN": "header",
                "TALENT_PROXIES": "127.0.0.1", "TALENT_ADDRESS": "https://talent.test"}  # fmt: skip
    with serving(ROOT / "app.py", var / "server.log", settings) as started:
        yield started
    assert found(started.log.read_bytes(), foreign("")) == set()
    assert "Traceback" not in started.said(10_000)


def test_a_session_is_taken_up_by_the_account_that_it_belongs_to_alone(
    server: Server, foreign: Callable[[str], Marks]
) -> None:
    """While its tab is open and after it was closed; a foreign number gives a session of one's own."""
    marks, ours = foreign(YUHANG), named("cixi")
    with wire.tab(server.url, ours) as theirs:
        assert found(theirs.run("subsidies", place=CIXI, part="payments").data, marks)
        _gets_nothing(server, theirs.session, marks)
    _gets_nothing(server, theirs.session, marks)
    with wire.tab(server.url, ours, resumed=theirs.session) as again:
        again.run("subsidies", place=CIXI, part="payments")
        assert again.session == theirs.session


def _gets_nothing(server: Server, number: str, marks: Marks) -> None:
    """Whoever comes with a session's number under another account, under two, under none or under a forged stamp."""
    for other in (named("yuhang"), named("cixi", "yuhang"), {}, {"X-Talent-Stamped-User": "cixi"}):
        with wire.tab(server.url, other, resumed=number) as mine:
            shown = mine.run("subsidies", place=CIXI, part="payments")
            assert mine.session != number
            assert found(shown.data, marks) == set()
            if other != named("yuhang"):
                assert re.search("没有可信的代理给出账号|没有登记", stopped(shown))


def test_a_file_is_made_and_fetched_by_the_account_that_it_was_offered_to_alone(server: Server) -> None:
    ours, mine = named("cixi"), named("yuhang")
    with wire.tab(server.url, ours) as theirs, wire.tab(server.url, mine) as own:
        number = theirs.run("subsidies", place=CIXI, part="payments").files["逐笔发放-xlsx"]
        own.run("overview")
        own.session = theirs.session  # what is asked for in another's name
        addresses = [theirs.address(number), own.address(number)]
        assert addresses[0]
        for address in filter(None, addresses):
            assert asked(server.url + address, ours)[0] == 200
            for other in (mine, {}, {"Cookie": ours["X-Talent-User"]}):
                assert asked(server.url + address, other)[0] == 404


@pytest.mark.parametrize(("account", "code"), [("", 403), ("stranger", 403), ("new", 403), ("yuhang", 204)])
def test_nobody_sends_a_file_but_a_reader(server: Server, database: str, account: str, code: int) -> None:
    """A session's number is anybody's, signed in or not, and what is sent is kept in memory."""
    token = generate_xsrf_token_string()
    who = (named(account) if account else {}) | {"Cookie": f"{wire.XSRF}={token}", "X-Xsrftoken": token}
    body = b'--e\r\nContent-Disposition: form-data; name="1"; filename="1"\r\n\r\n1\r\n--e--\r\n'
    with wire.tab(server.url, who) as tab:
        tab.run("about_data")
        sent = {**who, "Content-Type": "multipart/form-data; boundary=e"}
        assert asked(f"{server.url}/_stcore/upload_file/{tab.session}/1", sent, method="PUT", data=body)[0] == code
    told = audit.entries(database, Wanted(action="refused"))["detail"].to_list()
    assert code == 204 or any(handing.UNKNOWN in each for each in told)


def test_an_unlisted_proxy_signs_nobody_in_whatever_address_it_claims(server: Server, database: str) -> None:
    with wire.tab(server.url, named("yuhang", **{"X-Forwarded-For": "127.0.0.1"}), source="127.0.0.2") as tab:
        assert "没有可信的代理给出账号" in stopped(tab.run("subsidies", place=YUHANG, part="payments"))
    told = audit.entries(database, Wanted(action="refused"))["detail"].to_list()
    assert any("未列入的地址" in each for each in told)


def test_cookies_are_kept_to_encrypted_connections(server: Server) -> None:
    cookie = asked(f"{server.url}/_stcore/health")[1]["set-cookie"]
    assert cookie.endswith("; Path=/; SameSite=Lax; Secure")
