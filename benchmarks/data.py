"""How long the data take: making the demonstration database, its cubes, and one indicator from its cube."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.yardsticks import timed
from data_sources import cubes
from data_sources.cubes import Cubes
from geo import places
from indicators import measures
from indicators.catalogue import catalogue
from tests.browser.harness import ROOT


def demo(url: str, scale: float) -> float:
    """Seconds to make the demonstration database with the operator's own command, the process included."""
    command = [sys.executable, "-m", "data_sources", "demo", "--scale", str(scale), "--db", url]
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the demonstration database could not be made:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begun


@dataclass(frozen=True)
class CubeTimes:
    """Seconds to build all cubes and keep them, and to open them at the next start; and the cubes."""

    built: float
    opened: float
    cubes: Cubes


def cube_times(url: str, folder: Path) -> CubeTimes:
    """The first load from the database, and the second one from disk."""
    built, _ = timed(lambda: cubes.load(url, folder))
    opened, found = timed(lambda: cubes.load(url, folder))
    return CubeTimes(built, opened, found)


def indicator_times(found: Cubes, repeats: int = 5) -> dict[str, float]:
    """Milliseconds for each indicator (median): every place and month, then the 90 counties' snapshot with ranks."""
    codes = tuple(p.code for p in places.counties())
    times = {}
    for key, indicator in catalogue().items():
        window = indicator.windows[0]

        def once() -> Any:
            values = measures.series(found, indicator, window)  # noqa: B023 - called in this turn of the loop
            month = values["month"].max()
            return measures.snapshot(values, str(month), codes, indicator)  # noqa: B023

        once()
        times[key] = 1000 * median(timed(once)[0] for _ in range(repeats))
    return times
