"""What a cell's text means, kind by kind: each distinct text is understood once, or refused with what would be right."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from data_sources.intake import codes, numbers
from data_sources.intake.codes import Wrong
from data_sources.intake.declarations import Field
from geo import places

YES: Final = ("是", "有", "y", "yes", "true", "1", "√", "✓", "对", "合格", "通过", "t", "已", "1.0")
NO: Final = ("否", "无", "n", "no", "false", "0", "×", "✗", "x", "错", "不合格", "未通过", "f", "未", "0.0")


@dataclass(frozen=True)
class Context:
    """What a text alone does not say: the unit that its header names for money, and the place that submits."""

    money_unit: str
    place_code: str


def understood(field: Field, text: str, context: Context) -> Any:
    """The value that a text stands for; raises `Wrong`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if field.kind == "credit":
        return codes.credit(plain)
    if numbers.personal(plain):
        raise Wrong("像身份证件号码，不能填在这一列", "请只填在身份证件号码列")
    if field.kind == "money":
        return _fen(plain, context.money_unit)
    if field.kind == "place":
        return codes.place(plain, context.place_code)
    if field.kind == "choice":
        return codes.coded(plain, field.values, field.label)
    if field.kind in ("occupation", "cluster"):
        return codes.referred(plain, field.kind, field.label)
    if field.kind == "date":
        return _first_or_last(plain, first=field.name == "started") if vague(plain) else _date(plain)
    return _READERS[field.kind](plain) if field.kind in _READERS else _text(field, text)


def shown(field: Field, value: Any) -> str:
    """A value as it is shown beside the text that it was understood from."""
    if field.kind in ("place", "origin"):
        return f"{value} {places.named(value).name if value[:2] == '33' else codes.origins()[value]}"
    if field.kind in ("occupation", "cluster"):
        return f"{value} {codes.names(field.kind)[value]}"
    if field.kind in ("choice", "level"):
        return str(field.values[value])
    if field.kind == "flag":
        return "是" if value else "否"
    return f"{value / 100:,.2f} 元" if field.kind == "money" else str(value)


def _text(field: Field, text: str) -> str:
    if field.length and len(text) > field.length:
        raise Wrong(f"超过 {field.length} 个字", "请缩短")
    return text


def _flag(text: str) -> bool:
    low = text.lower()
    if low in YES or low in NO:
        return low in YES
    raise Wrong("应是“是”或“否”", "是、否")


def vague(text: str) -> bool:
    """Whether a text says a month and no day."""
    return bool(_MONTH.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def _first_or_last(text: str, *, first: bool) -> dt.date:
    year, month = (int(part) for part in _month(text).split("-"))
    day = dt.date(year, month, 1)
    return day if first else (day + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


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


_DATE: Final = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})(?:\.0)?|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T][\d:.]+)?)", re.ASCII
)
"""A separator between all parts or between none: 2024.11 is a month, not the first of January; Excel makes 2024.1 of
2024.10, so that one is asked about."""
_MONTH: Final = re.compile(r"(\d{4})(?:(\d{2})(?:\.0)?|\s*[-/.年]\s*(\d{1,2})\s*月?)", re.ASCII)


def _month(text: str) -> str:
    if re.fullmatch(r"\d{4}\.1", text):
        raise Wrong("分不清是1月还是10月", f"{text[:4]}-01 或 {text[:4]}-10")
    if found := _MONTH.fullmatch(text):
        if 1 <= int(found[2] or found[3]) <= 12:
            return f"{found[1]}-{int(found[2] or found[3]):02d}"
        raise Wrong("不是年月", "如 2026-10")
    try:
        return f"{_date(text):%Y-%m}"
    except Wrong:
        raise Wrong("不是年月", "如 2026-10") from None


def _year(text: str) -> int:
    if found := re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?\s*(?:年度?|学年)?", text):
        return int(found[1])
    raise Wrong("不是年份", "如 2026")


def _whole(text: str) -> int:
    bare = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", text)
    if found := re.fullmatch(r"(-?\d{1,15})(?:\.0+)?\s*(?:人次|人|个|家|笔)?", bare):
        return int(found[1])
    raise Wrong("不是整数", "如 12")


def _decimal(text: str) -> float:
    bare = text.rstrip("°度EN东经北纬 ").lstrip("东经北纬EN ")
    if re.fullmatch(r"-?\d{1,9}(\.\d{1,15})?", bare):
        return float(bare)
    raise Wrong("不是数", "如 120.153576")


def _fen(text: str, unit: str) -> int:
    bare = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", text).lstrip("¥￥ ")
    found = re.fullmatch(r"(-?\d{1,13})(?:\.(\d{1,12}))?\s*(万元|元)?", bare)
    if not found:
        raise Wrong("不是金额", f"如 3500（{unit}）")
    digits = (found[2] or "").rstrip("0")
    scale = 6 if (found[3] or unit) == "万元" else 2
    if len(digits) > scale:
        raise Wrong("金额不能精确到不足一分", "最多到分")
    fen = int(found[1].lstrip("-") + digits.ljust(scale, "0"))
    return -fen if bare.startswith("-") else fen


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "flag": _flag, "date": _date, "month": _month, "year": _year, "whole": _whole, "decimal": _decimal,
    "level": codes.level, "origin": codes.origin,
}  # fmt: skip
