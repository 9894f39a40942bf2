"""Knows how rows become filings: who files which table when, as which submission, and each row's number in it.

Assumed: monthly tables are filed every month by every place that is not late, rows or none; the others once a year, by
those who have any. A filing arrives in the first half of the following month.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
from sqlmodel import SQLModel

from data_sources.demo.arrays import Flags, Integers
from data_sources.demo.months import COUNT, MONTHS
from data_sources.demo.sampling import rank_within
from data_sources.demo.world import World
from data_sources.engine import polars_type
from data_sources.tables import FACT_TABLES, MONTHLY_TABLES

TABLES: Final = tuple(sorted(str(model.__tablename__) for model in FACT_TABLES))
DEPARTMENTS: Final = {"organisation": "经济和信息化局", "budget": "财政局", "programme": "教育局"}
"""Which department files a table; 人力资源和社会保障局 unless named here."""
LATEST_DAY: Final = 16

_STARTS: Final = np.arange("2023-02", np.datetime64("2023-02") + COUNT, dtype="datetime64[M]").astype("datetime64[us]")


def filed(world: World, facts: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """All submissions, and the facts with their lineage, in the order of place, submission and row.

    `facts` have `_leaf` and `_file` (month of filing) instead of `place_code`, `submission_id` and `row_number`.
    """
    counts = {table: _row_counts(world, frame) for table, frame in facts.items()}
    present = np.stack([_present(world, table, counts[table]) for table in TABLES])
    month, table, leaf = np.nonzero(present.transpose(2, 0, 1))
    number = np.zeros(present.shape, dtype=np.int64)
    number[table, leaf, month] = np.arange(1, len(month) + 1)
    rows = np.stack([counts[name] for name in TABLES])[table, leaf, month]
    submissions = _submissions(world, month, table, leaf, rows)
    with_lineage = {
        name: _with_lineage(world, frame, number[TABLES.index(name)], name) for name, frame in facts.items()
    }
    return submissions, with_lineage


def _row_counts(world: World, frame: pl.DataFrame) -> Integers:
    """Rows by (leaf, month of filing)."""
    cell = frame["_leaf"].to_numpy() * COUNT + frame["_file"].to_numpy()
    return np.bincount(cell, minlength=len(world.leaves) * COUNT).reshape(-1, COUNT)


def _present(world: World, table: str, rows: Integers) -> Flags:
    """Whether there is a submission by (leaf, month of filing)."""
    if table not in MONTHLY_TABLES:
        return rows > 0
    leaf, month = np.divmod(np.arange(rows.size), COUNT)
    return ~world.late.missing(table, leaf, month).reshape(rows.shape)


def _submissions(world: World, month: Integers, table: Integers, leaf: Integers, rows: Integers) -> pl.DataFrame:
    rng = world.stream("filing")
    n = len(month)
    monthly = np.array([name in MONTHLY_TABLES for name in TABLES])[table]
    seconds = rng.integers(0, LATEST_DAY, n) * 86400 + rng.integers(8 * 3600 + 1800, 17 * 3600 + 1800, n)
    return pl.DataFrame(
        {
            "id": pl.Series(np.arange(1, n + 1), dtype=pl.Int32),
            "table_name": [TABLES[t] for t in table],
            "place_code": [world.leaves.codes[at] for at in leaf],
            "month": pl.Series(
                [MONTHS[m] if by else None for m, by in zip(month, monthly, strict=True)], dtype=pl.String
            ),
            "department": [_department(world, TABLES[t], at) for t, at in zip(table, leaf, strict=True)],
            "provenance": ["simulated"] * n,
            "status": ["accepted"] * n,
            "received_at": _STARTS[month] + seconds * 1_000_000,
            "data_version": pl.Series(month + 1, dtype=pl.Int32),
            "row_count": pl.Series(rows, dtype=pl.Int32),
            "reviewed": [True] * n,
        }
    ).pipe(_whole, "submission")


def _department(world: World, table: str, leaf: int) -> str:
    return world.leaves.names[leaf] + DEPARTMENTS.get(table, "人力资源和社会保障局")


def _with_lineage(world: World, frame: pl.DataFrame, number: Integers, table: str) -> pl.DataFrame:
    cell = frame["_leaf"].to_numpy() * COUNT + frame["_file"].to_numpy()
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    leaf, month = np.divmod(cell, COUNT)
    return (
        frame.drop("_leaf", "_file")
        .select(pl.all().gather(order))
        .with_columns(
            pl.Series("place_code", world.leaves.codes).gather(leaf).alias("place_code"),
            pl.Series("submission_id", number[leaf, month], dtype=pl.Int32),
            pl.Series("row_number", rank_within(cell) + 1, dtype=pl.Int32),
        )
        .pipe(_whole, table)
    )


def _whole(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame with every declared column of the table, in their order; what it has not got is null."""
    declared = SQLModel.metadata.tables[table].columns
    return frame.select(
        pl.col(c.name) if c.name in frame.columns else pl.lit(None, polars_type(c.type)).alias(c.name) for c in declared
    )
