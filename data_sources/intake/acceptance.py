"""Writes an examined file: one submission a place, which replaces the former one of its table, place and period."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl
from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from data_sources import audit, derived, looking, policy, queries, submissions
from data_sources.engine import polars_type
from data_sources.intake import declarations, known, permitted
from data_sources.intake.asked import Asked
from data_sources.intake.cells import ROW, Upload
from data_sources.intake.preview import Preview
from data_sources.submissions import Progress, RefusedSubmission, TakenIds
from geo import places

TRIES: Final = 20
LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class Accepted:
    """What was written: data version, rows, submissions, and the ids of those that they replace."""

    data_version: int
    rows: int
    submissions: tuple[int, ...]
    replaced: tuple[int, ...]


def accept(
    url: str,
    upload: Upload,
    asked: Asked,
    preview: Preview,
    *,
    department: str,
    tell: Progress,
    reason: str | None = None,
    submitted_by: str | None = None,
) -> Accepted:
    """Write all of it or nothing, also when `tell` raises.

    Raises `NotPermitted` for whoever may not file, `RefusedSubmission` for a file with problems,
    one with warnings and no reason, or one that was loaded before.
    """
    said = (reason or "").strip()
    if preview.problems:
        raise RefusedSubmission(tuple(f"{p.said}：{p.count:,} 行" for p in preview.problems))
    if preview.warnings and not said:
        raise RefusedSubmission(tuple(f"{p.said}：{p.count:,} 行，须说明原因" for p in preview.warnings))
    if len(said) > LONGEST_REASON:
        raise RefusedSubmission((f"说明有 {len(said)} 个字，最多 {LONGEST_REASON} 个",))
    reader = permitted.filing(asked)
    by = submitted_by if reader in (policy.OPERATOR, policy.EVERYBODY) else reader.subject
    filed = {"department": department, "reason": said or None, "submitted_by": by}
    with looking.by(policy.OPERATOR):  # what a person's rows of other places say is worked out, and shown to nobody
        done = _filed(url, upload, asked, preview, filed, tell)
    told = {"数据表": asked.table, "月份": asked.month, "批次": list(done.submissions), "行数": done.rows,
            "文件指纹": upload.fingerprint}  # fmt: skip
    audit.append(url, reader.subject, "submission", told, place_code=asked.place_code)
    return done


def _filed(
    url: str, upload: Upload, asked: Asked, preview: Preview, filed: dict[str, str | None], tell: Progress
) -> Accepted:
    for _ in range(TRIES):
        try:
            return _written(url, upload, asked, preview, filed, tell)
        except TakenIds:  # another file was accepted meanwhile: what this one replaces must be looked up anew
            continue
    raise RefusedSubmission(("其他报送接连写入，未能排上，请稍后重试",))


def _written(
    url: str, upload: Upload, asked: Asked, preview: Preview, filed: dict[str, str | None], tell: Progress
) -> Accepted:
    found = sorted({*preview.rows["place_code"].to_list()} or {asked.place_code})
    # before looking for former ones: whoever accepts the same meanwhile has taken these ids, and we begin again
    ids = dict(zip(found, submissions.next_ids(url, len(found)), strict=True))
    former = _former(url, asked, found, upload.fingerprint)
    old = {row["place_code"]: int(row["id"]) for row in former.iter_rows(named=True)}
    counts = dict(preview.rows["place_code"].value_counts().iter_rows())
    layout = declarations.layout(asked.table)
    lines = [
        {
            "id": ids[code], "table_name": asked.table, "place_code": code,
            "month": asked.month if layout.rhythm == "month" else None, "provenance": "official", "status": "accepted",
            "received_at": dt.datetime.now(), "row_count": counts.get(code, 0), "file_name": upload.name[:200],
            "file_hash": upload.fingerprint, "replaces": old.get(code), "reviewed": False, **filed,
        }
        for code in found
    ]  # fmt: skip
    replaced = tuple(int(each) for each in former["id"])

    def related(connection: Connection) -> None:
        new = tuple(ids.values())
        derived.refresh(connection, asked.table, (*replaced, *new), found, related=new)

    version = submissions.write(
        url,
        _whole(pl.DataFrame(lines, infer_schema_length=None), "submission"),
        {asked.table: _whole(_rows(preview.rows, asked, ids), asked.table)},
        tell,
        replaced=replaced,
        afterwards=related,
    )
    return Accepted(version, preview.rows.height, tuple(ids.values()), replaced)


def _rows(rows: pl.DataFrame, asked: Asked, ids: dict[str, int]) -> pl.DataFrame:
    """With lineage, the month in which each counts, and what the rows say about each other."""
    placed = rows.with_columns(
        submission_id=pl.col("place_code").replace_strict(ids, return_dtype=pl.Int32), row_number=pl.col(ROW)
    )
    if "month" not in placed.columns:  # every rule of a period has held: it is the month of each row
        placed = placed.with_columns(month=pl.lit(asked.month))
    return derived.among_themselves(asked.table, placed)


def _former(url: str, asked: Asked, found: list[str], fingerprint: str) -> pl.DataFrame:
    """The accepted submissions that are replaced: `id`, `place_code`; raises `RefusedSubmission` where none may be."""
    s = queries.table("submission")
    kinds = {"id": pl.Int64, "place_code": pl.String, "file_hash": pl.String}
    wanted = select(*(s.c[name] for name in kinds)).where(known.replaced(asked, found)).order_by(s.c.id)
    former = queries.read(url, wanted, kinds)
    same = former.filter(file_hash=fingerprint)
    if same.height and not former.filter(pl.col("file_hash").ne_missing(fingerprint)).height:
        raise RefusedSubmission((f"同一文件已经接收过（批次 {'、'.join(map(str, same['id']))}）",))
    if declarations.layout(asked.table).rhythm == "year" and former.height:
        t = queries.table(asked.table)
        of_others = select(func.min(t.c.submission_id).label("id")).where(
            t.c.submission_id.in_(former["id"].to_list()), t.c.year != int(asked.year)
        )
        mixed = queries.read(url, of_others, {"id": pl.Int64})["id"].drop_nulls()
        if len(mixed):
            raise RefusedSubmission((f"批次 {mixed[0]} 还含其他年度的数据，不能只替换一年：请先撤回该批次",))
    return former


def _whole(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    declared = {c.name: polars_type(c.type) for c in SQLModel.metadata.tables[table].columns}
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in declared.items()
    )


def department(place_code: str) -> str:
    """The department that files for a place unless another is named."""
    return f"{places.place(place_code).name}人力资源和社会保障局"
