"""Server time, bytes and memory of the pages, each beside a bare page with the same kinds of elements."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Final

from benchmarks import readers
from benchmarks.readers import Answer
from data_sources import readers as registered
from data_sources.policy import OPERATOR, Grant
from data_sources.settings import settings
from geo import places
from pages.shared.frame import OFFICE, PAGES
from tests.browser.harness import ROOT, Server, serving

EVERY: Final = 3.0
HURRIED: Final = 0.2
"""Seconds between two clicks of the one reader who tries every control of a page."""
INDICATOR: Final = "指标"
MANY: Final = 50
ADMINISTRATOR: Final = "benchmark"
STEP: Final = 10
# Blocks hold elements and cost nothing by themselves; spinners come and go.
_LAYOUT: Final = {
    "vertical",
    "horizontal",
    "column",
    "flex_container",
    "spinner",
    "empty",
    "expandable",
    "popover",
    "form",
    "tab",
    "tab_container",
}


@dataclass(frozen=True)
class Clicks:
    """What so many readers measured on one page."""

    users: int
    answers: tuple[Answer, ...]

    @property
    def p50(self) -> float:
        """The median answer, in milliseconds."""
        return 1000 * median(a.seconds for a in self.answers)

    @property
    def p95(self) -> float:
        """The answer that 95 of 100 do not exceed, in milliseconds."""
        return 1000 * quantiles((a.seconds for a in self.answers), n=20, method="inclusive")[-1]

    @property
    def wire(self) -> float:
        """The median bytes that arrived for a change, compressed as they were."""
        return median(a.wire for a in self.answers)

    @property
    def largest(self) -> int:
        """The most bytes that arrived for a change."""
        return max(a.wire for a in self.answers)


@dataclass(frozen=True)
class Page:
    """One served page: where it is, the elements of its first run, and what was measured on it."""

    server: Server
    name: str
    kinds: dict[str, int]
    headers: Mapping[str, str] = field(default_factory=dict)
    """What a proxy says about who looks."""


@dataclass(frozen=True)
class Comparison:
    """The measured page and the bare one, in the same run."""

    kinds: dict[str, int]
    ours: dict[int, Clicks]
    bare: dict[int, Clicks]
    our_session: float
    bare_session: float


@contextmanager
def both(database: str, var: Path) -> Iterator[tuple[Page, Page]]:
    """The talent map, and the bare page made of as many elements of each kind, each served by a process of its own."""
    with _served(database, var) as ours, _beside(ours, "talent_map", var) as pair:
        yield pair


@contextmanager
def _served(database: str, var: Path, **settings: str) -> Iterator[Server]:
    given = {"TALENT_DB": database, "TALENT_VAR": str(var), **settings}
    with serving(ROOT / "app.py", var / "app.log", given) as ours:
        yield ours


@contextmanager
def _beside(
    ours: Server, name: str, var: Path, headers: Mapping[str, str] | None = None
) -> Iterator[tuple[Page, Page]]:
    kinds = asyncio.run(kinds_of(ours.url, name, headers or {}))
    drawn = {"BARE_ELEMENTS": json.dumps(kinds), "PYTHONPATH": str(ROOT)}
    with serving(ROOT / "benchmarks/bare/app.py", var / "bare.log", drawn) as bare:
        yield Page(ours, name, kinds, headers or {}), Page(bare, "", kinds)


def names() -> tuple[str, ...]:
    """Every page that the app links to, an administrator's own at the end."""
    return (*(name for group in PAGES.values() for name in group), *OFFICE)


