"""Findings in official Chinese, written from numbers by rules; a sentence that the data do not bear is not written.

What is compared are the rounded values, as the reader sees them: nothing is higher than something that looks the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefings.document import Span, Text
from briefings.numbers import Number
from charts import words
from indicators import small_numbers
from indicators.catalogue import Indicator

MOST: Final = 3
"""How many places or indicators one sentence names."""
LAGGING: Final = -3.0
"""Points behind pace that call for attention: where the map's middle class ends."""
FRONT: Final = 200 / 3
BACK: Final = 100 / 3
"""Shares of equals, in percent, that a place must stand before to be among the first third, and the last."""


@dataclass(frozen=True)
class Goal:
    """One target of a place: what is done, the target, the share, pace, and what remains."""

    title: str
    done: Number
    target: Number
    share: Number
    pace: Number
    lead: Number
    needed: Number
    average: Number
    filed: Number
    expected: Number


@dataclass(frozen=True)
class Standing:
    """One indicator of a place among its equals; `share` is the part of the others that it stands before, in percent."""

    title: str
    value: Number
    rank: Number
    share: Number


def goal(name: str, month: str, found: Goal) -> Text:
    """How far a target is, against pace; says what is missing when it cannot be judged."""
    if not found.target.known:
        return (f"{name}没有分解的{found.title}目标，不作完成情况判断。",)
    if not found.done.known or not found.share.known:
        return (f"{name}有月份未报送{found.title}数据，截至{words.month_name(month)}不作完成情况判断。",)
    return (
        f"截至{words.month_name(month)}末，{name}{found.title}累计 ", found.done, *coverage(found.filed, found.expected),
        "，完成2027年目标（", found.target, "）的 ", found.share, "，", *against_pace(found.lead, found.pace), "。",
    )  # fmt: skip


def against_pace(lead: Number, pace: Number) -> Text:
    """超前序时进度（76.7%）5.7 个百分点."""
    if not lead.cell:
        return ("与序时进度（", pace, "）持平")
    return (f"{'超前' if lead.cell > 0 else '落后'}序时进度（", pace, "）", lead)


def coverage(filed: Number, expected: Number) -> Text:
    """How much of a sum has been filed; nothing when all of it."""
    if filed.value is None or expected.value is None or filed.value >= expected.value:
        return ()
    return ("（含 ", filed, "／", expected, " 个填报单位的完整数据，其余缺报）")


def remaining(found: Goal) -> Text:
    """What each remaining month must bring, beside what the past months brought; nothing when that is not known."""
    if not found.share.known or not found.done.known:
        return ()
    if found.share.value is not None and found.share.value >= 100:
        return (f"{found.title}已完成2027年底目标。",)
    if found.needed.value is None or found.average.cell is None or found.needed.cell is None:
        return (f"规划期已满，{found.title}尚未完成目标。",)
    if found.needed.cell == found.average.cell:
        return ("要在2027年底完成目标，今后每月需 ", found.needed, "，与此前月均相当。")
    word = "高于" if found.needed.cell > found.average.cell else "低于"
    return ("要在2027年底完成目标，今后每月需 ", found.needed, f"，{word}此前月均 ", found.average, "。")


def position(rank: Number, among: str) -> Text:
    """Where a value ranks, and that it stands on too few to be sure; nothing for one that is missing or has no equals."""
    return (f"，居{among}", rank, *((f"（{small_numbers.DOUBT}）",) if rank.unsure else ())) if rank.known else ()


def level(indicator: Indicator, period: str, value: Number, yoy: Number) -> Text:
    """One headline figure and its change; nothing when it is missing."""
    if not value.known:
        return ()
    return (f"{period}，{indicator.title.removesuffix(indicator.unit)} ", value, *change(indicator, yoy), "。")


def change(indicator: Indicator, yoy: Number) -> Text:
    """，同比增长 12.3%: a difference in points where the value is a share; nothing when it cannot be compared."""
    if yoy.cell is None:
        return ()
    if yoy.cell == 0:
        return ("，同比持平",)
    up = ("提高" if indicator.unit == "%" else "增长") if yoy.cell > 0 else "下降"
    return (f"，同比{up} ", yoy)


def compared(value: Number, other: Number, whose: str) -> Text:
    """，高于全省（12.3%）; nothing when either is missing."""
    if value.cell is None or other.cell is None:
        return ()
    if value.cell == other.cell:
        return (f"，与{whose}持平",)
    return (f"，{'高于' if value.cell > other.cell else '低于'}{whose}（", other, "）")


