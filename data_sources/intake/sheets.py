"""A process that reads one Excel workbook from its input and writes its cells, all text, to its output as Arrow.

It can take only so much memory and time: a sheet that declares billions of cells ends this process and nothing else.
"""

import os
import resource
import sys
from typing import BinaryIO, Final

MEMORY: Final = 1_400_000_000
SECONDS: Final = 110
MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 2_000_000


class Refused(Exception):
    """A workbook that is not read; the message says why."""


def main() -> int:
    """Exit code 0 with the first sheet that holds anything; else 1 with the reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # Arrow's own would reserve more than is allowed at once
    try:
        write(sys.stdin.buffer.read(), sys.stdout.buffer)
    except Refused as why:
        sys.stderr.write(str(why))
        return 1
    return 0


def write(content: bytes, to: BinaryIO) -> None:
    """Writes the cells of the first sheet that holds anything, with the sheet's name; raises `Refused`."""
    import fastexcel
    import pyarrow as pa

    try:
        book = fastexcel.read_excel(content)
        del content
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.total_height:
                break
        else:
            raise Refused("no sheet holds anything")
        if sheet.width > MOST_COLUMNS:
            raise Refused("too wide")
        if sheet.total_height > MOST_ROWS:
            raise Refused("too many rows")
        table = sheet.to_arrow()
    except (fastexcel.FastExcelError, MemoryError, ValueError) as error:
        raise Refused(f"{type(error).__name__}: {str(error)[:300]}") from error
    described = table.schema.with_metadata({"sheet": name})
    with pa.ipc.new_stream(to, described) as stream:
        stream.write(pa.RecordBatch.from_arrays(table.columns, schema=described))


if __name__ == "__main__":
    sys.exit(main())
