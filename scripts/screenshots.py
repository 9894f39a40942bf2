"""Takes the pictures in docs/images from the running app over a demonstration database at full size."""

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import NARROW, ROOT, WIDE, Recorder, launched, open_view, serving, settled

MOST_BYTES: Final = 1_500_000
"""What all pictures together may weigh: they are kept with the code."""
COLOURS: Final = 256


@dataclass(frozen=True)
class Shot:
    """One picture: the view's address, what the browser is, and the name of the button to press first, if any."""

    path: str
    browser: Mapping[str, Any] = field(default_factory=dict)
    press: str = ""


COUNTY: Final = "/talent_map?indicator=training_completion&window=since_2023&month=2026-10&place=330110&level=county"
SHOTS: Final[Mapping[str, Shot]] = {
    "overview": Shot("/"),
    "talent_map": Shot("/talent_map?indicator=talent_per_10k&level=all"),
    "county": Shot(COUNTY),
    "dark": Shot("/talent_map?indicator=training_completion&level=all", {"color_scheme": "dark"}),
    "narrow": Shot("/talent_map", {"viewport": NARROW, "has_touch": True}),
    "export": Shot("/talent_map?indicator=vacancies&level=all", press="导出"),
    "clusters": Shot("/clusters"),
    "bases": Shot("/bases?base_look=circle&level=all"),
    "subsidies": Shot("/subsidies"),
    "supply_demand": Shot("/supply_demand?supply=flows"),
    "evaluation": Shot("/evaluation"),
    "place_profile": Shot("/place_profile?place=330110"),
    "compare": Shot("/compare"),
    "briefing": Shot("/briefing?place=330110"),
    "intake": Shot("/intake?filing=quality"),
    "about_data": Shot("/about_data"),
}


def main() -> None:
    """Writes every picture, or those named; fails when a page erred, asked elsewhere, or the pictures weigh too much."""
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"only these: {' '.join(SHOTS)}")
    parser.add_argument("--db", default=os.environ.get("TALENT_DB", ""), help="an existing database; else TALENT_DB")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the demonstration made when there is none")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(SHOTS)):
        parser.error(f"no such picture: {' '.join(unknown)}; there are {' '.join(SHOTS)}")
    asked.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="talent-pictures-") as folder:
        var = Path(folder)
        settings = {"TALENT_DB": asked.db or _demo(var, asked.scale), "TALENT_VAR": str(var)}
        with serving(ROOT / "app.py", var / "server.log", settings) as server, sync_playwright() as playwright:
            browser = launched(playwright)
            for name in asked.names or SHOTS:
                file = asked.into / f"{name}.png"
                file.write_bytes(_compressed(_taken(browser, server.url, SHOTS[name])))
                sys.stdout.write(f"{file}  {file.stat().st_size / 1000:.0f} kB\n")
            browser.close()
    _weighed(asked.into)


def _demo(var: Path, scale: float) -> str:
    url = f"sqlite:///{var / 'talent.db'}"
    subprocess.run(  # nosec B603 # noqa: S603 - our own command
        [sys.executable, "-m", "data_sources", "demo", "--scale", str(scale), "--db", url], cwd=ROOT, check=True
    )
    return url


def _taken(browser: Browser, url: str, shot: Shot) -> bytes:
    options: dict[str, Any] = {"viewport": WIDE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | dict(shot.browser)
    context = browser.new_context(base_url=url, **options)
    recorder = Recorder.of(context, url)
    page = open_view(context.new_page(), shot.path)
    if shot.press:
        page.get_by_role("button", name=shot.press).first.click()
        settled(page)
        page.mouse.move(900, 20)  # no tooltip of the button in the picture
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")  # waiting for a map may have scrolled to it
    page.wait_for_timeout(500)
    picture = page.screenshot(animations="disabled")
    context.close()
    recorder.verify()
    return picture


def _compressed(picture: bytes) -> bytes:
    """The same picture with a palette of 256 colours: a quarter of the bytes, no visible difference on flat pages."""
    opened = Image.open(io.BytesIO(picture)).convert("RGB")
    few = opened.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def _weighed(folder: Path) -> None:
    total = sum(file.stat().st_size for file in folder.glob("*.png"))
    if total > MOST_BYTES:
        sys.exit(f"the pictures weigh {total / 1e6:.2f} MB together; they may weigh {MOST_BYTES / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
