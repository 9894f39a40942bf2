"""Simulated readers: they speak the app's own websocket protocol, click, and time the server's answers."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

# A browser keeps a message that the server may refer to for this many runs (global.maxCachedMessageAge).
KEPT_RUNS = 2
CONTROL = "指标"


@dataclass(frozen=True)
class Answer:
    """One change and its answer: seconds until the run was finished, bytes on the wire, bytes unpacked."""

    seconds: float
    wire: int
    unpacked: int


class _Counting(ClientConnection):
    """A websocket that counts the bytes that really arrive, compressed."""

    arrived = 0

    def data_received(self, data: bytes) -> None:
        self.arrived += len(data)
        super().data_received(data)


@dataclass
class Reader:
    """One open session on one page of an app; `kinds` counts the elements of its first run."""

    url: str
    page: str
    kinds: Counter[str] = field(default_factory=Counter)
    _socket: Any = None
    _query: str = ""
    _page_hash: str = ""
    _choice: tuple[str, tuple[str, ...], str] | None = None
    _kept: dict[str, int] = field(default_factory=dict)
    _runs: int = 0

    async def opened(self) -> "Reader":
        """The reader after the first run of the page."""
        address = urlsplit(self.url)
        self._socket = await connect(
            f"ws://{address.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            create_connection=_Counting,
        )
        try:
            await self._run()
            if self._choice is None:
                raise RuntimeError(f"{self.url}/{self.page}: no control named {CONTROL} on the page")
        except BaseException:
            await self.closed()
            raise
        return self

    async def change(self, chance: random.Random) -> Answer:
        """Picks another indicator and waits until the page has answered."""
        assert self._choice is not None
        widget, options, shown = self._choice
        picked = chance.choice([option for option in options if option != shown])
        return await self._run(WidgetState(id=widget, string_value=picked))

    async def closed(self) -> None:
        """Ends the session."""
        await self._socket.close()

    async def _run(self, *moved: WidgetState) -> Answer:
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = self._query
        state.page_name = "" if self._page_hash else self.page
        state.page_script_hash = self._page_hash
        state.widget_states.widgets.extend(moved)
        state.cached_message_hashes.extend(h for h, run in self._kept.items() if self._runs - run <= KEPT_RUNS)
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.locale = "zh-CN"
        state.context_info.url = f"{self.url}/{self.page}"
        state.context_info.color_scheme = "light"
        before, unpacked, begun = self._socket.arrived, 0, time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        self._runs += 1
        while True:
            received = await self._socket.recv()
            unpacked += len(received)
            if self._finished(ForwardMsg.FromString(received)):
                return Answer(time.perf_counter() - begun, self._socket.arrived - before, unpacked)

    def _finished(self, message: ForwardMsg) -> bool:
        if message.ref_hash:
            self._kept[message.ref_hash] = self._runs
        if message.metadata.cacheable:
            self._kept[message.hash] = self._runs
        match message.WhichOneof("type"):
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta":
                self._seen(message.delta)
            case "script_finished":
                return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False

    def _seen(self, delta: Any) -> None:
        which = delta.WhichOneof("type")
        if which not in ("new_element", "add_block"):  # a spinner that comes and goes is none of the page's elements
            return
        element = getattr(delta, which)
        kind = element.WhichOneof("type") or "vertical"
        if which == "new_element" and kind == "exception":
            raise RuntimeError(f"{self.url}/{self.page}: {element.exception.message}")
        if kind == "alert" and element.alert.format == Alert.ERROR:
            raise RuntimeError(f"{self.url}/{self.page} shows an error: {element.alert.body}")
        if self._runs == 1:
            self.kinds[kind] += 1
        if kind == "selectbox" and element.selectbox.label == CONTROL:
            self._choice = (element.selectbox.id, tuple(element.selectbox.options), element.selectbox.raw_value)


async def opened(url: str, page: str, number: int) -> list[Reader]:
    """So many readers, each after the page's first run."""
    return [await Reader(url, page).opened() for _ in range(number)]


async def clicking(readers: Sequence[Reader], *, seconds: float, every: float, seed: int) -> list[Answer]:
    """What the readers got while each clicked about every so many seconds, out of step with the others."""
    until = time.perf_counter() + seconds
    answers: list[Answer] = []

    async def clicks(reader: Reader, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, every))
        while time.perf_counter() < until:
            begun = time.perf_counter()
            answers.append(await reader.change(chance))
            rest = every * chance.uniform(0.8, 1.2) - (time.perf_counter() - begun)
            await asyncio.sleep(max(rest, 0))

    await asyncio.gather(*(clicks(reader, random.Random(seed + n)) for n, reader in enumerate(readers)))
    return answers


async def close(readers: Sequence[Reader]) -> None:
    """Ends all sessions."""
    await asyncio.gather(*(reader.closed() for reader in readers))
