"""实训基地 in a real browser: who is within thirty minutes of a base, and does the terminal say what the screen says?"""

import json
import os
import subprocess
import sys
from typing import Any

import polars as pl
from playwright.sync_api import Page

from data_sources import reading
from indicators.view import View
from tests.browser import seeing
from tests.browser.harness import ROOT, colours_of, deck_canvases, pixels, settled

_desk, desk = seeing._desk, seeing.desk

SHENGSI = "330922"


def printed(database: str, *arguments: str) -> list[dict[str, Any]]:
    """What the terminal says."""
    command = [sys.executable, "-m", "indicators", "reach", *arguments, "--format", "json", "--db", database]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ})
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


def test_the_circle_says_what_the_terminal_says_and_moves_with_its_parts(desk: Page, demo_database: str) -> None:
    seeing.visit(desk, "/bases?base_look=circle&level=all")
    (province,) = printed(demo_database, "--level", "province")
    assert f"常住人口的 {100 * province['residents_share']:.1f}%" in desk.locator(".said").inner_text()
    before = pixels(deck_canvases(desk)[0])
    assert colours_of(before) > 50
    desk.get_by_text("可达工位", exact=True).click()
    desk.locator(".picture-title", has_text="每千名数字技能人才可达工位").first.wait_for()
    settled(desk)
    assert pixels(deck_canvases(desk)[0]) != before


def test_a_base_is_chosen_on_the_map_or_in_the_list_and_its_card_opens(desk: Page, demo_database: str) -> None:
    only = printed(demo_database, "--show", "use", "--place", SHENGSI)[0]
    seeing.visit(desk, f"/bases?place={SHENGSI}")
    assert desk.locator("#base-card").count() == 0
    view = View(indicator="base_use", window="year_to_date", month="2026-10", place=SHENGSI, level="county")
    base = reading.register(demo_database).row(by_predicate=pl.col("base_code") == only["base_code"], named=True)
    x, y = seeing.on_map(desk, view, base["lon"], base["lat"], share=1.0)
    seeing.click_on_map(desk, x, y, only["name"])
    desk.locator("#base-card", has_text=only["name"]).wait_for()
    assert f"{only['seats']:,}" in desk.locator("#base-card").inner_text()
    seeing.wait_for(desk, base=only["base_code"])
    seeing.visit(desk, f"/bases?place={SHENGSI}")
    grid = desk.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    grid.locator("canvas").first.click(position={"x": 14, "y": 52}, force=True)
    desk.locator("#base-card").wait_for()
    seeing.wait_for(desk, base=only["base_code"])
