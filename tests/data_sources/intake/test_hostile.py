"""Files made to do harm are refused, or their content is shown as text; memory stays bounded and nothing is executed."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data_sources.intake import marking, preview, reading
from data_sources.intake.reading import UnusableUpload
from tests.data_sources.intake import filed

GOOD = (("集群", "职业", "需求数", "是否紧缺"), ("C06", "4-04-05-01", 12, "是"))


def _zip(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def _with(book: bytes, **changed: bytes) -> bytes:
    """A workbook with entries added or replaced; their names with _ for / and without .xml."""
    given = {name.replace("_", "/") + ".xml": content for name, content in changed.items()}
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        kept = [(name, archive.read(name)) for name in archive.namelist() if name not in given]
    return _zip(*kept, *given.items())


SHEET = "xl_worksheets_sheet1"


def _sheet(rows: str, before: str = "", declared: str = "A1") -> bytes:
    return f'{before}<worksheet {NAMESPACE}><dimension ref="{declared}"/><sheetData>{rows}</sheetData></worksheet>'.encode()


def _cell(at: str, said: str) -> str:
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{at}" t="inlineStr"><is><t>{said}</t></is></c></row>'


NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


_READING = """
import json, re, resource, sys
from data_sources.intake import reading
try:
    reading.upload(sys.argv[1], sys.stdin.buffer.read())
    said = ""
except reading.UnusableUpload as refused:
    said = str(refused)
own = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
print(json.dumps([said, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)]))
"""


def _read_apart(name: str, content: bytes) -> tuple[str, int]:
    """What a process of its own says of a file, and the most memory in kB that it or its reader took.

    Of its own, because a process begins with the peak of the one that started it, and a worker of the tests is large.
    """
    ran = subprocess.run([sys.executable, "-c", _READING, name], input=content, capture_output=True, check=True)
    said, peak = json.loads(ran.stdout)
    return said, peak


def test_a_zip_bomb_is_refused_before_it_is_unpacked_to_memory() -> None:
    bomb = _zip(*[(f"{n}.csv", b"0" * 100_000_000) for n in range(9)])
    assert len(bomb) < 2_000_000
    said, peak = _read_apart("a.zip", bomb)
    assert "解压后过大" in said
    assert peak < 400_000


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    honest = _zip(("a.csv", b"0" * 1_000_000))
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(UnusableUpload):
        reading.upload("a.zip", lying)


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576"])
def test_a_sheet_that_declares_billions_of_cells_does_not_take_memory(coded: str, cell: str) -> None:
    rows = _cell("A1", "集群") + _cell(cell, "x")
    content = _with(filed.book(*GOOD), **{SHEET: _sheet(rows, declared=f"A1:{cell}")})
    _, peak = _read_apart("a.xlsx", content)
    assert peak < 500_000
    with pytest.raises(UnusableUpload):
        filed.seen(coded, content, filed.asked("vacancy"))


def test_external_entities_are_not_read(coded: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    before = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    content = _with(filed.book(*GOOD), **{SHEET: _sheet(_cell("A1", "集群&e;"), before)})
    with pytest.raises(UnusableUpload) as refused:
        filed.seen(coded, content, filed.asked("vacancy"))
    assert "SECRET" not in str(refused.value)


def test_entities_that_grow_are_not_expanded() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    before = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    content = _with(filed.book(*GOOD), **{SHEET: _sheet(_cell("A1", "&l11;"), before)})
    try:
        cells = reading.upload("a.xlsx", content).parts[0].cells
    except UnusableUpload:
        return
    assert sum(len(str(text)) for row in cells.rows() for text in row) < 10_000


def test_macros_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(filed.book(*GOOD))) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with pytest.raises(UnusableUpload, match="含有宏"):
        reading.upload("a.xlsm", _zip(*entries, ("xl/vbaProject.bin", b"x")))


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "a/../../b.csv", "..\\a.csv"])
def test_path_names_in_a_zip_are_refused(name: str) -> None:
    with pytest.raises(UnusableUpload, match="可疑的路径"):
        reading.upload("a.zip", _zip((name, b"a,b\n1,2")))


def test_a_million_columns_are_refused(coded: str) -> None:
    with pytest.raises(UnusableUpload, match="列太多，最多 300 列"):
        reading.upload("a.csv", b"a" + b",a" * 999_999 + b"\n1,2\n")
    wide = ",".join(f"列{n}" for n in range(301))
    with pytest.raises(UnusableUpload, match="最多 300 列"):
        reading.upload("a.csv", wide.encode())
    with pytest.raises(UnusableUpload, match="最多 300 列"):
        reading.upload("a.xlsx", filed.book(tuple(range(301)), tuple(range(301))))


@pytest.mark.parametrize("content", [b"a,b\n1\x002,3\n", b"\x00" * 1000])
def test_nul_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(UnusableUpload, match="NUL"):
        reading.upload("a.csv", content)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rubbish",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000,
        b'a,"b\n1,2\n',
        b"%PDF-1.7\xff\xfe\x00\x01",
        b"",
    ],
)
def test_what_is_no_file_of_these_kinds_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UnusableUpload, match="文件“a”"):
        reading.upload("a", content)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '<img src=x onerror="x">']
)
def test_markup_and_formulas_stay_text_everywhere(coded: str, text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    lines = (
        "基地编号,基地名称,基地类型,工位,启用月份",
        f"B7,{quoted},公共实训基地,3,2020-01",
        f"B8,名称,{quoted},3,2020-01",
    )
    upload = reading.upload("a.csv", filed.csv(*lines))
    found = preview.examined(coded, upload, filed.asked("base"), lambda *_: None)
    assert found.rows["name"][0] == text
    book = openpyxl.load_workbook(io.BytesIO(marking.marked(upload, found)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells].count(text) == 2
    assert {cell.data_type for cell in cells if cell.value == text} == {"s"}
    (_, row) = csv.reader(io.StringIO(marking.listed(found).decode("utf-8-sig")))
    assert row[2] == (f"'{text}" if text[0] in "=+-@" else text)


def test_a_formula_is_its_value_and_stays_out_of_the_copy(coded: str) -> None:
    rows = (*GOOD, ("C06", "4-04-05-01", '=HYPERLINK("http://x","12")', "也许"))
    upload = reading.upload("a.xlsx", filed.book(*rows))
    found = preview.examined(coded, upload, filed.asked("vacancy"), lambda *_: None)
    copy = marking.marked(upload, found)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
