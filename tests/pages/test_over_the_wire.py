"""A county reader who speaks to a real server without a browser, and forges whatever he likes, gets nothing of another county."""

import io
import json
import re
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from urllib.parse import parse_qsl

import pytest
import streamlit
from sqlalchemy import select
from starlette.routing import Route
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from data_sources import audit, queries
from data_sources.audit import Wanted
from indicators.options import OPTIONS, Choice
from pages.shared import frame
from pages.shared.probes import ROUTES
from tests.browser.harness import ROOT, Server, serving
from tests.pages import wire
from tests.pages.conftest import with_readers
from tests.pages.wire import Shown, Tab

YUHANG, CIXI, PROVINCE = "330110", "330282", "330000"
PAGES = [name for group in frame.PAGES.values() for name in group]
TURNS = 3
"""So many runs show a page with most of its options."""
TOLD = "只对本地区和上级开放".encode()
CODE = re.compile("(?=([0-9A-Z]{18}))")
"""An organisation's."""
PICKED = {"objects": {"": [{"place_code": CIXI, "code": CIXI}]}, "indices": {}, "points": [{"customdata": [CIXI]}],
          "rows": [0, 7, -1], "columns": [], "cells": []}  # fmt: skip
"""A selection of a foreign place, by map, chart and table."""
Marks = frozenset[str]


