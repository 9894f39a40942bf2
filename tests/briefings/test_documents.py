"""Documents opened with their own libraries: what they say is what the measures say, and changes by hand are named."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pptx
import pytest
from docx.oxml.ns import qn
from docx.shared import Length
from PIL import Image
from pptx.util import Inches

from briefings import kinds, record, slide_parts, slides, verify, word, word_parts
from briefings.content import content
from briefings.document import Chart, Document, Picture, Section, Table, cell_words, plain
from briefings.facts import Facts
from briefings.kinds import KINDS, UnknownKind, WrongPlace
from briefings.parts import money_places, viewed
from briefings.placeholders import TemplateError
from briefings.record import NoRecord
from briefings.scope import below
from charts import words
from charts.words import SIMULATED
from data_sources import reading
from data_sources.cubes import Cubes
from geo import places
from geo.reach import Travel
from indicators import bases, flows, measures, projection, reach, supply
from indicators.catalogue import catalogue
from indicators.small_numbers import RULE
from indicators.view import View
from tests.briefings.writing import WRITERS, in_turn, no_picture
from tests.indicators import small

MONTH, COUNTY = "2026-10", "330110"
EVERYWHERE = (
    ("县域画像", small.TONGLU), ("设区市简报", small.HANGZHOU), ("全省月报", "330000"), ("专题-补贴资金", small.TONGLU),
)  # fmt: skip
NOW = datetime(2026, 11, 5, 9, 30)
PLACES = {"县域画像": COUNTY, "设区市简报": "330100"}


@pytest.fixture(scope="module")
def facts(demo_cubes: Cubes) -> Facts:
    return kinds.facts(demo_cubes)


@pytest.fixture(scope="module")
def document(facts: Facts) -> Document:
    return kinds.document(facts, "县域画像", COUNTY, MONTH, NOW)


@pytest.fixture(scope="module")
def files(document: Document) -> dict[str, bytes]:
    return {suffix: written(document) for suffix, written in WRITERS.items()}


def checked(data: bytes, suffix: str, cubes: Cubes, folder: Path) -> list[str]:
    file = folder / f"file.{suffix}"
    file.write_bytes(data)
    return [str(finding) for finding in verify.verified(file, cubes).findings]


@pytest.mark.parametrize(("kind", "suffix"), in_turn(KINDS, WRITERS))
def test_every_kind_in_every_format_verifies(kind: str, suffix: str, facts: Facts, tmp_path: Path) -> None:
    made = kinds.document(facts, kind, PLACES.get(kind, "330000"), MONTH, NOW)
    assert checked(WRITERS[suffix](made), suffix, facts.cubes, tmp_path) == []


def values(cubes: Cubes, key: str) -> dict[str, Any]:
    """Value and rank of the county in an indicator, straight from the measures."""
    indicator = catalogue()[key]
    codes = tuple(p.code for p in kinds.places.counties())
    series = measures.series(cubes, indicator, indicator.windows[0])
    found = measures.snapshot(series, MONTH, codes, indicator)
    return found.filter(place_code=COUNTY).row(0, named=True)


@pytest.mark.parametrize("suffix", WRITERS)
def test_tables_hold_the_values_and_ranks_of_the_measures(
    suffix: str, files: dict[str, bytes], demo_cubes: Cubes
) -> None:
    told = content(files[suffix], suffix)
    rows = {str(r[0]): r for name, t in told.tables.items() if "可比指标" in name for r in t if r and r[0]}
    for key in ("training_completion", "talent_per_10k", "high_skilled_share", "average_wage", "shortage_share"):
        indicator, row = catalogue()[key], values(demo_cubes, key)
        printed = rows[f"{indicator.short}（{indicator.unit}）"]
        if suffix == "xlsx":
            assert printed[1:3] == [words.rounded(row["value"], indicator.decimals), row["rank"]]
        else:
            assert printed[1] == words.number(row["value"], indicator.decimals)
            assert printed[2] == f"第{row['rank']}／{row['ranked_of']}位"


def test_supply_and_flows_are_those_of_the_measures(facts: Facts) -> None:
    cubes, counties = facts.cubes, tuple(p.code for p in kinds.places.counties("330100"))
    made = kinds.document(facts, "专题-供需与流动", COUNTY, MONTH, NOW)
    tables = {b.title: b for b in made.blocks(Table) if isinstance(b, Table)}
    (beside,) = (t for title, t in tables.items() if title.startswith("各地岗位供需"))
    cells = supply.cells(cubes, "year_to_date", MONTH, (COUNTY,))
    row = next(r for r in beside.rows if r[0] == "余杭区")
    assert [n.value for n in row[1:4]] == [cells[c].sum() for c in ("demand", "supply", "gap")]  # type: ignore[union-attr]
    (gained,) = (t for title, t in tables.items() if title.startswith("各地流入流出"))
    own = flows.balance(cubes, "year_to_date", MONTH, counties).filter(place_code=COUNTY).row(0, named=True)
    row = next(r for r in gained.rows if r[0] == "余杭区")
    assert [n.value for n in row[1:4]] == [own[c] for c in ("inside", "outflow", "net")]  # type: ignore[union-attr]
    months = measures.history(measures.series(cubes, catalogue()["training_person_times"], "month"), COUNTY)
    outlook = projection.outlook(months.filter(pl.col("month") <= MONTH).select("month", "value"))
    assert outlook is not None
    (road,) = (t for title, t in tables.items() if "规划目标推算" in title)
    assert road.rows[0][3].value == outlook.arrival["total"]  # type: ignore[union-attr]


def test_bases_and_their_circle_are_those_of_the_measures(facts: Facts, demo_url: str) -> None:
    register = reading.register(demo_url)
    made = kinds.document(facts, "专题-实训基地", "330100", MONTH, NOW)
    tables = {b.title: b for b in made.blocks(Table, Chart) if isinstance(b, Table)}
    (beside,) = (t for title, t in tables.items() if title.startswith("各地实训基地"))
    stock = measures.series(facts.cubes, catalogue()["talent_stock"], "month_end")
    who, held = reach.people(facts.cubes, stock, MONTH), reach.sites(register, MONTH)
    way = reach.Way(30, Travel(1.3, 40))
    covered = reach.rolled(reach.coverage(who, held, way), (COUNTY,)).row(0, named=True)
    access = reach.rolled_access(reach.accessible(who, held, way), (COUNTY,)).row(0, named=True)
    row = next(r for r in beside.rows if r[0] == "余杭区")
    printed = [n.value for n in row[5:8]]  # type: ignore[union-attr]
    expected = [100 * covered["residents_share"], 100 * covered["workers_share"], access["access"]]
    assert printed == pytest.approx(expected)
    totals = bases.totals(bases.listed(facts.cubes, register, "year_to_date", MONTH, "330100"))
    (by_kind,) = (t for title, t in tables.items() if title.startswith("杭州市各类实训基地"))
    for column, key in ((1, "bases"), (2, "seats"), (3, "person_times")):
        assert sum(r[column].value or 0 for r in by_kind.rows) == totals[key]  # type: ignore[union-attr]


def test_findings_share_out_no_seats_which_only_the_table_tells(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    shared: list[str] = []
    monkeypatch.setattr(reach, "accessible", lambda *_: shared.append("seats"))
    (said,) = kinds.findings(facts, "专题-实训基地", "330100", "2026-09")
    assert "30 分钟" in plain(said) or "30分钟" in plain(said)
    assert not shared


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_findings_come_first_and_are_the_same_in_every_format(
    suffix: str, files: dict[str, bytes], document: Document, demo_cubes: Cubes
) -> None:
    paragraphs = content(files[suffix], suffix).paragraphs
    first = plain(document.findings[0])
    done = values(demo_cubes, "training_completion")
    assert f"的{words.number(done['value'], 1)}%，" in first
    assert first in paragraphs[:4]
    assert all(plain(text) in paragraphs for text in document.findings)


@pytest.mark.parametrize("suffix", ["docx", "pptx"])
def test_native_charts_hold_the_numbers_of_their_tables(
    suffix: str, files: dict[str, bytes], document: Document
) -> None:
    charts = content(files[suffix], suffix).charts
    expected = [b for b in document.blocks(Chart) if isinstance(b, Chart)]
    assert set(charts) == {chart.title for chart in expected}
    for chart in expected:
        for points, series in zip(charts[chart.title], chart.series, strict=True):
            assert points == {i: n.cell for i, n in enumerate(series.numbers) if n.cell is not None}
            shown = {cell_words(cell) for row in chart.table.rows for cell in row}
            assert {cell_words(n) for n in series.numbers} <= shown


def test_word_keeps_the_standard(files: dict[str, bytes]) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    section = made.sections[0]
    sides = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28]
    across, along = (
        section.page_width - section.left_margin - section.right_margin,
        section.page_height - section.top_margin - section.bottom_margin,
    )
    assert [round(Length(side).mm) for side in (across, along)] == [156, 225]
    looks = {
        "Title": ("方正小标宋简体", 22),
        "Normal": ("仿宋_GB2312", 16),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
    }
    for name, (font, size) in looks.items():
        style = made.styles[name]
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert (fonts.get(qn("w:eastAsia")), style.font.size.pt) == (font, size)
    assert made.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)
    assert [p.text for p in (section.footer.paragraphs[0], section.even_page_footer.paragraphs[0])] == ["—  —", "—  —"]
    alignments = [part.paragraphs[0].alignment for part in (section.footer, section.even_page_footer)]
    assert [int(each) for each in alignments if each is not None] == [2, 0]


def test_headings_count_and_captions_stand_where_the_standard_wants_them(files: dict[str, bytes]) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    headings = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert [text.split("、")[0] for text in headings] == list("一二三四五六七八九十")
    assert headings[0] == "一、规划目标完成情况"
    body = list(made.element.body)
    for table in made.tables:
        above = body[body.index(table._tbl) - 1]
        assert re.match(r"表\d+　", "".join(t.text for t in above.iter(qn("w:t"))))
    for drawn in made.element.body.iter(qn("w:drawing")):
        paragraph = drawn.getparent().getparent()
        below = "".join(t.text for t in body[body.index(paragraph) + 1].iter(qn("w:t")))
        assert re.match(r"图\d+　", below)
        assert len(drawn.find(f".//{qn('wp:docPr')}").get("descr")) > 20
    assert all(t._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None for t in made.tables)


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_file_says_where_it_comes_from(suffix: str, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files[suffix])) as archive:
        text = "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist() if n.endswith(".xml"))
    for told in (SIMULATED, "v46", "2026-11-05 09:30", "未取得审图号 仅供内部使用", "place=330110&amp;month=2026-10"):
        assert told in text, told


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_file_says_that_some_of_it_awaits_review(suffix: str, document: Document) -> None:
    waiting = replace(document, origin=replace(document.origin, unreviewed=3))
    with zipfile.ZipFile(io.BytesIO(WRITERS[suffix](waiting))) as archive:
        text = "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist() if n.endswith(".xml"))
    assert f"{SIMULATED}　待审核（3 批）" in text
    assert "待审核：含上级尚未审核的报送 3 批，数字可能变动" in text


def test_every_picture_says_that_some_of_it_awaits_review(demo_cubes: Cubes) -> None:
    waiting = demo_cubes.filing.with_columns(unreviewed=pl.lit(1, pl.Int64))
    found = kinds.facts(replace(demo_cubes, name="waiting", filing=waiting, derived={}, shared={}))
    drawn = [
        block
        for kind in KINDS
        for block in kinds.document(found, kind, PLACES.get(kind, "330000"), MONTH, NOW).blocks(Picture)
        if isinstance(block, Picture)
    ]
    assert len(drawn) == 4  # the maps of three kinds, and the largest flows
    for picture in drawn:
        assert "待审核（" in plain(picture.alt)
        assert "待审核（" in str(json.loads(picture.figure().to_json())["layout"]["annotations"])


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_record_names_indicator_place_period_and_version(suffix: str, files: dict[str, bytes]) -> None:
    found = record.read(files[suffix])
    assert (found["data_version"], found["kind"], found["month"]) == ("v46", "县域画像", MONTH)
    completion = next(n for n in found["numbers"] if n["what"] == "completion" and n["month"] == MONTH)
    assert (completion["key"], completion["place"], completion["window"]) == (
        "training_person_times",
        COUNTY,
        "since_2023",
    )


def test_a_number_changed_by_hand_in_a_paragraph_is_named(
    files: dict[str, bytes], document: Document, demo_cubes: Cubes, tmp_path: Path
) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    wanted = plain(document.findings[0])
    share = re.findall(r"的([\d.]+)%", wanted)[0]
    paragraph = next(p for p in made.paragraphs if p.text == wanted)
    paragraph.runs[0].text = wanted.replace(f"的{share}%", "的99.9%")
    (found,) = checked(saved(made), "docx", demo_cubes, tmp_path)
    assert found.startswith("被手工改动")
    assert f"应为 {share}，现为 99.9" in found
    assert "余杭区 数字技能培训人次" in found
    assert found.endswith("现为 99.9")


def test_words_may_be_changed_numbers_not(
    files: dict[str, bytes], document: Document, demo_cubes: Cubes, tmp_path: Path
) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    wanted = plain(document.findings[0])
    paragraph = next(p for p in made.paragraphs if p.text == wanted)
    paragraph.runs[0].text = "据统计，" + wanted.replace("累计", "共计")
    assert checked(saved(made), "docx", demo_cubes, tmp_path) == []


def test_a_cell_and_a_point_changed_by_hand_are_named(
    files: dict[str, bytes], demo_cubes: Cubes, tmp_path: Path
) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    cell = made.tables[0].rows[1].cells[1]
    before = cell.text
    cell.paragraphs[0].runs[0].text = "1"
    (found,) = checked(saved(made), "docx", demo_cubes, tmp_path)
    assert f"第 1 行第 2 列　余杭区 数字技能培训人次 2023年1月—2026年10月 累计完成　应为 {before}，现为 1" in found

    deck = pptx.Presentation(io.BytesIO(files["pptx"]))
    frame = next(s for slide in deck.slides for s in slide.shapes if s.has_chart)
    value = next(iter(frame.chart._chartSpace.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}val")))
    value.find(".//{*}pt/{*}v").text = "-1234567.5"
    (found,) = checked(saved(deck), "pptx", demo_cubes, tmp_path)
    assert "第 1 个系列第 1 点" in found
    assert found.endswith("现为 −1,234,567.5")


def test_a_number_changed_by_hand_in_an_alternative_text_is_named(
    document: Document, demo_cubes: Cubes, tmp_path: Path
) -> None:
    dot = io.BytesIO()
    Image.new("RGB", (8, 8)).save(dot, "PNG")
    for suffix, data in (
        ("docx", word.written(document, lambda _: dot.getvalue())),
        ("pptx", slides.written(document, lambda _: dot.getvalue())),
    ):
        assert checked(data, suffix, demo_cubes, tmp_path) == []
        told = content(data, suffix).alts
        assert {b.title for b in document.blocks(Chart, Picture) if isinstance(b, Chart | Picture)} == set(told)
        drawn = next(b for b in document.blocks(Picture) if isinstance(b, Picture))
        (least,) = re.findall(r"最低（([\d.]+)%）", told[drawn.title])
        (found,) = checked(edited(data, f"最低（{least}%）", "最低（12.3%）", "descr"), suffix, demo_cubes, tmp_path)
        assert found.startswith(f"被手工改动：图“{drawn.title}”的替代文字")
        assert found.endswith(f"应为 {least}，现为 12.3")


def edited(data: bytes, old: str, new: str, attribute: str) -> bytes:
    """The office file with other words in an attribute of its slides or its text."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == "word/document.xml" or name.startswith("ppt/slides/slide"):
                text = re.sub(rf'({attribute}="[^"]*){re.escape(old)}'.encode(), rf"\g<1>{new}".encode(), text)
            after.writestr(name, text)
    return made.getvalue()


