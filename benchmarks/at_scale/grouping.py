"""Cubes on PostgreSQL: a full build beside the same GROUP BYs with the rows thrown away, and one county's month replaced."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg

from benchmarks.yardsticks import timed
from data_sources import cube_statements, cubes, engine, queries, submissions, tables

MONTH = "2026-06"


@dataclass(frozen=True)
class Build:
    """Seconds for all cubes, kept on disk, and for the database's own GROUP BYs, as many at a time."""

    ours: float
    bare: float


def build(url: str, folder: Path) -> Build:
    """The better of two each, taken in turn: both find the tables in the database's and the machine's memory."""
    found = []
    for _ in range(2):
        bare = timed(lambda: _thrown_away(url))[0]
        shutil.rmtree(folder, ignore_errors=True)
        found.append((timed(lambda: cubes.load(url, folder))[0], bare))
    return Build(min(ours for ours, _ in found), min(bare for _, bare in found))


def _thrown_away(url: str) -> None:
    """Every statement of every cube, its rows made and dropped inside the server."""

    def one(cube: cubes.Cube) -> None:
        with psycopg.connect(url) as connection:
            for statement in cube_statements.statements(cube.name):
                connection.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {queries.written(url, statement)}".encode())

    with ThreadPoolExecutor(cubes.AT_ONCE) as running:
        list(running.map(one, cubes.CUBES))


def replaced(url: str, folder: Path) -> Iterator[tuple[str, str, int, float, float]]:
    """Each monthly table, the county with most rows in a month, their number, the seconds until the cubes have its
    replacement, and those of this process's CPU.

    The same rows are filed again in the former submission's place, so that all numbers stay as they were.
    """
    for name in tables.MONTHLY_TABLES:
        cubes.load(url, folder)
        former = engine.frame(
            url,
            f"SELECT id, place_code, row_count FROM submission WHERE table_name = '{name}' AND status = 'accepted' AND "
            f"month = '{MONTH}' AND place_code NOT LIKE '%00' ORDER BY row_count DESC, id LIMIT 1",
        )
        old, place, rows = former.row(0)
        _filed_again(url, name, int(old), str(place))
        begun = time.process_time()
        seconds = timed(lambda: cubes.load(url, folder))[0]
        yield name, str(place), int(rows), seconds, time.process_time() - begun


def _filed_again(url: str, name: str, old: int, place: str) -> None:
    def read(table: str, where: str) -> pl.DataFrame:
        columns = {c.name: engine.polars_type(c.type) for c in queries.table(table).columns}
        return engine.frame(url, f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", columns)

    filed, rows = read("submission", f"id = {old}"), read(name, f"place_code = '{place}' AND submission_id = {old}")
    number = submissions.next_ids(url, 1)[0]
    fresh = filed.with_columns(
        id=pl.lit(number).cast(filed.schema["id"]), data_version=pl.lit(None, filed.schema["data_version"])
    )
    again = rows.with_columns(submission_id=pl.lit(number).cast(rows.schema["submission_id"]))
    submissions.write(url, fresh, {name: again}, replaced=[old])
