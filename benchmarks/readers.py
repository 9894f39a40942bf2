"""Simulated readers: they speak the app's own websocket protocol, click, and time the server's answers."""

import asyncio
import random
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.browser.harness import ROOT

KEPT_RUNS: Final[int] = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["global"]["maxCachedMessageAge"]
"""For so many runs a browser keeps a message that the server may refer to."""
OPENED_S = 60
"""Seconds in which a session's first run must have ended."""
PING_S = 20
"""Seconds between two pings, and for the answer to one: a busy process answers late, only one that hangs not for so long."""
Move = Callable[[random.Random], WidgetState]
"""Another state of one control."""


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


class NotOpened(RuntimeError):
    """A session whose page did not come; it says which session, which page, after how long, and why."""


@dataclass
class Reader:
    """One open session on one page of an app; `kinds` counts the elements of its first run."""

    url: str
    page: str
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = "the session"
    kinds: Counter[str] = field(default_factory=Counter)
    _socket: Any = None
    _query: str = ""
    _page_hash: str = ""
    _moves: dict[str, tuple[str, Move]] = field(default_factory=dict)
    _kept: dict[str, int] = field(default_factory=dict)
    _runs: int = 0

    async def opened(self) -> "Reader":
        """The reader after the first run of the page; raises NotOpened."""
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(OPENED_S):
                await self._connect()
                await self._run()
            if not self.controls:
                raise RuntimeError("no control on the page")
        except BaseException as error:
            after = time.perf_counter() - begun
            await self.closed()
            if not isinstance(error, Exception):
                raise
            raise NotOpened(f"{self.name} on {self.url}/{self.page}, after {after:.0f} s: {_why(error)}") from error
        return self

    async def _connect(self) -> None:
        self._socket = await connect(
            f"ws://{urlsplit(self.url).netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            additional_headers=self.headers,
            create_connection=_Counting,
            open_timeout=None,  # as long as the whole opening may take
            ping_interval=PING_S,
            ping_timeout=PING_S,
        )

    @property
    def controls(self) -> tuple[str, ...]:
        """The labels of the controls that can be moved now."""
        return tuple(label for label, _ in self._moves.values())

    async def change(self, chance: random.Random, label: str | None = None) -> Answer:
        """Moves the control of that label, or any, and waits until the page has answered."""
        able = [move for named, move in self._moves.values() if label in (None, named)]
        if not able:
            raise RuntimeError(f"{self.url}/{self.page}: no control named {label} on the page")
        return await self._run(chance.choice(able)(chance))

    async def closed(self) -> None:
        """Ends the session, if there is one."""
        if self._socket is not None:
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
        self._moves.clear()
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
        found = MOVES.get(kind, lambda _: None)(getattr(element, kind, None))
        if found is not None:
            widget, label, move = found
            self._moves[widget] = label, move


def _selectbox(box: Any) -> tuple[str, str, Move] | None:
    others = [option for option in box.options if option != box.raw_value]
    if box.disabled or not others:
        return None
    return box.id, box.label, lambda chance: WidgetState(id=box.id, string_value=chance.choice(others))


def _group(group: Any) -> tuple[str, str, Move] | None:
    names = [option.content for option in group.options]
    others = [name for name in names if name not in group.raw_values]
    if group.disabled or not others:
        return None
    state = lambda chance: WidgetState(id=group.id, string_array_value={"data": [chance.choice(others)]})  # noqa: E731
    return group.id, group.label, state


def _slider(slider: Any) -> tuple[str, str, Move] | None:
    others = [option for option in slider.options if option not in slider.raw_value]
    if slider.disabled or len(slider.raw_value) > 1:
        return None
    if others:
        state = lambda chance: WidgetState(id=slider.id, string_array_value={"data": [chance.choice(others)]})  # noqa: E731
        return slider.id, slider.label, state
    steps = round((slider.max - slider.min) / slider.step) if slider.step and not slider.options else 0
    if steps < 1:
        return None

    def moved(chance: random.Random) -> WidgetState:
        value = slider.min + slider.step * chance.randint(0, steps)
        return WidgetState(id=slider.id, double_array_value={"data": [value]})

    return slider.id, slider.label, moved


def _checkbox(box: Any) -> tuple[str, str, Move] | None:
    return (
        None if box.disabled else (box.id, box.label, lambda chance: WidgetState(id=box.id, bool_value=not box.value))
    )


def _multiselect(box: Any) -> tuple[str, str, Move] | None:
    if box.disabled or not box.options:
        return None
    several = min(len(box.options), box.max_selections or 3, 3)
    state = lambda chance: WidgetState(  # noqa: E731
        id=box.id, string_array_value={"data": chance.sample(list(box.options), chance.randint(1, several))}
    )
    return box.id, box.label, state


def _number(box: Any) -> tuple[str, str, Move] | None:
    if box.disabled:
        return None
    up, down = box.default + box.step, box.default - box.step
    able = [
        value for value in (up, down) if (not box.has_min or value >= box.min) and (not box.has_max or value <= box.max)
    ]
    kind = "int_value" if box.data_type == NumberInput.INT else "double_value"
    state = lambda chance: WidgetState(  # noqa: E731
        id=box.id, **{kind: int(chance.choice(able)) if kind == "int_value" else chance.choice(able)}
    )
    return (box.id, box.label, state) if able else None


MOVES: Mapping[str, Callable[[Any], tuple[str, str, Move] | None]] = {
    "selectbox": _selectbox,
    "button_group": _group,
    "slider": _slider,
    "checkbox": _checkbox,
    "multiselect": _multiselect,
    "number_input": _number,
}
"""By kind of element: its id, its label, and how it is moved; None for one that cannot be."""


def _why(error: Exception) -> str:
    match error:
        case TimeoutError():
            return f"its first run had not ended in {OPENED_S} s"
        case ConnectionClosed(sent=sent) if sent is not None and "keepalive" in sent.reason:
            return f"the server answered no ping for {PING_S} s, so its process hangs"
        case _:
            return str(error)


async def opened(url: str, page: str, number: int, headers: Mapping[str, str] | None = None) -> list[Reader]:
    """So many readers, each after the page's first run; `headers` are what a proxy says with each."""
    named = [f"session {n} of {number}" for n in range(1, number + 1)]
    return [await Reader(url, page, headers or {}, name).opened() for name in named]


async def clicking(
    readers: Sequence[Reader], *, seconds: float, every: float, seed: int, label: str | None = None
) -> list[Answer]:
    """What the readers got while each clicked about every so many seconds, out of step with the others."""
    until = time.perf_counter() + seconds
    answers: list[Answer] = []

    async def clicks(reader: Reader, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, every))
        while time.perf_counter() < until:
            begun = time.perf_counter()
            answers.append(await reader.change(chance, label))
            rest = every * chance.uniform(0.8, 1.2) - (time.perf_counter() - begun)
            await asyncio.sleep(max(rest, 0))

    await asyncio.gather(*(clicks(reader, random.Random(seed + n)) for n, reader in enumerate(readers)))
    return answers


async def close(readers: Sequence[Reader]) -> None:
    """Ends all sessions."""
    await asyncio.gather(*(reader.closed() for reader in readers))
