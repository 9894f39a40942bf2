"""The talent map in a real browser: every way in and back, by mouse, keyboard and address; theme, telephone, history."""

import time

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from charts.theme import TOKENS
from geo import colours
from indicators.view import View
from tests.browser import seeing
from tests.browser.conftest import NewPage
from tests.browser.harness import deck_canvases, drawing, pixels, settled
from tests.browser.seeing import START

HANGZHOU, YUHANG = "330100", "330110"
IN_HANGZHOU = START.at(HANGZHOU)
ACCENT = TOKENS["light"].accent


def test_a_click_on_the_map_goes_into_a_county_and_everything_follows(desk: Page, fresh_page: NewPage) -> None:
    seeing.visit(desk, "/talent_map")
    seeing.click_place(desk, START, HANGZHOU)
    seeing.wait_for(desk, place=HANGZHOU)
    seeing.says(desk, "#place-card", "杭州市")
    assert seeing.breadcrumb(settled(desk)) == ["浙江省", "杭州市"]
    assert len(seeing.ranking(desk)) == 13
    seeing.click_place(desk, IN_HANGZHOU, YUHANG)
    seeing.wait_for(desk, place=YUHANG)
    seeing.says(desk, "#place-card", "余杭区")
    assert seeing.breadcrumb(settled(desk)) == ["浙江省", "杭州市", "余杭区"]
    value = desk.locator("#place-card .value").inner_text()
    wording, colour = seeing.ranking(desk)["余杭区"]
    assert (wording, colour) == (value, ACCENT)
    assert [float(row[1]) for row in seeing.table(desk) if "余杭区" in row] == [float(value.rstrip("%"))]
    expect(desk.locator(".st-key-table-head")).to_contain_text("杭州市 13 个县（市、区）")
    expect(desk.locator(".st-key-trend-head")).to_contain_text("余杭区")

    elsewhere = seeing.opened(fresh_page(), desk.url)
    assert seeing.words(elsewhere) == seeing.words(desk)
    assert seeing.ranking(elsewhere) == seeing.ranking(desk)
    assert seeing.differing(seeing.map_picture(elsewhere), seeing.map_picture(desk)) < 0.005


def test_back_leads_to_the_earlier_view_and_the_same_place_can_be_entered_again(desk: Page) -> None:
    seeing.visit(desk, f"/talent_map?place={HANGZHOU}")
    before = seeing.words(desk)
    for again in ("first", "second"):
        seeing.click_place(desk, IN_HANGZHOU, YUHANG)
        seeing.wait_for(desk, place=YUHANG)
        seeing.says(desk, "#place-card", "余杭区")
        desk.go_back()
        seeing.wait_for(desk, place=HANGZHOU)
        seeing.says(desk, "#place-card", "杭州市")
        assert seeing.words(settled(desk)) == before, again


def test_the_breadcrumb_leads_back_to_the_province(plain: Page) -> None:
    seeing.visit(plain, f"/talent_map?place={YUHANG}")
    plain.locator(".st-key-breadcrumb").get_by_role("button", name="浙江省").click()
    seeing.wait_for(plain, place=None)
    seeing.says(plain, "#place-card", "浙江省")
    assert seeing.breadcrumb(settled(plain)) == ["浙江省"]
    assert len(seeing.ranking(plain)) == 11


@pytest.mark.parametrize("way", ["bar", "row"])
def test_ranking_and_table_lead_into_a_place_too(plain: Page, way: str) -> None:
    seeing.visit(plain, f"/talent_map?place={HANGZHOU}&indicator=talent_stock")
    for again in ("first", "second"):
        names = list(seeing.ranking(plain))
        if way == "bar":
            seeing.click_bar(plain, names[2])
        else:
            seeing.click_row(plain, 2)
        seeing.says(plain, "#place-card", names[2])
        assert seeing.breadcrumb(settled(plain))[-1] == names[2], again
        assert seeing.ranking(plain)[names[2]][1] == ACCENT
        plain.go_back()
        seeing.says(plain, "#place-card", "杭州市")
        settled(plain)


