"""By when each table that is filed by month is due, from deadlines.yaml; the end of the next month unless declared."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from data_sources.tables import MONTHLY_TABLES

FILE: Final = Path(__file__).with_name("deadlines.yaml")


class WrongDeadline(ValueError):
    """A declaration that cannot be used; the message names the table and what is wrong."""


@dataclass(frozen=True)
class Deadline:
    """`months` after the month reported, up to its `day`; 0 is the month's last."""

    months: int
    day: int

    def due(self, month: str) -> dt.date:
        """The last day on which what is filed for the month (`YYYY-MM`) is in time."""
        number = 12 * int(month[:4]) + int(month[5:]) - 1 + self.months
        year, of_year = number // 12, number % 12 + 1
        longest = calendar.monthrange(year, of_year)[1]
        return dt.date(year, of_year, min(self.day or longest, longest))

    @property
    def wording(self) -> str:
        """次月底前, 次月10日前, 其后第2个月10日前."""
        when = {0: "当月", 1: "次月"}.get(self.months, f"其后第{self.months}个月")
        return f"{when}{f'{self.day}日' if self.day else '底'}前"


@cache
def deadlines(file: Path = FILE) -> Mapping[str, Deadline]:
    """The deadline of each table that is filed by month; raises `WrongDeadline`."""
    given = yaml.safe_load(file.read_text(encoding="utf-8"))
    own = given["tables"] or {}
    if unknown := sorted(set(own) - set(MONTHLY_TABLES)):
        raise WrongDeadline(f"{file.name}：{'、'.join(unknown)} 不是按月报送的表，可用：{'、'.join(MONTHLY_TABLES)}")
    return {table: _read(own.get(table, given["rule"]), table) for table in MONTHLY_TABLES}


def _read(given: Mapping[str, Any], table: str) -> Deadline:
    months, day = given.get("months", -1), given.get("day", -1)
    if set(given) != {"months", "day"} or months not in range(13) or not (day == "last" or day in range(1, 32)):
        raise WrongDeadline(f"{FILE.name}：{table} 应写成 {{months: 0–12, day: 1–31 或 last}}，现为 {dict(given)}")
    return Deadline(int(months), 0 if day == "last" else int(day))
