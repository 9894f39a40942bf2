"""How pages keep what is costly to work out: bounded, shared by all readers, let go together by the tests."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

_ALL: list[Any] = []


def kept(maxsize: int) -> Callable[[Callable[..., Any]], Any]:
    """Keeps the newest `maxsize` results by their arguments, among them the cubes: nobody may mutate what is kept."""

    def keeping(make: Callable[..., Any]) -> Any:
        keeper = lru_cache(maxsize=maxsize)(make)
        _ALL.append(keeper)
        return keeper

    return keeping


def forget() -> None:
    """Let everything go."""
    for keeper in _ALL:
        keeper.cache_clear()
