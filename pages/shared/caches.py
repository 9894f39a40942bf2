"""How pages keep what is costly to work out: bounded, shared by all readers, let go together by the tests.

What is worked out of the cubes takes them as its first argument, `cubes`, and is let go when newer ones are served: it
would hold on to all of the older ones.
"""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_ALL: list[Any] = []
_OF_CUBES: list[Any] = []


def kept(maxsize: int) -> Callable[[Callable[..., Any]], Any]:
    """Keeps the newest `maxsize` results by their arguments, among them the cubes: nobody may mutate what is kept."""

    def keeping(make: Callable[..., Any]) -> Any:
        keeper = lru_cache(maxsize=maxsize)(make)
        _ALL.append(keeper)
        if "cubes" in inspect.signature(make).parameters:
            _OF_CUBES.append(keeper)
        return keeper

    return keeping


def forget_cubes() -> None:
    """Let everything go that was worked out of cubes."""
    for keeper in _OF_CUBES:
        keeper.cache_clear()


def forget() -> None:
    """Let everything go."""
    for keeper in _ALL:
        keeper.cache_clear()
