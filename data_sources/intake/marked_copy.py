"""A process that reads a workbook and where to mark it from its input, and writes the marked copy to its output."""

import io
import pickle
import resource
import sys
from typing import Any, Final

MEMORY: Final = 1_400_000_000
SECONDS: Final = 100


def main() -> int:
    """Exit code 0 with the copy."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content, sheet, header, cells, colours = pickle.loads(sys.stdin.buffer.read())  # nosec B301 # noqa: S301 - from our own parent
    sys.stdout.buffer.write(copied(content, sheet, header, cells, colours))
    return 0


def copied(content: bytes, name: str, header: int, cells: list[Any], colours: tuple[str, str]) -> bytes:
    """The workbook with those cells coloured and commented; formulas as their values."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    sheet = book[name]
    fills = {
        error: PatternFill("solid", fgColor=colour[1:]) for error, colour in zip((True, False), colours, strict=True)
    }
    first = next((c.column for c in next(sheet.iter_rows(min_row=header, max_row=header)) if c.value is not None), 1)
    used = min((c.column for row in sheet.iter_rows(max_row=header) for c in row if c.value is not None), default=first)
    for (row, column), error, said in cells:
        cell = sheet.cell(row, column + used)
        cell.fill = fills[error]
        if said and hasattr(cell, "comment"):
            cell.comment = Comment(said, "核对", width=320, height=120)
    _texts_only(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _texts_only(book: Any) -> None:
    """What begins like a formula stays text in every sheet."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.data_type = "s"
                    cell.quotePrefix = True


if __name__ == "__main__":
    sys.exit(main())