def test_controls_by_mouse_and_keyboard_change_picture_and_address(desk: Page) -> None:
    seeing.visit(desk, "/talent_map?level=all")
    before = seeing.map_picture(desk)

    seeing.choose(desk, "主题", "评价")
    seeing.wait_for(desk, indicator="certificates")
    seeing.says(desk, ".st-key-map-head", "数字职业证书发放量")
    as_circles = seeing.map_picture(desk)
    assert seeing.differing(before, as_circles) > 0.2

    slider = desk.get_by_role("slider", name="截至月份")
    slider.focus()
    desk.keyboard.press("ArrowLeft")
    seeing.wait_for(desk, month="2026-09")
    seeing.says(desk, ".picture-caption", "2023年1月—2026年9月")

    seeing.choose(desk, "产业集群", "人工智能")
    seeing.wait_for(desk, cluster="C06", month="2026-09")
    seeing.says(desk, ".picture-caption", "产业集群：人工智能")

    seeing.choose(desk, "同类地区", "山区26县")
    seeing.wait_for(desk, peers="mountain26", cluster="C06")
    seeing.says(desk, ".st-key-ranking-head", "山区26县")
    without = seeing.map_picture(desk)

    desk.get_by_text("显示实训基地").click()
    seeing.wait_for(desk, bases="1", peers="mountain26")
    assert seeing.differing(without, seeing.map_picture(desk)) > 0.001


def test_page_links_keep_the_view(plain: Page) -> None:
    seeing.visit(plain, f"/talent_map?place={YUHANG}&indicator=talent_stock")
    wanted = seeing.query(plain)
    for name, heading in (("总览", "余杭区"), ("指标与数据", "项指标"), ("人才地图", "余杭区")):
        plain.get_by_role("link", name=name, exact=True).click()
        seeing.says(plain, "[data-testid=stMainBlockContainer]", heading)
        settled(plain)
        assert wanted.items() <= seeing.query(plain).items(), name
    assert seeing.breadcrumb(plain)[-1] == "余杭区"


def test_the_keyboard_alone_leads_into_a_county(plain: Page) -> None:
    seeing.visit(plain, "/talent_map")
    place = plain.get_by_role("combobox", name="地区", exact=True)
    plain.get_by_role("combobox", name="主题", exact=True).focus()
    for _ in range(20):
        plain.keyboard.press("Tab")
        if place.evaluate("e => e === document.activeElement"):
            break
    else:
        pytest.fail("Tab never reached the select box of places")
    plain.keyboard.type("余杭")
    plain.keyboard.press("Enter")
    seeing.wait_for(plain, place=YUHANG)
    seeing.says(plain, "#place-card", "余杭区")
    assert seeing.breadcrumb(settled(plain)) == ["浙江省", "杭州市", "余杭区"]


def test_a_dark_system_opens_dark_and_the_map_follows_a_theme_chosen_in_the_menu(fresh_page: NewPage) -> None:
    page = seeing.opened(fresh_page(color_scheme="dark"), "/talent_map?indicator=talent_per_10k")
    dark = seeing.map_picture(page)
    assert page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb{}".format(
        _rgb(TOKENS["dark"].ground)
    )
    page.get_by_test_id("stMainMenuButton").click()
    page.get_by_role("menuitemradio", name="浅色").click()
    page.keyboard.press("Escape")
    page.wait_for_function(
        "colour => document.querySelector('.legend').innerHTML.includes(colour)",
        arg=colours.sequential(5, "light")[0],
        polling=100,
    )
    light = seeing.map_picture(page)
    assert light.getpixel((3, 3)) == _rgb(TOKENS["light"].ground)
    assert dark.getpixel((3, 3)) == _rgb(TOKENS["dark"].ground)
    for code in (HANGZHOU, "331100"):
        assert _at(page, dark, START, code) in {_rgb(c) for c in colours.sequential(5, "dark")}
        assert _at(page, light, START, code) in {_rgb(c) for c in colours.sequential(5, "light")}


def test_the_whole_map_is_seen_on_a_telephone(telephone: Page) -> None:
    with drawing(seeing.visit(telephone, "/about_data")):
        for address in ("/talent_map?level=all", "/"):
            for canvas in deck_canvases(seeing.visit(telephone, address)):
                box = canvas.bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= 390
                assert 0.9 < box["height"] / box["width"] < 1.5
                assert _margin_in_time(canvas) >= 4


def _margin_in_time(canvas: Locator) -> int:
    """The margin of a map that may still be moving into its frame."""
    until = time.monotonic() + 15
    while (margin := _margin(pixels(canvas))) < 4 and time.monotonic() < until:
        time.sleep(0.3)
    return margin


def _margin(picture: Image.Image) -> int:
    """How many pixels of plain ground surround what a map shows."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    assert box is not None
    return min(box[0], box[1], picture.width - box[2], picture.height - box[3])


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[return-value]


def _at(page: Page, picture: Image.Image, view: View, code: str) -> object:
    """The colour of a place's ground, a little beside its label."""
    (canvas,) = deck_canvases(page)
    box = canvas.bounding_box()
    assert box is not None
    x, y = seeing.place_on_map(page, view, code)
    return picture.getpixel((round(x - box["x"]), round(y - box["y"]) + 24))