def test_a_rank_of_a_handful_is_marked_as_on_screen_and_the_mark_is_explained_beneath(facts: Facts) -> None:
    view = View("dual_share", "month", MONTH, level="county")
    series = measures.series(facts.cubes, catalogue()["dual_share"], "month").filter(month=MONTH)
    few = series.filter(pl.col("value").is_not_null() & (pl.col("denominator") < 30))["place_code"].to_list()
    made = viewed.section(facts, view)
    (table,) = [block for block in made.blocks if isinstance(block, Table)]
    marked = [str(row[0]) for row in table.rows if cell_words(row[2]).endswith("位 *")]
    assert sorted(marked) == sorted(p.name for p in places.counties() if p.code in few)
    assert 0 < len(marked) < len(table.rows)
    assert table.notes == f"{table.note}位次后带 * 的：{RULE}。"
    assert "最高（100.0%，数量少）" in plain(made.message)


def test_nothing_is_a_share_of_a_budget_that_prints_as_nothing(demo_cubes: Cubes) -> None:
    budgets = demo_cubes.frames["budget"].with_columns(amount=pl.lit(40, pl.Int64))
    read = kinds.facts(replace(demo_cubes, frames={**demo_cubes.frames, "budget": budgets}, derived={}, shared={}))
    made = money_places.section(read, below("330000", MONTH))
    (table,) = [block for block in made.blocks if isinstance(block, Table)]
    assert plain(made.message) == "11个地区均没有预算执行率（%）的数据。"
    assert {cell_words(row[table.header.index("预算执行率（%）")]) for row in table.rows} == {"—"}


