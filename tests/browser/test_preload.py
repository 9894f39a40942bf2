"""The page itself names the scripts that the first map, chart and table need; they exist, and nothing else says so."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from pages.shared import preload
from tests.browser.harness import ROOT, Server


def test_pages_name_the_scripts_and_other_answers_do_not(server: Server) -> None:
    script_path = preload.link().split(">")[0].lstrip("<")
    page, deep, health, script = (_linked(server, p) for p in ("/", "/talent_map", "/_stcore/health", script_path))
    assert page == deep == preload.link()
    assert (health, script) == ("", "")


def test_the_script_of_charts_waits_for_the_map_and_still_comes_whole(server: Server) -> None:
    (script,) = preload.FOLDER.glob("PlotlyChart.*.js")
    begun = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/static/js/{script.name}") as answer:
        assert len(answer.read()) == script.stat().st_size
    assert preload.MOMENT <= time.monotonic() - begun < preload.MOMENT + 10


def test_every_wanted_script_is_there_once() -> None:
    named = [part.split(";")[0].strip(" <>").rsplit("/", 1)[1] for part in preload.link().split(",")]
    assert [name.split(".")[0] for name in named] == list(preload.AT_ONCE)
    assert all(Path(preload.FOLDER / name).is_file() for name in named)


def test_what_the_first_map_does_not_need_is_not_imported_until_it_is_sent() -> None:
    said = (
        "import sys; import streamlit; from geo.layers import Map; from pages.shared import draw, frame, preload; "
        "from pages.overview import attention, parts; "
        "preload.without_pandas(); streamlit.pydeck_chart(Map('{}', {})); "
        "print([m for m in ('pandas', 'alembic', 'geopandas', 'spopt') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def _linked(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path) as answer:
        return str(answer.headers.get("Link", ""))
