"""CSV files as cells: in whatever encoding and with whatever separator they come."""

import codecs
import csv
import io

import polars as pl

from data_sources.intake.cells import MOST_COLUMNS, MOST_ROWS, Part, UnusableUpload, numbered


def part(name: str, content: bytes) -> Part:
    """The cells of a CSV; raises `UnusableUpload`."""
    decoded = _utf8(name, content)
    if b"\x00" in decoded:
        raise UnusableUpload(f"文件“{name}”含有空字符（NUL），不是文本文件。请重新导出为 CSV。")
    head = decoded[:200_000].decode("utf-8", errors="ignore")
    separator = max(",\t;", key=head[:5000].count)
    width = _width(head, separator)
    if width > MOST_COLUMNS:
        raise UnusableUpload(f"文件“{name}”的列太多，最多 {MOST_COLUMNS} 列。请只保留需要的列。")
    headed = (separator.join(f"c{i}" for i in range(width)) + "\n").encode() + decoded
    try:
        cells = pl.read_csv(headed, separator=separator, infer_schema=False, n_rows=MOST_ROWS + 1)
    except pl.exceptions.PolarsError:
        raise UnusableUpload(_ragged(name, decoded, separator, width)) from None
    return Part(name, numbered(name, cells))


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
    raise UnusableUpload(f"文件“{name}”的编码无法识别。请另存为 UTF-8 或 GBK 编码的 CSV。")


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
                return f"文件“{name}”第 {number:,} 行有 {len(row)} 格，其他行最多 {width} 格：多半是文字里的逗号没有加引号。"
    except csv.Error:
        pass
    return f"文件“{name}”的引号不成对，无法分清各格。请用 Excel 打开并另存为 CSV 后重新报送。"
