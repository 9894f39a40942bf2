"""From nothing to the map on the first start; and what an open page says while its database is away."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import ROOT, serving, settled

Visiting = Callable[[str], NewPage]


def test_the_first_start_shows_its_progress_and_then_the_map(
    visiting: Visiting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = {"TALENT_VAR": str(tmp_path / "var"), "TALENT_DEMO_SCALE": "0.05"}
    began = time.monotonic()
    with serving(ROOT / "app.py", tmp_path / "log", settings) as server:
        page = visiting(server.url)()
        page.goto("/talent_map?place=330110")
        expect(page.get_by_test_id("stMain")).to_contain_text("首次启动：正在准备演示数据")
        expect(page.get_by_test_id("stProgress")).to_be_visible()
        page.wait_for_selector('[data-testid="stDeckGlJsonChart"] canvas')
        took = time.monotonic() - began
        record_property("seconds until the map of the first start", round(took, 1))
        print(f"{took:.1f} s from the command to the map")
        assert seeing.breadcrumb(settled(page)) == ["浙江省", "杭州市", "余杭区"]
        assert took < 75
        assert "演示数据（模拟）" in seeing.words(page)
        assert "生成演示数据" in server.log.read_text()
    assert (tmp_path / "var" / "talent.db").exists()


def test_a_deep_link_opens_its_page_on_a_new_server_and_the_page_says_while_its_database_is_away(
    demo_database: str, visiting: Visiting, tmp_path: Path
) -> None:
    file = Path(shutil.copy(demo_database.removeprefix("sqlite:///"), tmp_path / "talent.db"))
    settings = {"TALENT_VAR": str(tmp_path / "var"), "TALENT_DB": f"sqlite:///{file}"}
    with serving(ROOT / "app.py", tmp_path / "log", settings) as server:
        page = seeing.opened(visiting(server.url)(maps=False), "/talent_map?place=330110")
        assert seeing.breadcrumb(page) == ["浙江省", "杭州市", "余杭区"]
        assert not page.get_by_role("dialog").count()
        assert "Page not found" not in page.content()
        seen, title = seeing.words(page), seeing.title(page)
        hidden = file.rename(tmp_path / "hidden.db")
        _until(page, lambda: "此前读到的数据（v46）" in page.content())
        assert "talent.db 不存在" in page.get_by_test_id("stAlert").inner_text()
        assert seeing.title(page) == title
        page.reload()
        seeing.says(page, "#place-card", "余杭区")
        assert "此前读到的数据（v46）" in page.get_by_test_id("stAlert").inner_text()
        hidden.rename(file)
        _until(page, lambda: not page.get_by_test_id("stAlert").count())
        assert seeing.words(settled(page)) == seen
        assert "Traceback" not in server.log.read_text()


def _until(page: Page, true: Callable[[], bool]) -> None:
    """Looks at the page again and again, as its reader does, until it is so; half a minute at most.

    The app itself looks at its database every five seconds.
    """
    until = time.monotonic() + 30
    while not true():
        if time.monotonic() > until:
            pytest.fail("the page never said so")
        page.wait_for_timeout(2000)
        seeing.visit(page, "/talent_map?place=330110")
