"""A page, an address or a command that is added is tried on the same day: one that forgot the rules is found."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.harness import ROOT

PAGE = '''"""Every organisation of the province, for whoever comes."""

import streamlit as st

from pages.shared import leaking

st.dataframe(leaking.organisations())
st.html("".join(leaking.organisations()["name"]))
'''
LEAKING = '''"""Rows that nobody asked the rules about."""

from data_sources import engine
from data_sources.settings import settings


def organisations():
    return engine.frame(settings().url, "SELECT organisation_code, name FROM organisation")
'''
ADDRESS = """

async def leak(_: Request) -> PlainTextResponse:
    from pages.shared import leaking

    return PlainTextResponse(str(leaking.organisations().to_dicts()))


ROUTES = (*ROUTES, Route("/leak", leak))
"""
WIRE = "tests/pages/test_over_the_wire.py"


@pytest.mark.slow
def test_what_forgot_the_rules_is_found(tmp_path: Path) -> None:
    """In a copy of the product that has such a page and such an address."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", ".*_cache", "__pycache__"))
    (copy / "pages/leak").mkdir()
    (copy / "pages/leak/page.py").write_text(PAGE)
    (copy / "pages/shared/leaking.py").write_text(LEAKING)
    frame, probes = copy / "pages/shared/frame.py", copy / "pages/shared/probes.py"
    frame.write_text(frame.read_text().replace('"briefing": "简报",', '"briefing": "简报", "leak": "泄露",'))
    probes.write_text(probes.read_text() + ADDRESS)
    tried = [sys.executable, "-m", "pytest", WIRE, "tests/pages/test_hostile_texts.py", "-k", "leak or no_address"]
    done = subprocess.run(tried, cwd=copy, capture_output=True, text=True, check=False)
    assert set(re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.M)) == {
        "test_a_county_gets_no_foreign_row_on_any_page_or_in_any_file[leak]",
        "test_a_county_that_forges_what_its_browser_sends_gets_no_foreign_row[leak]",
        "test_a_link_from_the_province_shows_a_county_nothing_foreign_and_says_why[leak]",
        "test_no_address_of_the_server_gives_a_county_anything_foreign",
        "test_hostile_texts_stay_texts[leak]",
    }, done.stdout
