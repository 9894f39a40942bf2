"""产业集群 in a real browser: clusters are chosen by keyboard, map and matrix follow, a click goes into a place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import seeing
from tests.browser.harness import colours_of, deck_canvases, pixels, settled


def titles(page: Page) -> list[str]:
    """The titles of pictures and tables, from the top."""
    return page.locator(".picture-title").all_inner_texts()


@pytest.mark.slow  # what moves is told by what is sent; that a list is chosen from by keyboard, by 对比
def test_a_second_cluster_is_chosen_by_keyboard_and_the_address_holds_both(desk: Page, plain: Page) -> None:
    seeing.visit(desk, "/clusters?cluster=C04&indicator=talent_stock")
    before = pixels(deck_canvases(desk)[0])
    assert colours_of(before) > 20
    seeing.typed(desk, "产业集群", "人工智能")
    seeing.wait_for(desk, clusters="C04~C06")
    desk.keyboard.press("Escape")
    settled(desk)
    assert titles(desk)[0].startswith("高端软件、人工智能人才：")
    bold = desk.locator(".xtick text").filter(has=desk.locator("tspan[style*='bold']"))
    assert bold.all_text_contents() == ["高端软件", "人工智能"]
    assert pixels(deck_canvases(desk)[0]) != before
    elsewhere = seeing.visit(plain, desk.url)
    assert titles(elsewhere) == titles(desk)


def test_tab_reaches_every_control(plain: Page) -> None:
    seeing.visit(plain, "/clusters?place=330100")
    plain.get_by_text("跳到正文").focus()
    reached = set()
    for _ in range(12):
        plain.keyboard.press("Tab")
        reached.add(
            plain.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).split('\\n')[0]")
        )
    missing = {"人才", "产业集群", "地区", "设区市", "截至月份", "区位商"} - reached
    assert missing == set(), reached


def test_a_click_on_the_map_goes_into_a_place_with_its_enterprises(desk: Page) -> None:
    seeing.visit(desk, "/clusters")
    (canvas, _) = deck_canvases(desk)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = (box["x"] + 0.45 * box["width"], box["y"] + 0.5 * box["height"])
    desk.mouse.move(*middle)
    expect(desk.locator(".deck-tooltip").first).to_contain_text("区位商")
    desk.mouse.click(*middle)
    desk.wait_for_url(re.compile(r"place=33\d\d00"))
    settled(desk)
    name = seeing.breadcrumb(desk)[-1]
    assert any(title.startswith(f"{name}数字安防与网络通信企业和机构 ") for title in titles(desk))
