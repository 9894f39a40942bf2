"""A migrated database and a few submissions made by hand."""

import datetime as dt
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import psycopg

from data_sources import reference, review, schema, tables
from data_sources.engine import backend, engine, polars_type, sqlite_file


def migrated(url: str) -> str:
    """The database with its tables and reference facts; a new one is a copy of the first of this process."""
    if backend(url) == "sqlite" and not sqlite_file(url).exists():
        sqlite_file(url).write_bytes(_migrated_file())
    elif backend(url) == "postgresql" and not _has_tables(url):
        with psycopg.connect(url) as connection:
            connection.execute(_migrated_script(url.rpartition("/")[0]).encode())
    else:
        schema.upgrade(url)
        reference.load(url)
    return url


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "talent.db"
        file.touch()
        url = migrated(f"sqlite:///{file}")
        with engine(url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine(url).dispose()
        return file.read_bytes()


@cache
def _migrated_script(server: str) -> str:
    """What a migrated database of the server consists of, as SQL."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    url = f"{server}/migrated"
    schema.upgrade(url)
    reference.load(url)
    engine(url).dispose()
    told = subprocess.run(
        ["pg_dump", "--inserts", "--rows-per-insert=1000", url],
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line for line in told.stdout.splitlines() if not line.startswith("\\"))  # those are for psql


def _has_tables(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT FROM pg_class WHERE relname = 'alembic_version'").fetchone() is not None


def submission(**given: Any) -> dict[str, Any]:
    """A submission of 余杭区's training in October 2026, but for what is given."""
    return {
        "id": 1,
        "table_name": "training",
        "place_code": "330110",
        "month": "2026-10",
        "department": "余杭区人力资源和社会保障局",
        "provenance": "simulated",
        "citation": None,
        "status": "accepted",
        "received_at": dt.datetime(2026, 11, 5, 9, 30),
        "data_version": None,
        "row_count": 2,
        "note": None,
        "file_name": None,
        "file_hash": None,
        "submitted_by": None,
        "replaces": None,
        "reviewed": True,
        "reviewed_by": None,
        "reviewed_at": None,
        "reason": None,
    } | given


def training(**given: Any) -> dict[str, Any]:
    """A person-time of 余杭区 in October 2026, but for what is given."""
    return {
        "place_code": "330110",
        "submission_id": 1,
        "row_number": 1,
        "month": "2026-10",
        "zone": None,
        "person_key": "0" * 32,
        "base_code": None,
        "occupation_code": "2-02-38-01",
        "cluster_code": "C06",
        "mode": "project",
        "online": True,
        "started": dt.date(2026, 10, 8),
        "ended": dt.date(2026, 10, 31),
        "passed": False,
        "retained_6": None,
        "retained_12": None,
    } | given


def frame(table_name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows as a frame in the table's types."""
    columns = tables.Place.metadata.tables[table_name].columns
    return pl.DataFrame(rows, schema={c.name: polars_type(c.type) for c in columns}, orient="row")


def two_person_times() -> dict[str, pl.DataFrame]:
    """The rows of the submission above."""
    return {"training": frame("training", training(), training(row_number=2, base_code="B1", passed=True))}


def withdraw(url: str, *ids: int) -> int:
    """Withdraw submissions in the province's name; the new data version."""
    return review.withdraw(url, ids, review.Actor("省厅", "330000"), "重复报送")
