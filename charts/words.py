"""The one place where numbers, dates and ranks become Chinese text; each value is rounded here, once."""

import html
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from data_sources.vocabulary import PENDING as PENDING
from data_sources.vocabulary import SIMULATED as SIMULATED
from data_sources.vocabulary import marks as marks
from indicators.catalogue import WINDOWS, Indicator, Window

MISSING: Final = "缺报"
WITHHELD: Final = "不公开"
"""What stands for a number that is not shown because it is, or would give, a small number of people."""
NO_VALUE: Final = "—"
NO_ROWS: Final = "没有可列出的内容。"
APART: Final = "按职业、等级、来源地等分的人数只对本地区和上级开放，这里不是缺报"
"""Why there is nothing of another place's people, told apart."""
GRAND: Final = 1e5
"""Counts from here on are told in 万."""
NAMED: Final = 3
"""So many places that share a value are named, of more the first and how many they are."""
WHOLE: Final = re.compile(r"第 \d+／\d+ 位|\d{4}年\d+—\d+月")
"""What is read as one word, though Chinese lines may end inside it."""


def rounded(value: float, decimals: int) -> float:
    """`value` rounded half up to so many decimals, the way officials round; the same for screen, file and sentence."""
    if value % 1 == 0:
        return value + 0.0
    quantum = Decimal(1).scaleb(-decimals)
    result = float(Decimal(repr(value)).quantize(quantum, rounding=ROUND_HALF_UP))
    return result + 0.0


def number(value: float | None, decimals: int) -> str:
    """`12,345.6` with thousands separators; “—” when missing."""
    if value is None:
        return NO_VALUE
    return f"{rounded(value, decimals):,.{decimals}f}".replace("-", "−")


def exact(value: float) -> str:
    """A number with just the decimals that it has: `1,200`, `12.5`, `−0.05`; a limit of classes must not be rounded."""
    return f"{Decimal(repr(value)).normalize() + 0:,f}".replace("-", "−")


def value(value: float | None, indicator: Indicator, *, withheld: bool | None = False) -> str:
    """A value with its unit: `12,345 人次`, `82.4%`; “缺报” when missing, “不公开” when withheld."""
    if value is None:
        return WITHHELD if withheld else MISSING
    text = number(value, indicator.decimals)
    return f"{text}%" if indicator.unit == "%" else f"{text} {indicator.unit}"


def grand(value: float | None, indicator: Indicator) -> tuple[str, str]:
    """A headline figure the way officials read it, as number and unit: (`82.13`, `万人次`), (`12.35`, `亿元`)."""
    if value is None:
        return NO_VALUE, ""
    if indicator.unit == "万元" and abs(value) >= 1e4:
        return number(value / 1e4, 2), "亿元"
    if indicator.unit in ("人", "人次", "本", "个") and abs(value) >= GRAND:
        return number(value / 1e4, 2), f"万{indicator.unit}"
    return number(value, indicator.decimals), indicator.unit


def gaps(*, withheld: bool) -> str:
    """What has no value on a map, some of it `withheld`: “缺报”, “缺报或不公开”."""
    return f"{MISSING}或{WITHHELD}" if withheld else MISSING


def few(fewest: int) -> str:
    """Why numbers are not shown to a reader from outside, in one sentence."""
    return (
        f"{WITHHELD}：本地区以外不足 {fewest} 人的数，以及可以由它推算出这类数的数。按职业、等级和来源地分的人数只公开全省的；"
        f"分两项以上的只公开本地区的，没有显示的不是缺报"
    )


def goal(value: float | None, indicator: Indicator) -> str:
    """A target, which is round, without the zeros after its point: `100 万人次`."""
    figure, unit = grand(value, indicator)
    return f"{figure.rstrip('0').rstrip('.') if '.' in figure else figure} {unit}".strip()


def short(value: float | None, indicator: Indicator, *, withheld: bool | None = False) -> str:
    """A value small enough for a label on the map: `1.2万`, `659`, `82.4`; empty when missing, “不公开” when withheld."""
    if value is None:
        return WITHHELD if withheld else ""
    if abs(value) >= 1e5:
        return f"{number(value / 1e4, 0)}万"
    if abs(value) >= 1e4:
        return f"{number(value / 1e4, 1)}万"
    return number(value, 0 if abs(value) >= 100 else min(indicator.decimals, 1))


def change(yoy: float | None, indicator: Indicator) -> str:
    """Year on year: `+12.3%`, `−1.2 个百分点`, “持平”; “—” when it cannot be compared."""
    if yoy is None:
        return NO_VALUE
    size, unit = (rounded(yoy, 1), " 个百分点") if indicator.unit == "%" else (rounded(100 * yoy, 1), "%")
    if size == 0:
        return "持平"
    return f"{'+' if size > 0 else '−'}{abs(size):,.1f}{unit}"


def rank(position: int | None, of: int, *, unsure: bool = False) -> str:
    """“第 3／90 位”, “未排名” for a place without a value, “仅此一地有数” where there is nobody to be ranked against; marked
    `*` when it stands on too few to be sure (see `indicators.small_numbers`)."""
    if position is None:
        return "未排名"
    return "仅此一地有数" if of == 1 else f"第 {position}／{of} 位{' *' if unsure else ''}"


def holders(names: Sequence[str], counted: str = "个地区") -> str:
    """Who has the value that 最高 or 最低 is said of, before that word: 甲, 甲、乙并列, 甲等 12 个地区并列."""
    if len(names) > NAMED:
        return f"{names[0]}等 {len(names)} {counted}并列"
    return "、".join(names) + "并列" * (len(names) > 1)


def unbroken(text: str) -> str:
    """A text as HTML in which no line ends inside a rank or a span of months: 第 3／90 位, 2026年1—10月."""
    return WHOLE.sub(r'<span class="whole">\g<0></span>', html.escape(text))


def month_name(month: str) -> str:
    """`2026-10` → 2026年10月."""
    return f"{int(month[:4])}年{int(month[5:])}月"


def month_labels(months: Sequence[str]) -> tuple[str, ...]:
    """Labels of an axis of months: 11月 alone, with its year for the first month and each January."""
    return tuple(
        month_name(month) if at == 0 or month.endswith("-01") else f"{int(month[5:])}月"
        for at, month in enumerate(months)
    )


def period(month: str, window: Window) -> str:
    """A window that ends in a month, in words: 2026年1—10月, 2023年1月—2026年10月, 2026年10月末, 2020年普查."""
    year, last = int(month[:4]), int(month[5:])
    if window == "census":
        return WINDOWS["census"]
    if window == "month_end":
        return f"{year}年{last}月末"
    if window == "year_to_date":
        return f"{year}年1—{last}月" if last > 1 else f"{year}年1月"
    if window == "since_2023":
        return f"2023年1月—{year}年{last}月" if month > "2023-01" else "2023年1月"
    return month_name(month)


def span(first: str, last: str) -> str:
    """The months of a trend: 2023年1月—2026年10月."""
    return month_name(first) if first == last else f"{month_name(first)}—{month_name(last)}"


def coverage(filed: int, expected: int) -> str:
    """How much of a total has been filed; empty when all of it."""
    return "" if filed >= expected else f"含 {filed}／{expected} 个填报单位的完整数据，其余缺报"


def data_version(version: int) -> str:
    """`v46`; “尚无” before the first submission."""
    return f"v{version}" if version else "尚无"
