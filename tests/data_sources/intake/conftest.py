"""A migrated database with some codes, and a key for persons."""

from collections.abc import Iterator

import pytest

from data_sources import settings
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
def coded(fresh_sqlite: str, keyed: None) -> str:
    """The URL of a database with base B1 and two organisations."""
    return filed.codes(samples.migrated(fresh_sqlite))
