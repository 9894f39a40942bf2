"""Keeps on record that a file was refused, and why: once a file, without touching any number or the data version."""

import datetime as dt
from typing import Any

from sqlalchemy import func, insert, select

from data_sources import policy, queries
from data_sources.engine import WRITERS_WAIT, backend, engine
from data_sources.intake import declarations, permitted
from data_sources.intake.asked import Asked
from data_sources.intake.cells import Upload
from data_sources.intake.preview import Preview

MOST: int = 1_000
"""The most wrong cells of one file that are kept."""


def record(
    url: str, upload: Upload, asked: Asked, preview: Preview, *, department: str, submitted_by: str | None = None
) -> int | None:
    """The number of the refused submission; None when the file has nothing wrong, was recorded before or nobody signs in.

    What is kept of a cell is what the preview shows of it: no identity number.
    """
    reader = permitted.examining(asked)
    if not preview.problems or reader == policy.EVERYBODY:
        return None
    submitted_by = submitted_by if reader == policy.OPERATOR else reader.subject
    s, r = queries.table("submission"), queries.table("rejection")
    month = asked.month if declarations.layout(asked.table).rhythm == "month" else None
    wrong = sum(problem.count for problem in preview.problems)
    with engine(url).begin() as connection:
        connection.exec_driver_sql(WRITERS_WAIT[backend(url)])
        same = (s.c.file_hash == upload.fingerprint) & (s.c.table_name == asked.table) & (s.c.status == "returned")
        if connection.execute(select(s.c.id).where(same, s.c.place_code == asked.place_code)).first():
            return None
        number = int(connection.execute(select(func.coalesce(func.max(s.c.id), 0) + 1)).scalar_one())
        line = {
            "id": number, "table_name": asked.table, "place_code": asked.place_code, "month": month,
            "department": department, "provenance": "official", "status": "returned", "received_at": dt.datetime.now(),
            "row_count": 0, "file_name": upload.name[:200], "file_hash": upload.fingerprint, "reviewed": False,
            "submitted_by": submitted_by, "reason": f"文件有 {wrong:,} 处错误，未接收",
        }  # fmt: skip
        connection.execute(insert(s).values(**line))
        connection.execute(insert(r), _lines(preview, number))
    return number


def _lines(preview: Preview, number: int) -> list[dict[str, Any]]:
    found = (
        {"row_number": row["row"], "column_name": p.column[:40], "value": (row["value"] or "")[:200],
         "reason": (p.why + (f"；应为 {row['right']}" if row["right"] else ""))[:300]}
        for p in preview.problems for row in p.rows.head(MOST).iter_rows(named=True)
    )  # fmt: skip
    kept = [line for line, _ in zip(found, range(MOST), strict=False)]
    return [{"submission_id": number, "sequence": at, **line} for at, line in enumerate(kept, 1)]
