"""Serving an app on a free loopback port and watching it in a real Chromium: what the browser tests stand on."""

import io
import math
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# Nothing but this machine can be reached, whatever a page asks for.
FLAGS = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# Idle, connected, nothing stale or still a skeleton, and the page unchanged for half a second: a grid fills some time after the run.
_IDLE = """() => new Promise((settled) => {
  const idle = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === "notRunning"
      && app.dataset.testConnectionState === "CONNECTED"
      && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
  };
  let since = performance.now();
  const changes = new MutationObserver(() => { since = performance.now(); });
  changes.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  const look = () => {
    if (!idle()) since = performance.now();
    if (performance.now() - since < 500) return setTimeout(look, 40);
    changes.disconnect();
    settled(true);
  };
  look();
})"""


@dataclass(frozen=True)
class Server:
    """A served app: its address, its log and the process to ask for memory."""

    url: str
    log: Path
    pid: int

    def said(self, lines: int = 40) -> str:
        """The end of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@dataclass
class Recorder:
    """What a browser context did that it must not do."""

    host: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext, url: str) -> "Recorder":
        """Records every page of the context from now on; only `url`'s host may be asked."""
        seen = cls(urlsplit(url).netloc)
        context.on("request", lambda request: seen._asked(request.url))
        context.on("console", seen._said)
        context.on("weberror", lambda thrown: seen.errors.append(str(thrown.error)))
        context.on("page", lambda page: page.on("websocket", lambda socket: seen._asked(socket.url)))
        return seen

    def verify(self) -> None:
        """Raises AssertionError naming foreign requests and errors, if there were any since it was last asked."""
        foreign, errors = self.foreign.copy(), self.errors.copy()
        self.foreign.clear()
        self.errors.clear()
        assert not foreign, f"requests left the server's own address: {foreign}"
        assert not errors, f"errors in the browser: {errors}"

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._probed(message.location["url"]):
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _probed(self, url: str) -> bool:
        """Whether Streamlit was looking for its own base path: on a deep link it tries the page's path first."""
        parts = urlsplit(url)
        return parts.netloc == self.host and parts.path.endswith(("/_stcore/health", "/_stcore/host-config"))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "blob":
            parts = urlsplit(parts.path)
        if parts.scheme not in ("data", "about") and parts.netloc != self.host:
            self.foreign.append(url)


def chromium_path() -> str:
    """Where Chromium is; raises FileNotFoundError with the cure."""
    names = (os.environ.get("TALENT_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("no Chromium: sudo apt-get install -y chromium, or set TALENT_CHROMIUM")


def launched(playwright: Playwright) -> Browser:
    """A headless Chromium that draws WebGL in software and cannot leave this machine."""
    return playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=list(FLAGS))


def without_maps(context: BrowserContext) -> BrowserContext:
    """The context, whose pages leave out every deck.gl map: drawing one in software costs more than the rest of a page."""
    nothing = {"content_type": "text/javascript", "body": "export const t = { default: () => null };"}
    context.route("**/static/js/DeckGlJsonChart.*.js", lambda asked: asked.fulfill(**nothing))
    return context


# A map that stays blank has its canvas, its size and its layers; nothing is drawn into it unless `mapsStayBlank` is taken back.
_BLANK = """
window.mapsStayBlank = true;
for (const name of ['drawArrays', 'drawArraysInstanced', 'drawElements', 'drawElementsInstanced']) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) { if (!window.mapsStayBlank) draw.apply(this, given); };
}
"""


def with_blank_maps(context: BrowserContext) -> BrowserContext:
    """The context, whose maps stand in their places and stay blank: the first drawing of one in software takes seconds."""
    context.add_init_script(_BLANK)
    return context


@contextmanager
def drawing(page: Page) -> Iterator[Page]:
    """A page of blank maps, which draws those that appear until the block ends."""
    page.evaluate("() => { window.mapsStayBlank = false; }")
    yield page
    page.evaluate("() => { window.mapsStayBlank = true; }")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    app: Path, log: Path, settings: Mapping[str, str], *options: str, by: str = "streamlit"
) -> Iterator[Server]:
    """Serves `app` until the block ends, as configured in .streamlit and with only the given TALENT_… settings.

    `{url}` in a setting stands for the server's own address; `by` is a module that is called as Streamlit's own.
    """
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TALENT_", "STREAMLIT_"))}
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", by, "run", str(app), "--server.port", str(port), *_LOOPBACK, *options],
            cwd=ROOT,
            env={
                **inherited,
                **{name: text.replace("{url}", f"http://127.0.0.1:{port}") for name, text in settings.items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", log, process.pid)
    try:
        _wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_LOOPBACK = ("--server.address", "127.0.0.1", "--browser.serverAddress", "127.0.0.1")


def _wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{server.said()}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start in 60 s:\n{server.said()}")


def open_view(page: Page, path: str = "/") -> Page:
    """Goes to a path of the app (with its query) and waits until it has settled."""
    page.goto(path)
    return settled(page)


def settled(page: Page, seconds: float = 60) -> Page:
    """Waits until the app is idle and every map is drawn, unless maps stay blank."""
    page.set_default_timeout(seconds * 1000)
    page.wait_for_selector('[data-testid="stApp"]')
    page.evaluate(_IDLE)
    if not page.evaluate("() => window.mapsStayBlank"):
        for canvas in deck_canvases(page):
            _drawn(canvas, seconds)
    return page


# Goes on once the app has begun to run; a second later if it does not, or if it was too quick to be seen.
_RUN_BEGINS = """to => new Promise((begun) => {
  const runs = new MutationObserver(() => {
    if (document.querySelector('[data-testid="stApp"]').dataset.testScriptState === "running") done();
  });
  const done = () => { runs.disconnect(); clearTimeout(late); begun(); };
  const late = setTimeout(done, 1000);
  runs.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] });
  history.pushState({}, "", to);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
})"""


def went_to(page: Page, address: str) -> Page:
    """Goes to an address as the browser's own history does: the app is open already and need not be loaded again."""
    # A run that is not over yet would write its own view into the address.
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.evaluate(_RUN_BEGINS, address)
    return settled(page)


def deck_canvases(page: Page) -> list[Locator]:
    """The canvases of the deck.gl maps on the page, from the top."""
    return page.get_by_test_id("stDeckGlJsonChart").locator("canvas").all()


def pixels(target: Locator) -> Image.Image:
    """What an element looks like now, as RGB."""
    return Image.open(io.BytesIO(target.screenshot(animations="disabled"))).convert("RGB")


def spot(canvas: Locator, camera: tuple[float, float, float], lon: float, lat: float) -> tuple[float, float]:
    """Where on the page a point lies on a map whose camera stands at (longitude, latitude, zoom)."""
    box = canvas.bounding_box()
    assert box is not None, "the map is not on the page"
    size = 512 * 2 ** camera[2]
    x, y = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return x + size * (lon - camera[0]) / 360, y - size * (_northing(lat) - _northing(camera[1]))


def _northing(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def colours_of(picture: Image.Image) -> int:
    """How many different colours a picture has."""
    return len(picture.getcolors(picture.width * picture.height) or ())


def _drawn(canvas: Locator, seconds: float) -> None:
    """Waits until the map shows more than its ground and stops changing."""
    before = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = canvas.screenshot(type="jpeg", animations="disabled")  # takes less than two thirds of a PNG
        if now == before and colours_of(Image.open(io.BytesIO(now))) > 1:
            return
        before = now
        canvas.page.wait_for_timeout(120)
    raise AssertionError(f"a map was still blank or changing after {seconds:.0f} s")
