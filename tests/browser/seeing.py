"""What a reader sees and does on the talent map, for the browser tests: views, spots, texts."""

import io
import unicodedata
from urllib.parse import parse_qs, urlsplit

import pypdf
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from geo import boundaries, insets, layers, places
from indicators.view import View
from pages.shared.screen import NARROW, STEP, Screen
from tests.browser.harness import deck_canvases, open_view, pixels, settled, spot, went_to

PATIENCE = 60_000
START = View(indicator="training_completion", window="since_2023", month="2026-10")
# The page's inner width, measured as `pages.shared.screen` measures it.
_WIDTH = """() => {
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  const style = getComputedStyle(main);
  return main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}"""


def visit(page: Page, address: str) -> Page:
    """Shows an address of the app; where the app is open already, as the browser's own history does it: it loads once."""
    if page.locator("#root .stApp").count():
        return went_to(page, address)
    return open_view(page, address)


def query(page: Page) -> dict[str, str]:
    """The view as the address has it."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def wait_for(page: Page, **wanted: str | None) -> None:
    """Waits until the address says this (None: does not name it)."""
    try:
        page.wait_for_function(
            """wanted => { const has = new URLSearchParams(location.search);
                 return Object.entries(wanted).every(([name, value]) => has.get(name) === value); }""",
            arg=wanted,
            polling=100,
        )
    except Exception as error:
        raise AssertionError(f"{page.url} never said {wanted}") from error


def title(page: Page) -> str:
    """The map's title."""
    return page.locator(".st-key-map-head .picture-title").inner_text()


def breadcrumb(page: Page) -> list[str]:
    """The steps from the province to the chosen place."""
    return [step for step in page.locator(".st-key-breadcrumb").inner_text().split() if step != "›"]


def ranking(page: Page) -> dict[str, tuple[str, str]]:
    """The ranking's bars from the first: wording and colour by place."""
    drawn = page.evaluate(
        """() => { const bars = document.querySelector('.st-key-ranking-box .js-plotly-plot').data[0];
                   return bars.customdata.map((c, i) => [c[1], c[2], bars.marker.color[i]]); }"""
    )
    return {name: (wording, colour) for name, wording, colour in reversed(drawn)}


def table(page: Page) -> list[list[str]]:
    """The first rows of the table of places, as a screen reader is told them."""
    rows = page.get_by_test_id("stDataFrame").last.locator("table tbody tr").all()
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]


def words(page: Page) -> list[str]:
    """Everything written on the page, with the mouse elsewhere."""
    page.mouse.move(2, 2)
    expect(page.locator(".deck-tooltip:visible")).to_have_count(0)
    return page.get_by_test_id("stMainBlockContainer").inner_text().split()


def map_picture(page: Page) -> Image.Image:
    """What the map looks like, with the mouse elsewhere."""
    page.mouse.move(2, 2)
    settled(page)
    (canvas,) = deck_canvases(page)
    return pixels(canvas)


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels of two pictures that differ visibly; 1 for pictures of different size."""
    if one.size != other.size:
        return 1.0
    apart = ImageChops.difference(one, other).convert("L").point(lambda level: 255 if level > 24 else 0)
    return apart.histogram()[255] / (one.width * one.height)


def place_on_map(page: Page, view: View, code: str) -> tuple[float, float]:
    """Where on the page a drawn place of the talent map's view lies: at the middle of its largest circle."""
    at = boundaries.label_spots(view.drawn_level)[code]
    return on_map(page, view, at.lon, at.lat, share=0.7)


def on_map(page: Page, view: View, lon: float, lat: float, *, share: float) -> tuple[float, float]:
    """Where on the page a spot of a view's map lies, which takes this share of a wide page's width."""
    (canvas,) = deck_canvases(page)
    width = int(page.evaluate(_WIDTH)) // STEP * STEP
    box = canvas.bounding_box()
    assert box is not None
    with_insets = insets.INSETS if view.level == "all" else ()
    extent = layers._extent(view.drawn, with_insets, ())
    column = Screen(width, "light").column(1.0 if width <= NARROW else share)
    zoom, (middle, height) = layers.fitted(extent, column, round(box["height"]))
    return spot(canvas, (middle, height, zoom), lon, lat)


def click_place(page: Page, view: View, code: str) -> None:
    """Clicks a place on the map, once the map answers the pointer with the place's tooltip; clicks only once."""
    settled(page)
    click_on_map(page, *place_on_map(page, view, code), places.place(code).name)


def click_on_map(page: Page, x: float, y: float, name: str) -> None:
    """Clicks what has this name on the map, once the map answers the pointer with its tooltip; clicks only once."""
    tooltip = page.locator(".deck-tooltip", has_text=name)
    for step in range(60):
        page.mouse.move(x + step % 2, y)
        page.wait_for_timeout(250)
        if tooltip.is_visible():
            break
    page.mouse.click(x, y)


def click_bar(page: Page, name: str) -> None:
    """Clicks a place's bar in the ranking."""
    at = list(reversed(ranking(page))).index(name)
    bar = page.locator(".st-key-ranking-box .bars .point path").nth(at)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + min(20, box["width"] / 2), box["y"] + box["height"] / 2)


def click_row(page: Page, at: int) -> None:
    """Selects a row of the table of places."""
    canvas = page.get_by_test_id("stDataFrame").last.get_by_test_id("data-grid-canvas")
    canvas.scroll_into_view_if_needed()
    canvas.click(position={"x": 16, "y": 35 * (at + 1) + 17}, force=True)


def choose(page: Page, label: str, option: str) -> None:
    """Chooses from a select box by mouse."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def typed(page: Page, label: str, text: str) -> None:
    """Chooses from a list that holds what was typed, by keyboard alone."""
    field = page.get_by_role("combobox", name=label, exact=True)
    field.focus()
    field.press("Control+a")
    field.press_sequentially(text)
    page.get_by_role("option").filter(has_text=text).first.wait_for()
    field.press("Enter")


def measured(page: Page) -> Page:
    """Waits until the page tells the print's styles its width and the length of its sheet, as it does every 400 ms."""
    page.evaluate("() => document.documentElement.style.removeProperty('--page-width')")
    page.wait_for_function("() => document.documentElement.style.getPropertyValue('--page-width')", polling=20)
    return page


def printed(page: Page) -> list[str]:
    """The text of each sheet of A4, without spaces and with one form for each character."""
    measured(page)
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert {(round(s.mediabox.width), round(s.mediabox.height)) for s in sheets} == {(595, 842)}
    settled(page)  # the paper's width was another, for which the page may run
    return ["".join(unicodedata.normalize("NFKC", sheet.extract_text()).split()) for sheet in sheets]


def says(page: Page, locator: str, text: str) -> None:
    """Waits until a part of the page says this."""
    expect(page.locator(locator).first).to_contain_text(text, timeout=PATIENCE)


def opened(page: Page, address: str) -> Page:
    """Loads an address afresh."""
    page.set_default_timeout(PATIENCE)
    return open_view(page, address)
