"""How long a million rows of CSV, of every large table, and 200,000 rows of .xlsx take from file to accepted."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import adbc_driver_sqlite.dbapi
import fastexcel
import polars as pl
import xlsxwriter

from benchmarks.yardsticks import timed
from data_sources.engine import sqlite_file
from data_sources.intake import known, people
from tests.browser.harness import ROOT

CSV_ROWS = 1_000_000
BOOK_ROWS = 200_000
REGIONS = ("330106", "330110", "330102", "330203")


@dataclass(frozen=True)
class FilingTimes:
    """Seconds and CPU seconds of the operator's own command, seconds of a bare read and insert of the same file, and the
    command's most memory in MB."""

    ours: float
    cpu: float
    bare: float
    memory: float


def csv_times(url: str, folder: Path, table: str) -> FilingTimes:
    """A million rows of one county as CSV, into a copy of the database."""
    file = folder / f"{table}.csv"
    rows(table, CSV_ROWS, url).write_csv(file)
    bare, _ = timed(lambda: _inserted(folder / "bare.db", pl.read_csv(file, infer_schema=False)))
    return _loaded(url, folder, file, bare)


def book_times(url: str, folder: Path) -> FilingTimes:
    """200,000 person-times as a workbook, into a copy of the database."""
    file = folder / "training.xlsx"
    frame = rows("training", BOOK_ROWS, url)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((frame.columns, *frame.iter_rows())):
            sheet.write_row(at, 0, row)
    bare, _ = timed(
        lambda: _inserted(folder / "bare.db", fastexcel.read_excel(file).load_sheet(0, dtypes="string").to_polars())
    )
    return _loaded(url, folder, file, bare)


def _inserted(file: Path, frame: pl.DataFrame) -> None:
    file.unlink(missing_ok=True)
    with adbc_driver_sqlite.dbapi.connect(str(file)) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("plain", frame.to_arrow(compat_level=pl.CompatLevel.oldest()), mode="create")
        connection.commit()


def _loaded(url: str, folder: Path, file: Path, bare: float) -> FilingTimes:
    database = Path(shutil.copy(sqlite_file(url), folder / "filed.db"))
    command = [sys.executable, "-m", "data_sources", "load", str(file), "--table", file.stem, "--period", "2026-10",
               "--place", "330110", "--reason", "测速", "--db", f"sqlite:///{database}"]  # fmt: skip
    begun, spent = time.perf_counter(), _spent()
    with (folder / "load.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "TALENT_PERSON_KEY": "k" * 40}, stdout=log, stderr=log
        )
        most = _watched(process)
    found = FilingTimes(time.perf_counter() - begun, _spent() - spent, bare, most)
    if process.returncode:
        raise RuntimeError(f"the file could not be loaded:\n{(folder / 'load.log').read_text()}")
    for used in (database, file):
        used.unlink()
    return found


def _spent() -> float:
    """CPU seconds of all processes that were started from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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


def rows(table: str, n: int, url: str) -> pl.DataFrame:
    """Rows of n people with valid numbers, as a county's file has them; bases and organisations are the database's."""
    at = pl.int_range(n, eager=True)
    columns = {
        "姓名": pl.Series(["某某"]).new_from_index(0, n), "地区": pl.Series(["余杭区"]).new_from_index(0, n),
        "身份证号": _numbers(at), "职业": _among(at, ["4-04-05-01", "信息安全测试员"]),
        "产业集群": _among(at, ["人工智能", "C05"]),
    }  # fmt: skip
    return pl.DataFrame(columns | _OWN[table](at, url))


def _training(at: pl.Series, _: str) -> dict[str, pl.Series]:
    return {
        "培训方式": _among(at, ["项目制"]), "线上": _among(at, ["是"]), "开始日期": _day("2026-10-", at % 20 + 1),
        "结束日期": _among(at, ["2026/10/31"]), "合格": _among(at, ["合格"]),
    }  # fmt: skip


def _certificate(at: pl.Series, url: str) -> dict[str, pl.Series]:
    number = "Y000133000001263" + at.cast(pl.String).str.zfill(6)
    return {
        "等级": _among(at, ["三级", "高级工"]), "发证机构": _among(at, _codes(url, "organisation")),
        "发证日期": _day("2026-10-", at % 20 + 1), "一试双证": _among(at, ["是", "否"]), "证书编号": number,
    }  # fmt: skip


def _employment(at: pl.Series, _: str) -> dict[str, pl.Series]:
    return {
        "开始月份": _among(at, ["2026-09", "2026-10"]), "等级": _among(at, ["三级", "高级工", "技师"]),
        "上一地区": _among(at, ["上海市", "330106", ""]),
    }  # fmt: skip


def _subsidy(at: pl.Series, url: str) -> dict[str, pl.Series]:
    return {
        "发放日期": _day("2026-10-", at % 20 + 1), "补贴类型": _among(at, ["职业培训补贴", "线上培训"]),
        "资金来源": _among(at, ["就业补助资金"]), "金额（元）": (at % 3000 + 600).cast(pl.String) + ".50",
        "补贴人次": _among(at, ["1"]), "基地编号": _among(at, _codes(url, "base")),
        "机构代码": _among(at, _codes(url, "organisation")), "等级": _among(at, ["三级", "高级工", "技师"]),
        "课程结束日期": _day("2026-09-", at % 20 + 1), "证书日期": _day("2026/9/", at % 8 + 21),
    }  # fmt: skip


_OWN: Final[Mapping[str, Callable[[pl.Series, str], dict[str, pl.Series]]]] = {
    "training": _training, "certificate": _certificate, "employment": _employment, "subsidy": _subsidy,
}  # fmt: skip
LARGE: Final = tuple(_OWN)
"""The tables that hold a row for each person."""


def _among(at: pl.Series, texts: Sequence[str]) -> pl.Series:
    return (at % len(texts)).replace_strict(dict(enumerate(texts)), return_dtype=pl.String)


def _day(month: str, day: pl.Series) -> pl.Series:
    return month + day.cast(pl.String).str.zfill(2)


def _codes(url: str, table: str) -> list[str]:
    return sorted(known.codes(url, table))[:500]


def _numbers(at: pl.Series) -> pl.Series:
    body = pl.DataFrame({"at": at}).select(
        pl.concat_str(
            (pl.col("at") % 4).replace_strict(dict(enumerate(REGIONS)), return_dtype=pl.String),
            (pl.lit("1960-01-01").str.to_date() + pl.duration(days=pl.col("at") // 4 % 15_000)).dt.strftime("%Y%m%d"),
            (pl.col("at") // 60_000).cast(pl.String).str.zfill(3),
        )
    ).to_series()  # fmt: skip
    total = pl.Series([0]).new_from_index(0, len(at))
    for place, weight in enumerate(people.WEIGHTS):
        total = total + body.str.slice(place, 1).cast(pl.Int64) * weight
    return body + (total % 11).replace_strict(dict(enumerate(people.LAST)), return_dtype=pl.String)
