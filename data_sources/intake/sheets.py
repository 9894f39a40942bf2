"""A process that reads one Excel workbook from its input and writes its cells, all text, to its output as Arrow.

It can take only so much memory and time: a sheet that declares billions of cells ends this process and nothing else.
"""

import os
import resource
import sys
from typing import Final

MEMORY: Final = 1_400_000_000
SECONDS: Final = 110
MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 2_000_000


def main() -> int:
    """Exit code 0 with the first sheet that holds anything; else 1 with the reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # Arrow's own would reserve more than is allowed at once
    import fastexcel
    import pyarrow as pa

    content = sys.stdin.buffer.read()
    try:
        book = fastexcel.read_excel(content)
        del content
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.total_height:
                break
        else:
            return _refused("no sheet holds anything")
        if sheet.width > MOST_COLUMNS:
            return _refused("too wide")
        if sheet.total_height > MOST_ROWS:
            return _refused("too many rows")
        table = sheet.to_arrow()
    except (fastexcel.FastExcelError, MemoryError, ValueError) as error:
        return _refused(f"{type(error).__name__}: {str(error)[:300]}")
    described = table.schema.with_metadata({"sheet": name})
    with pa.ipc.new_stream(sys.stdout.buffer, described) as stream:
        stream.write(pa.RecordBatch.from_arrays(table.columns, schema=described))
    return 0


def _refused(why: str) -> int:
    sys.stderr.write(why)
    return 1


if __name__ == "__main__":
    sys.exit(main())
