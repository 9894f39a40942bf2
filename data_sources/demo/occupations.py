"""Knows which digital occupations each cluster employs, their ladder of levels, when each was published, and its pay.

Assumed: a few core occupations per cluster carry most people; the rest of the 107 share a thin tail. Occupations
added in 2024 and 2025 appear from the August in which they were published; before that their parent stands in.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from data_sources.demo.arrays import Floats, Integers, Words
from data_sources.demo.homes import CODES
from data_sources.demo.months import MONTHS
from data_sources.vocabulary import ENGINEER_LEVELS, SKILL_LEVELS

FILE: Final = Path(__file__).resolve().parent.parent / "reference" / "occupations.csv"
TAIL: Final = 0.012
"""Weight of an occupation that is no core one of a cluster, against 1 for a common core occupation."""
LEVEL_TEXTS: Final = (*SKILL_LEVELS, *ENGINEER_LEVELS)
HIGH: Final = 4
"""高级工 on the ladder of skills."""

# Common to all clusters: (occupation, weight).
_EVERYWHERE: Final = {
    "2-02-10-03": 1.0, "2-02-38-03": 0.5, "2-02-38-05": 0.5, "4-04-05-01": 1.3, "4-04-04-03": 0.5,
    "4-04-04-02": 0.6, "4-04-04-05": 0.4, "4-01-06-01": 0.7, "4-04-05-13": 0.7, "2-06-07-13": 0.3,
}  # fmt: skip
_CORE: Final[dict[str, dict[str, float]]] = {
    "C01": {"4-04-02-01": 1.6, "4-04-04-01": 1.6, "2-02-38-02": 1.2, "2-02-10-01": 1.0, "6-31-07-02": 1.6,
            "4-04-04-04": 0.8, "4-12-02-03": 1.0, "4-06-01-04": 0.6, "2-02-10-06": 0.6, "4-04-04-06": 0.4},
    "C02": {"2-02-38-04": 1.3, "4-04-05-12": 1.5, "4-04-05-04": 1.5, "4-04-04-01": 1.2, "2-02-38-12": 0.5,
            "4-04-02-03": 0.6, "2-02-10-08": 0.8},
    "C03": {"6-31-07-01": 2.2, "6-31-07-03": 2.4, "6-31-07-04": 1.5, "2-02-38-06": 0.8, "6-11-01-03": 1.2,
            "4-09-07-05": 0.4, "2-02-07-07": 0.6, "4-11-01-07": 0.5},
    "C04": {"4-04-05-01": 3.0, "4-04-05-02": 2.6, "2-02-10-03": 1.6, "4-04-05-04": 1.2, "4-04-05-09": 0.7,
            "4-04-04-05": 1.0, "2-02-10-05": 0.8, "4-08-08-26": 0.4, "4-13-01-06": 0.3},
    "C05": {"2-02-38-09": 2.4, "6-31-07-02": 2.2, "6-31-07-01": 1.6, "6-31-07-04": 1.2, "2-02-10-06": 0.7,
            "6-11-01-03": 0.6},
    "C06": {"2-02-38-01": 2.2, "4-04-05-05": 3.6, "4-04-05-13": 2.0, "4-04-05-07": 1.0, "2-02-38-10": 0.6,
            "4-04-05-15": 0.6, "2-02-30-09": 0.5},
    "C07": {"2-02-38-09": 1.5, "6-31-07-02": 2.0, "4-04-02-01": 1.0, "6-31-07-01": 1.0},
    "C08": {"4-04-04-01": 2.0, "4-04-02-01": 1.6, "2-02-10-04": 1.0, "4-04-05-12": 1.2, "2-02-10-01": 0.7},
    "C09": {"2-02-38-08": 1.4, "4-04-05-06": 2.6, "2-06-14-00": 0.8, "2-02-38-13": 0.6, "4-04-04-06": 0.8},
    "C10": {"2-02-38-09": 1.8, "6-31-07-02": 1.8, "6-31-07-01": 1.5, "6-31-07-03": 1.0, "6-11-01-03": 0.6},
    "C11": {"6-31-07-01": 2.0, "6-31-07-03": 2.2, "4-11-01-07": 0.6, "6-31-07-04": 1.2, "6-31-07-05": 0.8,
            "2-02-38-05": 0.8, "6-11-01-03": 0.8},
    "C12": {"2-02-38-07": 1.5, "4-04-05-11": 2.6, "4-04-05-10": 1.0, "2-09-06-07": 0.6, "4-14-05-07": 0.3},
    "C13": {"4-04-05-10": 2.2, "4-04-05-11": 1.5, "2-02-38-07": 1.0, "2-09-06-07": 0.7, "4-08-08-29": 0.4},
    "C99": {"4-01-06-02": 2.4, "4-01-06-01": 2.4, "4-01-06-03": 1.0, "4-02-06-05": 0.8, "4-13-01-05": 0.7,
            "4-08-08-23": 1.0, "4-08-03-04": 0.7, "6-18-01-13": 0.7, "5-05-01-03": 0.6, "4-13-01-10": 0.8,
            "4-07-02-05": 0.8, "2-02-34-02": 0.4, "6-31-07-03": 1.0},
}  # fmt: skip
# What an occupation was called before it was published.
_PARENTS: Final = {
    "4-01-06-03": "4-01-06-01", "4-04-05-12": "4-04-04-01", "4-04-05-13": "4-04-05-05", "4-04-05-14": "6-31-07-01",
    "4-04-05-15": "4-04-05-02", "4-07-02-06": "4-07-02-05", "4-11-01-07": "4-04-04-05", "4-13-01-10": "4-01-06-02",
    "6-31-07-04": "6-31-07-01", "6-31-07-05": "6-31-07-03",
}  # fmt: skip
# First month that files may name an occupation of an edition (published at the end of the July before).
_PUBLISHED: Final = {"大典2022": 0, "新增2024": MONTHS.index("2024-08"), "新增2025": MONTHS.index("2025-08")}
# Monthly pay in yuan by the start of the code, the longest that fits; by guess from recruitment sites' order of things.
_PAY: Final = {
    "2-02-38": 15500, "2-02-10": 13500, "2-02-09": 12500, "2-06": 12000, "2": 10000, "4-04-05": 9800, "4-04": 8200,
    "4-07": 8500, "4-08": 7600, "4": 7000, "5": 6000, "6-31": 7900, "6": 7200,
}  # fmt: skip


@dataclass(frozen=True)
class Occupations:
    """All digital occupations in the order of the reference table; arrays run along them."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    ladder: Words
    published: Integers
    parent: Integers
    pay: Floats
    weights: Floats
    """(cluster, occupation)"""

    def of_ladder(self, ladder: str) -> Floats:
        """The weights by (cluster, occupation) of the occupations of one ladder, 0 for all others."""
        return np.where(self.ladder == ladder, self.weights, 0.0)

    def available(self, occupation: Integers, month: Integers) -> Integers:
        """The occupation itself where it was published by `month`, else its parent."""
        return np.where(self.published[occupation] > month, self.parent[occupation], occupation)


