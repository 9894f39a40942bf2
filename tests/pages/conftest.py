"""The app in this process, page by page: `opened` runs a page over a database of the test's choice."""

import inspect
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data_sources import health, preparation, readers, settings, submissions
from data_sources.engine import sqlite_file
from data_sources.policy import OPERATOR, Grant
from geo import boundaries
from indicators import catalogue
from pages.shared import access, cached, caches, downloads
from tests.indicators.conftest import rows as printed  # noqa: F401  what the terminal says of the same
from tests.pages.reading import ROOT

Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_var(demo_url: str) -> Path:
    """Where the demonstration database's cubes lie, for all tests and workers of a run."""
    return sqlite_file(demo_url).parent / "var"


_filled_under: dict[str, str] | None = None
"""The settings under which this process's caches were filled; None when they are empty."""


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_for_other_modules() -> Iterator[None]:
    yield
    _forget()


@pytest.fixture
def over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., None]]:
    """Sets the settings of this process, as if it had been started with them: `over(TALENT_DB=…)`.

    What the app has kept lasts from test to test while the settings are the same; a test that patches shares nothing.
    """
    patches = "monkeypatch" in inspect.signature(request.function).parameters
    if patches:
        _forget()
    monkeypatch.setenv("TALENT_VAR", str(tmp_path / "var"))

    def set_to(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name, str(value))
        _keep_under({name: value for name, value in os.environ.items() if name.startswith("TALENT_")})

    yield set_to
    settings.settings.cache_clear()
    if patches:
        _forget()


def _keep_under(now: dict[str, str]) -> None:
    global _filled_under
    settings.settings.cache_clear()
    if "TALENT_DB" not in now or now == _filled_under:
        return  # without a database of its own, what is set so far is only the beginning
    _forget()
    _filled_under = now


@pytest.fixture
def opened(over: Callable[..., None], demo_url: str) -> Opened:
    """Opens a page over the demonstration database, or over `db`: `opened("talent_map", place="330110")`.

    The cubes of a SQLite database lie beside it: tests that share one build them once. `claims` are what an identity
    service said of who signed in. Without them nobody signs in, unless something was really filed in `db`: then someone
    of every role does.
    """

    def at(
        page: str = "overview", *, db: str | None = None, claims: dict[str, Any] | None = None, **query: Any
    ) -> AppTest:
        if claims is None and db is not None and _really_filed(db):
            claims = signed_in(registered(db, "everyone", *(Grant(role, "330000", exports=True) for role in ALL_ROLES)))
        given = {"TALENT_DB": db or demo_url} | ({} if claims is None else SIGN_IN)
        if db is None or db.startswith("sqlite"):
            given["TALENT_VAR"] = str(sqlite_file(given["TALENT_DB"]).parent / "var")
        over(**given)
        app = AppTest.from_file(str(ROOT / "pages/entry/main.py"), default_timeout=120)
        app._bidi_component_manager = _components()
        app.user = claims or {}
        if page != "overview":
            app._page_hash = calc_hash(
                page
            )  # as a deep link does; `switch_page` wants a whole run of the overview first
        app.query_params = query
        return app.run()

    return at


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """The files that the pages of a test offer in all their menus, by name, to be made as a click would."""
    files: dict[str, Callable[[], bytes]] = {}
    real, closed = downloads.st.download_button, downloads.st.popover

    def opening(label: str, **given: Any) -> Any:
        menu = closed(label, **given)
        menu.open = True
        return menu

    def offering(label: str, data: Any, file_name: str, **given: Any) -> bool:
        files[file_name] = data
        return bool(real(label, data=data, file_name=file_name, **given))

    monkeypatch.setattr(downloads.st, "popover", opening)
    monkeypatch.setattr(downloads.st, "download_button", offering)
    return files


ISSUER = "http://identity.test"
SIGN_IN = {
    "TALENT_SIGN_IN": "oidc",
    "TALENT_ADDRESS": "http://talent.test",
    "TALENT_OIDC_ISSUER": ISSUER,
    "TALENT_OIDC_CLIENT_ID": "talent",
    "TALENT_OIDC_CLIENT_SECRET": "not a secret",
    "TALENT_COOKIE_SECRET": "c" * 32,
}
ALL_ROLES = ("province", "submitter", "approver", "administrator")


def signed_in(subject: str, **other: Any) -> dict[str, Any]:
    """The claims of someone who signed in just now, but for what is given."""
    now = int(time.time())
    return {"is_logged_in": True, "iss": ISSUER, "sub": subject, "iat": now, "exp": now + 3600} | other


def registered(url: str, subject: str, *grants: Grant) -> str:
    """Registers someone and grants; the subject."""
    readers.add(url, OPERATOR, subject, f"名为{subject}")
    for grant in grants:
        readers.grant(url, OPERATOR, subject, grant)
    return subject


def with_readers(demo_url: str, folder: Path) -> str:
    """The URL of a copy of the demonstration database with readers of two counties, one of them without files, and of
    the province, an administrator, and one whom nothing was granted."""
    url = f"sqlite:///{shutil.copy(sqlite_file(demo_url), folder / 'talent.db')}"
    registered(url, "yuhang", Grant("county", "330110", exports=True))
    registered(url, "looker", Grant("county", "330110"))
    registered(url, "cixi", Grant("county", "330282", exports=True))
    registered(url, "province", Grant("province", "330000", exports=True))
    registered(url, "chief", Grant("administrator", "330000"))
    registered(url, "new")
    return url


def _really_filed(url: str) -> bool:
    return health.examine(url).usable and submissions.real(url)


@cache
def _components() -> BidiComponentManager:
    """The installed components, looked for once, not once an app."""
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


def _forget() -> None:
    """Stop watching the last database and let every cache of the process go."""
    global _filled_under
    _filled_under = None
    cached.unwatch()
    for thread in threading.enumerate():
        if thread.name == "talent-live":
            thread.join(30)
    caches.forget()
    access._last.clear()
    for kept in (settings.settings, catalogue.catalogue, preparation.preparation):
        kept.cache_clear()
    boundaries.use_file(None)
