"""The simulated readers measure a real server, and the bare page draws the kinds that it is asked for."""

import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.server import ServerConnection, serve

from benchmarks import readers
from benchmarks.bare import bare_elements
from benchmarks.pages import Clicks
from benchmarks.readers import Answer
from benchmarks.rows import Row
from tests.browser.harness import ROOT, Server, serving

KINDS = {
    "alert": 1,
    "bidi_component": 1,
    "button": 2,
    "button_group": 1,
    "checkbox": 1,
    "code": 1,
    "date_input": 1,
    "dataframe": 1,
    "deck_gl_json_chart": 1,
    "download_button": 2,
    "file_uploader": 1,
    "heading": 1,
    "html": 3,
    "markdown": 1,
    "metric": 1,
    "multiselect": 1,
    "number_input": 1,
    "page_link": 1,
    "plotly_chart": 2,
    "selectbox": 2,
    "slider": 1,
    "text_input": 1,
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("bare") / "log"
    settings = {"BARE_ELEMENTS": json.dumps(KINDS), "PYTHONPATH": str(ROOT)}
    with serving(ROOT / "benchmarks/bare/app.py", log, settings) as server:
        yield server


def test_the_bare_page_draws_every_kind_as_often_as_asked(bare: Server) -> None:
    (reader,) = asyncio.run(_seen(bare.url))
    assert {kind: n for kind, n in reader.kinds.items() if kind in KINDS} == KINDS


def test_a_reader_gets_an_answer_to_each_click_and_counts_its_bytes(bare: Server) -> None:
    answers = asyncio.run(_clicked(bare.url))
    assert len(answers) >= 2
    assert all(0 < answer.seconds < 60 for answer in answers)
    assert all(0 < answer.wire < answer.unpacked for answer in answers)


def test_a_page_that_shows_an_error_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import streamlit as st\nst.error('没有数据')\n")
    with (
        serving(tmp_path / "app.py", tmp_path / "log", {}) as server,
        pytest.raises(RuntimeError, match="没有数据"),
    ):
        asyncio.run(_seen(server.url))


def test_each_run_of_the_bare_page_has_a_table_of_its_own_because_a_shared_one_stops_the_process() -> None:
    one, other = bare_elements.frame(), bare_elements.frame()
    assert one is not other
    assert one.shape == other.shape == (90, 3)


def test_a_reader_has_what_a_browser_keeps_for_twenty_runs() -> None:
    named: list[str] = []

    async def asked(connection: ServerConnection) -> None:
        message = BackMsg.FromString(bytes(await connection.recv(decode=False)))
        named.extend(message.rerun_script.cached_message_hashes)
        connection.transport.abort()

    async def opening() -> None:
        async with serve(asked, "127.0.0.1", 0, subprotocols=["streamlit"]) as server:  # type: ignore[list-item]
            reader = readers.Reader(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "")
            reader._runs, reader._kept = 21, {"twenty runs ago": 1, "twenty-one runs ago": 0}
            await reader.opened()

    with pytest.raises(readers.NotOpened):
        asyncio.run(opening())
    assert named == ["twenty runs ago"]


@pytest.mark.parametrize(
    ("waited", "why"),
    [
        ("OPENED_S", "its first run had not ended in 0.1 s"),
        ("PING_S", "the server answered no ping for 0.1 s, so its process hangs"),
    ],
)
def test_a_session_that_does_not_open_says_which_it_is_on_which_page_and_why(
    waited: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, waited, 0.1)

    async def silent(connection: ServerConnection) -> None:
        if waited == "PING_S":
            connection.transport.pause_reading()
        await asyncio.sleep(0.5)
        connection.transport.abort()

    async def opening() -> None:
        async with serve(silent, "127.0.0.1", 0, subprotocols=["streamlit"]) as server:  # type: ignore[list-item]
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await readers.Reader(url, "compare", name="session 7 of 200").opened()

    with pytest.raises(
        readers.NotOpened, match=rf"^session 7 of 200 on http://127.0.0.1:\d+/compare, after \d+ s: {why}$"
    ):
        asyncio.run(opening())


@pytest.mark.parametrize(("figure", "holds"), [(9.9, True), (10.0, True), (10.1, False)])
def test_a_row_holds_up_to_its_limit(figure: float, holds: bool) -> None:
    assert Row("a figure", figure, 10.0, "ms", "").holds is holds


def test_percentiles_of_known_answers() -> None:
    clicks = Clicks(1, tuple(Answer(n / 1000, n, n) for n in range(1, 22)))
    assert (clicks.p50, clicks.p95, clicks.wire, clicks.largest) == (11.0, 20.0, 11, 21)


def test_every_kind_of_control_is_moved(bare: Server) -> None:
    async def moved() -> list[str]:
        (reader,) = await readers.opened(bare.url, "", 1)
        for label in reader.controls:
            await reader.change(random.Random(1), label)
        await reader.closed()
        return list(reader.controls)

    assert set(asyncio.run(moved())) == {
        "口径",
        "指标",
        "选择1",
        "月份",
        "浙江省各县（市、区）数字技能人才",
        "多选0",
        "数值0",
    }


async def _seen(url: str) -> list[readers.Reader]:
    opened = await readers.opened(url, "", 1)
    await readers.close(opened)
    return opened


async def _clicked(url: str) -> list[Answer]:
    opened = await readers.opened(url, "", 2)
    await opened[0].change(random.Random(0))
    answers = await readers.clicking(opened, seconds=2, every=1, seed=1)
    await readers.close(opened)
    return answers
