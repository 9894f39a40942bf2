"""A file is handed back with its wrong cells marked; nothing in it is executed, no remark holds a number."""

import csv
import io
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_sources.intake import marking, preview, reading
from data_sources.intake.asked import Asked
from tests.data_sources.intake import filed

pytestmark = pytest.mark.usefixtures("read_here")

HEAD = ("集群", "职业", "需求数", "是否紧缺")
GOOD = ("C06", "4-04-05-01", 12, "是")


def _marked(url: str, content: bytes, asked: Asked, name: str = "a.xlsx") -> Any:
    upload = reading.upload(name, content)
    found = preview.examined(url, upload, asked, lambda *_: None)
    return openpyxl.load_workbook(io.BytesIO(marking.marked(upload, found))), found


def _coloured(sheet: Any) -> dict[str, str]:
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid")
    return {cell.coordinate: (cell.comment.text if cell.comment else "") for cell in cells}


def test_the_senders_own_workbook_has_its_wrong_cells_marked_where_they_stand(coded: str) -> None:
    rows = (
        (None, "岗位需求"),
        (None, *HEAD, "备注"),
        (None, *GOOD, "=1+1"),
        (None, "C77", "4-04-05-01", -3, "也许", "x"),
    )
    book, _ = _marked(coded, filed.book(*rows), filed.asked("vacancy"))
    sheet = book.worksheets[0]
    found = _coloured(sheet)
    assert set(found) == {"B4", "D4", "E4"}
    assert found["E4"] == "应是“是”或“否”。应为：是、否"
    assert found["D4"] == "“需求人数”应在 0 与 100,000 之间"
    assert [cell.value for cell in sheet[4]][1:] == ["C77", "4-04-05-01", -3, "也许", "x"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_csv_is_handed_back_as_a_workbook_and_its_formulas_are_text(coded: str) -> None:
    lines = (",".join(HEAD) + ",备注", "C06,4-04-05-01,12,=cmd|' /C calc'!A0,=1+1")
    book, _ = _marked(coded, filed.csv(*lines), filed.asked("vacancy"), "a.csv")
    sheet = book["标注"]
    assert set(_coloured(sheet)) == {"D2"}
    assert sheet["D2"].value == "=cmd|' /C calc'!A0"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert [cell.value for cell in book["问题汇总"][2]] == ["紧缺", "应是“是”或“否”", "1", "错误"]


def test_the_list_opens_in_excel_and_executes_nothing(coded: str) -> None:
    content = filed.csv(",".join(HEAD), "C06,4-04-05-01,12,=cmd|' /C calc'!A0", "C06,@SUM(A1),12,-1+2")
    found = filed.seen(coded, content, filed.asked("vacancy"), "a.csv")
    told = marking.listed(found)
    assert told.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    assert rows[0] == ["行", "列", "原值", "问题", "应为", "性质"]
    assert {(row[0], row[1], row[2]) for row in rows[1:]} == {
        ("2", "紧缺", "'=cmd|' /C calc'!A0"), ("3", "职业代码", "'@SUM(A1)"), ("3", "紧缺", "'-1+2")
    }  # fmt: skip


def test_a_large_file_is_handed_back_as_its_wrong_rows(coded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_CELLS", 100)
    lines = [",".join(HEAD), *(["C06,4-04-05-01,12,是"] * 60), "C06,4-04-05-01,12,也许"]
    book, _ = _marked(coded, filed.csv(*lines), filed.asked("vacancy"), "a.csv")
    rows = [[cell.value for cell in row] for row in book["标注"].iter_rows()]
    assert rows == [[*HEAD, "原第 1 行"], ["C06", "4-04-05-01", "12", "也许", "原第 62 行"]]
    assert set(_coloured(book["标注"])) == {"D2"}


def test_an_unusual_cell_is_marked_in_another_colour(coded: str) -> None:
    rows = (("基地编号", "基地名称", "基地类型", "经度（CGCS2000）", "纬度（CGCS2000）", "工位", "启用月份", "地区代码"),
            ("B8", "基地", "公共实训基地", 120.7, 27.99, 3, "2020-01", "330110"))  # fmt: skip
    book, _ = _marked(coded, filed.book(*rows), filed.asked("base"))
    assert book.worksheets[0]["H2"].fill.fgColor.rgb.endswith(marking.UNUSUAL[1:])


def test_no_remark_holds_an_identity_number(coded: str) -> None:
    secret = filed.number(3)
    rows = (("身份证号", "职业", "集群", "培训方式", "线上", "开始日期", "结束日期", "合格"),
            (secret[:17] + ("1" if secret[17] != "1" else "2"), secret, "C06", "项目制", "是", "2026-10-01", "2026-10-02", "是"),
            (secret, "4-04-05-01", "C06", "项目制", "是", "2026-10-01", "2026-10-02", "是"),
            (secret, "4-04-05-01", "C06", "项目制", "是", "2026-10-01", "2026-10-02", "是"))  # fmt: skip
    book, found = _marked(coded, filed.book(*rows), filed.asked("training"))
    remarks = "".join(_coloured(book.worksheets[0]).values()) + marking.listed(found).decode() + repr(found)
    assert _coloured(book.worksheets[0]).keys() == {"A2", "B2", "A3", "A4"}
    assert secret[:17] not in remarks
    assert book.worksheets[0]["A3"].value == secret, "the sender's own cell stays, to be mended and sent again"


def test_an_old_workbook_is_read_and_handed_back(coded: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(filed.book(HEAD, GOOD, ("C06", "4-04-05-01", 5, "也许")))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--headless",
        "--convert-to",
        "xls",
        "a.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    book, found = _marked(coded, (tmp_path / "a.xls").read_bytes(), filed.asked("vacancy"), "a.xls")
    assert filed.said(found.problems) == [("紧缺", 3, "应是“是”或“否”")]
    assert found.rows["headcount"].to_list() == [12, 5]
    assert set(_coloured(book["标注"])) == {"D3"}


def test_a_mended_copy_is_accepted(coded: str) -> None:
    content = filed.book(HEAD, GOOD, ("C06", "4-04-05-01", 5, "也许"))
    book, _ = _marked(coded, content, filed.asked("vacancy"))
    book.worksheets[0]["D3"] = "否"
    again = io.BytesIO()
    book.save(again)
    assert filed.accepted(coded, again.getvalue(), filed.asked("vacancy")).rows == 2
