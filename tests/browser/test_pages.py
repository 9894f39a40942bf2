"""What every page must hold in a real browser: charts and tables that fit on A4; no sideways scroll on a telephone."""

import pytest
from playwright.sync_api import Page

from geo import places
from indicators.catalogue import catalogue
from pages.shared.frame import PAGES
from tests.browser import seeing

# Chromium's PDFs give these characters back as the radicals that look the same.
RADICALS = str.maketrans("青龙长门黄见", "⻘⻰⻓⻔⻩⻅")
NAMES = [name for group in PAGES.values() for name in group]
OVER = """() => {
  const boxes = [document.documentElement, document.querySelector('[data-testid="stMain"]')];
  return Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth));
}"""
PARTS = [f"/subsidies?part={part}" for part in ("checks", "payments", "transfer")]
LONGEST = ["/" if name == NAMES[0] else f"/{name}?level=all" for name in NAMES]
"""The views with the longest pictures and the widest tables."""
LONG_TOO = [
    "/supply_demand?supply=flows&level=all",
    "/subsidies?part=transfer&level=all",
    "/bases?base_look=circle&level=all",
]
# How tall each picture is on paper, and how far its right edge lies beyond the page's (a table's: beyond its column's), in
# pixels of the paper; what is not printed has no box.
ON_PAPER = """() => [...document.querySelectorAll('.stPlotlyChart, .stDeckGlJsonChart, .on-paper table, .scroll table')].map(shown => {
  const box = shown.getBoundingClientRect(), table = shown.tagName === 'TABLE';
  const within = table && shown.closest('[data-testid="stColumn"]') || document.querySelector('[data-testid="stMainBlockContainer"]');
  const beyond = box.width ? box.right - within.getBoundingClientRect().right : 0;
  return [table ? 0 : box.height, beyond, table ? 'avoid' : getComputedStyle(shown).breakInside];
})"""


@pytest.mark.parametrize("view", ["/", *(f"/{name}" for name in NAMES[1:]), *PARTS])
def test_no_page_scrolls_sideways_on_a_telephone(view: str, telephone: Page) -> None:
    seeing.visit(telephone, view)
    assert telephone.get_by_test_id("stMainBlockContainer").inner_text()
    assert telephone.evaluate(OVER) <= 0


@pytest.mark.parametrize("view", [*LONGEST, *(pytest.param(view, marks=pytest.mark.slow) for view in LONG_TOO)])
def test_every_chart_and_table_fits_on_a_sheet_of_a4_and_is_never_cut(view: str, paper: Page) -> None:
    seeing.measured(seeing.visit(paper, view))
    paper.emulate_media(media="print")
    pictures = paper.evaluate(ON_PAPER)
    paper.emulate_media(media="null")
    assert all(height <= 1040 for height, _, _ in pictures), pictures
    assert all(beyond <= 1 for _, beyond, _ in pictures), pictures
    assert {how for _, _, how in pictures} <= {"avoid"}


def test_the_map_prints_with_its_whole_table(plain: Page) -> None:
    seeing.visit(plain, "/talent_map?level=all&indicator=talent_per_10k")
    whole = "".join(seeing.printed(plain))
    assert [county.name for county in places.counties() if county.name.translate(RADICALS) not in whole] == []


@pytest.mark.slow
def test_what_is_folded_on_a_telephone_is_printed(telephone: Page) -> None:
    seeing.visit(telephone, "/about_data?tab=plan")
    telephone.locator("summary").last.wait_for()
    assert telephone.locator("details[open]").count() == 0
    whole = "".join(seeing.printed(telephone))
    following = [indicator.title for indicator in catalogue().values() if indicator.plan_measures]
    assert [title for title in following if title.translate(RADICALS) not in whole] == []
