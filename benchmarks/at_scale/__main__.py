"""Measures PostgreSQL and two copies behind nginx at scale 1 and 10; keeps what it finds for docs/performance.md."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from benchmarks import pages
from benchmarks.at_scale import copies, first_map, grouping, peers, prepared, record
from benchmarks.rows import Row, table

FACTOR_GROUPING = 2.0
FACTOR_LINEAR = 12.0
"""Ten times the rows may take this many times as long: near linear."""
MONTH_S = 1.0
FACTOR_SESSIONS = 5.0
FACTOR_SIZE = 1.5
"""What a change at scale 10 may take of one at scale 1, to count as flat on a machine that others share."""
SLOPE_MB = 0.5
SESSION_MB = 1.0
FACTOR_FIRST_MAP = 1.3
HEADINGS: Final = {
    "cubes": "Cubes, full build on PostgreSQL",
    "month": "Cubes after one county's month is replaced",
    "clicks": "Changing a control, two processes behind nginx",
    "memory": "Memory of a process under load",
    "first-map": "First map pixel in Chromium, warm server, cold browser",
    "peers": "The same question to others: 90 counties, person-times of training in a month",
}


@dataclass(frozen=True)
class Asked:
    """What the command line says, and where things are."""

    home: Path
    server: str
    seconds: float
    superset: Path | None
    duckdb: Path | None


def main() -> int:
    """Exit code 0 when every figure keeps its limit, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.at_scale", description=__doc__)
    choices = ["prepare", *PARTS, "report"]
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(choices)}; all of them when none is named"
    )
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10], help="sizes of the data (default 1 10)")
    parser.add_argument("--home", type=Path, default=Path("/var/tmp/talent-scale"), help="where the databases are kept")
    parser.add_argument("--seconds", type=float, help="of each window of clicks (40), or of the load on memory (1200)")
    parser.add_argument("--superset", type=Path, help="a virtual environment with apache-superset and psycopg2-binary")
    parser.add_argument("--duckdb", type=Path, help="a Python that has duckdb")
    given = parser.parse_args()
    parts = given.parts or choices
    if unknown := set(parts) - set(choices):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server outlives what started it
    console, rows = Console(), []
    with prepared.server(given.home) as server:
        asked = Asked(given.home, server, given.seconds or 0.0, given.superset, given.duckdb)
        for part in parts:
            for scale in given.scale:
                if part == "prepare":
                    prepared.prepare(given.home, server, scale)
                elif part in PARTS and (part not in ONE_SIZE or scale == ONE_SIZE[part]):
                    measured, points = PARTS[part](asked, scale)
                    record.keep(part, scale, measured, points)
                    console.print(
                        *(f"{row.what}: {row.figure:,.2f} {row.unit} ({row.yardstick})" for row in measured), sep="\n"
                    )
                    rows += measured
    if "report" in parts:
        record.report(HEADINGS)
    if rows:
        console.print(table(rows, f"PostgreSQL, scale {' and '.join(map(str, given.scale))}"))
    return 0 if all(row.holds for row in rows) else 1


Found = tuple[list[Row], Mapping[str, Any]]


def _cubes(asked: Asked, scale: int) -> Found:
    with tempfile.TemporaryDirectory(prefix="talent-cubes-") as folder:
        found = grouping.build(prepared.database(asked.server, scale), Path(folder) / "cubes")
    beside = f"the same GROUP BYs, rows thrown away, as many at a time {found.bare:.1f} s, so {found.ours / found.bare:.2f} ×"
    rows = [Row(f"all cubes, scale {scale}", found.ours, FACTOR_GROUPING * found.bare, "s", beside)]
    smaller = record.found().get("cubes 1")
    if scale == 10 and smaller:
        before = smaller["points"]["ours"]
        beside = f"scale 1 {before:.1f} s, so {found.ours / before:.1f} × for ten times the rows"
        rows.append(Row("all cubes, scale 10, against scale 1", found.ours, FACTOR_LINEAR * before, "s", beside))
    return rows, {"ours": found.ours, "the same GROUP BYs alone": found.bare}


def _month(asked: Asked, scale: int) -> Found:
    rows, slowest = [], 0.0
    url, folder = prepared.database(asked.server, scale), asked.home / f"cubes{scale}"
    for name, place, number, seconds, cpu in grouping.replaced(url, folder):
        beside = f"the largest of its month: {number:,} rows of {place}; {cpu:.2f} s of this process's CPU"
        rows.append(Row(f"scale {scale}: one month of {name} replaced", seconds, MONTH_S, "s", beside))
        slowest = max(slowest, seconds)
    return rows, {"slowest": slowest}


