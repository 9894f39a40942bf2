"""Two processes behind nginx and many readers: what a change takes, and the memory that the processes come to hold."""

import asyncio
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median

from benchmarks import readers
from benchmarks.pages import INDICATOR, Clicks, kinds_of
from benchmarks.readers import Reader
from tests import servers
from tests.browser.harness import ROOT, Server, serving

PAGE = "talent_map"
EVERY = 5.0
ALONE = 1.0
"""Seconds between two clicks of one of many, and of one alone, who waits for nobody."""
SESSIONS = (1, 50, 200)
AT_ONCE = 10


@dataclass(frozen=True)
class Site:
    """The address of nginx and the two processes behind it."""

    url: str
    copies: tuple[Server, ...]


@contextmanager
def site(
    url: str, home: Path, script: Path = ROOT / "app.py", given: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """Two processes of the app (or of another script) on one database and one folder of cubes, as deploy/ has them."""
    home.mkdir(parents=True, exist_ok=True)
    settings = {**servers.unit_environment(), "TALENT_DB": url, "TALENT_VAR": str(home / "var"), **(given or {})}
    with ExitStack() as running:
        copies = [running.enter_context(serving(script, home / f"log{n}", settings)) for n in (1, 2)]
        if script.name == "app.py" and script.parent == ROOT:
            for copy in copies:
                servers.until_ready(copy.url, 300)
        for kept in home.glob("nginx"):
            kept.rename(home / f"nginx-{time.time():.0f}")
        yield Site(running.enter_context(servers.nginx(home / "nginx", [c.url for c in copies])), tuple(copies))


@contextmanager
def bare(ours: Site, home: Path) -> Iterator[Site]:
    """The same with a page of as many elements of each kind and no work."""
    kinds = asyncio.run(kinds_of(ours.url, PAGE, {}))
    drawn = {"BARE_ELEMENTS": json.dumps(kinds), "PYTHONPATH": str(ROOT)}
    with site("", home, ROOT / "benchmarks/bare/app.py", drawn) as found:
        yield found


def clicked(where: Site, page: str, sessions: int, seconds: float) -> Clicks:
    """What so many readers wait for, each with a cookie of its own, so that nginx spreads them over both processes."""

    async def measured() -> Clicks:
        opened = await sitting(where, page, sessions)
        every = ALONE if sessions == 1 else EVERY
        for reader in opened[:20]:
            await reader.change(random.Random(3), INDICATOR)
        answers = await readers.clicking(opened, seconds=seconds, every=every, seed=sessions, label=INDICATOR)
        await readers.close(opened)
        return Clicks(sessions, tuple(answers))

    return asyncio.run(measured())


async def sitting(where: Site, page: str, sessions: int) -> list[Reader]:
    """So many open readers, ten at a time."""
    waiting = [
        Reader(where.url, page, {"Cookie": f"talent=reader{n}"}, f"session {n + 1} of {sessions}")
        for n in range(sessions)
    ]
    for first in range(0, sessions, AT_ONCE):
        await asyncio.gather(*(reader.opened() for reader in waiting[first : first + AT_ONCE]))
    return waiting


@dataclass(frozen=True)
class Held:
    """Megabytes of one process at a moment: its own, which it wrote, those of cubes that it maps, and the minute."""

    minute: float
    own: float
    cubes: float


@dataclass(frozen=True)
class Memory:
    """What each process held over the load, and what one session more takes."""

    held: tuple[tuple[Held, ...], ...]
    session: float
    clicks: Clicks

    def slope(self, after: float) -> float:
        """Megabytes a minute and process from that minute on, the mean of the processes."""
        late = [[each for each in one if each.minute >= after] for one in self.held]
        found = [linear_regression([e.minute for e in one], [e.own for e in one]).slope for one in late]
        return sum(found) / len(found)

    @property
    def own(self) -> float:
        """Megabytes of its own that a process holds at the end, the larger one."""
        return max(one[-1].own for one in self.held)

    @property
    def cubes(self) -> float:
        """Megabytes of cubes mapped, once for all processes of the host."""
        return max(one[-1].cubes for one in self.held)


def memory(where: Site, sessions: int, minutes: float) -> Memory:
    """Memory under so many minutes of readers who move every control of the page; then by session, as many more of them."""

    async def loaded() -> Memory:
        opened = await sitting(where, PAGE, sessions)
        begun = time.monotonic()
        series: list[list[Held]] = [[] for _ in where.copies]

        async def looking() -> None:
            while True:
                minute = (time.monotonic() - begun) / 60
                for one, copy in zip(series, where.copies, strict=True):
                    one.append(held(copy.pid, minute))
                await asyncio.sleep(10)

        watch = asyncio.create_task(looking())
        answers = await readers.clicking(opened, seconds=60 * minutes, every=EVERY, seed=7)
        watch.cancel()
        before = sum(held(copy.pid, minutes).own for copy in where.copies)
        more = await sitting(where, PAGE, sessions)
        for reader in more:
            await reader.change(random.Random(5), INDICATOR)
        grown = sum(held(copy.pid, minutes).own for copy in where.copies) - before
        await readers.close([*opened, *more])
        return Memory(tuple(tuple(one) for one in series), grown / sessions, Clicks(sessions, tuple(answers)))

    return asyncio.run(loaded())


def held(pid: int, minute: float) -> Held:
    """What a process holds now; pages of the cubes' files count apart, as every process of the host shares them."""
    own = cubes = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text(errors="replace").splitlines():
        head, *rest = line.split()
        if not head.endswith(":"):
            inside = "/cubes/" in line
        elif head == "Rss:" and inside:
            cubes += int(rest[0])
        elif head == "Private_Dirty:" and not inside:  # clean pages of libraries are private where nobody else runs
            own += int(rest[0])
    return Held(minute, own / 1024, cubes / 1024)


def smoothed(series: Sequence[Held], minutes: float = 1.0) -> list[tuple[float, float]]:
    """The median of each minute: minute, megabytes."""
    steps = sorted({int(each.minute / minutes) for each in series})
    return [(step * minutes, median(e.own for e in series if int(e.minute / minutes) == step)) for step in steps]
