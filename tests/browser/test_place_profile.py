"""区域画像 in a real browser: what stands out is on one sheet of A4, for counties rich and poor in data, light and dark."""

import pytest
from playwright.sync_api import Page, expect

from charts.theme import TOKENS
from geo import places
from tests.browser import seeing
from tests.browser.harness import WIDE, deck_canvases, settled
from tests.browser.seeing import printed

PARTS = ("完成", "位置", "近12个月的变化", "实训基地", "数据报送")

# The server draws for the theme that the page told it.
DRAWN_DARK = (
    f"() => getComputedStyle(document.documentElement).getPropertyValue('--line').trim() === '{TOKENS['dark'].line}'"
)


@pytest.mark.parametrize(("code", "more"), [("330922", ()), ("330110", ("变好", "变差", "安吉县"))])
def test_the_sheet_is_one_page_with_all_of_its_parts(code: str, more: tuple[str, ...], paper: Page) -> None:
    seeing.visit(paper, f"/place_profile?place={code}")
    assert len(deck_canvases(paper)) == 1
    (sheet,) = printed(paper)
    for word in (f"{places.place(code).name}画像", *PARTS, *more):
        assert word in sheet, word
    assert "导出" not in sheet


def test_the_sheet_keeps_its_page_in_a_small_window_and_is_white_in_dark_too(paper: Page) -> None:
    seeing.visit(paper, "/place_profile?place=330110")
    paper.set_viewport_size({"width": 1024, "height": 700})
    paper.emulate_media(color_scheme="dark")
    sheets = printed(settled(paper))
    looks = "e => getComputedStyle(e).colorScheme + ' ' + getComputedStyle(e).backgroundColor"
    dark = paper.locator(".stApp").evaluate(looks)
    paper.wait_for_function(DRAWN_DARK)
    paper.emulate_media(media="print")
    white = paper.locator(".stApp").evaluate(looks)
    turned = paper.locator(".stDeckGlJsonChart").evaluate("e => getComputedStyle(e).filter")
    paper.emulate_media(media="null", color_scheme="null")
    paper.set_viewport_size(WIDE)
    assert (len(sheets), dark, white) == (1, "dark rgb(15, 23, 32)", "dark rgb(255, 255, 255)")
    assert turned.startswith("invert(0.95) ")


def test_on_a_telephone_the_parts_stand_one_below_the_other(telephone: Page) -> None:
    seeing.visit(telephone, "/place_profile?place=330110")
    boxes = [card.bounding_box() for card in telephone.locator(".figure-card.target").all()]
    assert len(boxes) == 2
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)


def test_a_neighbour_is_chosen_by_name_and_the_sheet_is_its_own(plain: Page) -> None:
    seeing.visit(plain, "/place_profile?place=330523")  # choosing again what stood there before is a choice too
    seeing.visit(plain, "/place_profile?place=330110")
    seeing.typed(plain, "地区", "安吉县")
    seeing.wait_for(plain, place="330523")
    settled(plain)
    expect(plain.locator(".st-key-sheet")).to_contain_text("安吉县画像")
    assert seeing.breadcrumb(plain) == ["浙江省", "湖州市", "安吉县"]