def _clicks(asked: Asked, scale: int) -> Found:
    seconds, home = asked.seconds or 40.0, asked.home / "sites"
    ours: dict[int, pages.Clicks] = {}
    bare: dict[int, pages.Clicks] = {}
    with (
        copies.site(prepared.database(asked.server, scale), home / f"scale{scale}") as site,
        copies.bare(site, home / "bare") as plain,
    ):
        for sessions in copies.SESSIONS:
            ours[sessions] = copies.clicked(site, copies.PAGE, sessions, seconds)
            bare[sessions] = copies.clicked(plain, "", sessions, seconds / 2)
    rows = []
    smaller = record.found().get("clicks 1") if scale != 1 else None
    for sessions, found in ours.items():
        for name, figure, alone, plain_page in (
            ("p50", found.p50, ours[1].p50, bare[sessions].p50),
            ("p95", found.p95, ours[1].p95, bare[sessions].p95),
        ):
            limit = FACTOR_SESSIONS * alone
            beside = f"one session {alone:.0f} ms, so {figure / alone:.1f} ×; bare page {plain_page:.0f} ms"
            if sessions == 1:
                limit, beside = pages_limit(name) * plain_page, f"bare page {plain_page:.0f} ms"
                if smaller:
                    before = smaller["points"]["ours"]["1"][name]
                    limit, beside = FACTOR_SIZE * before, f"scale 1 {before:.0f} ms; {beside}"
            what = f"scale {scale}, {sessions} session{'s' * (sessions > 1)}, {name}, {len(found.answers)} clicks"
            rows.append(Row(what, figure, limit, "ms", beside))
    points = {
        who: {str(n): {"p50": c.p50, "p95": c.p95} for n, c in one.items()}
        for who, one in (("ours", ours), ("bare page", bare))
    }
    return rows, points


def pages_limit(which: str) -> float:
    """What one reader's change may take of the bare page's, as everywhere."""
    return {"p50": 3.0, "p95": 5.0}[which]


def _memory(asked: Asked, scale: int) -> Found:
    minutes = (asked.seconds or 1200.0) / 60
    with copies.site(prepared.database(asked.server, scale), asked.home / "sites" / f"scale{scale}") as site:
        found = copies.memory(site, 50, minutes)
    settled = minutes / 2
    beside = f"{found.cubes:.0f} MB of cubes mapped, once for all processes of the host"
    rows = [
        Row(f"scale {scale}: a process's own memory after {minutes:.0f} minutes", found.own, 1000, "MB", beside),
        Row(
            f"scale {scale}: memory for one more session",
            found.session,
            SESSION_MB,
            "MB",
            "50 more sessions after the load, one click each",
        ),
        Row(
            f"scale {scale}: growth a minute in the second half",
            max(found.slope(settled), 0.0),
            SLOPE_MB,
            "MB",
            f"{found.slope(settled):+.2f} MB a minute; {len(found.clicks.answers):,} clicks of 50 sessions on every control",
        ),
    ]
    return rows, {"own": [copies.smoothed(one) for one in found.held]}


def _first_map(asked: Asked, scale: int) -> Found:
    url = prepared.database(asked.server, scale)
    with tempfile.TemporaryDirectory(prefix="talent-first-") as folder, pages.both(url, Path(folder)) as pair:
        for page in pair:
            pages.warm(page)
        ours, bare = first_map.seconds(pair, 9)
    beside = f"bare page {bare:.2f} s, so {ours / bare:.2f} ×"
    return [Row(f"scale {scale}: first map pixel, median of 9", ours, FACTOR_FIRST_MAP * bare, "s", beside)], {}


def _peers(asked: Asked, scale: int) -> Found:
    url, rows = prepared.database(asked.server, scale), []
    with tempfile.TemporaryDirectory(prefix="talent-cubes-") as folder:
        mine = peers.ours(url, Path(folder))
    others = {}
    if asked.duckdb:
        others["raw DuckDB over Parquet"] = peers.duckdb(asked.duckdb, asked.home / f"parquet{scale}")
    if asked.superset:
        with peers.superset(asked.superset, asked.home / "superset", url) as served:
            others["Apache Superset's chart API"] = served.asked()
    for name, theirs in others.items():
        if theirs.counties != mine.counties:
            raise RuntimeError(f"{name} gives other numbers")
        for when, figure, limit in (("first", mine.first, theirs.first), ("again", mine.again, theirs.again)):
            beside = f"{name}: {limit:.1f} ms, so {limit / figure:.1f} × ours"
            rows.append(Row(f"scale {scale}: asked {when}, against {name}", figure, limit, "ms", beside))
    return rows, {}


PARTS: Final[Mapping[str, Callable[[Asked, int], Found]]] = {
    "cubes": _cubes,
    "month": _month,
    "clicks": _clicks,
    "memory": _memory,
    "first-map": _first_map,
    "peers": _peers,
}
ONE_SIZE: Final = {"memory": 10, "first-map": 1}
"""Parts that are measured at one size only."""


if __name__ == "__main__":
    sys.exit(main())
