"""产业集群 in a real browser: clusters are chosen by keyboard, map and matrix follow, the terminal says the same."""

import json
import re
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import ROOT, colours_of, deck_canvases, pixels, settled

_desk, desk = seeing._desk, seeing.desk


def titles(page: Page) -> list[str]:
    """The titles of pictures and tables, from the top."""
    return page.locator(".picture-title").all_inner_texts()


def test_a_second_cluster_is_chosen_by_keyboard_and_the_address_holds_both(desk: Page, fresh_page: NewPage) -> None:
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
    elsewhere = seeing.opened(fresh_page(), desk.url)
    assert titles(elsewhere) == titles(desk)


def test_tab_reaches_every_control(desk: Page) -> None:
    desk.goto("about:blank")
    seeing.opened(desk, "/clusters?place=330100")
    reached = set()
    for _ in range(12):
        desk.keyboard.press("Tab")
        reached.add(
            desk.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).split('\\n')[0]")
        )
    missing = {"人才", "产业集群", "地区", "设区市", "截至月份", "区位商"} - reached
    assert missing == set(), reached


def test_the_terminal_says_what_the_screen_says(desk: Page, demo_database: str) -> None:
    seeing.visit(desk, "/clusters?clusters=C04~C06&matrix=count&level=all")
    command = [sys.executable, "-m", "indicators", "cluster", "places", "--cluster", "C04", "--cluster", "C06"]
    printed = subprocess.run(
        [*command, "--level", "county", "--format", "json", "--db", demo_database],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first = json.loads(printed.stdout)["rows"][0]
    assert titles(desk)[0] == f"高端软件、人工智能人才：{first['name']}最多（{first['value']:,.0f} 人）"


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
