"""What stands around the pages: the links in their groups, and the search, by keyboard, at a desk and on a telephone."""

from playwright.sync_api import Page, expect

from pages.shared.frame import PAGES
from tests.browser import seeing
from tests.browser.harness import settled

TITLES = [title for group in PAGES.values() for title in group.values()]


def test_the_keyboard_walks_through_all_links_and_opens_one(plain: Page) -> None:
    seeing.visit(plain, "/talent_map?place=330110")
    links = plain.locator(".st-key-frame-links")
    plain.get_by_role("button", name="搜索", exact=True).focus()
    reached = []
    for _ in TITLES:
        plain.keyboard.press("Tab")
        reached.append(plain.evaluate("document.activeElement.innerText").strip())
    assert reached == TITLES
    links.get_by_role("link", name="补贴资金", exact=True).focus()
    plain.keyboard.press("Enter")
    seeing.says(plain, "#money", "本年已支出")
    assert seeing.query(settled(plain))["place"] == "330110"


def test_enter_in_the_search_goes_to_a_county_by_its_initials(plain: Page) -> None:
    seeing.visit(plain, "/subsidies")
    field = plain.get_by_role("textbox", name="搜索")
    field.fill("集成电路")
    field.press("Enter")
    hits = plain.locator(".st-key-frame-hits")
    expect(hits.get_by_role("link")).to_have_count(10)
    expect(hits).to_contain_text("最接近的 10 项")
    field.fill("yhq")
    field.press("Enter")
    seeing.says(plain, "#place-card", "余杭区")
    assert seeing.query(settled(plain))["place"] == "330110"
    expect(hits).to_have_count(0)


def test_a_hit_opens_with_a_tap_on_a_telephone(telephone: Page) -> None:
    seeing.visit(telephone, "/about_data")
    for title in TITLES:
        box = telephone.locator(".st-key-frame-links").get_by_role("link", name=title, exact=True).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
        assert box["height"] >= 24
    telephone.get_by_role("textbox", name="搜索").fill("hz")
    telephone.get_by_role("button", name="搜索", exact=True).tap()
    telephone.get_by_role("link", name="湖州市 地区").tap()
    seeing.says(telephone, "#place-card", "湖州市")


def test_a_row_of_the_watch_list_opens_the_map_that_shows_why(plain: Page) -> None:
    seeing.visit(plain, "/?level=all")
    row = plain.locator("[class*=st-key-attention-list]").get_by_role("link").first
    place, _, said = row.inner_text().partition("　")
    row.click()
    seeing.says(plain, "#place-card", place)
    settled(plain)
    assert plain.url.split("?")[0].endswith("/talent_map")
    seeing.says(plain, "#place-card", said.split("，")[1])
