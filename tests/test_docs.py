"""What the documents promise is there: links, pictures, commands, and the settings as they are declared."""

import re
import runpy
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from indicators.catalogue import catalogue
from pages.shared.frame import PAGES
from scripts import settings_doc
from scripts.screenshots import MOST_BYTES, SHOTS

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
MODULE = re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)*)((?: [a-z]+)?)")
MAKE = re.compile(r"`make ([a-z-]+)|^make ([a-z-]+)", re.MULTILINE)
OUTSIDE = ("http://", "https://", "mailto:")
OPTIONLESS = {"scripts.settings_doc", "geo.build", "briefings.build_templates"}
"""Modules that are run without arguments and would do their work when asked for help."""


def texts() -> str:
    """All documents, end to end."""
    return "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)


def commands() -> list[str]:
    """Every `python -m …` that a document mentions, with its subcommand."""
    found = {f"{module}{sub}" for module, sub in MODULE.findall(texts())}
    return sorted(each for each in found if each.split()[0] not in OPTIONLESS)


def anchors(document: Path) -> set[str]:
    """The anchors that a document's headings make on a forge."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_and_picture_exists(document: Path) -> None:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith(OUTSIDE):
            continue
        target, _, anchor = unquote(link).partition("#")
        there = document.parent / target if target else document
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@pytest.mark.parametrize("command", commands())
def test_every_command_answers_help(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, *rest = command.split()
    monkeypatch.setattr(sys, "argv", [module, *rest, "--help"])
    monkeypatch.delitem(sys.modules, f"{module}.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out


def test_the_documents_mention_every_command_line() -> None:
    assert {"data_sources migrate", "data_sources demo", "data_sources check", "data_sources version"} <= set(
        commands()
    )
    assert {"indicators list", "indicators value", "geo check"} <= set(commands())


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {first or second for first, second in MAKE.findall(texts())}
    assert {"run", "test"} <= named
    assert named <= targets


def test_the_settings_are_documented_as_they_are_declared() -> None:
    assert settings_doc.OUTPUT.read_text(encoding="utf-8") == settings_doc.written(), (
        "docs/settings.md is out of date: python -m scripts.settings_doc"
    )


def test_every_setting_in_the_documents_is_declared() -> None:
    declared = {f"TALENT_{name.upper()}" for name in settings_doc.Settings.model_fields}
    assert set(re.findall(r"TALENT_[A-Z_]*[A-Z]", texts())) <= declared


def test_the_readme_starts_with_what_it_is_one_picture_and_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        opening = (ROOT / name).read_text(encoding="utf-8").split("\n## ")[0]
        assert opening.count("![") == 1
        assert opening.index("docs/images/talent_map.png") < opening.index("make run") < opening.index("make test")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_page_and_counts_the_indicators(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pages = [(title, key) for group in PAGES.values() for key, title in group.items()]
    assert [title for title, key in pages[1:] if f"| {title} `/{key}` |" not in text] == []
    assert f"| {pages[0][0]} `/` |" in text
    assert {int(n) for n in re.findall(r"(\d+) (?:YAML files|个 YAML 文件)", text)} == {len(catalogue())}


def test_the_pictures_are_those_that_the_script_takes_and_light_enough() -> None:
    files = list(IMAGES.glob("*.png"))
    assert {file.stem for file in files} == set(SHOTS)
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_every_picture_is_shown_in_a_document() -> None:
    shown = {Path(link).name for link in LINK.findall(texts())}
    assert {f"{name}.png" for name in SHOTS} <= shown
