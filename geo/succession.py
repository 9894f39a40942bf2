"""Knows which place of today an old code means, and says so when only the reader of the file can know."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, cast

from geo.places import REFERENCE, Place, place, places

Extent = Literal["all", "main", "part"]


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one code on one day: `all`, the `main` or only a `part` of the old place is in the new one."""

    old_code: str
    old_name: str
    new_code: str
    effective: date
    extent: Extent
    note: str


class AmbiguousCode(LookupError):
    """One code, several places of today; `candidates` are those places, the message says in Chinese what to do."""

    def __init__(self, code: str, steps: Iterable[Step]) -> None:
        self.code = code
        self.steps = tuple(steps)
        self.candidates: tuple[Place, ...] = tuple(place(step.new_code) for step in self.steps)
        first = self.steps[0]
        parts = "；".join(f"{place(step.new_code).name}（{step.new_code}，{step.note}）" for step in self.steps)
        super().__init__(
            f"代码 {code}（{first.old_name}）自 {first.effective:%Y-%m-%d} 起一分为{_COUNT[len(self.steps)]}，"
            f"无法自动换成现行代码：{parts}。请在文件中改填现行代码。"
        )


_COUNT = {2: "二", 3: "三", 4: "四"}


@cache
def succession() -> tuple[Step, ...]:
    """Every change of a county's code or extent in Zhejiang since 2013 that is on record here, oldest first."""
    with (REFERENCE / "succession.csv").open(encoding="utf-8", newline="") as file:
        steps = [
            Step(
                old_code=row["old_code"],
                old_name=row["old_name"],
                new_code=row["new_code"],
                effective=date.fromisoformat(row["effective"]),
                extent=cast(Extent, row["extent"]),
                note=row["note"],
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(steps, key=lambda step: (step.effective, step.old_code)))


def steps_of(code: str) -> tuple[Step, ...]:
    """What became of a code, one step per place of today; empty when nothing is on record."""
    return tuple(step for step in succession() if step.old_code == code)


def current_code(code: str, on: date | None = None) -> str:
    """The code of today for a code in a file; today's own codes pass through.

    `on` is the day the file speaks of: a code of today that then covered what are now several places (330110 before
    April 2021) is ambiguous, too. Raises `AmbiguousCode`, or `UnknownPlace` for a code that never was one here.
    """
    steps = steps_of(code)
    of_today = any(each.code == code for each in places())
    if of_today and not (on and any(on < step.effective for step in steps)):
        return code
    if not steps:
        return place(code).code
    if len(steps) > 1:
        raise AmbiguousCode(code, steps)
    return steps[0].new_code


def changes(code: str, after: date, until: date) -> tuple[Step, ...]:
    """The steps after one day and up to another that made a place of today what it is: its code or its extent changed."""
    return tuple(step for step in succession() if step.new_code == code and after < step.effective <= until)