def test_a_map_counts_who_keeps_pace_among_its_places_wherever_it_is_about(facts: Facts) -> None:
    values = measures.series(facts.cubes, catalogue()["training_completion"], "since_2023")
    for place, kind in (("330000", "全省月报"), ("330100", "设区市简报"), (COUNTY, "县域画像")):
        document = kinds.document(facts, kind, place, MONTH, NOW)
        drawn = below(place, MONTH).drawn
        shares = measures.snapshot(values, MONTH, drawn, catalogue()["training_completion"])["value"]
        (said,) = [plain(s.message) for s in document.sections if s.heading.endswith("分布图")]
        assert f"的有{sum(v is not None and v >= measures.pace(MONTH) for v in shares)}个，" in said


def test_a_header_breaks_before_its_unit_and_a_chart_and_its_table_have_one_title(files: dict[str, bytes]) -> None:
    made = docx.Document(io.BytesIO(files["docx"]))
    heads = [cell.text for table in made.tables for cell in table.rows[0].cells]
    assert "本年已支出\n（万元）" in heads
    assert "执行率" in heads
    captions = [p.text.partition("　")[2] for p in made.paragraphs if p.style.name in ("图题", "表题")]
    assert not any("（数据）" in text for text in captions)
    assert captions.count("余杭区各项资金预算与支出（2026年1—10月）") == 2


