"""The plainest thing of the same kind on the same machine, to set the data's figures beside."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import adbc_driver_sqlite.dbapi
import polars as pl

from data_sources.cubes import Cubes


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that the work took, and its result."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def written(file: Path, rows: int = 1_000_000) -> float:
    """Seconds to write a million rows of two columns into an empty SQLite file."""
    frame = pl.select(code=pl.int_range(rows) % 90, amount=pl.int_range(rows))

    def write() -> None:
        with adbc_driver_sqlite.dbapi.connect(str(file)) as connection, connection.cursor() as cursor:
            cursor.adbc_ingest("plain", frame.to_arrow(), mode="create")
            connection.commit()

    return timed(write)[0]


def grouped(file: Path) -> float:
    """Seconds for the database's own count of the largest table by place and month."""
    with sqlite3.connect(file) as connection:
        counted = "SELECT place_code, month, count(*) FROM training GROUP BY place_code, month"
        return timed(lambda: connection.execute(counted).fetchall())[0]


def read(folder: Path) -> float:
    """Seconds to read the bytes of every file under a folder."""
    return timed(lambda: [file.read_bytes() for file in folder.rglob("*") if file.is_file()])[0]


def summed(found: Cubes, repeats: int = 5) -> float:
    """Milliseconds for one sum of the training cube by place and month."""
    frame = found.frames["training"]
    return 1000 * median(
        timed(lambda: frame.group_by("place_code", "month").agg(pl.col("person_times").sum()))[0]
        for _ in range(repeats)
    )
