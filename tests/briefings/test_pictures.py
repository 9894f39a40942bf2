"""Pictures, opened with their own libraries: sizes, words, marks; and Chromium that dies, hangs on nothing and leaves."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import plotly.graph_objects as go
import polars as pl
import pypdf
import pytest
from PIL import Image

from briefings import pictures, pixels
from briefings.pictures import ChromiumFailed, PicturesUnavailable
from charts.printed_map import MapPicture, printed_map
from data_sources import settings
from geo import colours, places

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
CAPTION = "数据版本：第46版　未取得审图号　仅供内部使用"


@pytest.fixture(scope="module", autouse=True)
def _no_chromium_afterwards() -> Iterator[None]:
    yield
    pictures.stop()


@pytest.fixture(scope="module")
def figure() -> go.Figure:
    codes = [each.code for each in places.prefectures()]
    frame = pl.DataFrame(
        {
            "place_code": codes,
            "short_name": [places.place(code).short_name for code in codes],
            "value": [float(i) for i in range(11)],
            "wording": [str(i) for i in range(11)],
            "class_index": [i % 3 for i in range(11)],
        }
    )
    return printed_map(
        MapPicture(
            "技能人才", "十一个设区市", frame, "prefecture", "choropleth", (1.0, 2.0), ("低", "中", "高"),
            colours.sequential(3, "light"), "330100", (CAPTION,), simulated=True,
        )
    )  # fmt: skip


def descendants(of: int) -> set[int]:
    """The processes below one, at any depth."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {of}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {of}


def running(pids: set[int]) -> set[int]:
    """Those that live; a zombie does not."""
    alive = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            continue
        alive |= {pid} - ({pid} if state == "Z" else set())
    return alive


