"""供需与流动 in a real browser: the arcs are seen, the matrix sorts, and the terminal says what the screen says."""

import json
import os
import subprocess
import sys

from playwright.sync_api import Page

from tests.browser import seeing
from tests.browser.harness import ROOT, colours_of, deck_canvases, pixels, settled

_desk, desk = seeing._desk, seeing.desk


def title(desk: Page, part: str) -> str:
    """The first picture's title that has these words."""
    return desk.locator(".picture-title").filter(has_text=part).first.inner_text()


def test_arcs_are_seen_and_fewer_of_them_change_the_map(desk: Page) -> None:
    seeing.visit(desk, "/supply_demand?supply=flows")
    (canvas,) = deck_canvases(desk)
    before = pixels(canvas)
    assert colours_of(before) > 50
    orange = sum(n for n, (r, g, b) in before.getcolors(1 << 24) or () if r > 170 and 60 < g < 140 and b < 90)
    assert orange > 500
    desk.get_by_text("最大20条", exact=True).click()
    desk.locator(".picture-title", has_text="最大 20 个流向").wait_for()
    settled(desk)
    assert "最大 20 个流向" in title(desk, "人员流动")
    assert pixels(deck_canvases(desk)[0]) != before


def test_the_matrix_sorts(desk: Page) -> None:
    seeing.visit(desk, "/supply_demand?supply=flows")
    grid = desk.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    first = grid.locator("canvas").first
    before = pixels(first)
    first.click(position={"x": 90, "y": 16}, force=True)
    desk.wait_for_timeout(600)
    assert pixels(first) != before


def test_the_terminal_says_what_the_screen_says(desk: Page, demo_database: str) -> None:
    seeing.visit(desk, "/supply_demand?supply=flows&place=330100&level=county")
    command = [sys.executable, "-m", "indicators", "flow", "--level", "county", "--place", "330100", "--format", "json"]
    printed = subprocess.run(
        [*command, "--db", demo_database], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    rows = json.loads(printed.stdout)["rows"]
    people = sum(row["people"] for row in rows)
    share = 100 * sum(row["people"] for row in rows[:40]) / people
    assert f"占全部 {share:.1f}%" in title(desk, "人员流动")
    assert title(desk, f"（{rows[0]['people']:,} 人次）")
