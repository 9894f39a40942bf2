"""What the benchmark at scale makes of its measurements: rows, tables, plots, memory."""

import os
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest

from benchmarks.at_scale import copies, record
from benchmarks.at_scale.__main__ import HEADINGS, PARTS
from benchmarks.at_scale.copies import Held, Memory
from benchmarks.pages import Clicks
from benchmarks.readers import Answer

CLICKS = {n: {"p50": 10.0 * at, "p95": 20.0 * at} for at, n in enumerate(("1", "50", "200"), 1)}
KEPT = {
    "cubes 10": {
        "date": "2026-11-26",
        "machine": "m",
        "rows": [{"what": "all cubes, scale 10", "figure": 41.26, "limit": 60.0, "unit": "s", "yardstick": "beside"}],
        "points": {"ours": 41.26, "the same GROUP BYs alone": 30.0},
    },
    "cubes 1": {
        "date": "2026-11-25",
        "machine": "m",
        "rows": [{"what": "all cubes, scale 1", "figure": 7.5, "limit": 6.0, "unit": "s", "yardstick": "beside"}],
        "points": {"ours": 7.5, "the same GROUP BYs alone": 3.0},
    },
    "clicks 1": {"date": "2026-11-26", "machine": "m", "rows": [], "points": {"ours": CLICKS, "bare page": CLICKS}},
    "memory 10": {
        "date": "2026-11-26",
        "machine": "m",
        "rows": [],
        "points": {"own": [[[0.0, 300.0], [1.0, 310.0]]]},
    },
}


def test_what_was_kept_becomes_tables_by_part_and_size() -> None:
    assert record.tables(KEPT, HEADINGS).splitlines() == [
        "### Cubes, full build on PostgreSQL (2026-11-25, 2026-11-26)",
        "",
        "| what | measured | at most | | beside it, in the same run |",
        "|---|---|---|---|---|",
        "| all cubes, scale 1 | 7.50 s | 6 s | ✗ | beside |",
        "| all cubes, scale 10 | 41.3 s | 60 s | ✓ | beside |",
        "",
        "Machine: m.",
    ]
    assert list(HEADINGS) == list(PARTS)


def test_the_plots_show_what_was_kept() -> None:
    lines = {line.name: list(line.y) for line in record.latency(KEPT).data}
    assert lines["ours, p95"] == [20.0, 40.0, 60.0]
    sizes = {line.name: (list(line.x), list(line.y)) for line in record.sizes(KEPT).data}
    assert sizes["ours"] == ([1, 10], [7.5, 41.26])
    assert sizes["process 1"] == ([0.0, 1.0], [300.0, 310.0])


def test_growth_is_the_slope_of_the_later_part_and_each_minute_its_median() -> None:
    early = [Held(n / 6, 200 + 20 * n, 50) for n in range(6)]
    late = [Held(1 + n / 6, 320 + n, 50) for n in range(6)]
    found = Memory(((*early, *late),), 0.2, Clicks(1, (Answer(0.1, 1, 1),)))
    assert found.slope(1.0) == pytest.approx(6.0)
    assert (found.own, found.cubes) == (325, 50)
    assert copies.smoothed(found.held[0]) == [(0.0, 250), (1.0, 322.5)]


def test_memory_of_this_process_is_told_apart_from_cubes(tmp_path: Path) -> None:
    file = tmp_path / "cubes/one.arrow"
    file.parent.mkdir()
    file.write_bytes(bytes(8 << 20))
    before = copies.held(os.getpid(), 0)
    with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as mapped:
        assert not any(mapped[::4096])
        now = copies.held(os.getpid(), 0)
    assert 20 < now.own < 20_000
    assert now.cubes - before.cubes == 8