def gone(pids: set[int], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while running(pids) and time.monotonic() < until:
        time.sleep(0.05)
    return not running(pids)


def chromium() -> int:
    """The leader of Chromium's processes."""
    assert pictures._studio is not None
    return int(pictures._studio._kaleido.subprocess.pid)


def drawing() -> set[int]:
    """All processes that draw pictures; another test's browser may live beside them in this process."""
    return {chromium()} | descendants(chromium())


def test_png_has_300_dpi_and_prints_160_mm_wide(figure: go.Figure) -> None:
    image = Image.open(io.BytesIO(pictures.rendered(figure, "png")))
    assert image.format == "PNG"
    assert [round(dots) for dots in image.info["dpi"]] == [300, 300]
    assert image.width / 300 * 25.4 == pytest.approx(160, abs=0.3)
    assert image.height == pytest.approx(figure.layout.height * 300 / 96, abs=2)


def test_png_is_drawn_to_its_edges_in_the_colours_of_the_classes(figure: go.Figure) -> None:
    image = Image.open(io.BytesIO(pictures.rendered(figure, "png"))).convert("RGB")
    shades = {colour for _, colour in image.getcolors(1 << 24) or []}
    wanted = {tuple(int(each[i : i + 2], 16) for i in (1, 3, 5)) for each in colours.sequential(3, "light")}
    assert wanted <= shades
    assert (0xC4, 0x4E, 0x14) in shades


def test_svg_is_xml_with_every_word_in_it(figure: go.Figure) -> None:
    root = ElementTree.fromstring(pictures.rendered(figure, "svg"))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert (root.get("width"), root.get("height")) == ("605", str(figure.layout.height))
    for line in ("技能人才", "十一个设区市", CAPTION, "演示数据（模拟）", "杭州", "4 个"):
        assert line in texts


def test_pdf_is_one_page_160_mm_wide_with_caption_and_mark(figure: go.Figure) -> None:
    (page,) = pypdf.PdfReader(io.BytesIO(pictures.rendered(figure, "pdf"))).pages
    text = unicodedata.normalize("NFKC", page.extract_text()).replace(" ", "")
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(160, abs=0.5)
    assert float(page.mediabox.height) / 72 * 96 == pytest.approx(figure.layout.height, abs=2)
    assert "演示数据(模拟)" in text
    assert "未取得审图号仅供内部使用" in text
    assert "杭州" in text


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_a_wide_picture_is_whole_to_its_lower_edge(format: pictures.Format) -> None:
    red_line = {"type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0.02}
    hidden = {"xaxis_visible": False, "yaxis_visible": False}
    layout = hidden | {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "shapes": [red_line | {"fillcolor": "red", "line_width": 0}],
    }
    data = pictures.rendered(go.Figure(layout=layout), format, 800, 300)
    if format == "png":
        image = Image.open(io.BytesIO(data)).convert("RGB")
        assert image.size == (2500, pytest.approx(937, abs=1))
        assert image.getpixel((1250, image.height - 4)) == (255, 0, 0)
    elif format == "pdf":
        (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
        assert float(page.mediabox.width) == pytest.approx(600, abs=1)
        assert float(page.mediabox.height) == pytest.approx(225, abs=1)
    else:
        assert ElementTree.fromstring(data).get("viewBox") == "0 0 800 300"


def test_an_ordinary_chart_is_rendered_at_its_own_size() -> None:
    chart = go.Figure(go.Bar(x=["余杭区"], y=[659]), layout={"width": 400, "height": 200})
    assert ElementTree.fromstring(pictures.rendered(chart, "svg")).get("width") == "400"


def test_many_threads_share_one_chromium(figure: go.Figure) -> None:
    pictures.rendered(figure, "svg")
    before = chromium()
    charts = [go.Figure(go.Bar(x=[f"第{i}图"], y=[i])) for i in range(6)]
    with ThreadPoolExecutor(6) as pool:
        drawn = list(pool.map(lambda chart: pictures.rendered(chart, "svg"), charts))
    assert all(f"第{i}图" in svg.decode() for i, svg in enumerate(drawn))
    assert chromium() == before


def test_a_killed_chromium_is_replaced_by_the_next_picture(figure: go.Figure) -> None:
    pictures.rendered(figure, "svg")
    before, processes = chromium(), drawing()
    os.killpg(before, signal.SIGKILL)
    assert pictures.rendered(figure, "png").startswith(pixels.SIGNATURE)
    assert chromium() != before
    assert gone(processes)


def test_a_chromium_killed_while_it_draws_is_replaced_too(figure: go.Figure) -> None:
    pictures.rendered(figure, "svg")
    killer = threading.Timer(0.05, os.killpg, (chromium(), signal.SIGKILL))
    killer.start()
    assert pictures.rendered(figure, "png").startswith(pixels.SIGNATURE)
    killer.join()


def test_a_chromium_that_hangs_while_it_draws_is_replaced_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, figure: go.Figure
) -> None:
    pictures.rendered(figure, "svg")
    monkeypatch.setattr(pictures, "PICTURE_SECONDS", -9.5)  # with ten more: half a second
    before, processes = chromium(), drawing()
    os.killpg(before, signal.SIGSTOP)
    monkeypatch.setattr(pictures, "STOP_SECONDS", 0.5)
    begun = time.monotonic()
    try:
        monkeypatch.setattr(pictures, "_running", restored(pictures._running, monkeypatch))
        assert pictures.rendered(figure, "png").startswith(pixels.SIGNATURE)
    finally:
        monkeypatch.undo()
    assert time.monotonic() - begun < 40
    assert chromium() != before
    assert gone(processes)


def restored(running: Callable[[], Any], patched: pytest.MonkeyPatch) -> Callable[[], Any]:
    """`running`, whose second call has the usual patience again: a new Chromium takes its time on a busy machine."""
    calls: list[int] = []

    def called() -> Any:
        calls.append(1)
        if len(calls) == 2:
            patched.setattr(pictures, "PICTURE_SECONDS", 60.0)
        return running()

    return called


def test_a_chromium_that_hangs_twice_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, figure: go.Figure
) -> None:
    seen: set[int] = set()
    draw = pictures._Studio.draw

    def hanging(studio: Any, figure: dict[str, Any], options: dict[str, Any]) -> bytes:
        leader = int(studio._kaleido.subprocess.pid)
        seen.update({leader} | descendants(leader))
        os.killpg(leader, signal.SIGSTOP)
        return draw(studio, figure, options)

    pictures.rendered(figure, "svg")
    monkeypatch.setattr(pictures._Studio, "draw", hanging)
    monkeypatch.setattr(pictures, "PICTURE_SECONDS", -9.5)
    monkeypatch.setattr(pictures, "STOP_SECONDS", 0.5)
    with pytest.raises(ChromiumFailed, match="Chromium 两次失败（TimeoutError"):
        pictures.rendered(figure, "png")
    monkeypatch.undo()
    assert len(seen) >= 4
    assert gone(seen)
    assert pictures.rendered(figure, "svg").startswith(b"<svg")


def test_stop_ends_every_process_and_the_next_picture_starts_again(figure: go.Figure) -> None:
    pictures.rendered(figure, "svg")
    processes = drawing()
    assert len(processes) >= 2
    pictures.stop()
    assert gone(processes)
    assert pictures.rendered(figure, "svg").startswith(b"<svg")


def test_an_idle_chromium_is_ended_and_the_next_picture_starts_again(
    monkeypatch: pytest.MonkeyPatch, figure: go.Figure
) -> None:
    monkeypatch.setattr(pictures, "IDLE_SECONDS", 0.5)
    pictures.rendered(figure, "svg")
    assert gone(drawing(), seconds=20)
    assert pictures.rendered(figure, "svg").startswith(b"<svg")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder with a short path: Chromium's socket in it may not be longer than 108 characters."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.parametrize("end", ["raise SystemExit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_chromium_gives_way_as_its_process_does_and_does_not_outlive_it(end: str, short_folder: Path) -> None:
    """As root it would raise itself: its jobs' readers would wait."""
    script = f"""
import os, signal, sys
import plotly.graph_objects as go
from briefings import pictures
os.setpriority(os.PRIO_PROCESS, 0, 7)
pictures.rendered(go.Figure(), "svg")
print(pictures._studio._kaleido.subprocess.pid, flush=True)
sys.stdin.readline()
{end}
"""
    environment = os.environ | {"TMPDIR": str(short_folder), "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        leader = int(child.stdout.readline())
        processes = descendants(child.pid)
        assert leader in processes
        assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in {leader} | descendants(leader)} == {7}
        child.communicate("\n", timeout=60)
    assert gone(processes)
    if "SIGKILL" not in end:
        assert not list(short_folder.glob("pictures-*"))


def test_no_request_leaves_even_for_a_picture_that_asks_for_one() -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        source = f"http://127.0.0.1:{server.server_port}/tile.png"
        image = {"source": source, "x": 0, "y": 1, "sizex": 1, "sizey": 1, "xref": "paper", "yref": "paper"}
        pictures.rendered(go.Figure(layout={"images": [image]}), "svg")
        server.shutdown()
        thread.join()
    assert asked == []


def test_a_missing_browser_is_told_with_its_cure(monkeypatch: pytest.MonkeyPatch, figure: go.Figure) -> None:
    monkeypatch.setattr(pictures, "BROWSERS", ("no-such-browser",))
    assert not pictures.available()
    with pytest.raises(PicturesUnavailable, match=r"没有找到 Chromium 浏览器.*apt-get install chromium fonts-noto-cjk"):
        pictures.rendered(figure, "png")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "settings", lambda: settings.Settings(chromium="/no/such/chromium"))
    assert "TALENT_CHROMIUM 指向的 /no/such/chromium" in pictures.reason()


