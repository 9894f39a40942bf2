"""A migrated database with some codes, and a key for persons."""

import io
from collections.abc import Iterator

import pytest

from data_sources import settings
from data_sources.intake import reading, sheets
from tests.data_sources import samples
from tests.data_sources.intake import filed


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key for identity numbers."""
    monkeypatch.setenv("TALENT_PERSON_KEY", "k" * 40)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks are read in the test's own process, by the same code, for tests to which the process is not the matter:
    a new one takes a quarter of a second each time (`test_hostile` and `test_load` have it)."""

    def read(_: str, content: bytes) -> bytes:
        answer = io.BytesIO()
        sheets.write(content, answer)
        return answer.getvalue()

    monkeypatch.setattr(reading, "_read_apart", read)


@pytest.fixture
def coded(fresh_sqlite: str, keyed: None) -> str:
    """The URL of a database with base B1 and two organisations."""
    return filed.codes(samples.migrated(fresh_sqlite))
