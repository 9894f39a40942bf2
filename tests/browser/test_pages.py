"""What every page must hold in a real browser: no sideways scroll on a telephone; charts and tables that fit on A4."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from pages.shared.frame import PAGES
from tests.browser import seeing
from tests.browser.harness import NARROW, Recorder, Server

_desk, desk = seeing._desk, seeing.desk
NAMES = [name for group in PAGES.values() for name in group]
OVER = """() => {
  const boxes = [document.documentElement, document.querySelector('[data-testid="stMain"]')];
  return Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth));
}"""
LONGEST = ["/" if name == NAMES[0] else f"/{name}?level=all" for name in NAMES]
LONGEST += [
    "/supply_demand?supply=flows&level=all",
    "/subsidies?part=transfer&level=all",
    "/bases?base_look=circle&level=all",
]
"""The views with the longest pictures and the widest tables."""
# How tall each picture is on paper, and how far its right edge lies beyond the page's (a table's: beyond its column's), in
# pixels of the paper; what is not printed has no box.
ON_PAPER = """() => [...document.querySelectorAll('.stPlotlyChart, .stDeckGlJsonChart, .on-paper table, .scroll table')].map(shown => {
  const box = shown.getBoundingClientRect(), table = shown.tagName === 'TABLE';
  const within = table && shown.closest('[data-testid="stColumn"]') || document.querySelector('[data-testid="stMainBlockContainer"]');
  const beyond = box.width ? box.right - within.getBoundingClientRect().right : 0;
  return [table ? 0 : box.height, beyond, table ? 'avoid' : getComputedStyle(shown).breakInside];
})"""


@pytest.fixture(scope="module")
def telephone(browser: Browser, server: Server) -> Iterator[Page]:
    """A telephone's browser that the tests of this module share."""
    context = browser.new_context(base_url=server.url, viewport=NARROW, has_touch=True, locale="zh-CN")
    recorder = Recorder.of(context, server.url)
    page = context.new_page()
    page.set_default_timeout(seeing.PATIENCE)
    yield page
    context.close()
    recorder.verify()


@pytest.mark.parametrize("name", NAMES)
def test_no_page_scrolls_sideways_on_a_telephone(name: str, telephone: Page) -> None:
    seeing.visit(telephone, "/" if name == NAMES[0] else f"/{name}")
    assert telephone.get_by_test_id("stMainBlockContainer").inner_text()
    assert telephone.evaluate(OVER) <= 0


@pytest.mark.parametrize("view", LONGEST)
def test_every_chart_and_table_fits_on_a_sheet_of_a4_and_is_never_cut(view: str, desk: Page) -> None:
    seeing.visit(desk, view)
    desk.wait_for_timeout(500)  # the page tells its width to the print's styles by a timer
    desk.emulate_media(media="print")
    pictures = desk.evaluate(ON_PAPER)
    desk.emulate_media(media="null")
    assert all(height <= 1040 for height, _, _ in pictures), pictures
    assert all(beyond <= 1 for _, beyond, _ in pictures), pictures
    assert {how for _, _, how in pictures} <= {"avoid"}
