"""The page itself names the scripts that the first map, chart and table need; they exist, and nothing else says so."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from pages.shared import preload
from tests.browser.harness import ROOT, serving


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The `Link` header by address, from a running server."""
    folder = tmp_path_factory.mktemp("preload")
    settings = {"TALENT_DB": f"sqlite:///{folder / 'none.db'}", "TALENT_VAR": str(folder)}
    with serving(ROOT / "app.py", folder / "log", settings) as server:
        found = {}
        for path in ("/", "/talent_map", "/_stcore/health", "/" + preload.link().split(">")[0].lstrip("</")):
            with urllib.request.urlopen(server.url + path) as answer:
                found[path] = answer.headers.get("Link", "")
    return found


def test_pages_name_the_scripts_and_other_answers_do_not(answers: dict[str, str]) -> None:
    page, deep, health, script = answers.values()
    assert page == deep == preload.link()
    assert (health, script) == ("", "")


def test_every_wanted_script_is_there_once() -> None:
    named = [part.split(";")[0].strip(" <>").rsplit("/", 1)[1] for part in preload.link().split(",")]
    assert [name.split(".")[0] for name in named] == list(preload.SCRIPTS)
    assert all(Path(preload.FOLDER / name).is_file() for name in named)


def test_what_the_first_map_does_not_need_is_not_imported_before_it() -> None:
    said = "import sys, pages.shared.draw; print([m for m in ('pandas', 'alembic', 'geopandas', 'spopt') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
