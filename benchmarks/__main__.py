"""Prints the table of speed and size: what was measured, its yardstick of the same run, and whether it holds."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from benchmarks import data, documents, filing, pages, yardsticks
from benchmarks.pages import MANY, Clicks, Comparison
from benchmarks.rows import Row, table

FACTOR = 3.0
FACTOR_P95 = 5.0
"""Of any control on any page; the talent map's indicator keeps `FACTOR` there too."""
WIRE_KB = 60.0
CUBES_S = 10.0
NEXT_START_S = 1.0
DEMO_S = 60.0
SESSION_MB = 1.0
INDICATOR_MS = 10.0
WORD_S = 3.0
EVERY_WORD_S = 240.0
DOCUMENTS_MB = 1500.0
CSV_S = 40.0
BOOK_S = 60.0
FILING_MB = 1500.0
OTHERS = 10
MEANWHILE = 2.0
"""Of what the others wait for when nothing is made."""


def main() -> int:
    """Exit code 0 when every figure keeps its limit, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="longer windows: steadier figures")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the demonstration database (default 1)")
    parser.add_argument("--controls", action="store_true", help="only the controls of every page")
    asked = parser.parse_args()
    console = Console()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="talent-bench-") as folder:
        measured = _rows(Path(folder), asked.scale, 150.0 if asked.full else 60.0, controls=asked.controls)
        for row in measured:
            rows.append(row)
            console.print(f"[dim]{row.what}: {row.figure:,.1f} {row.unit}[/dim]")
    console.print(table(rows, f"scale {asked.scale:g}"))
    return 0 if all(row.holds for row in rows) else 1


def _rows(folder: Path, scale: float, seconds: float, *, controls: bool) -> Iterator[Row]:
    file, kept = folder / "talent.db", folder / "cubes"
    url = f"sqlite:///{file}"
    if controls:
        data.demo(url, scale)
        yield from every_page_rows(url, folder, seconds / 4)
        return
    plain = yardsticks.written(folder / "plain.db")
    making = f"making the demonstration database, scale {scale:g}"
    yield Row(making, data.demo(url, scale), DEMO_S, "s", f"writing 1 M plain rows {plain:.1f} s")
    times = data.cube_times(url, kept)
    plain = yardsticks.grouped(file)
    yield Row("building all cubes", times.built, CUBES_S, "s", f"one plain GROUP BY of one table {plain:.2f} s")
    plain = yardsticks.read(kept)
    yield Row(
        "the next start's cubes, from disk", times.opened, NEXT_START_S, "s", f"reading their bytes {plain:.3f} s"
    )
    taken = data.indicator_times(times.cubes)
    slowest = max(taken, key=lambda key: taken[key])
    beside = f"slowest of {len(taken)}: {slowest}; one plain sum {yardsticks.summed(times.cubes):.1f} ms"
    yield Row("any indicator for 90 counties from its cube", taken[slowest], INDICATOR_MS, "ms", beside)
    made = documents.document_times(times.cubes, folder)
    beside = f"a Word file with a plain table of 90 rows {documents.plain_word():.2f} s"
    yield Row("one county's profile as Word, warm, with map", made.one, WORD_S, "s", beside)
    beside = f"one as Word {made.one:.2f} s"
    yield Row("90 counties as Word and PowerPoint, with maps", made.every, EVERY_WORD_S, "s", beside)
    yield Row("memory of the process after them", made.memory, DOCUMENTS_MB, "MB", "base of this process included")
    quiet, busy = pages.beside(
        url, folder, lambda: documents.all_of_them(url, folder), users=OTHERS, seconds=min(seconds, 45.0)
    )
    what = f"a change by {OTHERS} others while 90 counties are made, p95, {len(busy.answers)} clicks"
    beside = f"with nothing made {quiet.p95:.0f} ms, so {busy.p95 / quiet.p95:.1f} ×"
    yield Row(what, busy.p95, MEANWHILE * quiet.p95, "ms", beside)
    yield from filing_rows(url, folder)
    yield from _page_rows(pages.compared(url, folder, seconds=seconds))
    yield from every_page_rows(url, folder, seconds / 4)


def every_page_rows(url: str, folder: Path, seconds: float) -> Iterator[Row]:
    """Any control of every page that the app links to, so many seconds of clicks on each."""
    for name, ours, bare in pages.every_page(url, folder, pages.names(), seconds=seconds):
        yield from _control_rows(name, ours, bare)


def filing_rows(url: str, folder: Path) -> Iterator[Row]:
    """From a file to accepted rows, with the process's start."""
    filed = {
        f"{filing.CSV_ROWS:,} rows of {name} as CSV checked and accepted": (
            CSV_S,
            filing.csv_times(url, folder, name),
        )
        for name in filing.LARGE
    }
    filed[f"{filing.BOOK_ROWS:,} rows of .xlsx checked and accepted"] = BOOK_S, filing.book_times(url, folder)
    for what, (most, found) in filed.items():
        beside = f"{found.cpu:.1f} s of CPU; a bare read and insert of the same file {found.bare:.1f} s"
        yield Row(what, found.ours, most, "s", beside)
    most_memory = max(found.memory for _, found in filed.values())
    yield Row("most memory of such a process and its reader", most_memory, FILING_MB, "MB", "everything included")


def _page_rows(found: Comparison) -> Iterator[Row]:
    for users in (1, MANY):
        ours, bare = found.ours[users], found.bare[users]
        who = f"{users} user{'s' * (users > 1)}, {len(ours.answers)} clicks"
        for name, figure, yardstick in (("p50", ours.p50, bare.p50), ("p95", ours.p95, bare.p95)):
            beside = f"bare page {yardstick:.0f} ms, so {figure / yardstick:.1f} ×"
            yield Row(f"changing the indicator, {name}, {who}", figure, FACTOR * yardstick, "ms", beside)
    ours, bare = found.ours[MANY], found.bare[MANY]
    beside = f"bare page {bare.wire / 1000:.1f} kB"
    yield Row("bytes on the wire for a change, median", ours.wire / 1000, WIRE_KB, "kB", beside)
    yield Row("bytes on the wire for a change, largest", ours.largest / 1000, WIRE_KB, "kB", beside)
    beside = f"bare page {found.bare_session:.2f} MB"
    yield Row("memory for one more session", found.our_session, SESSION_MB, "MB", beside)


def _control_rows(name: str, ours: Clicks, bare: Clicks) -> Iterator[Row]:
    pairs = (("p50", ours.p50, bare.p50, FACTOR), ("p95", ours.p95, bare.p95, FACTOR_P95))
    for which, figure, yardstick, factor in pairs:
        beside = f"bare page {yardstick:.0f} ms, so {figure / yardstick:.1f} ×"
        what = f"{name}: any control, {which}, {len(ours.answers)} clicks"
        yield Row(what, figure, factor * yardstick, "ms", beside)


if __name__ == "__main__":
    sys.exit(main())
