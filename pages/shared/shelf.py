"""Where a file that was made on a click waits until its browser has asked for it.

Streamlit itself lets go of it with the second run of anybody that ends: where many click, sooner than a browser asks.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final

from streamlit import runtime

PLACES: Final = 64
"""Files that wait at most; the one that waited longest goes first."""
ROOM: Final = 100_000_000
"""Bytes that all of them may take; the newest may take more."""

_sizes: Final[deque[tuple[str, int]]] = deque((f"shelf-{number}", 0) for number in range(PLACES))
"""Each place with what lies there, the one that was filled last at the end."""
_filling: Final = Lock()


def waiting(made: Callable[[], bytes], name: str, mime: str) -> Callable[[], bytes]:
    """What makes the file and has it wait. To be called outside a run, as Streamlit does after a click."""

    def making() -> bytes:
        data = made()
        if runtime.exists():
            _put(data, name, mime)
        return data

    return making


def _put(data: bytes, name: str, mime: str) -> None:
    """Lay it into the place that was filled longest ago, and empty others until there is room."""
    files = runtime.get_instance().media_file_mgr
    with _filling:
        place, _ = _sizes.popleft()
        files.add(data, mime, place, file_name=name, is_for_static_download=True)
        _sizes.append((place, len(data)))
        for at, (old, size) in enumerate(list(_sizes)[:-1]):
            if sum(taken for _, taken in _sizes) <= ROOM:
                break
            if size:
                files.add(b"", "", old, is_for_static_download=True)  # what lay there is nobody's now
                _sizes[at] = old, 0
