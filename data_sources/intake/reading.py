"""Files as they come (.xlsx, .xls, .csv, .zip of CSVs) as text with row numbers; hostile ones are refused.

Excel files are read by calamine in a process of its own, whose memory and time are bounded: whatever a file does to its
parser, it does not do to the server. Nothing of a file is written to disk.
"""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from typing import Final

import polars as pl
import pyarrow as pa

from data_sources.intake import numbers, texts
from data_sources.intake.cells import MOST_COLUMNS, MOST_ROWS, ROW, Part, numbered
from data_sources.intake.cells import UnusableUpload as UnusableUpload
from data_sources.intake.cells import Upload as Upload

MOST_BYTES: Final = 500_000_000
MOST_UNPACKED: Final = 800_000_000
READER_SECONDS: Final = 120
ZIP: Final = b"PK\x03\x04"


def upload(name: str, content: bytes) -> Upload:
    """Read a file; raises `UnusableUpload`. An identity number in its name is not kept."""
    name = numbers.masked(name)
    if not content:
        raise UnusableUpload(f"文件“{name}”是空的。")
    if len(content) > MOST_BYTES:
        raise UnusableUpload(f"文件“{name}”超过 {MOST_BYTES // 1_000_000} MB，请拆分后报送。")
    parts = tuple(part for part in _parts(name, content) if part.cells.height)
    if not parts:
        raise UnusableUpload(f"文件“{name}”里没有数据。")
    workbook = content if content[:4] == ZIP and parts[0].sheet else b""
    return Upload(name, fingerprint(content), _in_a_row(name, parts), workbook)


def fingerprint(content: bytes) -> str:
    """By which the same file is recognised."""
    return hashlib.sha256(content).hexdigest()


def _in_a_row(name: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Each part's rows numbered on from the part before it, as if they were pasted one below the other."""
    begun, placed = 0, []
    for part in parts:
        placed.append(Part(part.name, part.cells.with_columns(pl.col(ROW) + begun), begun, part.sheet))
        begun += int(part.cells[ROW][-1])
    if begun > MOST_ROWS:
        raise UnusableUpload(f"文件“{name}”超过 {MOST_ROWS:,} 行，请拆分后报送。")
    return tuple(placed)


def _parts(name: str, content: bytes) -> list[Part]:
    if content[:4] == ZIP:
        archive = _archive(name, content)
        if any(entry.filename == "[Content_Types].xml" for entry in archive.infolist()):
            return _workbook(name, content, archive)
        return _zipped(name, archive)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return [_sheet(name, content)]
    return [texts.part(name, content)]


def _archive(name: str, content: bytes) -> zipfile.ZipFile:
    """The ZIP, once its entries were unpacked for their size only: what a ZIP declares need not be true."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnusableUpload(f"文件“{name}”不是完整的文件，可能下载中断或已损坏。请重新导出。") from error
    if len(entries) > 2000:
        raise UnusableUpload(f"文件“{name}”里有 {len(entries):,} 个条目，不像报送文件。")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise UnusableUpload(_TOO_LARGE.format(name=name))
    unpacked = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnusableUpload(f"文件“{name}”有密码，无法读取。请去掉密码后重新报送。")
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise UnusableUpload(f"文件“{name}”里有可疑的路径“{numbers.masked(entry.filename)[:60]}”，已拒收。")
        try:
            with archive.open(entry) as opened:
                while block := opened.read(1 << 20):
                    unpacked += len(block)
                    if unpacked > MOST_UNPACKED:
                        raise UnusableUpload(_TOO_LARGE.format(name=name))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
            if isinstance(error, UnusableUpload):
                raise
            raise UnusableUpload(
                f"文件“{name}”已损坏（{numbers.masked(entry.filename)[:60]}）。请重新导出。"
            ) from error
    return archive


_TOO_LARGE: Final = "文件“{name}”解压后过大（超过 800 MB），已拒收。请拆分后报送。"


def _workbook(name: str, content: bytes, archive: zipfile.ZipFile) -> list[Part]:
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in archive.infolist()):
        raise UnusableUpload(f"文件“{name}”含有宏，已拒收。请另存为不含宏的 .xlsx 后重新报送。")
    return [_sheet(name, content)]


def _zipped(name: str, archive: zipfile.ZipFile) -> list[Part]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
    strange = [entry.filename for entry in entries if not entry.filename.lower().endswith(".csv")]
    if strange or not entries:
        what = f"“{numbers.masked(strange[0])[:60]}”" if strange else "没有文件"
        raise UnusableUpload(f"ZIP“{name}”里应只有 .csv 文件，现有{what}。")
    return [texts.part(numbers.masked(entry.filename), archive.read(entry)) for entry in entries]


def _litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1].startswith(".")


# --- Excel ----------------------------------------------------------------------------------------------------------


def _sheet(name: str, content: bytes) -> Part:
    """The first sheet that holds anything."""
    with pa.ipc.open_stream(_read_apart(name, content)) as stream:
        table = stream.read_all()
        sheet = (table.schema.metadata or {}).get(b"sheet", b"").decode()
    cells = pl.from_arrow(table)
    assert isinstance(cells, pl.DataFrame)
    return Part(numbers.masked(sheet), numbered(name, cells), sheet=sheet)


def _read_apart(name: str, content: bytes) -> bytes:
    """What a process of its own writes of a workbook (see `sheets`); raises `UnusableUpload`."""
    command = [sys.executable, "-m", "data_sources.intake.sheets"]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # nosec B603 # noqa: S603 - our own module
    try:
        answer, said = reader.communicate(content, timeout=READER_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnusableUpload(f"文件“{name}”{READER_SECONDS} 秒内没有读完，已放弃。请另存为 CSV 后报送。") from error
    finally:
        if reader.poll() is None:
            reader.kill()
            reader.communicate()
    if reader.returncode:
        raise UnusableUpload(_unreadable(name, said.decode(errors="replace")))
    return answer


def _unreadable(name: str, said: str) -> str:
    if "password" in said.lower() or "encrypt" in said.lower():
        return f"文件“{name}”有密码，无法读取。请去掉密码后重新报送。"
    if "too wide" in said or "too many rows" in said:
        return f"文件“{name}”的工作表过大（最多 {MOST_COLUMNS} 列、{MOST_ROWS:,} 行），已拒收。"
    if "MemoryError" in said or "memory" in said.lower() or not said.strip():
        return f"文件“{name}”的工作表大得不合常理，已拒收。请只保留数据区域，另存后重新报送。"
    return f"文件“{name}”不是可读的 Excel 工作簿。请用 Excel 或 WPS 打开并另存为 .xlsx 后重新报送。"
