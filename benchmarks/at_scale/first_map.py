"""The first map pixel in a real Chromium, of the talent map and of the bare page, both servers warm, the browser cold."""

from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages import Page
from tests.browser.harness import WIDE, launched

# The moment of the first drawing into a canvas that is on the page, in milliseconds after the navigation began.
_NOTED = """
for (const kind of [WebGL2RenderingContext, WebGLRenderingContext]) {
  for (const name of ["drawElements", "drawArrays", "drawElementsInstanced", "drawArraysInstanced"]) {
    const drawn = kind.prototype[name];
    if (!drawn) continue;
    kind.prototype[name] = function (...given) {
      const bound = this.getParameter(this.FRAMEBUFFER_BINDING);
      if (!window.firstMapPixel && !bound && this.canvas.isConnected) window.firstMapPixel = performance.now();
      return drawn.apply(this, given);
    };
  }
}
"""


def seconds(pages: tuple[Page, Page], times: int) -> tuple[float, float]:
    """Medians over so many openings of each page, in turn, each in a new browser context without a cache."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            for page in pages:
                _opened(browser, page)
            found = [[_opened(browser, page) for page in pages] for _ in range(times)]
        finally:
            browser.close()
    ours, bare = (median(each) for each in zip(*found, strict=True))
    return ours, bare


def _opened(browser: Browser, page: Page) -> float:
    context = browser.new_context(viewport=WIDE, locale="zh-CN")  # type: ignore[arg-type]
    try:
        context.add_init_script(_NOTED)
        tab = context.new_page()
        tab.goto(f"{page.server.url}/{page.name}", wait_until="commit")
        tab.wait_for_function("() => window.firstMapPixel", timeout=60_000, polling=20)
        return float(tab.evaluate("() => window.firstMapPixel")) / 1000
    finally:
        context.close()
