"""Page runs of a process take turns: one is finished before the next begins, since they share one interpreter.

Side by side each would take as long as all of them together, and what is ready to be sent would wait behind every one.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class Turns:
    """First come, first served, and nobody is held up by a run that works or waits for long.

    A run keeps its turn for `longest` seconds while others wait; then it goes on beside them. Nobody waits longer than
    `patience` seconds.
    """

    def __init__(self, longest: float, patience: float) -> None:
        self._longest, self._patience = longest, patience
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()  # the first has the turn
        self._since = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """The block runs in its turn."""
        mine = threading.Event()
        with self._lock:
            self._line.append(mine)
            if self._line[0] is mine:
                self._begin()
        self._wait(mine)
        try:
            yield
        finally:
            self._leave(mine)

    def _wait(self, mine: threading.Event) -> None:
        until = time.monotonic() + self._patience
        while not mine.wait(min(self._longest, until - time.monotonic())):
            if time.monotonic() >= until:
                self._leave(mine)
                return
            self._pass_on()

    def _pass_on(self) -> None:
        """Ends a turn that has lasted for too long."""
        with self._lock:
            first, held = self._line[0], time.monotonic() - self._since
        if held >= self._longest:
            self._leave(first)

    def _leave(self, one: threading.Event) -> None:
        with self._lock:
            if one in self._line:
                had_turn = self._line[0] is one
                self._line.remove(one)
                if had_turn and self._line:
                    self._begin()

    def _begin(self) -> None:
        self._since = time.monotonic()
        self._line[0].set()


pages: Final = Turns(longest=0.1, patience=0.3)
"""Of this process: most runs take a fifth of `longest`."""
