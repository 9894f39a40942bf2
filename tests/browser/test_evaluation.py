"""评价激励 in a real browser: both ladders stand apart, a control moves them, bodies are seen on the map and told."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import seeing
from tests.browser.harness import colours_of, deck_canvases, pixels, settled

LEVELS = ["首席技师", "特级技师", "高级技师", "技师", "高级工", "中级工", "初级工", "学徒工"]


def ladder(page: Page, nth: int) -> list[str]:
    """The steps of one ladder as they are drawn, from the top."""
    steps = page.locator(".js-plotly-plot").nth(nth).locator(".ytick text").all()
    at = {step.text_content() or "": (step.bounding_box() or {"y": 0.0})["y"] for step in steps}
    return sorted(at, key=at.__getitem__)


def test_the_ladders_stand_apart_and_new_certificates_are_another_picture(plain: Page) -> None:
    seeing.visit(plain, "/evaluation")
    assert ladder(plain, 0) == LEVELS
    assert ladder(plain, 1) == ["高级（T3）", "中级（T2）", "初级（T1）"]
    plain.get_by_text("新发证书", exact=True).click()
    seeing.wait_for(plain, pyramid="new")
    settled(plain)
    assert ladder(plain, 0) == LEVELS
    expect(plain.get_by_role("heading", name="浙江省新八级工新发证书")).to_be_visible()


@pytest.mark.slow  # that the map moves is told by what is sent; that points are drawn, by 实训基地
def test_evaluation_bodies_are_seen_and_a_prefecture_narrows_them(desk: Page) -> None:
    seeing.visit(desk, "/evaluation")
    (canvas,) = deck_canvases(desk)
    assert colours_of(pixels(canvas)) > 50
    whole = desk.get_by_role("heading", name="浙江省社会评价机构").inner_text()
    seeing.typed(desk, "地区", "舟山市")
    seeing.wait_for(desk, place="330900")
    settled(desk)
    here = desk.get_by_role("heading", name="舟山市社会评价机构").inner_text()
    assert number(here) < number(whole)
    expect(desk.get_by_role("heading", name="制度建设：舟山市")).to_be_visible()


def number(title: str) -> int:
    """The number of bodies that a title names."""
    return int(title.split(" 家")[0].split(" ")[-1].replace(",", ""))
