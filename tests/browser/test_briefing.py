"""A document is made in the browser, downloaded, opened with its library, and says what the pages say."""

import re
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from playwright.sync_api import Page, expect

from briefings import verify
from data_sources.cubes import Cubes
from tests.browser import seeing
from tests.browser.harness import settled


def taken(page: Page, about: str, suffix: str, folder: Path) -> Path:
    """The made file about that in that format, downloaded; files of an earlier test may still be offered."""
    with page.expect_download(timeout=seeing.PATIENCE) as download:
        page.get_by_role("button", name=re.compile(rf"下载 .*_{about}_.*\.{suffix}$")).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_word_and_excel_say_what_the_profile_says(plain: Page, tmp_path: Path) -> None:
    seeing.visit(plain, "/place_profile?place=330110")
    cards = plain.locator(".figure-card.target .value").all_inner_texts()
    shares = [re.findall(r"完成 ([\d.]+%)", card)[0] for card in cards]
    plain.get_by_role("link", name="简报", exact=True).click()
    plain.wait_for_url(re.compile(r"/briefing\?.*place=330110"))
    seeing.visit(plain, plain.url + "&formats=docx~xlsx")
    plain.get_by_role("button", name="生成县域画像").click()
    file = taken(plain, "县域画像", "docx", tmp_path)
    assert file.name == "浙江数字人才_余杭区_县域画像_2026-10_v46.docx"
    made = docx.Document(str(file))
    said = "".join(p.text for p in made.paragraphs)
    assert all(f"的{share}，" in said for share in shares)
    assert len(made.inline_shapes) >= 1
    book = openpyxl.load_workbook(taken(plain, "县域画像", "xlsx", tmp_path))
    goals = next(sheet for sheet in book.worksheets if "规划目标" in sheet.title)
    assert [f"{goals[f'D{row}'].value:.1f}%" for row in (3, 4)] == shares


def test_the_link_of_a_page_leads_to_a_document_of_just_this_view(
    plain: Page, tmp_path: Path, demo_cubes: Cubes
) -> None:
    seeing.visit(plain, "/talent_map?indicator=talent_per_10k&place=330110&level=all&peers=alike")
    card = plain.locator("#place-card")
    value, sub = card.locator(".value").inner_text(), card.locator(".sub").first.inner_text()
    figure = re.findall(r"[\d.,]+", value)[0]
    rank, of = re.findall(r"第 (\d+)／(\d+) 位", sub)[0]
    plain.get_by_role("link", name="本页简报").click()
    plain.wait_for_url(re.compile(r"/briefing\?.*briefing=page"))
    settled(plain)
    seeing.visit(plain, plain.url + "&formats=docx~pptx~xlsx")
    plain.get_by_role("button", name="生成本页简报").click()
    file = taken(plain, "人才地图-每万人人才", "docx", tmp_path)
    assert file.name == "浙江数字人才_余杭区_人才地图-每万人人才_2026-10_v46.docx"
    word = docx.Document(str(file))
    said = "".join(p.text for p in word.paragraphs)
    assert f"每万常住人口数字技能人才{figure}人/万人" in said
    assert f"第{rank}／{of}位" in said
    assert len(word.inline_shapes) == 3  # the map, the ranking and the trend
    slides = [
        [cell.text for cell in row.cells]
        for slide in pptx.Presentation(str(taken(plain, "人才地图-每万人人才", "pptx", tmp_path))).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
    ]
    assert next(row for row in slides if row[0] == "余杭区")[1:3] == [figure, f"第{rank}／{of}位"]
    book = openpyxl.load_workbook(taken(plain, "人才地图-每万人人才", "xlsx", tmp_path))
    rows = [
        [cell.value for cell in row]
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        if row[0].value == "余杭区"
    ]
    assert rows[0][1:3] == [float(figure.replace(",", "")), int(rank)]
    assert verify.verified(file, demo_cubes).findings == ()


@pytest.mark.slow  # told by what is sent; that the page follows a job by itself, by the first test
def test_all_places_show_progress_and_can_be_cancelled(plain: Page) -> None:
    seeing.visit(plain, "/briefing?briefing=subsidies&formats=xlsx&extent=all")
    plain.get_by_role("button", name="生成 90 份专题-补贴资金").click()
    expect(plain.get_by_text(re.compile(r"\d+／90　浙江数字人才_"))).to_be_visible(timeout=seeing.PATIENCE)
    plain.get_by_role("button", name="取消").click()
    expect(plain.get_by_text("已取消，没有生成文件。")).to_be_visible(timeout=seeing.PATIENCE)
    expect(plain.get_by_role("button", name="生成 90 份专题-补贴资金")).to_be_enabled()
