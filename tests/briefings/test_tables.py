"""Workbooks and CSV archives, opened with their own libraries, hold exactly the numbers and the notes."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import polars as pl
import pytest

from briefings import tables
from briefings.tables import ColumnForm, MissingColumn, Notes

NOTES = Notes(
    title="培训人次",
    definition="取得结业的数字技能培训人次",
    unit="人次",
    filter="杭州市，全部产业集群",
    period="2026年1—10月",
    source="浙江省人力资源和社会保障厅",
    data_version="v46",
    made_at=datetime(2026, 11, 20, 9, 30),
    simulated=True,
    approval="未取得审图号 仅供内部使用",
    url="http://localhost:8501/?i=training",
    extra=(("完整性", "含 88／90 个填报单位的完整数据"),),
)
FRAME = pl.DataFrame(
    {
        "name": ["余杭区", "滨江区", "=cmd|'/c calc'!A1"],
        "code": ["330110", "330108", "330106"],
        "value": [12345, None, 0],
        "rate": [82.456, float("nan"), -1.5],
        "day": [date(2026, 10, 31), None, date(2026, 1, 1)],
        "late": [True, False, None],
    }
)
COLUMNS = {
    "name": ColumnForm("地区", None, 14),
    "code": ColumnForm("代码", None, 9),
    "value": ColumnForm("培训人次（人次）", 0, 12),
    "rate": ColumnForm("完成率（%）", 1, 10),
    "day": ColumnForm("截止日", None, 12),
    "late": ColumnForm("缺报", None, 8),
}


def changed(**fields: Any) -> Notes:
    return Notes(**({name: getattr(NOTES, name) for name in Notes.__dataclass_fields__} | fields))


def opened(notes: Notes = NOTES, frame: pl.DataFrame = FRAME) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(tables.workbook(frame, notes, COLUMNS)))


def unzipped(data: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    assert all(text.startswith(b"\xef\xbb\xbf") for text in texts.values())
    return {name: list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))) for name, text in texts.items()}


def test_the_data_sheet_holds_the_numbers_under_headers_with_units() -> None:
    rows = [[cell.value for cell in row] for row in opened().worksheets[0].iter_rows()]
    assert rows == [
        ["地区", "代码", "培训人次（人次）", "完成率（%）", "截止日", "缺报"],
        ["余杭区", "330110", 12345, 82.456, datetime(2026, 10, 31), "是"],
        ["滨江区", "330108", None, None, None, "否"],
        ["=cmd|'/c calc'!A1", "330106", 0, -1.5, datetime(2026, 1, 1), None],
    ]


def test_numbers_have_their_decimals_and_stand_right_under_right_headers() -> None:
    sheet = opened().worksheets[0]
    assert (sheet["C2"].number_format, sheet["D2"].number_format) == ("#,##0", "#,##0.0")
    assert {sheet[at].alignment.horizontal for at in ("C1", "C2", "D1", "D2")} == {"right"}
    assert {sheet[at].alignment.horizontal for at in ("A1", "A2", "B2")} == {"left"}
    assert sheet["E2"].number_format == "yyyy-mm-dd"


def test_the_header_stays_in_view_and_on_every_printed_page() -> None:
    sheet = opened().worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == "A1:F4"
    assert sheet.column_dimensions["A"].width == pytest.approx(14, abs=1)


def test_text_that_looks_like_a_formula_stays_text() -> None:
    cell = opened().worksheets[0]["A4"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert opened().worksheets[0]["A2"].quotePrefix is False


def test_the_notes_sheet_says_what_the_numbers_are() -> None:
    book = opened()
    assert book.sheetnames == ["演示数据（模拟）", "说明"]
    assert [(label.value, text.value) for label, text in book["说明"].iter_rows()] == [
        ("数据性质", "演示数据（模拟），不得作为正式统计数据引用"),
        ("标题", "培训人次"),
        ("口径", "取得结业的数字技能培训人次"),
        ("单位", "人次"),
        ("筛选条件", "杭州市，全部产业集群"),
        ("时期", "2026年1—10月"),
        ("数据来源", "浙江省人力资源和社会保障厅"),
        ("数据版本", "v46"),
        ("生成时间", "2026-11-20 09:30"),
        ("审图号", "未取得审图号 仅供内部使用"),
        ("完整性", "含 88／90 个填报单位的完整数据"),
        ("查看地址", "http://localhost:8501/?i=training"),
    ]


def test_a_row_is_as_high_as_its_longest_text_takes_lines() -> None:
    book = opened(changed(definition="字" * 100))
    assert book.worksheets[0].row_dimensions[1].height == 36
    heights = {row[0].value: book["说明"].row_dimensions[row[0].row].height for row in book["说明"].iter_rows()}
    assert (heights["口径"], heights["单位"]) == (54, 18)


def test_the_simulated_mark_is_on_every_sheet_and_every_printed_page() -> None:
    book = opened()
    assert all("演示数据（模拟）" in sheet.oddHeader.left.text for sheet in book)
    assert "演示数据（模拟）" in book.properties.description


def test_real_data_carries_no_simulated_mark() -> None:
    book = opened(changed(simulated=False))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert book.sheetnames == ["数据", "说明"]
    assert not any("模拟" in text for text in texts)
    assert not any("模拟" in sheet.oddHeader.left.text for sheet in book)


def test_unreviewed_data_are_marked_in_the_notes_and_on_every_printed_page() -> None:
    book = opened(changed(simulated=False, unreviewed=2))
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert notes["审核状态"] == "待审核：含上级尚未审核的报送 2 批，数字可能变动"
    assert "数据性质" not in notes
    assert all("待审核（2 批）" in sheet.oddHeader.left.text for sheet in book)
    assert book.properties.keywords == "待审核（2 批）"


def test_an_empty_table_has_its_header_and_its_notes() -> None:
    book = opened(frame=FRAME.clear())
    assert [cell.value for cell in book.worksheets[0][1]] == [form.header for form in COLUMNS.values()]
    assert book.worksheets[0].max_row == 1


def test_the_archive_holds_data_and_notes_as_csv_for_excel() -> None:
    files = unzipped(tables.csv(FRAME, NOTES, COLUMNS))
    assert files["数据.csv"] == [
        ["地区", "代码", "培训人次（人次）", "完成率（%）", "截止日", "缺报"],
        ["余杭区", "330110", "12345", "82.456", "2026-10-31", "是"],
        ["滨江区", "330108", "", "", "", "否"],
        ["'=cmd|'/c calc'!A1", "330106", "0", "-1.5", "2026-01-01", ""],
    ]
    assert files["说明.csv"][0] == ["项目", "内容"]
    assert ["数据性质", "演示数据（模拟），不得作为正式统计数据引用"] in files["说明.csv"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "+86"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-12.3", "-12.3"),
        ("-1,234%", "-1,234%"),
        ("-A1", "'-A1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("余杭=区", "余杭=区"),
        ('a,"b"\nc', 'a,"b"\nc'),
        ("", ""),
    ],
)
def test_csv_text_never_begins_a_formula(text: str, written: str) -> None:
    files = unzipped(tables.csv(pl.DataFrame({"t": [text, "x"]}), NOTES, {"t": ColumnForm("文字", None, 10)}))
    assert files["数据.csv"][1:] == [[written] if written else [], ["x"]] or files["数据.csv"][1] == [written]


def test_notes_are_neutralised_too() -> None:
    files = unzipped(tables.csv(FRAME, changed(filter="=HYPERLINK(1)"), COLUMNS))
    assert ["筛选条件", "'=HYPERLINK(1)"] in files["说明.csv"]


def test_the_same_table_made_at_the_same_time_is_the_same_archive() -> None:
    assert tables.csv(FRAME, NOTES, COLUMNS) == tables.csv(FRAME, NOTES, COLUMNS)


def test_a_time_with_its_zone_can_be_written() -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    frame = pl.DataFrame({"at": [moment]})
    data = tables.workbook(frame, changed(made_at=moment), {"at": ColumnForm("时间", None, 18)})
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"].value == datetime(2026, 11, 20, 9, 30)


@pytest.mark.parametrize("made", [tables.workbook, tables.csv])
def test_a_column_that_is_not_there_is_named(made: Any) -> None:
    with pytest.raises(MissingColumn, match="导出的表缺少列：nothing；现有列：name"):
        made(FRAME, NOTES, {"nothing": ColumnForm("无", None, 8)})
