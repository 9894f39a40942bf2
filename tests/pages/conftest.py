"""The app in this process, page by page: `opened` runs a page over a database of the test's choice."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data_sources import preparation, settings
from geo import boundaries
from indicators import catalogue
from pages.shared import cached, caches
from tests.pages.reading import ROOT

Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration database's cubes lie between the tests."""
    return tmp_path_factory.mktemp("demo-var")


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Sets the settings of this process, as if it had been started with them: `over(TALENT_DB=…)`."""
    _forget()
    monkeypatch.setenv("TALENT_VAR", str(tmp_path / "var"))

    def set_to(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name, str(value))

    yield set_to
    _forget()


@pytest.fixture
def opened(over: Callable[..., None], demo_url: str, demo_var: Path) -> Opened:
    """Opens a page over the demonstration database, or over `db`: `opened("talent_map", place="330110")`."""

    def at(page: str = "overview", *, db: str | None = None, **query: Any) -> AppTest:
        over(**{"TALENT_DB": demo_url, "TALENT_VAR": demo_var} if db is None else {"TALENT_DB": db})
        app = AppTest.from_file(str(ROOT / "pages/shared/main.py"), default_timeout=120)
        if page != "overview":
            app.run().switch_page(f"../{page}/page.py")
        app.query_params = query
        return app.run()

    return at


def _forget() -> None:
    """Stop watching the last database and let every cache of the process go."""
    cached.unwatch()
    for thread in threading.enumerate():
        if thread.name == "talent-live":
            thread.join(30)
    caches.forget()
    for kept in (settings.settings, catalogue.catalogue, preparation.preparation):
        kept.cache_clear()
    boundaries.use_file(None)
