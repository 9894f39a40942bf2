"""区域画像 in a real browser: what stands out is on one sheet of A4, for counties rich and poor in data, light and dark."""

import pytest
from playwright.sync_api import Page, expect

from geo import places
from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import NARROW, deck_canvases, settled
from tests.browser.test_frame import printed

_desk, desk = seeing._desk, seeing.desk


@pytest.mark.parametrize("code", ["330922", "330100"])
def test_the_sheet_is_one_page_with_all_of_its_parts(code: str, desk: Page) -> None:
    seeing.visit(desk, f"/place_profile?place={code}")
    (sheet,) = printed(desk)
    for word in (f"{places.place(code).name}画像", "完成", "位置", "近12个月的变化", "实训基地", "数据报送"):
        assert word in sheet, word


def test_the_sheet_keeps_its_page_in_a_small_window_and_in_dark(fresh_page: NewPage) -> None:
    page = seeing.opened(
        fresh_page(viewport={"width": 1024, "height": 700}, color_scheme="dark"), "/place_profile?place=330110"
    )
    assert len(printed(page)) == 1


def test_a_neighbour_is_chosen_by_name_and_the_sheet_is_its_own(desk: Page) -> None:
    seeing.visit(desk, "/place_profile?place=330110")
    seeing.typed(desk, "地区", "安吉县")
    seeing.wait_for(desk, place="330523")
    settled(desk)
    expect(desk.locator(".st-key-sheet")).to_contain_text("安吉县画像")
    assert seeing.breadcrumb(desk) == ["浙江省", "湖州市", "安吉县"]
    assert len(deck_canvases(desk)) == 1


def test_on_a_telephone_the_parts_stand_one_below_the_other(fresh_page: NewPage) -> None:
    page = seeing.opened(fresh_page(viewport=NARROW), "/place_profile?place=330110")
    boxes = [card.bounding_box() for card in page.locator(".figure-card.target").all()]
    assert len(boxes) == 2
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
