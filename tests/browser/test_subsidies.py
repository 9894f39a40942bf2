"""补贴资金 in a real browser: a suspicious payment is found, a pool is spread by sliders, and the address holds it all."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import seeing
from tests.browser.harness import settled


def opened(page: Page, part: str) -> Page:
    """The page after a click on one of its parts."""
    page.locator(".st-key-w_option-part").get_by_text(part, exact=True).click()
    return settled(page)


def test_from_the_money_to_the_payments_that_a_rule_names(plain: Page) -> None:
    seeing.visit(plain, "/subsidies?month=2026-09")
    expect(plain.locator("#money")).to_contain_text("占年度预算")
    expect(plain.get_by_text(re.compile("^高端软件 .*万元$")).first).to_be_attached()
    opened(plain, "发放核查")
    expect(plain.locator("#checked")).to_contain_text(re.compile(r"其中待核查 \d+ 笔"))
    assert "part=checks" in plain.url
    before = plain.locator("#checked").inner_text()
    slider = plain.locator(".st-key-w_option-allow_too_many").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    settled(plain)
    expect(plain.locator("#checked")).not_to_have_text(before)
    assert "allow_too_many=1" in plain.url
    opened(plain, "逐笔发放")
    expect(plain.get_by_role("heading", name="第 1／")).to_be_visible()
    plain.get_by_role("button", name="下一页").click()
    expect(plain.get_by_role("heading", name="第 2／")).to_be_visible()
    plain.go_back()
    expect(plain.get_by_role("heading", name="第 1／")).to_be_visible()


@pytest.mark.slow  # told by what is sent; that a slider follows the keyboard, by the test above
def test_a_pool_is_spread_and_the_address_shows_the_same_elsewhere(desk: Page, plain: Page) -> None:
    seeing.visit(plain, "/subsidies?part=transfer&month=2026-09")
    expect(plain.locator("#spread")).to_contain_text("5,000.0 万元分给 11 个地区")
    before = plain.locator("#spread").inner_text()
    slider = plain.locator(".st-key-w_option-weight_tasks").get_by_role("slider")
    slider.focus()
    slider.press("Home")
    settled(plain)
    expect(plain.locator("#spread")).not_to_have_text(before)
    assert "weight_tasks=0" in plain.url
    elsewhere = seeing.visit(desk, plain.url)
    assert elsewhere.locator("#spread").inner_text() == plain.locator("#spread").inner_text()
    seeing.visit(plain, "/subsidies?part=transfer&month=2026-09&floor=1000")
    expect(plain.get_by_role("alert")).to_contain_text("保底最高可设 454.54 万元")
