"""Files that were made wait for their browsers, but not all of them for ever; tried with Streamlit's own store of files."""

from collections.abc import Callable
from unittest.mock import MagicMock

import pytest
from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from pages.shared import shelf


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Makes files of these sizes one after another; the sizes of those that still wait after two runs of others."""
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: MagicMock(media_file_mgr=files))

    def made(*sizes: int) -> list[int]:
        ids = {}
        for number, size in enumerate(sizes):
            data = bytes([number]) * size
            assert shelf.waiting(lambda data=data: data, "表.csv", "text/csv")() == data  # type: ignore[misc]
            ids[size] = files.add(data, "text/csv", "asked", file_name="表.csv", is_for_static_download=True)
        files.add(b"", "text/csv", "asked")
        files.remove_orphaned_files()
        files.remove_orphaned_files()
        return [size for size, url in ids.items() if files.read_file(url.removeprefix("/media/"))]

    return made


def test_files_wait_until_their_room_is_needed(
    waiting: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "ROOM", 100)
    assert waiting(40, 50) == [40, 50]
    assert waiting(41, 42, 43) == [42, 43]


def test_the_newest_waits_whatever_its_size(waiting: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "ROOM", 100)
    assert waiting(60, 500) == [500]


def test_of_more_files_than_places_the_newest_wait(waiting: Callable[..., list[int]]) -> None:
    sizes = range(1, shelf.PLACES + 4)
    assert waiting(*sizes) == list(sizes)[3:]
