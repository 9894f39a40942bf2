"""A name that a file brought is text in a map's tooltip, which is HTML."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import expect

from data_sources import reading
from indicators.view import View
from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import ROOT, open_view, serving
from tests.pages import wire
from tests.pages.test_hostile_texts import TEXTS
from tests.pages.test_hostile_texts import hostile as hostile  # a fixture

YUHANG = "330110"


@pytest.mark.slow
def test_a_hostile_name_is_text_in_the_tooltip(visiting: Callable[..., NewPage], hostile: str, tmp_path: Path) -> None:
    named = (pl.col("place_code") == YUHANG) & (pl.col("name") == TEXTS["script"])
    base = reading.register(hostile).filter(named).row(0, named=True)
    settings = {**wire.SIGN_IN, "TALENT_DB": hostile, "TALENT_VAR": str(tmp_path / "var")}
    with serving(ROOT / "app.py", tmp_path / "server.log", settings) as server:
        page = visiting(server.url)()
        cookies = [each.split("=", 1) for each in wire.browser(server.url, "chief")["Cookie"].split("; ")]
        page.context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies])
        open_view(page, f"/bases?place={YUHANG}")
        view = View(indicator="base_use", window="year_to_date", month="2026-10", place=YUHANG, level="county")
        x, y = seeing.on_map(page, view, base["lon"], base["lat"], share=1.0)
        seeing.click_on_map(page, x, y, TEXTS["script"])
        tooltip = page.locator(".deck-tooltip")
        expect(tooltip.first).to_contain_text(TEXTS["script"])
        assert tooltip.locator("img, script").count() == 0