def test_each_source_is_named_once(document: Document) -> None:
    named = document.origin.source.split("、")
    assert len(set(named)) == len(named)
    assert {"培训报送", "目标分解", "第七次全国人口普查"} <= set(named)


def test_a_workbook_cell_changed_by_hand_is_named(
    files: dict[str, bytes], document: Document, demo_cubes: Cubes, tmp_path: Path
) -> None:
    sheet = next(n for n in openpyxl.load_workbook(io.BytesIO(files["xlsx"])).sheetnames if "规划目标" in n)
    changed = replaced(files["xlsx"], sheet, "B3", 7)
    (found,) = checked(changed, "xlsx", demo_cubes, tmp_path)
    assert found.endswith("现为 7")


def replaced(data: bytes, sheet: str, where: str, value: float) -> bytes:
    """The workbook with one cell changed in its XML: openpyxl would drop the custom part."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    name = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == name:
                content = re.sub(rf'(<c r="{where}"[^>]*><v>)[^<]*'.encode(), rf"\g<1>{value}".encode(), content)
            new.writestr(entry, content)
    return buffer.getvalue()


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_numbers_that_no_longer_hold_are_named(files: dict[str, bytes], tmp_path: Path) -> None:
    months = small.months("2023-01", MONTH)
    later = small.cubes(small.filing((COUNTY,), months), training=[small.row(COUNTY, "2026-10", person_times=5)])
    found = checked(files["docx"], "docx", later, tmp_path)
    assert all(each.startswith("已不再成立") for each in found)
    assert any(
        "余杭区 数字技能培训人次 2023年1月—2026年10月 累计完成" in each and each.endswith("现在是 5人次")
        for each in found
    )


def test_a_file_of_other_origin_is_refused(tmp_path: Path, demo_cubes: Cubes, files: dict[str, bytes]) -> None:
    with pytest.raises(NoRecord, match="没有数字记录"):
        checked(saved(docx.Document()), "docx", demo_cubes, tmp_path)
    with pytest.raises(NoRecord, match="不是完整的"):
        checked(b"nothing", "docx", demo_cubes, tmp_path)


def test_a_wrong_placeholder_is_named_with_its_place(document: Document, tmp_path: Path) -> None:
    wrong = ((in_body, "正文第 2 段"), (in_footer, "第 1 节页脚第 2 段"), (in_table, "第 1 个表格第 1 行第 2 列"))
    for change, place in wrong:
        made = docx.Document(str(word.TEMPLATE))
        change(made)
        made.save(str(tmp_path / "own.docx"))
        with pytest.raises(TemplateError, match=rf"own\.docx {place}的占位符“{{{{单位名}}}}”无法识别。可用：标题、"):
            word.written(document, no_picture, tmp_path / "own.docx")


def in_body(made: Any) -> None:
    made.paragraphs[1].insert_paragraph_before("编制：{{单位名}}")


def in_table(made: Any) -> None:
    made.add_table(1, 2).rows[0].cells[1].text = "{{单位名}}"


def in_footer(made: Any) -> None:
    made.sections[0].footer.add_paragraph("{{单位名}}")


def test_an_offices_own_template_decides_head_and_order(document: Document, tmp_path: Path, demo_cubes: Cubes) -> None:
    made = docx.Document(str(word.TEMPLATE))
    head = made.paragraphs[0].insert_paragraph_before("余杭区人力资源和社会保障局文件　")
    for piece in ("{{时", "期", "}}"):  # as Word splits what is typed
        head.add_run(piece)
    for paragraph in made.paragraphs:
        if paragraph.text == "{{正文}}":
            paragraph.insert_paragraph_before("{{章节：补贴资金}}")
            paragraph.runs[0].text = "{{章节：规划目标完成情况}}"
    made.save(str(tmp_path / "own.docx"))
    data = word.written(document, no_picture, tmp_path / "own.docx")
    told = docx.Document(io.BytesIO(data))
    assert told.paragraphs[0].text == "余杭区人力资源和社会保障局文件　2026年10月"
    headings = [p.text for p in told.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["一、补贴资金", "二、规划目标完成情况", "三、数据说明"]
    assert checked(data, "docx", demo_cubes, tmp_path) == []


def test_a_name_that_looks_like_a_placeholder_stays_as_it_is(document: Document) -> None:
    first, *others = document.sections
    listed = Table("基地", ("基地", "{{地区}}"), (("甲", "{{ 7 * 7 }}"), ("乙", "{{标题}}")))
    data = word.written(replace(document, sections=(replace(first, blocks=(listed,)), *others)), no_picture)
    told = [tuple(cell.text for cell in row.cells) for row in docx.Document(io.BytesIO(data)).tables[0].rows]
    assert told == [listed.header, *listed.rows]


def test_a_slide_template_without_a_layout_is_refused(document: Document, tmp_path: Path) -> None:
    deck = pptx.Presentation(str(slides.TEMPLATE))
    deck.slide_layouts[0].name = "Title"
    deck.save(str(tmp_path / "own.pptx"))
    with pytest.raises(TemplateError, match=r"own\.pptx 缺少版式：封面；现有版式：Title、要点、标题"):
        slides.written(document, no_picture, tmp_path / "own.pptx")


def test_slides_are_wide_have_messages_and_notes(files: dict[str, bytes]) -> None:
    deck = pptx.Presentation(io.BytesIO(files["pptx"]))
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[0] == "杭州市余杭区数字技能人才画像"
    assert all(titles)
    assert any("序时进度" in title for title in titles)
    for slide in deck.slides:
        assert "来源：" in slide.notes_slide.notes_text_frame.text
        assert SIMULATED in slide.notes_slide.notes_text_frame.text


def test_the_header_of_a_table_on_a_slide_is_as_high_as_its_lines() -> None:
    deck, cells = pptx.Presentation(), [("月份", "新增数字高技能人才完成率"), *[("2026-10", "82.0%")] * 12]
    frame = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(13, 2, 0, 0, Inches(2), Inches(4))
    slide_parts.fill(frame.table, cells, Inches(2), small=True)
    head, *others = (round(row.height.pt, 1) for row in frame.table.rows)
    assert (head, set(others)) == (30.4, {25.5})


def test_a_slide_has_one_message_for_a_title_and_the_whole_text_in_its_notes(facts: Facts) -> None:
    document = kinds.document(facts, "专题-实训基地", COUNTY, MONTH, NOW)
    (said,) = [plain(s.message) for s in document.sections if s.heading == "实训基地"]
    assert said.count("。") > 1
    deck = pptx.Presentation(io.BytesIO(slides.written(document, no_picture)))
    (slide,) = [s for s in deck.slides if s.shapes.title.text == said.partition("。")[0]]
    assert said in slide.notes_slide.notes_text_frame.text
    profile = kinds.document(facts, "县域画像", COUNTY, MONTH, NOW)
    titles = [s.shapes.title.text for s in pptx.Presentation(io.BytesIO(slides.written(profile, no_picture))).slides]
    assert max(map(len, titles)) <= slides.LONGEST
    assert any("；新增数字高技能人才完成" in title for title in titles)


def test_the_workbook_has_frozen_headers_formats_charts_and_notes(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert (book.sheetnames[0], book.sheetnames[-1]) == ("要点", "说明")
    assert all(len(name) <= 31 for name in book.sheetnames)
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes == "B3"
    standing = next(sheet for sheet in book.worksheets if "可比指标" in sheet.title)
    assert re.fullmatch(r'"第 "0"／\d+ 位"', standing["C3"].number_format)
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as archive:
        assert sum(name.startswith("xl/charts/chart") for name in archive.namelist()) == 5


def test_sheets_count_on_and_print_with_their_headers_and_a_chart_that_fits_the_page(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    tables = book.worksheets[1:-1]
    assert [sheet.title.partition(" ")[0] for sheet in tables] == [str(n) for n in range(1, len(tables) + 1)]
    assert {sheet.print_title_rows for sheet in tables} == {"$1:$2"}
    drawn = [(sheet, chart) for sheet in tables for chart in sheet._charts]
    assert len(drawn) == 5
    for sheet, chart in drawn:
        assert chart.anchor._from.col == 0
        assert chart.anchor._from.row > sheet.max_row
        assert sheet.page_setup.orientation == "portrait"


def test_in_a_workbook_the_labels_of_two_bars_have_room_and_headers_all_their_lines(document: Document) -> None:
    pair = next(c for c in document.blocks(Chart) if isinstance(c, Chart) and c.form == "bar" and len(c.series) == 2)
    thrice = tuple(replace(each, numbers=each.numbers * 3) for each in pair.series)
    table = replace(
        pair.table, rows=pair.table.rows[: len(pair.categories)] * 3, header=("数" * 20, *pair.table.header[1:])
    )
    many = replace(pair, categories=pair.categories * 3, series=thrice, table=table)
    alone = replace(document, sections=(Section("支出", ("字",), (many,)),))
    sheet = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](alone))).worksheets[1]
    (drawn,) = sheet._charts
    assert 20 * (drawn.anchor.to.row - drawn.anchor._from.row) >= 60 + 36 * len(many.categories) - 20
    assert sheet.row_dimensions[2].height == 36


def test_wrong_kinds_places_and_months_are_refused_in_chinese(facts: Facts) -> None:
    with pytest.raises(UnknownKind, match="没有“年报”这种材料。可用：县域画像、"):
        kinds.document(facts, "年报", COUNTY, MONTH, NOW)
    with pytest.raises(WrongPlace, match="“县域画像”按县（市、区）生成，杭州市不是"):
        kinds.document(facts, "县域画像", "330100", MONTH, NOW)
    with pytest.raises(WrongPlace, match="没有“2031-01”的数据。可用的月份：2023年1月—2026年10月"):
        kinds.document(facts, "县域画像", COUNTY, "2031-01", NOW)


def awkward_cubes() -> Iterator[Cubes]:
    """Databases that have next to nothing: one county with one month, nothing but a target, nothing but zeros."""
    months = small.months("2023-01", "2024-03")
    leaf = (small.TONGLU,)
    yield small.cubes(small.filing(leaf, months[-1:]))
    yield small.cubes(
        small.filing(leaf, months),
        target=[{"place_code": leaf[0], "indicator_key": "training_person_times", "year": 2027, "value": 0}],
    )
    yield small.cubes(
        small.filing(leaf, months),
        training=[small.row(leaf[0], month, person_times=0) for month in months],
        subsidy=[small.row(leaf[0], months[-1], kind="internship", amount=0)],
        budget=[small.row(leaf[0], 2024, amount=0)],
    )


@pytest.mark.parametrize(("where", "suffix"), in_turn(EVERYWHERE, WRITERS))
def test_a_document_is_made_whole_from_next_to_nothing(where: tuple[str, str], suffix: str, tmp_path: Path) -> None:
    kind, place = where
    for cubes in awkward_cubes():
        made = kinds.document(kinds.facts(cubes), kind, place, cubes.months[-1], NOW)
        assert checked(WRITERS[suffix](made), suffix, cubes, tmp_path) == []
        told = [plain(text) for text in made.findings]
        assert not any(re.search(r"—%|None|nan|缺报，完成|未排名", text) for text in told), told


def test_short_tables_are_kept_whole_long_ones_begin_where_the_text_ends_and_notes_stay_with_them(facts: Facts) -> None:
    made = docx.Document(io.BytesIO(WRITERS["docx"](kinds.document(facts, "县域画像", COUNTY, MONTH, NOW))))
    body = list(made.element.body)
    for table in made.tables:
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        whole = len(kept) <= 16
        assert all(kept[:-1]) if whole else kept[:3] == [True, True, False] and kept[-2]
        note = "".join(t.text for t in body[body.index(table._tbl) + 1].iter(qn("w:t")))
        assert bool(kept[-1]) == note.startswith("注：")
    assert made.styles.element.find(f".//{qn('w:lang')}").get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize(("letters", "tall"), [(50, 172), (110, 152), (400, 172)])
def test_a_map_is_as_tall_as_leaves_room_for_the_text_above_it_or_begins_a_page(
    document: Document, letters: int, tall: int
) -> None:
    upright = io.BytesIO()
    Image.new("RGB", (40, 80)).save(upright, "PNG")
    drawn = next(b for b in document.blocks(Picture) if isinstance(b, Picture))
    section = Section("分布图", ("字",), (("字" * letters,), drawn))
    alone = replace(document, sections=(section,))
    made = docx.Document(io.BytesIO(word.written(alone, lambda _: upright.getvalue())))
    (shape,) = made.inline_shapes
    assert round(shape.height.mm) == tall
    assert shape.width * 2 == pytest.approx(shape.height, abs=2)


def test_words_stand_at_the_left_and_numbers_at_the_right(files: dict[str, bytes]) -> None:
    assert word_parts.numeric(["第 3／90 位 *", "第 1／90 位", "未排名"])
    made = docx.Document(io.BytesIO(files["docx"]))
    (headlines,) = [t for t in made.tables if t.rows[0].cells[0].text == "指标" and t.rows[0].cells[1].text == "时期"]
    sides = [cell.paragraphs[0].alignment for cell in headlines.rows[1].cells]
    assert [side and int(side) for side in sides] == [0, 0, 2, 2]
