"""Knows the 101 places that file, 90 counties and 11 prefectures' own 市本级, and how large each is for each purpose.

Assumed: a place's size is a blend of its shares of the province's IT-service workers, manufacturing workers and
residents (2020 census); a prefecture's own offices and functional zones carry 6 % of the prefecture.
"""

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import numpy as np

from data_sources.demo.arrays import Flags, Floats, Integers
from geo import places

CENSUS: Final = Path(__file__).resolve().parent.parent / "reference" / "census_2020.csv"

OWN_SHARE: Final = 0.06
"""Of a prefecture's rows, the share that belongs to no county; by guess, from the weight of functional zones."""

# (IT services, manufacturing, residents), by guess: digital talent follows IT, training follows both and the people.
TALENT: Final = (0.55, 0.37, 0.08)
TRAINING: Final = (0.33, 0.52, 0.15)
HIGH_SKILLED_TARGET: Final = (0.40, 0.47, 0.13)
"""Gives Hangzhou 29 % of the plan's 250,000."""
HIGH_SKILLED: Final = (0.45, 0.45, 0.10)
VACANCIES: Final = (0.50, 0.42, 0.08)
INSTITUTIONS: Final = (0.30, 0.40, 0.30)


@dataclass(frozen=True)
class Leaves:
    """The filing places in the order of their codes; all arrays run along them."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    short_names: tuple[str, ...]
    prefecture: Integers
    own: Flags
    remote: Flags
    figures: Floats

    def __len__(self) -> int:
        return len(self.codes)

    def sizes(self, blend: tuple[float, float, float]) -> Floats:
        """Each leaf's share of the province; the shares add up to 1."""
        size = (self.figures * np.array(blend)).sum(axis=1)
        whole = np.bincount(self.prefecture, size)[self.prefecture]
        size = np.where(self.own, whole * OWN_SHARE / (1 - OWN_SHARE), size)
        return np.asarray(size / size.sum())

    @cached_property
    def hangzhou(self) -> Flags:
        """Whether a leaf lies in Hangzhou."""
        return np.array([code.startswith("3301") for code in self.codes])

    @cached_property
    def digital(self) -> Floats:
        """IT-service workers against manufacturing workers, 1 where the province stands, 0.3 to 6."""
        whole = np.array([np.bincount(self.prefecture, column)[self.prefecture] for column in self.figures.T]).T
        figures = np.where(self.own[:, None], whole, self.figures)
        return np.clip(figures[:, 0] / figures[:, 1], 0.3, 6.0)

    @cached_property
    def zones(self) -> tuple[tuple[str, ...], ...]:
        """The functional zones of each leaf; only 市本级 have any."""
        of_code: dict[str, list[str]] = {}
        for name, code in sorted(places.zones().items()):
            of_code.setdefault(code, []).append(name)
        return tuple(tuple(of_code.get(code, ())) for code in self.codes)

    def index(self, name: str) -> int:
        """The leaf of a place's full name; raises ValueError."""
        return self.names.index(name)


@cache
def leaves() -> Leaves:
    """All filing places with their shares of the province's IT services, manufacturing and residents."""
    all_places = [p for p in places.places() if p.level != "province"]
    prefectures = [p.code for p in places.prefectures()]
    census = _census()
    figures = np.array([census[p.code] if p.level == "county" else (0.0, 0.0, 0.0) for p in all_places])
    return Leaves(
        codes=tuple(p.code for p in all_places),
        names=tuple(p.name for p in all_places),
        short_names=tuple(p.short_name for p in all_places),
        prefecture=np.array([prefectures.index(p.code[:4] + "00") for p in all_places]),
        own=np.array([p.level == "prefecture" for p in all_places]),
        remote=np.array([p.group_code is not None for p in all_places]),
        figures=figures / figures.sum(axis=0),
    )


def _census() -> dict[str, tuple[float, float, float]]:
    with CENSUS.open(encoding="utf-8", newline="") as file:
        return {
            row["place_code"]: (
                float(row["it_services_employed"]),
                float(row["manufacturing_employed"]),
                float(row["residents"]),
            )
            for row in csv.DictReader(file)
        }
