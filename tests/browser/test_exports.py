"""What is taken along: each format is downloaded from the page and opened with its own library."""

import csv
import io
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import openpyxl
import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from charts.words import SIMULATED
from geo import places
from tests.browser import seeing
from tests.browser.harness import colours_of

VERSION = "v46"
FORMATS = {
    "xlsx": "Excel 工作簿",
    "zip": "CSV（含说明，ZIP）",
    "png": "PNG 图片（300 dpi）",
    "svg": "SVG 矢量图",
    "pdf": "PDF",
}


@pytest.mark.parametrize(("part", "called"), [("map", "地图"), ("ranking", "排名")])
def test_every_format_says_what_the_page_says(plain: Page, tmp_path: Path, part: str, called: str) -> None:
    seeing.visit(plain, "/talent_map")
    shown = {name: float(wording.rstrip("%")) for name, (wording, _) in seeing.ranking(plain).items()}
    heading = plain.locator(f".st-key-{part}-head .picture-title").inner_text()
    files = taken(plain, part, tmp_path)
    for kind, file in files.items():
        assert file.name == f"浙江数字人才_浙江省_培训完成率_{called}_2026-10_{VERSION}.{kind}"

    rows, notes = workbook(files["xlsx"])
    assert {row[1]: row[2] for row in rows if row[1] in shown} == shown
    assert (rows, notes) == comma_separated(files["zip"])
    assert heading in notes["标题"]
    assert notes["数据性质"].startswith(SIMULATED)
    assert notes["数据版本"] == VERSION
    assert notes["时期"] == "2023年1月—2026年10月"
    assert urlsplit(notes["查看地址"]).path == "/talent_map"

    with Image.open(files["png"]) as picture:
        assert [round(d) for d in picture.info["dpi"]] == [300, 300]
        assert picture.width >= 1800
        assert colours_of(picture.convert("RGB")) > 50
    names = [places.named(name).short_name for name in shown]
    numbers = [VERSION, "2026年10月", bare(heading)[:12], *(f"{value:g}" for value in shown.values())]
    drawn, printed = svg_text(files["svg"]), pdf_text(files["pdf"])
    for word in (SIMULATED, *names, *numbers):
        assert bare(word) in drawn, word
    for word in (
        SIMULATED,
        *names,
    ):  # Chromium embeds Chinese fonts so that their digits cannot be read back from a PDF
        assert bare(word) in printed, word
    for text in (drawn, printed):
        assert ("未取得审图号" in text) == (part == "map")


def test_the_address_in_the_notes_opens_the_same_view(plain: Page, tmp_path: Path) -> None:
    seeing.visit(plain, "/talent_map?place=330110&indicator=certificates&cluster=C06")
    before = seeing.words(plain)
    (file,) = taken(plain, "map", tmp_path, "xlsx").values()
    _, notes = workbook(file)
    assert "产业集群：人工智能" in notes["筛选条件"]
    seeing.visit(plain, "/talent_map")
    assert seeing.words(seeing.visit(plain, notes["查看地址"])) == before


def test_no_table_can_be_taken_along_without_its_mark(plain: Page) -> None:
    seeing.visit(plain, "/talent_map")
    for shown in plain.get_by_test_id("stDataFrame").all():
        shown.hover()
        expect(shown.get_by_role("button", name="全屏")).to_be_visible()
        expect(shown.get_by_role("button", name="Download as CSV")).to_have_count(0)


def taken(page: Page, part: str, folder: Path, *kinds: str) -> dict[str, Path]:
    """Downloads a part of the page in these formats, all of them unless named."""
    files = {}
    page.locator(f".st-key-{part}-head").get_by_role("button", name="导出").click()
    for kind in kinds or FORMATS:
        with page.expect_download(timeout=seeing.PATIENCE) as download:
            page.get_by_test_id("stPopoverBody").get_by_role("button", name=FORMATS[kind]).click()
        files[kind] = folder / download.value.suggested_filename
        download.value.save_as(files[kind])
    page.keyboard.press("Escape")
    return files


def workbook(file: Path) -> tuple[list[list[str | float | None]], dict[str, str]]:
    """The data rows and the notes of an XLSX file."""
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [SIMULATED, "说明"]
    data, notes = book.worksheets
    rows = [list(row) for row in data.iter_rows(min_row=2, values_only=True)]
    return rows, {row[0]: row[1] for row in notes.iter_rows(values_only=True)}


def comma_separated(file: Path) -> tuple[list[list[str | float | None]], dict[str, str]]:
    """The data rows and the notes of a ZIP of CSV files, numbers as numbers."""
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["数据.csv", "说明.csv"]
        data, notes = (list(csv.reader(io.StringIO(archive.read(n).decode("utf-8-sig")))) for n in archive.namelist())
    rows = [[row[0], row[1], *(float(cell) if cell else None for cell in row[2:])] for row in data[1:]]
    return rows, dict(notes[1:])


def svg_text(file: Path) -> str:
    """Every word in a vector picture."""
    return bare("".join(ElementTree.parse(file).getroot().itertext()))


def pdf_text(file: Path) -> str:
    """Every word on the one page of a PDF."""
    (page,) = pypdf.PdfReader(file).pages
    return bare(page.extract_text())


def bare(text: str) -> str:
    """Text without spaces and with one form for each character."""
    return "".join(unicodedata.normalize("NFKC", text).split())
