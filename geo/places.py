"""Knows the places of Zhejiang (province, 11 prefectures, 90 counties), their groups, zones, and origins elsewhere."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

Level = Literal["province", "prefecture", "county"]
Group = Literal["mountain26", "island"]

PROVINCE = "330000"
REFERENCE = Path(__file__).resolve().parent / "reference"
GROUP_NAMES: Mapping[Group, str] = MappingProxyType({"mountain26": "山区26县", "island": "海岛县"})


@dataclass(frozen=True, slots=True)
class Place:
    """One place; `code` is its six-digit GB/T 2260 code, always text."""

    code: str
    name: str
    short_name: str
    level: Level
    parent_code: str | None
    group_code: Group | None


class UnknownPlace(LookupError):
    """No such place; `asked` is what was asked for, `nearest` up to three places that may have been meant."""

    def __init__(self, asked: str, nearest: Iterable[Place]) -> None:
        self.asked = asked
        self.nearest = tuple(nearest)
        meant = "、".join(f"{each.name}（{each.code}）" for each in self.nearest)
        super().__init__(
            f"没有“{asked}”这个地区。" + (f"最接近的是：{meant}。" if meant else "请用浙江省现行的六位代码或全称。")
        )


@cache
def places() -> tuple[Place, ...]:
    """The province, its 11 prefectures and its 90 counties, in the order of their codes."""
    return tuple(sorted(_rows("places.csv"), key=lambda each: each.code))


@cache
def origins() -> tuple[Place, ...]:
    """The 33 other provincial units of China, where people come from and go to, in the order of their codes."""
    return tuple(sorted(_rows("provinces.csv"), key=lambda each: each.code))


@cache
def zones() -> Mapping[str, str]:
    """Functional zones (开发区, 高新区, 新区) that file for themselves: full name to the code of their prefecture."""
    with (REFERENCE / "zones.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["name"]: row["prefecture_code"] for row in csv.DictReader(file)})


def place(code: str) -> Place:
    """The place of a code of today; raises `UnknownPlace`."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownPlace(code, _nearest(code)) from None


def named(text: str) -> Place:
    """The place of a code, a full name or a short name (杭州市, 杭州, 330100); raises `UnknownPlace`."""
    asked = text.strip()
    try:
        return _by_text()[asked]
    except KeyError:
        raise UnknownPlace(asked, _nearest(asked)) from None


def prefectures() -> tuple[Place, ...]:
    """The 11 prefectures in the order of their codes."""
    return tuple(each for each in places() if each.level == "prefecture")


def counties(within: str = PROVINCE) -> tuple[Place, ...]:
    """The counties within a province or prefecture, in the order of their codes; a county is within itself."""
    whole = place(within)
    if whole.level == "county":
        return (whole,)
    return tuple(each for each in places() if each.level == "county" and whole.code in (PROVINCE, each.parent_code))


def children(code: str) -> tuple[Place, ...]:
    """The places one level below, in the order of their codes; a county has none."""
    parent = place(code).code
    return tuple(each for each in places() if each.parent_code == parent)


def path(code: str) -> tuple[Place, ...]:
    """From the province down to the place itself: 浙江省, 杭州市, 余杭区."""
    here = place(code)
    return (here,) if here.parent_code is None else (*path(here.parent_code), here)


def prefecture_of(code: str) -> Place | None:
    """The prefecture a place lies in; a prefecture's is itself, the province has none."""
    return next((each for each in path(code) if each.level == "prefecture"), None)


@cache
def _by_code() -> Mapping[str, Place]:
    return {each.code: each for each in places()}


@cache
def _by_text() -> Mapping[str, Place]:
    return {text: each for each in places() for text in (each.code, each.name, each.short_name)}


def _nearest(asked: str, at_most: int = 3) -> tuple[Place, ...]:
    by_likeness = sorted(places(), key=lambda each: (-_likeness(asked, each), each.code))
    return tuple(each for each in by_likeness if _likeness(asked, each) >= 0.5)[:at_most]


def _likeness(asked: str, place_: Place) -> float:
    if asked.isdecimal() and len(asked) == 6:
        elsewhere = 0 if asked[:4] == place_.code[:4] else 0.3
        return 1 - abs(int(asked) - int(place_.code)) / 200 - elsewhere
    if asked and (place_.short_name in asked or asked in place_.name):
        return 1 if place_.level == "county" else 0.9
    return max(SequenceMatcher(None, asked, text).ratio() for text in (place_.code, place_.name, place_.short_name))


def _rows(file_name: str) -> list[Place]:
    with (REFERENCE / file_name).open(encoding="utf-8", newline="") as file:
        return [
            Place(
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                level=cast(Level, row.get("level", "province")),
                parent_code=row.get("parent_code") or None,
                group_code=cast(Group | None, row.get("group") or None),
            )
            for row in csv.DictReader(file)
        ]
