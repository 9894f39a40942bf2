"""The page that every address answers with: it is ours, names the scripts that the first map needs, and they exist."""

import subprocess
import sys
import time
import urllib.request

import pytest
from streamlit import dataframe_util, delta_generator
from streamlit.components.v2 import manifest_scanner
from streamlit.elements import deck_gl_json_chart
from streamlit.runtime.scriptrunner.exec_code import modified_sys_path

from pages.shared import shell, spared
from tests.browser.harness import ROOT, Server


@pytest.mark.parametrize("address", ["/", "/talent_map"])
def test_every_address_answers_with_our_page(server: Server, address: str) -> None:
    asked = urllib.request.Request(server.url + address, headers={"Accept-Encoding": "gzip, br"})
    with urllib.request.urlopen(asked) as answer:
        assert (answer.read().decode(), answer.headers["Content-Encoding"]) == (shell.page(), None)


def test_the_page_is_chinese_from_its_first_byte() -> None:
    said = (
        '<html lang="zh-CN">',
        "<title>浙江数字人才地图</title>",
        'href="data:image/svg+xml;base64,',
        shell.NO_SCRIPTS,
    )
    assert [shell.page().count(each) for each in said] == [1, 1, 1, 1]
    assert [shell.page().count(each) for each in ("Streamlit<", "favicon.png", "JavaScript to run")] == [0, 0, 0]


def test_what_is_no_page_stays_as_it_is(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_the_script_of_charts_waits_for_the_map_and_still_comes_whole(server: Server) -> None:
    (script,) = shell.named(("PlotlyChart",), "js")
    begun = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/{script}") as answer:
        assert len(answer.read()) == (shell.STATIC / script).stat().st_size
    assert shell.MOMENT <= time.monotonic() - begun < shell.MOMENT + 10


@pytest.mark.parametrize("kinds", [shell.AT_ONCE, shell.WHEN_IDLE])
def test_every_wanted_script_is_there_once_and_named_in_the_page(kinds: tuple[str, ...]) -> None:
    found = shell.named(kinds, "js")
    assert [name.split("/")[-1].split(".")[0] for name in found] == list(kinds)
    assert all(f'"./{name}"' in shell.page() for name in found)


def test_what_the_first_map_does_not_need_is_not_imported_until_it_is_sent() -> None:
    said = (
        "import sys; import streamlit; from geo.layers import Map; from pages.shared import draw, frame, spared; "
        "from pages.overview import attention, parts; "
        "spared.spare(); streamlit.pydeck_chart(Map('{}', {})); "
        "print([m for m in ('pandas', 'alembic', 'geopandas', 'spopt') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_python_s_path_stays_as_it_is_while_runs_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    spared.spare()
    before = [*sys.path]
    with modified_sys_path(str(ROOT / "pages/entry/main.py")):
        assert sys.path == before


def test_what_is_spared_is_what_streamlit_has() -> None:
    for module, name in (
        (manifest_scanner, "scan_component_manifests"),
        (delta_generator, "_use_warning_has_been_displayed"),
        (dataframe_util, "is_pandas_version_less_than"),
        (deck_gl_json_chart, "_prepare_pydeck_for_json"),
    ):
        assert hasattr(module, name), f"{module.__name__} has no {name}: spared.py spares nothing any more"
    assert [dataframe_util.is_pandas_version_less_than(v) for v in ("3.0.0", "1000")] == [False, True]
