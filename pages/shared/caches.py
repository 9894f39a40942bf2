"""How pages keep what is costly to work out: bounded, shared by all readers, let go together by the tests.

What is worked out of the cubes takes them as its first argument, `cubes`, and is let go when newer ones are served: it
would hold on to all of the older ones.
"""

import inspect
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")
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


class Single(Generic[_T]):
    """What a process has one of: made by whoever asks first, while the others wait; decorates what makes it."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make, self._made, self._making = make, list[_T](), Lock()
        _ALL.append(self)

    @property
    def made(self) -> bool:
        """Whether it is there."""
        return bool(self._made)

    def __call__(self) -> _T:
        """The only one."""
        if not self._made:
            with self._making:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def cache_clear(self) -> None:
        """Let it go."""
        self._made.clear()


class _Given:
    """An argument as part of a key: what has no hash, as a frame, by its identity."""

    def __init__(self, value: Any) -> None:
        self.value = value
        try:
            self._hash, self._plain = hash(value), True
        except TypeError:
            self._hash, self._plain = id(value), False

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Given):
            return NotImplemented
        return self.value is other.value or (self._plain and other._plain and bool(self.value == other.value))


def once(make: Callable[..., _T], *given: Any, **named: Any) -> _T:
    """What a pure function makes of its arguments, made once: a frame that is kept is the same one the next time."""
    found: _T = _once(make, tuple(map(_Given, given)), tuple((name, _Given(each)) for name, each in named.items()))
    return found


@kept(maxsize=256)
def _once(make: Callable[..., Any], given: tuple[_Given, ...], named: tuple[tuple[str, _Given], ...]) -> Any:
    return make(*(each.value for each in given), **{name: each.value for name, each in named})


_OF_CUBES.append(_once)  # its frames are of the cubes


def forget_cubes() -> None:
    """Let everything go that was worked out of cubes."""
    for keeper in _OF_CUBES:
        keeper.cache_clear()


def forget() -> None:
    """Let everything go."""
    for keeper in _ALL:
        keeper.cache_clear()
