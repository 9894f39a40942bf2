"""What stands around the pages: the links in their groups, and the search, by keyboard, at a desk and on a telephone."""

import io
import unicodedata

import pypdf
from playwright.sync_api import Page, expect

from geo import places
from pages.shared.frame import PAGES
from tests.browser import seeing
from tests.browser.harness import settled

_desk, desk = seeing._desk, seeing.desk

# Chromium's PDFs give these characters back as the radicals that look the same.
RADICALS = str.maketrans("青龙长门黄", "⻘⻰⻓⻔⻩")
TITLES = [title for group in PAGES.values() for title in group.values()]


def test_the_keyboard_walks_through_all_links_and_opens_one(desk: Page) -> None:
    seeing.visit(desk, "/talent_map?place=330110")
    links = desk.locator(".st-key-frame-links")
    desk.get_by_role("button", name="搜索", exact=True).focus()
    reached = []
    for _ in TITLES:
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.innerText").strip())
    assert reached == TITLES
    links.get_by_role("link", name="补贴资金", exact=True).focus()
    desk.keyboard.press("Enter")
    seeing.says(desk, "#money", "本年已支出")
    assert seeing.query(settled(desk))["place"] == "330110"


def test_enter_in_the_search_goes_to_a_county_by_its_initials(desk: Page) -> None:
    seeing.visit(desk, "/subsidies")
    field = desk.get_by_role("textbox", name="搜索")
    field.fill("集成电路")
    field.press("Enter")
    hits = desk.locator(".st-key-frame-hits")
    expect(hits.get_by_role("link")).to_have_count(10)
    expect(hits).to_contain_text("最接近的 10 项")
    field.fill("yhq")
    field.press("Enter")
    seeing.says(desk, "#place-card", "余杭区")
    assert seeing.query(settled(desk))["place"] == "330110"
    expect(hits).to_have_count(0)


def test_a_hit_opens_with_a_tap_on_a_telephone(narrow: Page) -> None:
    seeing.opened(narrow, "/about_data")
    for title in TITLES:
        box = narrow.locator(".st-key-frame-links").get_by_role("link", name=title, exact=True).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
        assert box["height"] >= 24
    narrow.get_by_role("textbox", name="搜索").fill("hz")
    narrow.get_by_role("button", name="搜索", exact=True).tap()
    narrow.get_by_role("link", name="湖州市 地区").tap()
    seeing.says(narrow, "#place-card", "湖州市")


def test_a_row_of_the_watch_list_opens_the_map_that_shows_why(desk: Page) -> None:
    seeing.visit(desk, "/?level=all")
    row = desk.locator("[class*=st-key-attention-list]").get_by_role("link").first
    place, _, said = row.inner_text().partition("　")
    row.click()
    seeing.says(desk, "#place-card", place)
    settled(desk)
    assert desk.url.split("?")[0].endswith("/talent_map")
    seeing.says(desk, "#place-card", said.split("，")[1])


def test_a_county_prints_on_one_sheet_and_a_map_with_its_whole_table(desk: Page) -> None:
    seeing.visit(desk, "/place_profile?place=330110")
    (sheet,) = printed(desk)
    for word in ("余杭区画像", "变好", "变差", "安吉县", "数据报送"):
        assert word in sheet
    assert "导出" not in sheet
    seeing.visit(desk, "/talent_map?level=all&indicator=talent_per_10k")
    whole = "".join(printed(desk))
    assert [county.name for county in places.counties() if county.name.translate(RADICALS) not in whole] == []


def printed(page: Page) -> list[str]:
    """The text of each sheet of A4, without spaces and with one form for each character."""
    page.wait_for_timeout(1000)  # the page tells its width to the print's styles by a timer
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert {(round(s.mediabox.width), round(s.mediabox.height)) for s in sheets} == {(595, 842)}
    return ["".join(unicodedata.normalize("NFKC", sheet.extract_text()).split()) for sheet in sheets]
