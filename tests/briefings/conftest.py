"""The documents' tests read lists, which are in no cube, from the demonstration database."""

from collections.abc import Iterator

import pytest

from data_sources.settings import settings


@pytest.fixture(scope="module", autouse=True)
def _demonstration(demo_url: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TALENT_DB", demo_url)
        settings.cache_clear()
        yield
    settings.cache_clear()
