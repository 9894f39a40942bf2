"""实训基地 in a real browser: who is within thirty minutes of a base, and which base is this?"""

import polars as pl
import pytest
from playwright.sync_api import Page

from data_sources import reading
from indicators.view import View
from tests.browser import seeing
from tests.browser.harness import colours_of, deck_canvases, pixels, settled

SHENGSI = "330922"


@pytest.mark.slow  # that the map moves is told by what is sent; that such ground is drawn, by 产业集群
def test_the_circle_moves_with_its_parts(desk: Page) -> None:
    seeing.visit(desk, "/bases?base_look=circle&level=all")
    before = pixels(deck_canvases(desk)[0])
    assert colours_of(before) > 50
    desk.get_by_text("可达工位", exact=True).click()
    desk.locator(".picture-title", has_text="每千名数字技能人才可达工位").first.wait_for()
    settled(desk)
    assert pixels(deck_canvases(desk)[0]) != before


def test_a_base_is_chosen_in_the_list_or_on_the_map_and_its_card_opens(
    plain: Page, desk: Page, demo_database: str
) -> None:
    seeing.visit(plain, f"/bases?place={SHENGSI}")
    assert plain.locator("#base-card").count() == 0
    grid = plain.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    grid.locator("canvas").first.click(position={"x": 14, "y": 52}, force=True)
    plain.locator("#base-card").wait_for()
    code = seeing.query(settled(plain))["base"]
    base = reading.register(demo_database).row(by_predicate=pl.col("base_code") == code, named=True)
    plain.go_back()
    plain.locator("#base-card").wait_for(state="detached")
    seeing.visit(desk, f"/bases?place={SHENGSI}")
    view = View(indicator="base_use", window="year_to_date", month="2026-10", place=SHENGSI, level="county")
    x, y = seeing.on_map(desk, view, base["lon"], base["lat"], share=1.0)
    seeing.click_on_map(desk, x, y, base["name"])
    desk.locator("#base-card", has_text=base["name"]).wait_for()
    assert f"{base['seats']:,}" in desk.locator("#base-card").inner_text()
    seeing.wait_for(desk, base=code)
