"""Files as they come (.xlsx, .xls, .csv, .zip of CSVs) as text with row numbers; hostile ones are refused.

Excel files are read by calamine in a process of its own, whose memory and time are bounded: whatever a file does to its
parser, it does not do to the server. Nothing of a file is written to disk.
"""

import codecs
import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyarrow as pa

MOST_BYTES: Final = 500_000_000
MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 2_000_000
MOST_UNPACKED: Final = 800_000_000
READER_SECONDS: Final = 120
ROW: Final = "_row"


class UnusableUpload(ValueError):
    """A file that cannot be read; the message says in Chinese what is wrong and what to do."""


@dataclass(frozen=True)
class Part:
    """One sheet or one CSV: `cells` has a text column for each column of the file, and `_row`, its row in the file."""

    name: str
    cells: pl.DataFrame


@dataclass(frozen=True)
class Upload:
    """A file: its name, the fingerprint of its bytes, and its parts (one, but for a ZIP)."""

    name: str
    fingerprint: str
    parts: tuple[Part, ...]


def upload(name: str, content: bytes) -> Upload:
    """Read a file; raises `UnusableUpload`."""
    if not content:
        raise UnusableUpload(f"文件「{name}」是空的。")
    if len(content) > MOST_BYTES:
        raise UnusableUpload(f"文件「{name}」超过 {MOST_BYTES // 1_000_000} MB，请拆分后报送。")
    parts = tuple(part for part in _parts(name, content) if part.cells.height)
    if not parts:
        raise UnusableUpload(f"文件「{name}」里没有数据。")
    return Upload(name, hashlib.sha256(content).hexdigest(), parts)


def _parts(name: str, content: bytes) -> list[Part]:
    if content[:4] == b"PK\x03\x04":
        archive = _archive(name, content)
        if any(entry.filename == "[Content_Types].xml" for entry in archive.infolist()):
            return _workbook(name, content, archive)
        return _zipped(name, archive)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return [_sheet(name, content)]
    return [_text(name, content)]