@pytest.fixture(scope="module")
def database(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with a reader of each kind."""
    return with_readers(demo_url, tmp_path_factory.mktemp("wired"))


@pytest.fixture(scope="module")
def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("wired-var")
    settings = {**wire.SIGN_IN, "TALENT_DB": database, "TALENT_VAR": str(var)}
    with serving(ROOT / "app.py", var / "server.log", settings, by="tests.pages.drawn") as server:
        yield server


@pytest.fixture
def tab(served: Server) -> Iterator[Callable[[str], Tab]]:
    """Opens the app for one of them."""
    with ExitStack() as open_ones:
        yield lambda subject: open_ones.enter_context(wire.tab(served.url, wire.browser(served.url, subject)))


@dataclass(frozen=True)
class Tried:
    """What a page held for a reader: the marks of rows that 余杭区 must not see, on it and in its files, and whether it
    says why there are none."""

    marks: Marks
    in_files: Mapping[str, Marks]
    told: bool


@pytest.fixture(scope="module")
def tried(served: Server, foreign: Callable[[str], Marks]) -> Iterator[Callable[[str, str, str, int], Tried]]:
    """What a page held: `tried(who, page, place, turn)`; each is run once for all tests, in one tab of each reader.

    余杭区's files are opened where they are its own, and on all but the first turn.
    """
    marks = foreign(YUHANG)
    with ExitStack() as open_ones:

        @cache
        def of(subject: str) -> Tab:
            return open_ones.enter_context(wire.tab(served.url, wire.browser(served.url, subject)))

        @cache
        def run(subject: str, page: str, place: str, turn: int) -> Tried:
            shown = of(subject).run(page, place=place, **turned(turn))
            opened = shown.files if subject == "yuhang" and (turn or place == YUHANG) else {}
            files = {
                name: found(unpacked(of(subject).file(number)), marks)
                for name, number in opened.items()
                if name.endswith(("xlsx", "zip", "svg"))
            }
            return Tried(found(shown.data, marks), files, TOLD in shown.data)

        yield run


@pytest.fixture(scope="module")
def foreign(database: str) -> Callable[[str], Marks]:
    """What stands for single rows that a county must not see: codes and names of organisations elsewhere."""
    t = queries.table("organisation")
    rows = queries.rows(database, select(t.c.organisation_code, t.c.name, t.c.place_code))

    @cache
    def to(county: str) -> Marks:
        own = {text for r in rows if r["place_code"] == county for text in (r["organisation_code"], r["name"])}
        other = {text for r in rows for text in (r["organisation_code"], r["name"])} - own
        return frozenset(other)

    return to


def found(data: bytes, marks: Marks) -> set[str]:
    """Which of the marks occur: looked for where one of them could end, there are thousands."""
    text = data.decode("utf-8", "ignore")
    last, lengths = _ends(marks)
    ends = [match.end() for match in last.finditer(text)]
    return marks & {*CODE.findall(text), *(text[end - length : end] for end in ends for length in lengths)}


@cache
def _ends(marks: Marks) -> tuple[re.Pattern[str], set[int]]:
    """The last characters of those marks that are no codes, and how long they are."""
    names = [mark for mark in marks if not CODE.match(mark)]
    return re.compile("[" + "".join(re.escape(last) for last in {name[-1] for name in names}) + "]"), set(
        map(len, names)
    )


def unpacked(data: bytes) -> bytes:
    """What stands in a file; in a picture, what it is drawn of (`drawn`)."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def turned(turn: int) -> dict[str, str]:
    """Every option of the pages that is a choice and no filter, at the same turn of its values."""
    choices = {name: list(each.allowed) for name, each in OPTIONS.items() if isinstance(each, Choice) and each.default}
    return {name: allowed[turn % len(allowed)] for name, allowed in choices.items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_county_gets_no_foreign_row_on_any_page_or_in_any_file(
    page: str, tried: Callable[[str, str, str, int], Tried]
) -> None:
    for turn in range(TURNS):
        for place in (CIXI, PROVINCE, YUHANG)[: 1 if turn else 3]:
            mine = tried("yuhang", page, place, turn)
            assert mine.marks == set()
            assert {name: marks for name, marks in mine.in_files.items() if marks} == {}


def test_files_of_a_county_are_among_those_that_are_opened(tried: Callable[[str, str, str, int], Tried]) -> None:
    opened = {page for page in PAGES if tried("yuhang", page, YUHANG, 0).in_files}
    assert opened >= {"talent_map", "place_profile", "subsidies", "bases"}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_look_and_not_export_takes_no_single_row_along_and_is_told(
    page: str, tab: Callable[[str], Tab], foreign: Callable[[str], Marks]
) -> None:
    marks, mine = foreign("nowhere"), tab("looker")
    for turn in range(TURNS):
        shown = mine.run(page, place=YUHANG, **turned(turn))
        for name, number in shown.files.items():
            if name.endswith("zip"):
                assert found(unpacked(mine.file(number)), marks) == set(), name
        assert "没有导出".encode() in shown.data or not found(shown.data, marks)


def forged(shown: Shown, said: str, *, texts: bool) -> Iterator[WidgetState]:
    """What a browser would send if every widget held this, whatever it offers, every picture had it picked, and every
    button were pressed; or if only what takes `texts` did, where that is among what it offers."""
    for kind, element in shown.elements:
        number = getattr(element, "id", "")
        if not number or "sign-out" in number or "as-oneself" in number:
            continue
        state = WidgetState(id=number)
        if kind in ("text_input", "text_area"):
            state.string_value = said
        elif texts:
            if not _as_it_is(state, kind, element, said):
                continue
        elif kind in ("selectbox", "radio"):
            state.string_value = said
        elif kind == "slider" and not element.options:
            state.double_array_value.data.append(10**6)
        elif kind in ("multiselect", "button_group", "slider"):
            state.string_array_value.data.append(said)
        elif kind == "number_input":
            state.double_value = 10**6
        elif kind == "checkbox":
            state.bool_value = True
        elif kind == "button":
            state.trigger_value = True
        elif kind in ("plotly_chart", "deck_gl_json_chart", "dataframe"):
            state.string_value = json.dumps({"selection": PICKED})
        else:
            continue
        yield state


def _as_it_is(state: WidgetState, kind: str, element: Any, said: str) -> bool:
    """What a browser says of a control that nobody touched, unless it offers what is said; whether that is anything."""
    chosen = getattr(element, "set_value", False)
    if kind in ("selectbox", "radio"):
        usual = element.raw_value if chosen else element.options[element.default]
        state.string_value = said if said in element.options else usual
    elif kind in ("multiselect", "button_group", "slider") and element.options:
        options = [getattr(each, "content", each) for each in element.options]
        usual = [options[int(at)] for at in element.default]
        set_to = element.raw_value if kind == "slider" else element.raw_values
        state.string_array_value.data.extend(set_to if chosen else usual)
    elif kind in ("number_input", "checkbox"):
        setattr(
            state,
            "double_value" if kind == "number_input" else "bool_value",
            element.value if chosen else element.default,
        )
    return state.WhichOneof("value") is not None


@pytest.mark.parametrize("page", PAGES)
def test_a_county_that_forges_what_its_browser_sends_gets_no_foreign_row(
    page: str, tab: Callable[[str], Tab], foreign: Callable[[str], Marks]
) -> None:
    marks, mine = foreign(YUHANG), tab("yuhang")
    for turn in range(TURNS):
        query = {"place": YUHANG, **turned(turn)}
        shown = mine.run(page, **query)
        for said, texts in ((CIXI, False), ("　　慈溪市", True), ("　　慈溪市", False)):
            widgets = list(forged(shown, said, texts=texts))
            answer = mine.run(page, widgets, **query)
            assert widgets
            assert found(answer.data, marks) == set()


def test_a_forged_message_is_heard_where_it_may_be(tab: Callable[[str], Tab], foreign: Callable[[str], Marks]) -> None:
    """The tests above could not fail if their marks were not found, or if nothing that is forged ever came through."""
    theirs, marks = tab("province"), foreign(YUHANG)
    shown = theirs.run("place_profile", place=YUHANG)
    assert found(shown.data, marks) == set()
    shown = theirs.run("place_profile", list(forged(shown, "　　慈溪市", texts=True)), place=YUHANG)
    assert found(shown.data, marks)
    holding = {name for name, n in shown.files.items() if found(unpacked(theirs.file(n)), marks)}
    assert holding >= {"企业和机构-xlsx", "本地地图-svg"}


@pytest.mark.parametrize("page", PAGES)
def test_a_link_from_the_province_shows_a_county_nothing_foreign_and_says_why(
    page: str, tried: Callable[[str, str, str, int], Tried]
) -> None:
    """The addresses that the province's own page leads to, each with its options."""
    for turn in range(TURNS):
        mine = tried("yuhang", page, CIXI, turn)
        assert mine.marks == set()
        assert mine.told or not tried("province", page, CIXI, turn).marks


def test_links_of_the_province_with_foreign_rows_are_among_those_that_are_tried(
    tab: Callable[[str], Tab], tried: Callable[[str, str, str, int], Tried]
) -> None:
    leading = {p: dict(parse_qsl(e.query_string)) for k, e in tab("province").run("subsidies", place=CIXI).elements if k == "page_link"
               for p in [e.page]}  # fmt: skip
    assert all(query.get("place") == CIXI for query in leading.values())
    showing = {page for page in PAGES for turn in range(TURNS) if tried("province", page, CIXI, turn).marks}
    assert showing >= {"place_profile", "subsidies"}


def test_a_map_says_of_small_numbers_that_they_are_not_public_and_not_that_nobody_filed(
    tab: Callable[[str], Tab],
) -> None:
    asked = {"indicator": "high_skilled_trained", "window": "month", "level": "all", "place": YUHANG}
    mine = tab("yuhang")
    shown = mine.run("talent_map", **asked)
    (legend,) = (e.body for kind, e in shown.elements if kind == "html" and 'class="legend"' in e.body)
    assert re.search(r">不公开<small>\d+ 个", legend)
    assert "不公开".encode() in unpacked(mine.file(shown.files["数据表-xlsx"]))
    assert "不公开".encode() not in tab("province").run("talent_map", **asked).data


@pytest.mark.parametrize("rounds", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_two_readers_alternating_on_one_server_share_nothing(
    rounds: int, tab: Callable[[str], Tab], foreign: Callable[[str], Marks]
) -> None:
    """Whole pages in turn, at the same place and with the same options, which is what could be kept for both."""
    tabs = {county: (tab(subject), foreign(county)) for subject, county in (("yuhang", YUHANG), ("cixi", CIXI))}
    for turn in range(rounds):
        page, place = PAGES[turn % len(PAGES)], (YUHANG, CIXI)[turn // 2 % 2]
        for mine, marks in tabs.values():
            assert found(mine.run(page, place=place, **turned(turn // len(PAGES))).data, marks) == set()


@pytest.fixture
def made(tab: Callable[[str], Tab]) -> tuple[Tab, str, str]:
    """The province's tab with a file of 慈溪市's payments: its number and its address."""
    theirs = tab("province")
    number = theirs.run("subsidies", place=CIXI, part="payments").files["逐笔发放-xlsx"]
    return theirs, number, theirs.address(number)


def test_a_file_is_handed_to_the_session_that_it_was_made_for_alone(
    served: Server, database: str, made: tuple[Tab, str, str], tab: Callable[[str], Tab]
) -> None:
    theirs, number, _ = made
    mine, again = tab("yuhang"), wire.browser(served.url, "province", iat=1)
    mine.run("overview")
    address, anothers = theirs.address(number), mine.address(number)
    assert anothers
    assert wire.asked(served.url, address, theirs.headers)[0] == 200
    forged = {"Cookie": theirs.headers["Cookie"].replace("_streamlit_user=", "_streamlit_user=x")}
    for who in (
        mine.headers,
        {},
        again,
        forged,
        {"X-Talent-User": "province"},
        {**mine.headers, "Range": "bytes=0-99"},
    ):
        for each in (address, anothers):
            assert wire.asked(served.url, each, who) == (404, b"")
    told = audit.entries(database, Wanted(action="refused"))["detail"].to_list()
    assert any("不是为其制作的文件" in each for each in told)


def test_a_file_waits_for_its_browser_while_others_click(
    served: Server, made: tuple[Tab, str, str], tab: Callable[[str], Tab]
) -> None:
    theirs, _, address = made
    mine = tab("yuhang")
    for _ in range(3):
        mine.run("readers")
    assert wire.asked(served.url, address, theirs.headers)[0] == 200


def test_an_address_below_a_pages_leads_to_it(served: Server) -> None:
    for path, led in (("/clusters/x/y?place=330110", "/clusters?place=330110"), ("/nosuch/page", "/nosuch")):
        with urllib.request.urlopen(served.url + path, timeout=30) as got:
            assert got.url == served.url + led


def test_what_streamlit_itself_brings_along_is_served_to_everybody(served: Server) -> None:
    """Its fonts lie in a folder that is called like the one of the files that were made."""
    fonts = sorted((Path(streamlit.__file__).parent / "static/static/media").glob("*.woff2"))
    assert wire.asked(served.url, f"/static/media/{fonts[0].name}", {}) == (200, fonts[0].read_bytes())


def test_after_signing_out_its_file_can_neither_be_made_nor_fetched(served: Server, tab: Callable[[str], Tab]) -> None:
    theirs = tab("cixi")
    shown = theirs.run("subsidies", place=CIXI, part="payments")
    number = shown.files["逐笔发放-xlsx"]
    address = theirs.address(number)
    assert wire.asked(served.url, address, theirs.headers)[0] == 200
    (out,) = (e.id for kind, e in shown.elements if kind == "button" and e.id.endswith("sign-out"))
    with wire.tab(served.url, theirs.headers) as second:
        second.run("overview")
        second.run("overview", [WidgetState(id=out, trigger_value=True)])
    assert theirs.address(number) == ""
    assert wire.asked(served.url, address, theirs.headers)[0] == 404


def test_a_foreign_session_is_not_taken_up_again(
    served: Server, made: tuple[Tab, str, str], foreign: Callable[[str], Marks]
) -> None:
    theirs, *_ = made
    with wire.tab(served.url, wire.browser(served.url, "yuhang"), resumed=theirs.session) as mine:
        shown = mine.run("subsidies", place=CIXI, part="payments")
        assert mine.session != theirs.session
        assert found(shown.data, foreign(YUHANG)) == set()


def addresses(names: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Every address that the server answers, ours and Streamlit's, by method, with these values in its places."""
    for route in (*ROUTES, *create_streamlit_routes(MagicMock())):
        if isinstance(route, Route):
            for method in route.methods or ():
                for session in names["session_id"]:
                    for name in names["name"]:
                        path = route.path.replace("{session_id}", session)
                        for hole in ("{file_id}", "{file_id:path}", "{path:path}"):
                            path = path.replace(hole, name)
                        assert "{" not in path
                        yield method, path


def test_no_address_of_the_server_gives_a_county_anything_foreign(
    served: Server, database: str, made: tuple[Tab, str, str], foreign: Callable[[str], Marks]
) -> None:
    theirs, number, address = made
    marks, mine = foreign(YUHANG), wire.browser(served.url, "yuhang")
    picture = theirs.address(theirs.run("evaluation", place=CIXI).files["评价机构分布-svg"])
    assert found(wire.asked(served.url, picture, theirs.headers)[1], marks)
    file = Path(database.removeprefix("sqlite:///"))
    names = [
        address.removeprefix("/media/"),
        picture.removeprefix("/media/"),
        number,
        *(f"{Path(address).stem}{suffix}" for suffix in ("", ".svg", ".pdf")),
        "..%2f..%2f" + str(file).lstrip("/"),
        str(file),
        "330282.xlsx",
    ]
    tried = set(addresses({"session_id": [theirs.session], "name": names}))
    assert {"/healthz", "/_stcore/metrics", "/media/" + names[0]} <= {path for _, path in tried}
    for method, path in sorted(tried):
        if not path.startswith(("/auth/", "/oauth2callback")):
            body = wire.asked(served.url, path, mine, method)[1]
            assert found(body, marks) == set()
            assert CIXI.encode() not in body or path.startswith(("/static", "/app/static"))
    assert json.loads(wire.asked(served.url, "/_stcore/agent/interact", mine, "POST")[1])


def stopped(shown: Shown) -> str:
    """The one message of a page that shows nothing else."""
    kinds = [kind for kind, _ in shown.elements]
    assert not set(kinds) & {"deck_gl_json_chart", "plotly_chart", "dataframe", "page_link", "exception"}
    (told,) = (e.body for kind, e in shown.elements if kind == "alert")
    return str(told)


@pytest.mark.parametrize(
    ("subject", "other", "told", "recorded"),
    [
        ("province", {"is_logged_in": False}, "请先登录", False),
        ("stranger", {}, "没有登记", True),
        ("new", {}, "还没有任何权限", True),
        ("province", {"iss": "http://other.test"}, "不是由本平台的认证服务签发", True),
        ("province", {"exp": 1}, "登录已过期", True),
        ("province", {"iat": 1}, "没有操作", False),
        ("province", {"exp": None}, "不完整", True),
        ("province", {"exp": "9999999999"}, "不完整", True),
        ("province", {"exp": True}, "不完整", True),
        ("", {}, "不完整", True),
        ("province", {"sub": ["province"]}, "不完整", True),
    ],
)
def test_whoever_cannot_be_believed_or_was_granted_nothing_sees_nothing(
    subject: str, other: dict[str, Any], told: str, recorded: bool, served: Server, database: str
) -> None:
    before = audit.entries(database, Wanted(action="refused")).height
    with wire.tab(served.url, wire.browser(served.url, subject, **other)) as theirs:
        assert told in stopped(theirs.run("subsidies", place=CIXI, part="payments"))
    refused = audit.entries(database, Wanted(action="refused"))
    assert refused.height - before == recorded
    assert not recorded or told in refused["detail"][0]


@pytest.mark.parametrize("forged", ["province", "not signed by us", "what we would say"])
def test_a_cookie_that_someone_else_signed_signs_nobody_in(forged: str, served: Server) -> None:
    names = (wire.USER, f"{wire.USER}_tokens")
    said = wire.claims(served.url, "province") if forged == "what we would say" else forged
    mine = wire.cookies(*names, said=said, secret="another secret" * 3)
    with wire.tab(served.url, mine) as theirs:
        assert "请先登录" in stopped(theirs.run("subsidies", place=CIXI, part="payments"))


@pytest.mark.parametrize("page", frame.OFFICE)
def test_the_offices_pages_open_to_nobody_but_an_administrator(
    page: str, database: str, tab: Callable[[str], Tab]
) -> None:
    """By their address, and by what their own controls would send."""
    chiefs = tab("chief").run(page)
    assert b"chief" in chiefs.data
    widgets = list(forged(chiefs, "yuhang", texts=False))
    assert len(widgets) > 3
    before = audit.entries(database, Wanted(action="grant")).height
    for subject in ("yuhang", "province"):
        mine = tab(subject)
        for sent in ([], widgets):
            shown = mine.run(page, sent)
            assert "名为chief".encode() not in shown.data
            assert not [kind for kind, e in shown.elements if kind == "button" and "audit-verify" in e.id]
    assert audit.entries(database, Wanted(action="grant")).height == before


def test_an_address_that_is_no_page_is_answered_in_chinese_also_after_a_click_there(tab: Callable[[str], Tab]) -> None:
    mine = tab("yuhang")
    shown = mine.run("no-such-page")
    assert frame.NO_PAGE.encode() in shown.data
    again = mine.run("no-such-page", list(forged(shown, "慈溪市", texts=True)))
    assert frame.NO_PAGE.encode() in again.data
    assert not [m for m in (*shown.messages, *again.messages) if m.WhichOneof("type") == "page_not_found"]


def test_the_start_pages_name_leads_to_it_with_the_same_view(served: Server) -> None:
    (address,) = {r.path for r in ROUTES if r.path.strip("/") == next(iter(frame.PAGES["现状"]))}
    with urllib.request.urlopen(f"{served.url}{address}?place={CIXI}") as got:
        assert got.url == f"{served.url}/?place={CIXI}"
