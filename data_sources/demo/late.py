"""Knows which filings are late or missing: their rows do not exist, so that the pages have gaps to show.

Assumed: in the last month some small counties have not filed yet; one county once missed a month of vacancies for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from data_sources.demo.arrays import Flags, Integers
from data_sources.demo.leaves import TALENT, Leaves
from data_sources.demo.months import LAST, MONTHS
from data_sources.demo.sampling import stream

LATE_IN_LAST_MONTH: Final[Mapping[str, int]] = {
    "training": 3,
    "employment": 2,
    "subsidy": 2,
    "vacancy": 2,
    "certificate": 1,
}
"""How many small counties have not yet filed a table for the last month."""
MISSED: Final = ("vacancy", MONTHS.index("2025-05"))
"""The table and month that one small county never filed."""
SMALL: Final = 0.4
"""Counties below this quantile of size are small."""


@dataclass(frozen=True)
class Late:
    """The cells (leaf, month) of each monthly table that nobody filed."""

    cells: Mapping[str, tuple[tuple[int, int], ...]]

    def missing(self, table: str, leaf: Integers, month: Integers) -> Flags:
        """Whether each row falls into a cell that was not filed."""
        lost = np.zeros(len(leaf), dtype=np.bool_)
        for at, when in self.cells[table]:
            lost |= (leaf == at) & (month == when)
        return lost


def late(leaves: Leaves, seed: int) -> Late:
    """Different small counties for each table."""
    size = leaves.sizes(TALENT)
    county = ~leaves.own
    small = np.flatnonzero(county & (size < np.quantile(size[county], SMALL)))
    chosen = iter(stream(seed, "late").permutation(small).tolist())
    cells = {table: [(next(chosen), LAST) for _ in range(n)] for table, n in LATE_IN_LAST_MONTH.items()}
    cells[MISSED[0]].append((next(chosen), MISSED[1]))
    return Late({table: tuple(sorted(at)) for table, at in cells.items()})
