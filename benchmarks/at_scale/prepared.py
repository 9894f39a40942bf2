"""The databases that are measured: made once in a folder that is kept, served by a PostgreSQL of the benchmark's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyarrow.parquet as pq

from benchmarks import data
from data_sources import engine, queries
from tests import servers
from tests.browser.harness import ROOT, free_port

PARQUET = ("training", "submission")


@contextmanager
def server(home: Path) -> Iterator[str]:
    """The address of the PostgreSQL whose data lie under `home`, without a database's name, with Debian's settings.

    It is always the same one: cubes that were kept are those of an address.
    """
    (home / "pg").mkdir(parents=True, exist_ok=True)
    chosen = home / "port"
    if not chosen.exists():
        chosen.write_text(str(free_port()))
    with servers.postgres(home / "pg", port=int(chosen.read_text())) as url:
        yield url.removesuffix("/postgres")


def database(server: str, scale: int) -> str:
    """The URL of the demonstration database of that scale."""
    return f"{server}/scale{scale}?connect_timeout=60"


def prepare(home: Path, server: str, scale: int) -> None:
    """The demonstration of that scale on PostgreSQL, copied from a SQLite file, and its rows as Parquet; what is there stays."""
    file, url = home / f"scale{scale}.db", database(server, scale)
    if not file.exists():
        data.demo(f"sqlite:///{file}", scale)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (f"scale{scale}",)).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE scale{scale}")
    command = [sys.executable, "-m", "data_sources", "copy", "--from", f"sqlite:///{file}", "--to", url]
    if not _filled(url):
        subprocess.run(command, cwd=ROOT, check=True)
        with psycopg.connect(f"{server}/scale{scale}", autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    _parquet(home / f"parquet{scale}", url)


def _filled(url: str) -> bool:
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('submission') IS NOT NULL AND to_regclass('copying') IS NULL")
        return bool(there.fetchone() == (True,))


def _parquet(folder: Path, url: str) -> None:
    """Whole rows of the question's table, a row group a month, so that a reader may skip the other months."""
    folder.mkdir(exist_ok=True)
    months = engine.frame(url, "SELECT DISTINCT month FROM submission WHERE month IS NOT NULL ORDER BY month")["month"]
    for name in PARQUET:
        file = folder / f"{name}.parquet"
        if file.exists():
            continue
        columns = {c.name: engine.polars_type(c.type) for c in queries.table(name).columns}
        wheres = [f"WHERE month = '{month}'" for month in months] if name == "training" else [""]
        part = file.with_suffix(".part")
        writer = None
        for where in wheres:
            rows = engine.frame(url, f"SELECT {', '.join(columns)} FROM {name} {where}", columns).to_arrow()
            writer = writer or pq.ParquetWriter(part, rows.schema)
            writer.write_table(rows)
        assert writer is not None
        writer.close()
        part.rename(file)
