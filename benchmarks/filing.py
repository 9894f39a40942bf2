"""How long a million rows of CSV and 200,000 rows of .xlsx take from file to accepted, beside a bare read and insert."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import adbc_driver_sqlite.dbapi
import fastexcel
import polars as pl
import xlsxwriter

from benchmarks.yardsticks import timed
from data_sources.engine import sqlite_file
from data_sources.intake import people
from tests.browser.harness import ROOT

CSV_ROWS = 1_000_000
BOOK_ROWS = 200_000
REGIONS = ("330106", "330110", "330102", "330203")


@dataclass(frozen=True)
class FilingTimes:
    """Seconds of the operator's own command, of a bare read and insert of the same file, and its most memory in MB."""

    ours: float
    bare: float
    memory: float


def csv_times(url: str, folder: Path) -> FilingTimes:
    """A million person-times of one county as CSV, into a copy of the database."""
    file = folder / "training.csv"
    _rows(CSV_ROWS).write_csv(file)
    bare, _ = timed(lambda: _inserted(folder / "bare-csv.db", pl.read_csv(file, infer_schema=False)))
    return _loaded(url, folder, file, bare)


def book_times(url: str, folder: Path) -> FilingTimes:
    """200,000 person-times as a workbook, into a copy of the database."""
    file = folder / "training.xlsx"
    frame = _rows(BOOK_ROWS)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((frame.columns, *frame.iter_rows())):
            sheet.write_row(at, 0, row)
    bare, _ = timed(
        lambda: _inserted(
            folder / "bare-book.db", fastexcel.read_excel(file).load_sheet(0, dtypes="string").to_polars()
        )
    )
    return _loaded(url, folder, file, bare)


def _inserted(file: Path, frame: pl.DataFrame) -> None:
    with adbc_driver_sqlite.dbapi.connect(str(file)) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("plain", frame.to_arrow(compat_level=pl.CompatLevel.oldest()), mode="create")
        connection.commit()


def _loaded(url: str, folder: Path, file: Path, bare: float) -> FilingTimes:
    database = shutil.copy(sqlite_file(url), folder / f"{file.suffix[1:]}.db")
    command = [sys.executable, "-m", "data_sources", "load", str(file), "--table", "training", "--period", "2026-10",
               "--place", "330110", "--reason", "测速", "--db", f"sqlite:///{database}"]  # fmt: skip
    begun = time.perf_counter()
    with (folder / "load.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "TALENT_PERSON_KEY": "k" * 40}, stdout=log, stderr=log
        )
        most = _watched(process)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise RuntimeError(f"the file could not be loaded:\n{(folder / 'load.log').read_text()}")
    return FilingTimes(seconds, bare, most)


def _watched(process: "subprocess.Popen[bytes]") -> float:
    """The most memory in MB that the process and its readers held at once, looked at ten times a second."""
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(_held(pid) for pid in _family(process.pid)))
        time.sleep(0.1)
    return most


def _family(pid: int) -> list[int]:
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in below for each in _family(int(child)))]


def _held(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _rows(n: int) -> pl.DataFrame:
    """Person-times of n people with valid numbers, as a county's file has them."""
    at = pl.int_range(n, eager=True)
    body = pl.DataFrame({"at": at}).select(
        pl.concat_str(
            (pl.col("at") % 4).replace_strict(dict(enumerate(REGIONS)), return_dtype=pl.String),
            (pl.lit("1960-01-01").str.to_date() + pl.duration(days=pl.col("at") // 4 % 15_000)).dt.strftime("%Y%m%d"),
            (pl.col("at") // 60_000).cast(pl.String).str.zfill(3),
        )
    ).to_series()  # fmt: skip
    total = pl.Series([0]).new_from_index(0, n)
    for place, weight in enumerate(people.WEIGHTS):
        total = total + body.str.slice(place, 1).cast(pl.Int64) * weight
    last = (total % 11).replace_strict(dict(enumerate(people.LAST)), return_dtype=pl.String)
    return pl.DataFrame({"姓名": ["某某"] * n, "地区": ["余杭区"] * n, "身份证号": body + last}).with_columns(
        职业=(at % 2).replace_strict({0: "4-04-05-01", 1: "人工智能工程技术人员"}, return_dtype=pl.String),
        产业集群=(at % 2).replace_strict({0: "人工智能", 1: "C05"}, return_dtype=pl.String),
        培训方式=pl.lit("项目制"), 线上=pl.lit("是"),
        开始日期=pl.concat_str(pl.lit("2026-10-"), (at % 20 + 1).cast(pl.String).str.zfill(2)),
        结束日期=pl.lit("2026/10/31"), 合格=pl.lit("合格"),
    )  # fmt: skip
