"""Page runs take turns; neither a long one nor one that fails holds up the others."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pages.shared import turns
from pages.shared.turns import Turns
from tests.pages.conftest import Opened

LONG = 60.0


def test_runs_that_come_together_are_drawn_one_after_the_other_in_the_order_they_came() -> None:
    line, order, together = Turns(longest=LONG, patience=LONG), [], []

    def run(number: int) -> None:
        with line.taken():
            order.append(number)
            together.append(sum(event.is_set() for event in line._line))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
    with line.taken():
        for waiting, thread in enumerate(threads, 2):
            thread.start()
            _until(lambda wanted=waiting: len(line._line) == wanted)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert together == [1, 1, 1, 1, 1]


def test_a_run_that_takes_long_loses_its_turn_to_the_next() -> None:
    line = Turns(longest=0.02, patience=LONG)
    assert _seconds_beside(line, held=1) == pytest.approx(0.02, abs=0.5)


def test_nobody_waits_longer_than_patience_whoever_is_before_them() -> None:
    line = Turns(longest=LONG, patience=0.02)
    assert _seconds_beside(line, held=1) == pytest.approx(0.02, abs=0.5)
    assert not line._line


def test_a_run_that_fails_gives_its_turn_back() -> None:
    line = Turns(longest=LONG, patience=LONG)
    with pytest.raises(ZeroDivisionError), line.taken():
        raise ZeroDivisionError
    assert _seconds_beside(line, held=0) < 0.5


def test_a_page_runs_in_its_turn(opened: Opened, demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Told(Turns):
        @contextmanager
        def taken(self) -> Iterator[None]:
            said.append("taken")
            yield
            said.append("given back")

    monkeypatch.setattr(turns, "pages", Told(LONG, LONG))
    opened("about_data")
    assert said == ["taken", "given back"]


def _seconds_beside(line: Turns, held: int) -> float:
    """How long one more waits while so many have been in their turn for a while."""
    with ExitStack() as holding:
        for _ in range(held):
            holding.enter_context(line.taken())
        begun = time.monotonic()
        with line.taken():
            return time.monotonic() - begun


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)
