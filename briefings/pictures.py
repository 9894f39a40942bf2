"""A Plotly figure as PNG at 300 dpi, SVG or PDF, drawn by one Chromium per process that never goes online."""

import asyncio
import atexit
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import plotly.graph_objects as go
from choreographer.browsers import Chromium
from kaleido import Kaleido, PageGenerator
from kaleido.errors import JavascriptError, KaleidoError

from briefings import pixels
from data_sources.settings import settings

Format = Literal["png", "svg", "pdf"]

DPI: Final = 300
CSS_DPI: Final = 96
"""Figures are laid out in CSS pixels, 96 to the inch: 605 of them are the 160 mm between the margins of an A4 page."""

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
CURE: Final = "请安装：sudo apt-get install chromium fonts-noto-cjk，安装后不必重新启动；其余功能不受影响"
START_SECONDS: Final = 40.0
PICTURE_SECONDS: Final = 60.0
STOP_SECONDS: Final = 8.0
LOOK_SECONDS: Final = 0.2
"""So often is looked whether Chromium still lives: the library that drives it notices after five seconds."""
IDLE_SECONDS = 600.0
"""Chromium takes half a gigabyte; unused for so long it is ended."""

log = logging.getLogger(__name__)

_T = TypeVar("_T")


class PicturesUnavailable(RuntimeError):
    """No picture can be made on this machine; the message says in Chinese what is missing and what to install."""


class ChromiumFailed(PicturesUnavailable):
    """Chromium died or hung twice: it has nothing to do with the picture, and another one would fare no better."""


def rendered(figure: go.Figure, format: Format, width: int | None = None, height: int | None = None) -> bytes:
    """The figure as the bytes of a file; `width` and `height` in CSS pixels (1/96 inch), else the figure's own.

    PNG has 300 dots to the inch, so 605 wide prints 160 mm wide; SVG and PDF keep text as text. Pictures are made one
    at a time, from any thread; Chromium is started by the first and started again, once, if it has died.
    Raises `PicturesUnavailable`.
    """
    if trouble := reason():
        raise PicturesUnavailable(trouble)
    options = {"format": format, "scale": DPI / CSS_DPI if format == "png" else 1}
    options |= {"width": width or figure.layout.width or 605, "height": height or figure.layout.height or 400}
    with _one_at_a_time:
        _stay()
        try:
            picture = _drawn(figure.to_dict(), options)
        finally:
            _leave_when_idle()
    return pixels.with_dpi(picture, DPI) if format == "png" else picture


def available() -> bool:
    """Whether pictures can be made here: a browser and a Chinese font are installed."""
    return not reason()


def reason() -> str:
    """Why no picture can be made, in Chinese, with the cure; empty when they can."""
    if browser() is None:
        asked = settings().chromium
        where = f"设置 TALENT_CHROMIUM 指向的 {asked} 不是可执行文件" if asked else "没有找到 Chromium 浏览器"
        return f"不能导出图片：{where}。{CURE}。"
    if not has_chinese_font():
        return f"不能导出图片：没有找到中文字体，图上的汉字会变成方框。{CURE}。"
    return ""


def browser() -> Path | None:
    """The browser that draws: the one that is set, else the first found on the path."""
    asked = settings().chromium
    found = shutil.which(asked) if asked else next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


_font_seen = False


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Simplified Chinese; looked up again until there is one."""
    global _font_seen
    finder = shutil.which("fc-list")
    if not _font_seen:
        _font_seen = finder is None or bool(_families(finder))
    return _font_seen


def _families(finder: str) -> bytes:
    """The fonts with Simplified Chinese, as fontconfig lists them."""
    asked = [finder, ":lang=zh-cn", "family"]
    done = subprocess.run(asked, capture_output=True, timeout=20)  # nosec B603 # noqa: S603 - our own command
    return done.stdout.strip()


def stop() -> None:
    """End Chromium and all its processes; the next picture starts it again."""
    with _one_at_a_time:
        _stop()


class _OfflineChromium(Chromium):
    """Chromium that resolves no name, reports nothing and leaves no crash files behind."""

    def get_cli(self) -> Sequence[str]:
        return [
            *super().get_cli(),
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--disable-background-networking",
            "--disable-client-side-phishing-detection",
            "--disable-default-apps",
            "--disable-domain-reliability",
            "--no-pings",
            "--hide-scrollbars",
        ]


class _Page(PageGenerator):  # type: ignore[misc]
    """Kaleido's page without MathJax, which is fetched, and without margins, which would cut wide PDFs off.

    Every picture says that its language is Chinese: else Chromium writes a PDF whose numbers cannot be copied.
    """

    header = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>浙江数字人才地图</title>
        <style>@page { margin: 0 } img { display: block }</style><style id="head-style"></style>
        <script>
          const written = XMLSerializer.prototype.serializeToString;
          XMLSerializer.prototype.serializeToString = function (node) {
            if (node.tagName === "svg") node.setAttribute("xml:lang", "zh-CN");
            return written.call(this, node);
          };
        </script>"""


