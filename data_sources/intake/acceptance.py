"""Writes an examined file: one submission a place, which replaces the former one of its table, place and month."""

import datetime as dt
from dataclasses import dataclass

import polars as pl
from sqlalchemy import select
from sqlmodel import SQLModel

from data_sources import queries, retention, submissions
from data_sources.engine import polars_type
from data_sources.intake.preview import Asked, Preview
from data_sources.intake.reading import ROW, Upload
from data_sources.submissions import Progress, RefusedSubmission


@dataclass(frozen=True)
class Accepted:
    """What was written: data version, rows, submissions, and the ids of those that they replace."""

    data_version: int
    rows: int
    submissions: tuple[int, ...]
    replaced: tuple[int, ...]


def accept(url: str, upload: Upload, asked: Asked, preview: Preview, *, department: str, tell: Progress) -> Accepted:
    """Write all of it or nothing; raises `RefusedSubmission` for a file with problems, or one that was loaded before."""
    if preview.problems:
        raise RefusedSubmission(tuple(f"「{p.column}」{p.why}：{p.count:,} 行" for p in preview.problems))
    found = sorted({*preview.rows["place_code"].to_list()} or {asked.place_code})
    # before looking for former ones: whoever accepts the same meanwhile has taken these ids, and we are refused
    ids = dict(zip(found, submissions.next_ids(url, len(found)), strict=True))
    former = _former(url, asked, found)
    if former.height and (former["file_hash"] == upload.fingerprint).any():
        raise RefusedSubmission((f"同一文件已经接收过（批次 {former['id'][0]}）",))
    old = {row["place_code"]: int(row["id"]) for row in former.iter_rows(named=True)}
    counts = dict(preview.rows["place_code"].value_counts().iter_rows())
    filed = [
        {
            "id": ids[code], "table_name": asked.table, "place_code": code, "month": asked.month,
            "department": department, "provenance": "official", "status": "accepted", "received_at": dt.datetime.now(),
            "row_count": counts.get(code, 0), "file_name": upload.name[:200], "file_hash": upload.fingerprint,
            "replaces": old.get(code), "reviewed": False,
        }
        for code in found
    ]  # fmt: skip
    rows = preview.rows.with_columns(
        submission_id=pl.col("place_code").replace_strict(ids, return_dtype=pl.Int32), row_number=pl.col(ROW),
        month=pl.lit(asked.month),
    )  # fmt: skip
    replaced = tuple(int(each) for each in former["id"])
    frames = {asked.table: _whole(rows, asked.table)}
    version = submissions.write(url, _whole(pl.DataFrame(filed), "submission"), frames, tell, replaced=replaced)
    if asked.table == "training":
        retention.refresh(url, found)
    return Accepted(version, rows.height, tuple(ids.values()), replaced)


def _former(url: str, asked: Asked, found: list[str]) -> pl.DataFrame:
    s = queries.table("submission")
    same = (s.c.table_name == asked.table) & (s.c.month == asked.month) & s.c.place_code.in_(found)
    kinds = {"id": pl.Int64, "place_code": pl.String, "file_hash": pl.String}
    wanted = select(*(s.c[name] for name in kinds)).where(same, s.c.status == "accepted").order_by(s.c.id)
    return queries.read(url, wanted, kinds)


def _whole(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    declared = {c.name: polars_type(c.type) for c in SQLModel.metadata.tables[table].columns}
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in declared.items()
    )
