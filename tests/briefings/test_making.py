"""Many documents: progress, cancel, one that fails, without Chromium or LibreOffice; and the command line."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefings import cli, jobs, kinds, making, office, pictures, word
from briefings.facts import Facts
from briefings.making import Asked
from data_sources.cubes import Cubes
from data_sources.settings import ROOT
from geo import places
from indicators.options import BRIEFING
from tests.briefings.test_pictures import descendants, gone

MONTH = "2026-10"
THREE = ("330102", "330105", "330110")


@pytest.fixture(scope="module")
def facts(demo_cubes: Cubes) -> Facts:
    return kinds.facts(demo_cubes)


@pytest.fixture
def without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BROWSERS", ("no-such-browser",))


def quiet(done: int, every: int, last: str) -> None:
    assert 0 < done <= every
    assert last


@pytest.mark.usefixtures("without_chromium")
def test_an_archive_holds_every_file_and_says_what_is_missing_in_it(facts: Facts, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    asked = Asked("县域画像", THREE, MONTH, ("docx", "xlsx"))
    remarks = making.archive(
        tmp_path / "a.zip", facts, asked, lambda done, every, _: told.append((done, every)), lambda: False
    )
    names = [f"浙江数字人才_{places.place(code).name}_县域画像_{MONTH}_v46" for code in THREE]
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == [*(f"{n}.{s}" for n in names for s in ("docx", "xlsx")), making.REMARKS]
    assert told == [(i, 6) for i in range(1, 7)]
    assert [(r.name, r.made) for r in remarks] == [(f"{name}.docx", True) for name in names]
    assert all("没有找到 Chromium 浏览器" in r.note for r in remarks)
    assert making.remarks_in(tmp_path / "a.zip") == tuple(remarks)


def test_one_failed_place_is_listed_and_the_others_are_made(facts: Facts, tmp_path: Path) -> None:
    asked = Asked("专题-补贴资金", ("330102", "990000", "330105"), MONTH, ("docx", "xlsx"))
    remarks = making.archive(tmp_path / "a.zip", facts, asked, quiet, lambda: False)
    ((name, note, made),) = [(r.name, r.note, r.made) for r in remarks]
    assert not made
    assert "990000" in name
    assert "没有“990000”这个地区" in note
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len([n for n in archive.namelist() if n.endswith((".docx", ".xlsx"))]) == 4


def test_no_document_waits_for_a_chromium_that_failed_for_good(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def failing(figure: object, format: str) -> bytes:
        tried.append(figure)
        raise pictures.ChromiumFailed("图片没有画成：Chromium 两次失败")

    monkeypatch.setattr(pictures, "rendered", failing)
    asked = Asked("县域画像", THREE, MONTH, ("docx", "png"))
    remarks = making.archive(tmp_path / "a.zip", facts, asked, quiet, lambda: False)
    assert len(tried) == 1
    assert [r.made for r in remarks] == [True, False] * 3
    assert {r.note for r in remarks} == {"图片没有画成：Chromium 两次失败"}


def test_an_operator_is_told_what_is_wrong_with_the_template_without_a_traceback(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "word.docx"
    own.write_bytes(b"not a document")
    monkeypatch.setattr(word.written, "__defaults__", (own,))
    told, other = making.files(facts, Asked("专题-补贴资金", ("330110",), MONTH, ("docx", "xlsx")))
    assert (told.data, told.note.startswith(f"模板 {own} 打不开"), bool(other.data)) == (b"", True, True)
    assert caplog.records == []


def test_a_cancelled_archive_is_removed(facts: Facts, tmp_path: Path) -> None:
    done: list[int] = []
    asked = Asked("专题-补贴资金", THREE, MONTH, ("xlsx",))
    making.archive(tmp_path / "a.zip", facts, asked, lambda d, *_: done.append(d), lambda: len(done) >= 2)
    assert done == [1, 2]
    assert not (tmp_path / "a.zip").exists()


def test_without_libreoffice_a_pdf_is_refused_with_its_cure_and_word_is_made(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PROGRAMS", ("no-such-office",))
    asked = Asked("专题-补贴资金", ("330110",), MONTH, ("docx", "pdf"))
    word, pdf = making.files(facts, asked)
    assert word.data
    assert (pdf.data, "没有找到 LibreOffice" in pdf.note, "apt-get install" in pdf.note) == (b"", True, True)


def test_an_office_that_makes_nothing_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "office"
    program.write_text("#!/bin/sh\necho broken profile\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "PROGRAMS", (str(program),))
    with pytest.raises(office.PaperUnavailable, match="broken profile"):
        office.pdf(b"")
    program.write_text("#!/bin/sh\nsleep 60\n")
    monkeypatch.setattr(office, "SECONDS", 0.3)
    with pytest.raises(office.PaperUnavailable, match="没有完成"):
        office.pdf(b"")


def test_a_job_for_one_place_gives_its_files(facts: Facts) -> None:
    job = jobs.one(facts, Asked("专题-补贴资金", ("330110",), MONTH, ("docx", "xlsx")))
    assert job.wait(60)
    assert [file.name.rpartition(".")[2] for file in job.files] == ["docx", "xlsx"]
    assert all(file.data().startswith(b"PK") for file in job.files)
    assert (job.progress.done, job.progress.every, job.error) == (2, 2, "")


@pytest.fixture
def environment(demo_url: str, own_var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TALENT_DB", demo_url)
    monkeypatch.setenv("TALENT_VAR", str(own_var))
    cli.settings.cache_clear()
    yield
    cli.settings.cache_clear()


@pytest.mark.usefixtures("environment")
def test_a_job_for_all_places_runs_beside_and_can_be_ended() -> None:
    job = jobs.every(Asked("专题-补贴资金", kinds.everywhere("专题-补贴资金"), MONTH, ("xlsx",)))
    until = time.monotonic() + 60
    while not job.progress.done and time.monotonic() < until:
        time.sleep(0.05)
    assert job.progress.every == 90
    children = descendants(os.getpid())
    job.cancel()
    assert job.wait(30)
    assert (job.files, job.error) == ((), "")
    assert job.folder is not None
    assert list(job.folder.glob("*.zip")) == []
    assert gone({pid for pid in children if "briefings" in _command(pid)})


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.mark.usefixtures("environment")
def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_DB", "sqlite:////no/such/folder/talent.db")
    job = jobs.every(Asked("专题-补贴资金", ("330110",), MONTH, ("xlsx",)))
    assert job.wait(60)
    assert job.files == ()
    assert "处理办法" in job.error


@pytest.mark.usefixtures("environment", "without_chromium")
def test_make_and_verify_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    asked = ["make", "县域画像", "--place", "余杭区", "--period", MONTH, "--format", "docx,xlsx", "--out", out]
    assert cli.main(asked) == cli.OK
    said = capsys.readouterr()
    files = [Path(line) for line in said.out.splitlines()]
    assert [f.name for f in files] == [f"浙江数字人才_余杭区_县域画像_{MONTH}_v46.{s}" for s in ("docx", "xlsx")]
    assert "没有找到 Chromium" in said.err
    for file in files:
        assert cli.main(["verify", str(file)]) == cli.OK
        assert "全部相符" in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["make", "年报"], "没有“年报”这种材料"),
        (["make", "县域画像", "--place", "杭州"], "按县（市、区）生成，杭州市不是"),
        (["make", "县域画像", "--place", "余抗区"], "最接近的是：余杭区"),
        (["make", "县域画像", "--place", "330110", "--period", "2030-01"], "没有“2030-01”的数据"),
        (["make", "县域画像", "--place", "330110", "--format", "doc"], "没有格式“doc”。可用：docx、pptx"),
        (["verify", "nowhere.docx"], "没有文件 nowhere.docx"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == cli.USAGE
    assert told in capsys.readouterr().err


def test_verify_ends_with_one_for_a_changed_file(
    facts: Facts, environment: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = making.files(facts, Asked("专题-补贴资金", ("330110",), MONTH, ("docx",)))
    changed = tmp_path / file.name
    with zipfile.ZipFile(changed, "w") as new:
        original = tmp_path / "original.docx"
        original.write_bytes(file.data)
        with zipfile.ZipFile(original) as old:
            for entry in old.namelist():
                data = old.read(entry)
                if entry == "word/document.xml":
                    data = data.replace("本年已支出".encode(), "本年已支出1".encode(), 1)
                new.writestr(entry, data)
    assert cli.main(["verify", str(changed)]) == cli.DIFFERENT
    said = capsys.readouterr().out
    assert "被手工改动" in said
    assert "不符 1 处" in said
    assert cli.main(["verify", str(tmp_path / "original.docx")]) == cli.OK


def test_the_pages_kinds_are_the_kinds() -> None:
    assert set(BRIEFING.allowed.values()) - {"按所选地区", "本页"} == set(kinds.KINDS)


def test_every_kind_has_its_places() -> None:
    assert [len(kinds.everywhere(kind)) for kind in ("县域画像", "设区市简报", "全省月报")] == [90, 11, 1]


@pytest.mark.browser
@pytest.mark.usefixtures("environment")
def test_a_terminated_command_leaves_no_chromium(demo_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "briefings", "make", "县域画像", "--place", "all", "--out", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--progress", "json"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["every"] == 90
        processes = descendants(process.pid)
        assert len(processes) >= 2
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert gone(processes)
