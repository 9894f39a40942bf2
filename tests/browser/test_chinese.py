"""What Streamlit says of itself is Chinese: its menus, hints and messages, for eyes and for screen readers."""

import gzip
import re
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from pages.shared import chinese, shell
from tests.browser import seeing
from tests.browser.harness import Server

SCRIPTS = {
    name[1]: kind
    for kind in chinese.WORDS
    for script in shell.named((kind,), "js")
    if (name := chinese.ADDRESS.fullmatch(f"/{script}"))
}
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = """() => [...document.querySelectorAll('[aria-label], [placeholder], [title]')]
    .filter(e => e.checkVisibility()).flatMap(e => ['aria-label', 'placeholder', 'title'].map(name => e.getAttribute(name)))
    .filter(text => text)"""


@pytest.mark.parametrize("kind", chinese.WORDS)
def test_streamlit_says_what_is_replaced(kind: str) -> None:
    """A newer Streamlit that says it otherwise fails here, and is read again."""
    said = "".join((shell.STATIC / "static/js" / name).read_text("utf-8") for name, of in SCRIPTS.items() if of == kind)
    assert [theirs for theirs in chinese.WORDS[kind] if theirs not in said] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_comes_with_our_words_packed_or_not_and_is_kept_for_a_day(server: Server, name: str) -> None:
    for accepted, unpacked in (("identity", bytes), ("gzip", gzip.decompress)):
        asked = urllib.request.Request(f"{server.url}/static/js/{name}", headers={"Accept-Encoding": accepted})
        with urllib.request.urlopen(asked) as answer:
            assert unpacked(answer.read()).decode() == chinese.spoken(name)
            assert answer.headers["Cache-Control"] == "public, max-age=86400"
            assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_no_other_script_is_touched(server: Server) -> None:
    (other,) = shell.named(("Tooltip",), "js")
    with urllib.request.urlopen(f"{server.url}/{other}") as answer:
        assert (answer.read(), "immutable" in answer.headers["Cache-Control"]) == (
            (shell.STATIC / other).read_bytes(),
            True,
        )


def test_a_browser_that_has_the_script_of_tables_is_told_so_without_a_wait(server: Server) -> None:
    (script,) = shell.named(("DataFrame",), "js")
    with urllib.request.urlopen(f"{server.url}/{script}") as answer:
        tag = answer.headers["ETag"]
    begun = time.monotonic()
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(urllib.request.Request(f"{server.url}/{script}", headers={"If-None-Match": tag}))
    told.value.close()
    assert told.value.code == 304
    assert time.monotonic() - begun < shell.MOMENT


def test_menu_lists_and_tables_speak_chinese(plain: Page) -> None:
    page = seeing.visit(plain, "/compare?places=330110,330282")
    page.get_by_role("button", name="菜单").click()
    expect(page.get_by_test_id("stMainMenuList")).to_contain_text(re.compile("自动.*浅色.*深色.*关于"))
    page.keyboard.press("Escape")
    page.get_by_test_id("stMultiSelect").first.locator("input").fill("没有这样的地方")
    expect(page.get_by_text("没有匹配的选项")).to_be_visible()
    page.keyboard.press("Escape")
    table = page.get_by_test_id("stDataFrame").first
    table.hover()
    page.get_by_role("button", name="全屏").first.hover()
    expect(page.get_by_test_id("stTooltipContent")).to_have_text("全屏")
    page.get_by_role("button", name="查找").click()
    page.keyboard.type("高技能")
    expect(page.locator(".gdg-search-status").first).to_have_text(re.compile("处"))
    page.get_by_role("button", name="结束查找").click()
    assert [name for name in page.evaluate(NAMES) if LATIN.search(name)] == []


def test_a_table_s_tools_leave_the_export_above_it_free(plain: Page) -> None:
    page = seeing.visit(plain, "/compare?places=330110,330282")
    page.get_by_test_id("stDataFrame").first.hover()
    tools = page.get_by_role("button", name="全屏").first.bounding_box()
    export = page.get_by_role("button", name="导出").first.bounding_box()
    assert tools
    assert export
    assert tools["x"] + tools["width"] <= export["x"]
