"""供需与流动 in a real browser: the arcs are seen, and the matrix sorts."""

from playwright.sync_api import Page

from tests.browser import seeing
from tests.browser.harness import colours_of, deck_canvases, pixels, settled


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


def test_the_matrix_sorts(plain: Page) -> None:
    seeing.visit(plain, "/supply_demand?supply=flows")
    grid = plain.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    first = grid.locator("canvas").first
    before = pixels(first)
    first.click(position={"x": 90, "y": 16}, force=True)
    plain.wait_for_timeout(600)
    assert pixels(first) != before
