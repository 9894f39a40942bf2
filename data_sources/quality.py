"""How filing goes: for each table, place and month what came, whether in time, what was refused, what is still wrong."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl
from sqlalchemy import case, func, select

from data_sources import looking, queries
from data_sources.cubes import OWN_SUFFIX
from data_sources.deadlines import deadlines
from data_sources.tables import MONTHLY_TABLES
from geo import places

STATES: Final = {
    "in_time": "按时",
    "late": "迟报",
    "refused": "待改正",
    "overdue": "逾期未报",
    "awaited": "未到期",
}
"""What can be said of one table of one place and month."""
KINDS: Final = {
    "files": pl.Int64, "refused": pl.Int64, "accepted": pl.Int64, "unreviewed": pl.Int64, "received_at": pl.Datetime,
    "last_refused": pl.Int64,
}  # fmt: skip


def cells(url: str, months: Sequence[str], today: dt.date) -> pl.DataFrame:
    """One row for each table filed by month, each of the 101 filing places and each of these months.

    `table_name`, `place_code` (leaf), `month`, `files` that came, `refused` of them, `received_at` of the first that
    counts (null: none does), `due`, `state` (see `STATES`), `unreviewed`, `problems`: what the last file that was
    refused has wrong, while no other was accepted; a return with a reason is one problem.
    """
    came = _came(url, months).join(_problems(url), left_on="last_refused", right_on="submission_id", how="left")
    due = pl.DataFrame(
        [(table, month, deadline.due(month)) for table, deadline in deadlines().items() for month in months],
        schema={"table_name": pl.String, "month": pl.String, "due": pl.Date}, orient="row",
    )  # fmt: skip
    codes = [p.code + (OWN_SUFFIX if p.level == "prefecture" else "") for p in places.places() if p.level != "province"]
    every = due.join(pl.DataFrame({"place_code": codes}, schema={"place_code": pl.String}), how="cross")
    found = every.join(came, on=["table_name", "place_code", "month"], how="left").with_columns(
        pl.col("files", "refused", "accepted", "unreviewed").fill_null(0)
    )
    waiting = (pl.col("accepted") == 0) & (pl.col("refused") > 0)
    state = (
        pl.when(pl.col("accepted") > 0)
        .then(
            pl.when(pl.col("received_at").dt.date() <= pl.col("due")).then(pl.lit("in_time")).otherwise(pl.lit("late"))
        )
        .when(waiting)
        .then(pl.lit("refused"))
        .when(pl.col("due") < today)
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("awaited"))
    )
    problems = pl.when(waiting).then(pl.max_horizontal(pl.col("wrong").fill_null(0), 1)).otherwise(0)
    return (
        found.with_columns(state=state, problems=problems.cast(pl.Int64))
        .select("table_name", "place_code", "month", "files", "refused", "received_at", "due", "state", "unreviewed",
                "problems")
        .sort("table_name", "place_code", "month")
    )  # fmt: skip


def state(url: str) -> tuple[int, int]:
    """What changes whenever a submission comes or takes a step: the newest data version, and how many there are."""
    s = queries.table("submission")
    newest, number = func.coalesce(func.max(s.c.data_version), 0).label("newest"), func.count().label("number")
    (row,) = queries.rows(url, looking.sums(select(newest, number)))
    return int(row["newest"]), int(row["number"])


def _came(url: str, months: Sequence[str]) -> pl.DataFrame:
    s = queries.table("submission")
    counts = s.c.status == "accepted"
    refused = s.c.status == "returned"
    keys = (s.c.table_name, s.c.place_code, s.c.month)
    statement = (
        select(
            *keys,
            func.count().label("files"),
            func.sum(case((refused, 1), else_=0)).label("refused"),
            func.sum(case((counts, 1), else_=0)).label("accepted"),
            func.sum(case((queries.unreviewed(s), 1), else_=0)).label("unreviewed"),
            func.min(case((counts, s.c.received_at))).label("received_at"),
            func.max(case((refused, s.c.id))).label("last_refused"),
        )
        .where(s.c.status != "pending", s.c.table_name.in_(MONTHLY_TABLES), s.c.month.in_(months))
        .group_by(*keys)
    )
    own = {p.code: p.code + OWN_SUFFIX for p in places.prefectures()}
    found = queries.read(url, looking.sums(statement), {c.name: pl.String for c in keys} | KINDS)
    return found.with_columns(pl.col("place_code").replace(own))


def _problems(url: str) -> pl.DataFrame:
    """How much is wrong with each file that was refused: `submission_id`, `wrong`."""
    r = queries.table("rejection")
    statement = select(r.c.submission_id, func.count().label("wrong")).group_by(r.c.submission_id)
    return queries.read(url, looking.sums(statement), {"submission_id": pl.Int64, "wrong": pl.Int64})