def _archive(name: str, content: bytes) -> zipfile.ZipFile:
    """The ZIP, once its entries were unpacked for their size only: what a ZIP declares need not be true."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnusableUpload(f"文件「{name}」不是完整的文件，可能下载中断或已损坏。请重新导出。") from error
    if len(entries) > 2000:
        raise UnusableUpload(f"文件「{name}」里有 {len(entries):,} 个条目，不像报送文件。")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise UnusableUpload(_TOO_LARGE.format(name=name))
    unpacked = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnusableUpload(f"文件「{name}」有密码，无法读取。请去掉密码后重新报送。")
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise UnusableUpload(f"文件「{name}」里有可疑的路径「{entry.filename[:60]}」，已拒收。")
        try:
            with archive.open(entry) as opened:
                while block := opened.read(1 << 20):
                    unpacked += len(block)
                    if unpacked > MOST_UNPACKED:
                        raise UnusableUpload(_TOO_LARGE.format(name=name))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
            if isinstance(error, UnusableUpload):
                raise
            raise UnusableUpload(f"文件「{name}」已损坏（{entry.filename[:60]}）。请重新导出。") from error
    return archive


_TOO_LARGE: Final = "文件「{name}」解压后过大（超过 800 MB），已拒收。请拆分后报送。"


def _workbook(name: str, content: bytes, archive: zipfile.ZipFile) -> list[Part]:
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in archive.infolist()):
        raise UnusableUpload(f"文件「{name}」含有宏，已拒收。请另存为不含宏的 .xlsx 后重新报送。")
    return [_sheet(name, content)]


def _zipped(name: str, archive: zipfile.ZipFile) -> list[Part]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
    strange = [entry.filename for entry in entries if not entry.filename.lower().endswith(".csv")]
    if strange or not entries:
        what = f"「{strange[0][:60]}」" if strange else "没有文件"
        raise UnusableUpload(f"ZIP「{name}」里应只有 .csv 文件，现有{what}。")
    return [_text(entry.filename, archive.read(entry)) for entry in entries]


def _litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1].startswith(".")


# --- Excel ----------------------------------------------------------------------------------------------------------


def _sheet(name: str, content: bytes) -> Part:
    """The first sheet that holds anything, read in a process of its own."""
    command = [sys.executable, "-m", "data_sources.intake.sheets"]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - our own module
    try:
        answer, said = reader.communicate(content, timeout=READER_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnusableUpload(f"文件「{name}」{READER_SECONDS} 秒内没有读完，已放弃。请另存为 CSV 后报送。") from error
    finally:
        if reader.poll() is None:
            reader.kill()
            reader.communicate()
    if reader.returncode:
        raise UnusableUpload(_unreadable(name, said.decode(errors="replace")))
    with pa.ipc.open_stream(answer) as stream:
        table = stream.read_all()
        sheet = (table.schema.metadata or {}).get(b"sheet", b"").decode()
    cells = pl.from_arrow(table)
    assert isinstance(cells, pl.DataFrame)
    return Part(sheet, _numbered(name, cells))


def _unreadable(name: str, said: str) -> str:
    if "password" in said.lower() or "encrypt" in said.lower():
        return f"文件「{name}」有密码，无法读取。请去掉密码后重新报送。"
    if "too wide" in said or "too many rows" in said:
        return f"文件「{name}」的工作表过大（最多 {MOST_COLUMNS} 列、{MOST_ROWS:,} 行），已拒收。"
    if "MemoryError" in said or "memory" in said.lower() or not said.strip():
        return f"文件「{name}」的工作表大得不合常理，已拒收。请只保留数据区域，另存后重新报送。"
    return f"文件「{name}」不是可读的 Excel 工作簿。请用 Excel 或 WPS 打开并另存为 .xlsx 后重新报送。"


# --- CSV ------------------------------------------------------------------------------------------------------------


def _text(name: str, content: bytes) -> Part:
    decoded = _utf8(name, content)
    if b"\x00" in decoded:
        raise UnusableUpload(f"文件「{name}」含有空字符（NUL），不是文本文件。请重新导出为 CSV。")
    head = decoded[:200_000].decode("utf-8", errors="ignore")
    separator = max(",\t;", key=head[:5000].count)
    width = _width(head, separator)
    if width > MOST_COLUMNS:
        raise UnusableUpload(f"文件「{name}」有 {width:,} 列，最多 {MOST_COLUMNS} 列。请只保留需要的列。")
    names = [f"c{i}" for i in range(width)]
    first = io.BytesIO((separator.join(names) + "\n").encode() + decoded)
    try:
        cells = pl.read_csv(
            first, separator=separator, infer_schema=False, truncate_ragged_lines=False, n_rows=MOST_ROWS + 1
        )
    except pl.exceptions.PolarsError as error:
        raise UnusableUpload(_ragged(name, decoded, separator, width)) from error
    return Part(name, _numbered(name, cells))


def _utf8(name: str, content: bytes) -> bytes:
    """The text as UTF-8 without a mark: UTF-8 is taken as it is, else GB18030, of which GBK and GB2312 are parts."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            content = content[len(mark):]  # fmt: skip
            if encoding != "utf-8":
                return content.decode(encoding, errors="replace").encode()
    for encoding in ("utf-8", "gb18030"):
        try:
            return content if encoding == "utf-8" and _valid(content) else _recoded(content, encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableUpload(f"文件「{name}」的编码无法识别。请另存为 UTF-8 或 GBK 编码的 CSV。")


def _valid(content: bytes) -> bool:
    _recoded(content, "utf-8")
    return True


def _recoded(content: bytes, encoding: str) -> bytes:
    """Decoded piece by piece: the whole text as a string would take four times its room."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = []
    for at in range(0, len(content), 1 << 22):
        text = decoder.decode(content[at : at + (1 << 22)], final=at + (1 << 22) >= len(content))
        pieces.append(text.encode() if encoding != "utf-8" else b"")
    return b"".join(pieces)


def _width(head: str, separator: str) -> int:
    lines = csv.reader(io.StringIO(head), delimiter=separator)
    try:
        return max((len(row) for _, row in zip(range(60), lines, strict=False)), default=1)
    except csv.Error:
        return 1


def _ragged(name: str, decoded: bytes, separator: str, width: int) -> str:
    """Which row has more cells than the others: looked for slowly, as it is rare."""
    csv.field_size_limit(10_000_000)
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(decoded.decode("utf-8", "replace")), delimiter=separator), 1
        ):
            if len(row) > width:
                return f"文件「{name}」第 {number:,} 行有 {len(row)} 格，其他行最多 {width} 格：多半是文字里的逗号没有加引号。"
    except csv.Error:
        pass
    return f"文件「{name}」的引号不成对，无法分清各格。请用 Excel 打开并另存为 CSV 后重新报送。"


def _numbered(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """With row numbers as the file has them; rows and cells without any text are nothing."""
    if cells.height > MOST_ROWS:
        raise UnusableUpload(f"文件「{name}」超过 {MOST_ROWS:,} 行，请拆分后报送。")
    names = [f"c{i}" for i in range(cells.width)]
    trimmed = cells.rename(dict(zip(cells.columns, names, strict=True))).with_columns(
        pl.all().str.strip_chars(" \t\r\n\u3000\u00a0\ufeff").replace("", None)
    )
    return trimmed.with_row_index(ROW, offset=1).filter(pl.any_horizontal(pl.col(names).is_not_null()))