def every_page(
    database: str, var: Path, wanted: Sequence[str], *, seconds: float
) -> Iterator[tuple[str, Clicks, Clicks]]:
    """Each page with the clicks of one administrator on all of its controls, ours and those of its bare page.

    The administrator is written into the database and signs in by a proxy's header.
    """
    _administered(database)
    who = {settings().proxy_header: ADMINISTRATOR}
    with _served(database, var, TALENT_SIGN_IN="header", TALENT_PROXIES="127.0.0.1") as server:
        for name in wanted:
            with _beside(server, name, var, who) as pair:
                for page in pair:
                    asyncio.run(_warmed(page, label=None))
                ours, bare = (asyncio.run(_clicked(p, 1, seconds, every=HURRIED, label=None)) for p in pair)
                yield name, ours, bare


def compared(database: str, var: Path, *, seconds: float) -> Comparison:
    """Everything that is measured through the websocket; each window lasts so many seconds."""
    with both(database, var) as (ours, bare):
        for page in (ours, bare):
            asyncio.run(_warmed(page))
        sessions = [_session_mb(page) for page in (ours, bare)]
        clicks: list[dict[int, Clicks]] = [{}, {}]
        for users in (1, MANY):
            for page, found in zip((ours, bare), clicks, strict=True):
                found[users] = asyncio.run(_clicked(page, users, seconds))
    return Comparison(ours.kinds, clicks[0], clicks[1], sessions[0], sessions[1])


def beside(
    database: str, var: Path, work: Callable[[], AbstractContextManager[None]], *, users: int, seconds: float
) -> tuple[Clicks, Clicks]:
    """What so many readers of the talent map wait for with nothing else going on, and while `work` goes on beside."""
    with _served(database, var) as server:
        page = Page(server, "talent_map", {})
        asyncio.run(_warmed(page))
        quiet = asyncio.run(_clicked(page, users, seconds))
        with work():
            return quiet, asyncio.run(_clicked(page, users, seconds))


def _administered(database: str) -> None:
    if registered.find(database, ADMINISTRATOR) is None:
        registered.add(database, OPERATOR, ADMINISTRATOR, "管理员")
        registered.grant(database, OPERATOR, ADMINISTRATOR, Grant("administrator", places.PROVINCE))


async def kinds_of(url: str, page: str, headers: Mapping[str, str]) -> dict[str, int]:
    """How many elements of each kind the first run of a page makes."""
    reader = await readers.Reader(url, page, headers).opened()
    await reader.closed()
    return {kind: n for kind, n in sorted(reader.kinds.items()) if kind not in _LAYOUT}


def warm(page: Page) -> None:
    """Changes of one reader, so that the server is as one that has been in use."""
    asyncio.run(_warmed(page))


async def _warmed(page: Page, clicks: int = 20, *, label: str | None = INDICATOR) -> None:
    """So many changes by one reader, so that imports and caches are as on a server that has been in use."""
    (reader,) = await readers.opened(page.server.url, page.name, 1, page.headers)
    chance = random.Random(1)
    for _ in range(clicks):
        await reader.change(chance, label)
    await reader.closed()


async def _clicked(
    page: Page, users: int, seconds: float, *, every: float = EVERY, label: str | None = INDICATOR
) -> Clicks:
    opened = await readers.opened(page.server.url, page.name, users, page.headers)
    answers = await readers.clicking(opened, seconds=seconds, every=every, seed=users, label=label)
    await readers.close(opened)
    return Clicks(users, tuple(answers))


def _session_mb(page: Page) -> float:
    """Megabytes of the server's memory for one more open session: the slope over 50 of them, ten at a time."""

    async def grown() -> float:
        open_now: list[readers.Reader] = []
        seen: list[float] = []
        for _ in range(0, MANY + STEP, STEP):
            joined = await readers.opened(page.server.url, page.name, STEP)
            await _two_clicks_each(joined)
            open_now += joined
            seen.append(_resident_mb(page.server.pid))
        await readers.close(open_now)
        return linear_regression(range(0, len(seen) * STEP, STEP), seen).slope

    return asyncio.run(grown())


async def _two_clicks_each(opened: list[readers.Reader]) -> None:
    chance = random.Random(2)
    for reader in opened:
        await reader.change(chance, INDICATOR)
        await reader.change(chance, INDICATOR)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
