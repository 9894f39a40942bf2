"""Fixtures of the browser tests: demonstration database, server, and pages that fail on errors and foreign requests."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.harness import NARROW, ROOT, WIDE, Recorder, Server, launched, serving

HERE = Path(__file__).parent
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium, and shares one server: one worker of xdist."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Lets fixtures know how the test went, so that they can keep a picture of a failure."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a demonstration database at scale 0.01, made once for all workers of a run."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    path = shared / "talent.db"
    with (shared / "talent.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            making = path.with_suffix(".making")
            command = [sys.executable, "-m", "data_sources", "demo", "--scale", "0.01", "--db", f"sqlite:///{making}"]
            made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert made.returncode == 0, f"the demonstration database could not be made:\n{made.stdout}{made.stderr}"
            making.rename(path)
    return f"sqlite:///{path}"


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


@pytest.fixture
def visiting(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., NewPage]]:
    """Opens fresh browsers on a server; at the end the test fails if a page erred or asked elsewhere."""
    recorders: list[Recorder] = []
    pages: list[Page] = []
    contexts: list[BrowserContext] = []

    def at(url: str) -> NewPage:
        def new_page(**options: Any) -> Page:
            context = browser.new_context(
                **{"base_url": url, "viewport": WIDE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
            )
            contexts.append(context)
            recorders.append(Recorder.of(context, url))
            pages.append(context.new_page())
            return pages[-1]

        return new_page

    yield at
    if request.node.stash.get(_FAILED, False):
        for number, page in enumerate(pages):
            page.screenshot(path=tmp_path / f"failed-{number}.png")
            print(f"at {page.url}: {tmp_path}/failed-{number}.png")
    for context in contexts:
        context.close()
    for recorder in recorders:
        recorder.verify()


@pytest.fixture
def fresh_page(visiting: Callable[..., NewPage], server: Server, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Makes a page in a fresh browser on the app: `fresh_page(viewport=…, color_scheme="dark")`."""
    yield visiting(server.url)
    if request.node.stash.get(_FAILED, False):
        print(f"the server said:\n{server.said()}")


@pytest.fixture
def page(fresh_page: NewPage) -> Page:
    """A desktop browser, 1440 by 900."""
    return fresh_page()


@pytest.fixture
def narrow(fresh_page: NewPage) -> Page:
    """A telephone's browser, 390 by 844, with touch."""
    return fresh_page(viewport=NARROW, has_touch=True)


@pytest.fixture
def dark(fresh_page: NewPage) -> Page:
    """A desktop browser whose system asks for dark."""
    return fresh_page(color_scheme="dark")