class _Studio:
    """One running Chromium and the thread that talks to it."""

    def __init__(self, path: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _, told: log.debug("Kaleido left behind: %s", told.get("exception")))
        self._thread = threading.Thread(target=self._loop.run_forever, name="pictures", daemon=True)
        self._thread.start()
        self._kaleido: Any = None
        self._folder = tempfile.TemporaryDirectory(prefix="pictures-", ignore_cleanup_errors=True)
        try:
            self._run(self._open(path), START_SECONDS)
        except BaseException:
            self.close()
            raise

    async def _open(self, path: Path) -> None:
        page = Path(self._folder.name) / "page.html"
        page.write_text(_Page(mathjax=False).generate_index(), encoding="utf-8")
        self._kaleido = Kaleido(
            path=str(path), page_generator=page, n=1, timeout=PICTURE_SECONDS, browser_cls=_OfflineChromium
        )
        await self._kaleido.open()

    def draw(self, figure: dict[str, Any], options: dict[str, Any]) -> bytes:
        """The picture; any error means that this studio is to be closed. Raises `TimeoutError` as soon as Chromium died."""
        self._no_sooner_than_us()
        drawing = asyncio.run_coroutine_threadsafe(self._kaleido.calc_fig(figure, opts=options), self._loop)
        until = time.monotonic() + PICTURE_SECONDS + 10
        while True:
            try:
                return bytes(drawing.result(LOOK_SECONDS))
            except TimeoutError:
                if drawing.done() or not self.alive or time.monotonic() > until:
                    raise

    def _no_sooner_than_us(self) -> None:
        """Chromium raises its own priority where it may, as root: it would hold up the readers that a job gives way to."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, self._kaleido.subprocess.pid, os.getpriority(os.PRIO_PROCESS, 0))

    @property
    def alive(self) -> bool:
        """Whether Chromium still runs."""
        return self._thread.is_alive() and self._kaleido.subprocess.poll() is None

    def close(self) -> None:
        """Ask Chromium to leave, if it still lives, then make sure of it; never raises."""
        with contextlib.suppress(Exception):
            if self.alive:
                self._run(self._kaleido.close(), STOP_SECONDS)
        self._kill()
        with contextlib.suppress(Exception):
            self._run(self._left_over(), STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._folder.cleanup()
        if not self._thread.is_alive():
            self._loop.close()

    async def _left_over(self) -> None:
        """End what Kaleido leaves waiting when its browser dies, and remove the browser's profile."""
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        self._kaleido._browser_impl.clean()

    def _kill(self) -> None:
        process = getattr(self._kaleido, "subprocess", None)
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            process.wait(STOP_SECONDS)

    def _run(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


_one_at_a_time = threading.Lock()
_studio: _Studio | None = None
_idle: threading.Timer | None = None


def _leave_when_idle() -> None:
    global _idle
    _idle = threading.Timer(IDLE_SECONDS, stop)
    _idle.daemon = True
    _idle.start()


def _stay() -> None:
    if _idle is not None:
        _idle.cancel()


def _drawn(figure: dict[str, Any], options: dict[str, Any]) -> bytes:
    """The picture, from a new Chromium if the running one fails."""
    try:
        return _running().draw(figure, options)
    except (KaleidoError, JavascriptError) as error:
        raise PicturesUnavailable(f"这张图画不出来：{error}。请把图的名称和筛选条件告诉管理员。") from error
    except PicturesUnavailable:
        raise
    except Exception as error:
        log.warning("Chromium failed (%r), starting another", error)
        _stop()
    try:
        return _running().draw(figure, options)
    except Exception as error:
        _stop()
        raise ChromiumFailed(f"图片没有画成：Chromium 两次失败（{type(error).__name__}: {error}）。{CURE}。") from error


def _running() -> _Studio:
    global _studio
    if _studio is not None and not _studio.alive:
        _stop()
    if _studio is None:
        path = browser()
        if path is None:
            raise PicturesUnavailable(reason())
        _studio = _Studio(path)
        atexit.unregister(stop)
        atexit.register(stop)  # after the finalizers of its folders, so that it runs before them
    return _studio


def _stop() -> None:
    global _studio
    _stay()
    if _studio is not None:
        _studio.close()
        _studio = None