def front_and_back(name: str, found: Sequence[Standing], among: str) -> list[Text]:
    """The indicators in the first third of the equals, and those in the last, the most marked first."""
    ranked = [s for s in found if s.share.value is not None]
    front = sorted((s for s in ranked if _share(s) >= FRONT), key=lambda s: -_share(s))
    back = sorted((s for s in ranked if _share(s) <= BACK), key=_share)
    said: list[Text] = []
    if front:
        said.append((f"{name}在{among}中居前的有", *_listed(front), "。"))
    if back:
        said.append((f"{name}在{among}中靠后的有", *_listed(back), "。"))
    if ranked and not said:
        said.append((f"{name}各项可比指标在{among}中均处于中间位置。",))
    return said or [(f"{name}可比指标的数据不足，暂不作比较。",)]


def extremes(name: str, found: Sequence[Standing]) -> Text:
    """The relatively best and weakest indicator, as a title; only that they are compared when two cannot be told apart."""
    ranked = sorted((s for s in found if s.share.value is not None), key=lambda s: -_share(s))
    if len(ranked) < 2 or _share(ranked[0]) == _share(ranked[-1]):
        return (f"{name}在全省同级地区中的位置",)
    best, weakest = ranked[0], ranked[-1]
    return (
        f"{name}{best.title}相对最好（", best.rank, f"），{weakest.title}相对最弱（", weakest.rank, "）",
    )  # fmt: skip


def watched(found: Goal) -> Text:
    """A target that lags so far that it must be worked on; nothing otherwise."""
    if found.lead.cell is None or found.lead.cell > LAGGING:
        return ()
    return (f"{found.title}完成 ", found.share, "，", *against_pace(found.lead, found.pace), "。", *remaining(found))


def concentrated(what: str, parts: Sequence[tuple[str, Number, Number]]) -> Text:
    """Where most of something is: (name, value, share) of the largest; nothing when there is none."""
    known = [part for part in parts if part[1].cell and part[2].known][:MOST]
    if not known:
        return ()
    listed: list[Span] = []
    for name, value, share in known:
        listed += ["、" if listed else "", name, "（", value, "，占 ", share, "）"]
    return (f"{what}较多的是", *listed, "。")


def specialised(name: str, parts: Sequence[tuple[str, Number]]) -> Text:
    """The clusters whose quotient is above 1, strongest first; nothing without any."""
    strong = sorted((p for p in parts if p[1].cell is not None and p[1].cell > 1), key=lambda p: -(p[1].value or 0))
    if not strong:
        return ()
    listed: list[Span] = []
    for cluster, quotient in strong[:MOST]:
        listed += ["、" if listed else "", cluster, "（", quotient, "）"]
    return (f"与全省相比，{name}相对集中的是", *listed, "，括号内为区位商。")


def listed(lead: str, parts: Sequence[tuple[str, Number]]) -> Text:
    """`lead`, then the first few with their numbers in brackets."""
    spans: list[Span] = [lead]
    for name, number in parts[:MOST]:
        spans += ["、" if len(spans) > 1 else "", name, "（", number, "）"]
    return (*spans, "。")


def spread(scope: str, title: str, known: Sequence[tuple[str, Number]], before: Text = ()) -> Text:
    """Who is highest and lowest of the places that have a value, highest first; `before` stands before these."""
    if not known:
        return (f"{scope}均没有{title}的数据。",)
    if len(known) == 1:
        return (f"{scope}中只有{known[0][0]}有{title}的数据（", known[0][1], "）。")
    ends = extent(known)
    if not ends:
        return (f"{scope}中有数据的地区{title}都是 ", known[0][1], "。")
    return (f"{scope}中，{title}", *before, *ends, "。")


def extent(known: Sequence[tuple[str, Number]], counted: str = "个地区") -> Text:
    """甲最高（3），乙、丙并列最低（1）, of values highest first; nothing where all look the same."""
    first, last = known[0][1], known[-1][1]
    if first.cell == last.cell:
        return ()
    said: list[Span] = []
    for word, end in (("最高", first), ("最低", last)):
        alike = [name for name, number in known if number.cell == end.cell]
        doubt = f"，{small_numbers.FEW}" if end.unsure else ""
        said += ["，" if said else "", f"{words.holders(alike, counted)}{word}（", end, f"{doubt}）"]
    return tuple(said)


def joined(*texts: Text) -> Text:
    """Sentences one after the other, as one paragraph."""
    return tuple(span for text in texts for span in text)


def _share(standing: Standing) -> float:
    return standing.share.value or 0.0


def _listed(found: Sequence[Standing]) -> list[Span]:
    spans: list[Span] = []
    for each in found[:MOST]:
        spans += ["、" if spans else "", f"{each.title}（", each.value, "，", each.rank, "）"]
    return spans
