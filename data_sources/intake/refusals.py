"""Keeps on record that a file was refused, and why: once a file, without touching any number or the data version."""

import datetime as dt
from typing import Any

from sqlalchemy import func, insert, select

from data_sources import audit, policy, queries
from data_sources.engine import WRITERS_WAIT, backend, engine
from data_sources.intake import declarations, numbers, permitted, reading
from data_sources.intake.asked import Asked
from data_sources.intake.cells import Upload
from data_sources.intake.preview import Preview

MOST: int = 1_000
"""The most wrong cells of one file that are kept."""
LONGEST: int = 300
"""The longest reason that is kept."""


def record(
    url: str, upload: Upload, asked: Asked, preview: Preview, *, department: str, submitted_by: str | None = None
) -> int | None:
    """The number of the refused submission; None when the file has nothing wrong, was recorded before or nobody signs in.

    What is kept of a cell is what the preview shows of it: no identity number.
    """
    if not preview.problems:
        return None
    why = f"文件有 {sum(problem.count for problem in preview.problems):,} 处错误，未接收"
    file: dict[str, str | None] = {"file_name": upload.name, "file_hash": upload.fingerprint, "reason": why}
    return _recorded(url, asked, file | {"department": department, "submitted_by": submitted_by}, _lines(preview))


def record_unread(
    url: str, name: str, content: bytes, asked: Asked, why: str, *, department: str, submitted_by: str | None = None
) -> int | None:
    """`record` for a file that could not be read or understood; `why` is what its sender was told."""
    file: dict[str, str | None] = {
        "file_name": numbers.masked(name),
        "file_hash": reading.fingerprint(content),
        "reason": why,
    }
    told = {"row_number": None, "column_name": None, "value": None, "reason": why[:LONGEST]}
    return _recorded(url, asked, file | {"department": department, "submitted_by": submitted_by}, [told])


def _recorded(url: str, asked: Asked, file: dict[str, str | None], wrong: list[dict[str, Any]]) -> int | None:
    reader = permitted.examining(asked)
    if reader == policy.EVERYBODY:
        return None
    by = file["submitted_by"] if reader == policy.OPERATOR else reader.subject
    s, r = queries.table("submission"), queries.table("rejection")
    month = asked.month if declarations.layout(asked.table).rhythm == "month" else None
    with engine(url).begin() as connection:
        connection.exec_driver_sql(WRITERS_WAIT[backend(url)])
        same = (s.c.file_hash == file["file_hash"]) & (s.c.table_name == asked.table) & (s.c.status == "returned")
        if connection.execute(select(s.c.id).where(same, s.c.place_code == asked.place_code)).first():
            return None
        number = int(connection.execute(select(func.coalesce(func.max(s.c.id), 0) + 1)).scalar_one())
        line = file | {
            "id": number, "table_name": asked.table, "place_code": asked.place_code, "month": month,
            "provenance": "official", "status": "returned", "received_at": dt.datetime.now(), "row_count": 0,
            "file_name": str(file["file_name"])[:200], "reviewed": False, "submitted_by": by,
            "reason": str(file["reason"])[:LONGEST],
        }  # fmt: skip
        connection.execute(insert(s).values(**line))
        connection.execute(insert(r), [{"submission_id": number, "sequence": n, **w} for n, w in enumerate(wrong, 1)])
        told = {"结果": "退回", "数据表": asked.table, "月份": asked.month, "批次": [number], "文件指纹": file["file_hash"],
                "原因": line["reason"]}  # fmt: skip
        audit.appended(connection, reader.subject, "submission", told, place_code=asked.place_code)
    return number


def _lines(preview: Preview) -> list[dict[str, Any]]:
    found = (
        {"row_number": row["row"], "column_name": p.column[:40], "value": (row["value"] or "")[:200],
         "reason": (p.why + (f"；应为 {row['right']}" if row["right"] else ""))[:LONGEST]}
        for p in preview.problems for row in p.rows.head(MOST).iter_rows(named=True)
    )  # fmt: skip
    return [line for line, _ in zip(found, range(MOST), strict=False)]
