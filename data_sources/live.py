"""The database as the app sees it now: its health and its cubes, watched by one thread, never asked for by a page.

Pages read `now`: a value that is swapped whole. While the database is away the last cubes keep being served.
"""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from data_sources import cubes, engine, health, submissions
from data_sources.cubes import Cubes
from data_sources.health import Health

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Now:
    """One consistent sight of the database: its health, the cubes that can be served (None until there are some)."""

    health: Health
    cubes: Cubes | None
    seen_at: datetime
    real: bool
    """Whether anything but simulated data was ever filed."""


class Live:
    """Watches one database; `now` is always the newest sight of it."""

    def __init__(self, url: str, folder: Path, every: float = 5.0) -> None:
        self._url, self._folder, self._every = url, folder, every
        self._now: Now | None = None
        self._read_at = datetime.now()
        self._first = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="talent-live", daemon=True)

    def start(self) -> "Live":
        """Begin to watch."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End watching."""
        self._stopped.set()

    @property
    def seen(self) -> bool:
        """Whether the database has been looked at once."""
        return self._now is not None

    def now(self, timeout: float = 120.0) -> Now:
        """The newest sight; waits for the first one."""
        self._first.wait(timeout)
        if self._now is None:
            raise TimeoutError(f"数据库在 {timeout:.0f} 秒内没有读完：{engine.shown_url(self._url)}")
        return self._now

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self.look()
            self._stopped.wait(self._every)

    def look(self) -> None:
        """Look once, and swap `now` when something changed."""
        found = health.examine(self._url)
        kept, real = (self._now.cubes, self._now.real) if self._now else (None, False)
        if found.usable:
            try:
                real = submissions.real(self._url)
                kept = self._fresh(kept)
            except Exception as error:
                log.exception("cubes could not be read")
                found = health.broken(error)
        now = datetime.now()
        if found.usable:
            self._read_at = now
        elif kept is not None:
            found = replace(found, message=f"{found.message}最后一次读到数据库是在{_moment(self._read_at)}。")
        self._now = Now(health=found, cubes=kept, seen_at=now, real=real)
        self._first.set()

    def _fresh(self, kept: Cubes | None) -> Cubes:
        _, name = cubes.fingerprint(self._url)
        if kept is not None and name == kept.name:
            return kept
        return cubes.load(self._url, self._folder)


def _moment(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"
