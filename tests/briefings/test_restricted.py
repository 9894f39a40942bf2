"""A restricted indicator is written only for whoever sees all places: by command and by a job beside, in every kind."""

import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from briefings import cli, jobs, kinds, record, this_page
from briefings.document import Chart, Picture, Row, Section, Table
from briefings.making import Asked
from briefings.numbers import Number
from data_sources import looking, readers
from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from data_sources.policy import OPERATOR, Grant
from data_sources.settings import ROOT
from indicators.catalogue import catalogue
from tests.briefings.test_this_page import URLS

RESTRICTED = {
    "县域画像": "talent_per_10k",
    "设区市简报": "training_person_times",
    "全省月报": "training_person_times",
    "专题-产业集群": "talent_stock",
    "专题-补贴资金": "subsidy_paid",
    "专题-实训基地": "base_use",
    "专题-供需与流动": "talent_inflow",
}
LONG = ("县域画像", "设区市简报", "专题-供需与流动")
"""Kinds whose every number is written much like those of the others, and takes seconds."""
PLACES = {"县域画像": "330110", "设区市简报": "330100", "全省月报": "330000"}


@pytest.fixture(scope="module")
def registered(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with a reader of one county."""
    file = tmp_path_factory.mktemp("registered") / "talent.db"
    shutil.copy(sqlite_file(demo_url), file)
    url = f"sqlite:///{file}"
    readers.add(url, OPERATOR, "yuhang", "余杭区用户")
    readers.grant(url, OPERATOR, "yuhang", Grant("county", "330110", exports=True))
    return url


@pytest.fixture(autouse=True)
def _environment(registered: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of a command over that database, whose cubes are built once for all tests."""
    monkeypatch.setenv("TALENT_DB", registered)
    monkeypatch.setenv("TALENT_VAR", str(sqlite_file(registered).parent / "var"))
    cli.settings.cache_clear()
    yield
    cli.settings.cache_clear()


def numbers(data: bytes, key: str) -> list[float]:
    """The values of the indicator that a file holds; payments are told apart by fund instead."""
    held = [n for n in record.read(data)["numbers"] if n["cell"] is not None]
    return [n["cell"] for n in held if n.get("key") == key or (key == "subsidy_paid" and n["what"] == "fund_paid")]


def written(kind: str, folder: Path, *more: str) -> bytes:
    """The workbook that the command makes."""
    folder.mkdir()
    asked = ["make", kind, "--place", PLACES.get(kind, "330110"), "--format", "xlsx", "--out", str(folder), *more]
    assert cli.main(asked) == cli.OK
    return next(folder.glob("*.xlsx")).read_bytes()


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.slow) if k in LONG else k for k in RESTRICTED])
def test_the_command_writes_it_for_the_terminal_and_not_for_a_county(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RESTRICTED[kind]
    monkeypatch.setitem(catalogue()[key].__dict__, "restricted", True)
    own, other = written(kind, tmp_path / "own"), written(kind, tmp_path / "other", "--reader", "yuhang")
    assert numbers(own, key)
    assert numbers(other, key) == []
    assert cli.main(["verify", str(next((tmp_path / "other").glob("*.xlsx")))]) == cli.OK


def test_no_reader_is_the_terminal_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue()["subsidy_paid"].__dict__, "restricted", True)
    kind, key = "专题-补贴资金", "subsidy_paid"
    own = numbers(written(kind, tmp_path / "own"), key)
    assert numbers(written(kind, tmp_path / "nobody", "--reader", ""), key) == own != []


def test_a_part_that_rests_on_it_says_why_it_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue()["subsidy_paid"].__dict__, "restricted", True)
    told: dict[str, Any] = record.read(written("专题-补贴资金", tmp_path / "told", "--reader", "yuhang"))
    title = catalogue()["subsidy_paid"].title
    assert f"“{title}”只写给能看到全省明细的使用者，“补贴资金”部分未写入。" in [text for text, _ in told["texts"]]
    assert told["numbers"] == []


def test_a_part_names_every_indicator_whose_numbers_it_prints(demo_cubes: Cubes) -> None:
    found = kinds.facts(demo_cubes)
    asked = [(part, PLACES.get(kind.name, "330110"), "2026-10") for kind in kinds.KINDS.values() for part in kind.parts]
    for url in URLS:
        at = this_page.looked(url, demo_cubes)
        month = this_page.about(at, demo_cubes).month
        asked += [(part, at.view.place, month) for part in this_page.PAGES[at.page].parts(at)]
    for part, place, month in asked:
        section = part.section(found, place, month)
        texts = [*part.findings(found, place, month), *part.watch(found, place, month)]
        texts += printed(section) if section else []
        keys = {span.fact.key for text in texts for span in text if isinstance(span, Number)}
        assert keys - {""} <= set(part.indicators), part.name


def printed(section: Section) -> Iterator[Row]:
    """Everything in a section that holds numbers."""
    yield section.message
    for block in section.blocks:
        if isinstance(block, Picture | Chart):
            yield block.alt
        if isinstance(block, Table | Chart):
            yield from (block.table if isinstance(block, Chart) else block).rows
        if isinstance(block, tuple):
            yield block


def test_a_page_of_a_restricted_indicator_says_so_to_a_county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue()["talent_per_10k"].__dict__, "restricted", True)
    url = "/talent_map?indicator=talent_per_10k&place=330110&level=all"
    data = written("page", tmp_path / "page", "--url", url, "--reader", "yuhang")
    assert numbers(data, "talent_per_10k") == []
    assert any("只写给能看到全省明细的使用者" in text for text, _ in record.read(data)["texts"])


def test_an_account_that_is_not_registered_gets_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["make", "全省月报", "--format", "xlsx", "--out", str(tmp_path), "--reader", "nobody"]
    assert cli.main(asked) == cli.USAGE
    assert "账号“nobody”没有登记" in capsys.readouterr().err


def test_a_job_beside_runs_by_the_rights_of_who_asked(
    registered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process reads a catalogue in which the indicator is restricted."""
    key, tree = "training_person_times", tmp_path / "tree"
    tree.mkdir()
    for each in ROOT.iterdir():
        if each.name not in ("indicators", ".git"):
            (tree / each.name).symlink_to(each)
    shutil.copytree(ROOT / "indicators", tree / "indicators")
    with (tree / "indicators" / "catalogue" / f"{key}.yaml").open("a") as file:
        file.write("restricted: true\n")
    monkeypatch.setattr(jobs, "ROOT", tree)
    yuhang = readers.find(registered, "yuhang")
    assert yuhang is not None
    found = {}
    for reader in (OPERATOR, yuhang):
        with looking.by(reader):
            job = jobs.every(Asked("全省月报", kinds.everywhere("全省月报"), "2026-10", ("xlsx",)))
        assert job.wait(120)
        assert job.error == ""
        with zipfile.ZipFile(BytesIO(job.files[0].data())) as archive:
            (name,) = archive.namelist()
            found[reader] = numbers(archive.read(name), key)
    assert found[OPERATOR]
    assert found[yuhang] == []
