"""What a cell's text means, kind by kind: each distinct text is understood once, or refused with what would be right."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from data_sources import reference
from data_sources.intake.declarations import Field
from geo import places, succession

YES: Final = ("是", "有", "y", "yes", "true", "1", "√", "对", "合格", "t")
NO: Final = ("否", "无", "n", "no", "false", "0", "×", "错", "不合格", "f")


NUMBER: Final = re.compile(r"\d{17}[\dXx]")
"""What looks like an identity number, wherever it stands."""


class Wrong(ValueError):
    """A text that is not what its column wants; `right` says what would be."""

    def __init__(self, why: str, right: str = "") -> None:
        super().__init__(why)
        self.right = right


def understood(field: Field, text: str, money_unit: str) -> Any:
    """The value that a text stands for; raises `Wrong`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if NUMBER.search(plain):
        raise Wrong("像身份证件号码，不能填在这一列", "请只填在身份证件号码列")
    if field.kind == "money":
        return _fen(plain, money_unit)
    if field.kind in ("choice", "occupation", "cluster"):
        return _coded(plain, _codes(field), field.label)
    return _READERS[field.kind](plain) if field.kind in _READERS else _text(field, text)


def _text(field: Field, text: str) -> str:
    if field.length and len(text) > field.length:
        raise Wrong(f"超过 {field.length} 个字", "请缩短")
    return text


def _codes(field: Field) -> Mapping[str, str]:
    return field.values if field.kind == "choice" else _reference(field.kind)


@cache
def _reference(kind: str) -> Mapping[str, str]:
    rows = reference.facts()[kind]
    old = {row["code_before_2022"]: row["code"] for row in rows if row.get("code_before_2022")}
    unambiguous = {code: new for code, new in old.items() if sum(r.get("code_before_2022") == code for r in rows) == 1}
    return {row["code"]: row["name"] for row in rows} | {f"={code}": new for code, new in unambiguous.items()}


def _coded(text: str, codes: Mapping[str, str], label: str) -> str:
    known = {code: name for code, name in codes.items() if not code.startswith("=")}
    if text in known:
        return text
    found = [code for code, name in known.items() if unicodedata.normalize("NFKC", name) == text]
    if len(found) == 1:
        return found[0]
    if f"={text}" in codes:
        return codes[f"={text}"]
    near = get_close_matches(text, [*known, *known.values()], n=2, cutoff=0.5)
    raise Wrong(f"不是{label}的代码或名称", "、".join(near) or "、".join(list(known.values())[:5]))


def _place(text: str) -> str:
    bare = (
        text.removesuffix("市本级") + "市"
        if text.endswith("市本级") and text != "市本级"
        else text.removesuffix("本级")
    )
    if bare in places.zones():
        return places.zones()[bare]
    try:
        code = succession.current_code(bare) if bare.isdecimal() else places.named(bare).code
    except succession.AmbiguousCode as error:
        raise Wrong("这个代码已分为几个地区", "、".join(f"{p.name}（{p.code}）" for p in error.candidates)) from error
    except places.UnknownPlace as error:
        near = "、".join(f"{place.name}（{place.code}）" for place in error.nearest)
        raise Wrong("没有这个地区", near or "现行六位代码或全称") from error
    if code == places.PROVINCE:
        raise Wrong("应是设区市或县（市、区）", "如 330110 余杭区")
    return code


def _flag(text: str) -> bool:
    low = text.lower()
    if low in YES or low in NO:
        return low in YES
    raise Wrong("应是「是」或「否」", "是、否")


def _date(text: str) -> dt.date:
    try:
        if re.fullmatch(r"\d{5}(\.\d+)?", text):
            return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))
        if found := _DATE.fullmatch(text):
            year, month, day = (int(part) for part in found.groups() if part)
            return dt.date(year, month, day)
    except (ValueError, OverflowError):
        pass
    raise Wrong("不是日期", "如 2026-10-31")


_DATE: Final = re.compile(r"(\d{4})(?:(\d{2})(\d{2})|[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: [\d:.]+)?)", re.ASCII)
"""A separator between all parts or between none: 2024.11 is a month, not the first of January."""


def _whole(text: str) -> int:
    bare = text.replace(",", "")
    if re.fullmatch(r"-?\d{1,15}(\.0+)?", bare):
        return int(bare.split(".")[0])
    raise Wrong("不是整数", "如 12")


def _fen(text: str, unit: str) -> int:
    found = re.fullmatch(r"(-?\d{1,13})(?:\.(\d{1,6}))?(万元|元)?", text.replace(",", ""))
    if not found:
        raise Wrong("不是金额", f"如 3500（{unit}）")
    scaled = int(found[1] + (found[2] or "").ljust(6, "0")) * (10_000 if (found[3] or unit) == "万元" else 1)
    if scaled % 10_000:
        raise Wrong("金额不能精确到不足一分", "最多到分")
    return scaled // 10_000


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "place": _place, "flag": _flag, "date": _date, "whole": _whole,
}  # fmt: skip
