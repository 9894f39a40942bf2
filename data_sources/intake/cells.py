"""A file as cells of text with their row numbers, before anything of it is understood."""

from dataclasses import dataclass
from typing import Final

import polars as pl

MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 2_000_000
ROW: Final = "_row"
BLANK: Final = " \t\r\n\u3000\u00a0\ufeff"


class UnusableUpload(ValueError):
    """A file that cannot be read or understood; the message says in Chinese what is wrong and what to do."""


@dataclass(frozen=True)
class Part:
    """One sheet or one CSV: `cells` has a text column for each column of the file, and `_row`, its row in the file.

    In a ZIP of several the rows are numbered on: `begun` is how many came before. `sheet` is a workbook's sheet.
    """

    name: str
    cells: pl.DataFrame
    begun: int = 0
    sheet: str = ""


@dataclass(frozen=True)
class Upload:
    """A file: its name, the fingerprint of its bytes, its parts (one, but for a ZIP), and an .xlsx's bytes for marking."""

    name: str
    fingerprint: str
    parts: tuple[Part, ...]
    workbook: bytes = b""

    def without_cells(self) -> "Upload":
        """What is accepted needs no cells any more: of a million rows they are a quarter of all memory."""
        return Upload(self.name, self.fingerprint, ())

    def where(self, row: int) -> tuple[str, int]:
        """In which part, by name ('' when there is only one), and in which of its rows, a numbered row lies."""
        part = next(each for each in reversed(self.parts) if each.begun < row)
        return (part.name if len(self.parts) > 1 else ""), row - part.begun


def numbered(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """With row numbers as the file has them; rows and cells without any text are nothing."""
    if cells.height > MOST_ROWS:
        raise UnusableUpload(f"文件“{name}”超过 {MOST_ROWS:,} 行，请拆分后报送。")
    names = [f"c{i}" for i in range(cells.width)]
    trimmed = cells.rename(dict(zip(cells.columns, names, strict=True))).with_columns(
        pl.all().str.strip_chars(BLANK).replace("", None)
    )
    return trimmed.with_row_index(ROW, offset=1).filter(pl.any_horizontal(pl.col(names).is_not_null()))
