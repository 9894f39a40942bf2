"""Fixtures of the browser tests: demonstration database, server, and pages that fail on errors and foreign requests."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from data_sources.engine import sqlite_file
from tests.browser.harness import (
    NARROW,
    ROOT,
    WIDE,
    Recorder,
    Server,
    launched,
    serving,
    with_blank_maps,
    without_maps,
)
from tests.browser.seeing import PATIENCE

expect.set_options(timeout=PATIENCE)
HERE = Path(__file__).parent
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Lets fixtures know how the test went, so that they can keep a picture of a failure."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def demo_database(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a copy of the demonstration database: the app writes into it who took what along."""
    file = tmp_path_factory.mktemp("browser") / "talent.db"
    shutil.copy(sqlite_file(demo_url), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def server(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app over the demonstration database, on a port of its own."""
    var = tmp_path_factory.mktemp("var")
    settings = {"TALENT_DB": demo_database, "TALENT_VAR": str(var)}
    with serving(ROOT / "app.py", var / "server.log", settings) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder; Playwright's event loop must not outlive it."""
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Tab:
    """A page of a browser of its own, and what it did that it must not do."""

    page: Page
    recorder: Recorder


Prepared = Callable[[BrowserContext], BrowserContext]


def _as_it_is(context: BrowserContext) -> BrowserContext:
    return context


@contextmanager
def _tab(browser: Browser, url: str, prepared: Prepared = _as_it_is, **options: Any) -> Iterator[Tab]:
    usual = {"base_url": url, "viewport": WIDE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    context = prepared(browser.new_context(**usual | options))  # type: ignore[arg-type]
    recorder = Recorder.of(context, url)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield Tab(page, recorder)
    context.close()


@pytest.fixture(scope="package")
def _desk(browser: Browser, server: Server) -> Iterator[Tab]:
    with _tab(browser, server.url) as tab:
        yield tab


@pytest.fixture(scope="package")
def _plain(browser: Browser, server: Server) -> Iterator[Tab]:
    with _tab(browser, server.url, without_maps) as tab:
        yield tab


@pytest.fixture(scope="package")
def _paper(browser: Browser, server: Server) -> Iterator[Tab]:
    with _tab(browser, server.url, with_blank_maps) as tab:
        yield tab


@pytest.fixture(scope="package")
def _telephone(browser: Browser, server: Server) -> Iterator[Tab]:
    with _tab(browser, server.url, with_blank_maps, viewport=NARROW, has_touch=True) as tab:
        yield tab


@pytest.fixture
def desk(_desk: Tab, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A desktop browser that all tests share, so that each need not load the app: `visit` what you want to see."""
    yield _desk.page
    _given_back(_desk, request, tmp_path)


@pytest.fixture
def plain(_plain: Tab, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """Another reader's desktop browser, shared too, without the maps: for words, lists, charts, tables and files."""
    yield _plain.page
    _given_back(_plain, request, tmp_path)


@pytest.fixture
def paper(_paper: Tab, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A third, shared too, whose maps stay blank: for sheets, and for the sizes of all that is on a page."""
    yield _paper.page
    _given_back(_paper, request, tmp_path)


@pytest.fixture
def telephone(_telephone: Tab, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A telephone's browser, 390 by 844, with touch, shared too; maps stay blank unless `drawing` draws them."""
    yield _telephone.page
    _given_back(_telephone, request, tmp_path)


def _given_back(tab: Tab, request: pytest.FixtureRequest, folder: Path) -> None:
    """Keeps a picture of a failure and lets the next test load the app afresh; fails if the page did what it must not."""
    if request.node.stash.get(_FAILED, False):
        tab.page.screenshot(path=folder / "failed.png")
        print(f"at {tab.page.url}: {folder}/failed.png")
        tab.page.goto("about:blank")
        tab.page.emulate_media(media="null", color_scheme="null")
    tab.recorder.verify()


@pytest.fixture
def visiting(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., NewPage]]:
    """Opens fresh browsers on a server; at the end the test fails if a page erred or asked elsewhere."""
    tabs: list[Tab] = []
    with ExitStack() as open_tabs:

        def at(url: str) -> NewPage:
            def new_page(*, maps: bool = True, **options: Any) -> Page:
                tabs.append(open_tabs.enter_context(_tab(browser, url, _as_it_is if maps else without_maps, **options)))
                return tabs[-1].page

            return new_page

        yield at
        if request.node.stash.get(_FAILED, False):
            for number, tab in enumerate(tabs):
                tab.page.screenshot(path=tmp_path / f"failed-{number}.png")
                print(f"at {tab.page.url}: {tmp_path}/failed-{number}.png")
    for tab in tabs:
        tab.recorder.verify()


@pytest.fixture
def fresh_page(visiting: Callable[..., NewPage], server: Server, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Makes a page in a fresh browser on the app: `fresh_page(viewport=…, color_scheme="dark", maps=False)`."""
    yield visiting(server.url)
    if request.node.stash.get(_FAILED, False):
        print(f"the server said:\n{server.said()}")