@cache
def occupations() -> Occupations:
    """The reference table with what the demonstration assumes of each occupation."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = tuple(row["code"] for row in rows)
    position = {code: i for i, code in enumerate(codes)}
    return Occupations(
        codes=codes,
        names=tuple(row["name"] for row in rows),
        ladder=np.array([row["level_system"] for row in rows]),
        published=np.array([_PUBLISHED[row["edition"]] for row in rows]),
        parent=np.array([position[_PARENTS.get(code, code)] for code in codes]),
        pay=np.array([_pay(code) for code in codes], dtype=np.float64),
        weights=np.array([[_weight(cluster, code) for code in codes] for cluster in CODES]),
    )


def level_index(ladder: Words, rank: Integers) -> Integers:
    """Where a rank (0 none, 1 lowest) on a ladder stands in `LEVEL_TEXTS`; -1 for none."""
    return np.where(rank == 0, -1, rank - 1 + np.where(ladder == "T", len(SKILL_LEVELS), 0))


def _weight(cluster: str, code: str) -> float:
    return _CORE[cluster].get(code, 0.0) + _EVERYWHERE.get(code, 0.0) * 0.5 + TAIL


def _pay(code: str) -> float:
    return float(next(_PAY[code[:n]] for n in range(len(code), 0, -1) if code[:n] in _PAY))