def test_a_missing_font_is_told_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    finder = tmp_path / "fc-list"
    finder.write_text("#!/bin/sh\n")
    finder.chmod(0o755)
    monkeypatch.setattr(pictures, "_font_seen", False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "没有找到中文字体" in pictures.reason()


def test_a_browser_that_cannot_start_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figure: go.Figure
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    pictures.stop()
    monkeypatch.setattr(pictures, "settings", lambda: settings.Settings(chromium=str(broken)))
    with pytest.raises(PicturesUnavailable, match="Chromium 两次失败"):
        pictures.rendered(figure, "png")
    assert pictures._studio is None


def test_a_map_in_few_colours_is_smaller_and_keeps_the_colours_of_its_classes(figure: go.Figure) -> None:
    whole = pictures.rendered(figure, "png")
    few = pixels.in_few_colours(whole, pictures.DPI)
    assert len(few) < 0.5 * len(whole)
    made = Image.open(io.BytesIO(few))
    assert (made.size, round(made.info["dpi"][0])) == (Image.open(io.BytesIO(whole)).size, 300)
    before, after = (counted(each) for each in (whole, few))
    flat = [colour for colour, number in before.items() if number > 0.01 * before.total()]
    assert flat
    assert all(after[colour] >= before[colour] for colour in flat)


def counted(png: bytes) -> Counter[tuple[int, ...]]:
    """How many dots have each colour."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return Counter({colour: number for number, colour in image.getcolors(image.width * image.height)})


def test_dots_an_inch_replace_those_a_png_had() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG", dpi=(72, 72))
    image = Image.open(io.BytesIO(pixels.with_dpi(buffer.getvalue(), 300)))
    image.load()
    assert round(image.info["dpi"][0]) == 300
    with pytest.raises(ValueError, match="不是 PNG"):
        pixels.with_dpi(b"GIF89a", 300)
