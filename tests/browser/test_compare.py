"""对比 in a real browser: a place is added by keyboard, each gets its own small picture, the address holds it all."""

from playwright.sync_api import Page

from tests.browser import seeing
from tests.browser.harness import settled


def table(page: Page) -> list[list[str]]:
    """The table's rows, as a screen reader is told them."""
    rows = page.get_by_test_id("stDataFrame").first.locator("table tbody tr").all()
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]


def pictured(page: Page) -> list[str]:
    """The places whose small pictures are drawn."""
    texts = page.locator(".js-plotly-plot .annotation-text").all_text_contents()
    return [text.split("\u3000")[0] for text in texts]


def test_a_place_added_by_keyboard_stands_in_table_and_pictures(plain: Page, paper: Page) -> None:
    seeing.visit(plain, "/compare?compared=330110~330108&measured=training_completion")
    before = table(plain)
    assert len(before) == 1
    seeing.typed(plain, "对比地区", "义乌市")
    seeing.wait_for(plain, compared="330110~330108~330782")
    plain.keyboard.press("Escape")
    settled(plain)
    assert plain.get_by_role("heading", name="余杭区、滨江区、义乌市的 1 项指标").is_visible()
    assert len(table(plain)[0]) == len(before[0]) + 1
    assert {"余杭", "滨江", "义乌"} <= set(pictured(plain))
    elsewhere = seeing.visit(paper, plain.url)
    assert table(elsewhere) == table(plain)


def test_the_reference_changes_the_marks_beside_the_numbers(plain: Page) -> None:
    seeing.visit(plain, "/compare?compared=330110~330108~330782&measured=talent_per_10k")
    before = table(plain)
    plain.get_by_text("所选地区平均", exact=True).click()
    seeing.wait_for(plain, against="chosen")
    settled(plain)
    after = table(plain)
    assert {cell[-1] for cell in after[0][1:4]} == {"▲", "▼"}
    assert after[0] != before[0]
