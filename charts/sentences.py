"""What a picture shows for this filter, in one Chinese sentence written from its data."""

from typing import Final, TypeVar

import polars as pl

from charts import words
from charts.drawing import Drawing
from data_sources.vocabulary import PLACE_GROUPS
from geo import places
from indicators import small_numbers
from indicators.catalogue import Indicator
from indicators.view import View

T = TypeVar("T")


def scope(view: View) -> str:
    """Which places are compared: 11 个设区市, 杭州市 13 个县（市、区）, 山区26县."""
    n = len(view.ranked_places)
    if view.level == "prefecture":
        return f"{n} 个设区市"
    inside = "" if view.within == places.PROVINCE else places.place(view.within).name
    if view.peers in PLACE_GROUPS:
        return f"{inside}{PLACE_GROUPS[view.peers]}"
    if view.peers == "alike":
        return f"{places.place(view.place).name}和与其最相似的 {n - 1} 个县（市、区）"
    if view.peers == "prefecture":
        prefecture = places.prefecture_of(view.place)
        inside = prefecture.name if prefecture else inside
    return f"{inside} {n} 个县（市、区）".strip()


def _spaced(text: str) -> str:
    """A space before a leading number, as between Chinese and digits everywhere."""
    return f" {text}" if text[:1].isdigit() else text


def map_title(drawn: Drawing, indicator: Indicator, view: View) -> str:
    """The map's finding: who is ahead of pace, where a rate is highest and lowest, where a count is concentrated.

    A rate of too few to be ranked as if it were sure is said to be one.
    """
    known = drawn.frame.filter(pl.col("value").is_not_null()).sort("value", "place_code", descending=[True, False])
    if known.is_empty():
        return f"{indicator.title}：{scope(view)}在{words.period(view.month, view.window)}没有{'公开的' * bool(drawn.withheld)}数据"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    if drawn.pace is not None:
        if known.height == 1 < len(view.ranked_places) and not drawn.withheld:
            reached = (
                f"{'达到' if first['value'] >= drawn.pace else '未达到'}序时进度（{words.number(drawn.pace, 1)}%）"
            )
            return f"{indicator.short}：仅{first['short_name']}有数（{_standing(first)}），{reached}"
        ahead = known.filter(pl.col("value") >= drawn.pace).height
        if drawn.withheld:
            told = f"公开的 {known.height} 个地区中 {ahead} 个达到序时进度（{words.number(drawn.pace, 1)}%）"
            return f"{indicator.short}：{told}"
        alike = ahead in (0, known.height) and known.height == len(
            view.ranked_places
        )  # of the missing nothing is known
        reached = ("均达到" if ahead else "均未达到") if alike else f"中 {ahead} 个达到"
        return (
            f"{indicator.short}：{scope(view)}{reached}序时进度（{words.number(drawn.pace, 1)}%），"
            f"{_end(known, last, '最低')}"
        )
    if known.height == 1:
        return f"{indicator.title}：{first['name']} {first['wording']}"
    if first["value"] == last["value"]:
        return f"{indicator.title}：有数据的 {known.height} 个地区都是 {first['wording']}"
    if indicator.kind == "balance":
        short_of = known.filter(pl.col("value") > 0).height
        end = _end(known, first, "缺口最大") if short_of else _end(known, last, "余量最大")
        return f"{indicator.short}：{scope(view)}中 {short_of} 个供不应求，{end}"
    if drawn.withheld:
        return f"{indicator.title}：公开的 {known.height} 个地区中{_end(known, first, '最高')}"
    if indicator.additive and known.height >= 6 and sum(known["value"].to_list()) > 0:
        amounts = known["value"].to_list()
        share = 100 * sum(amounts[:3]) / sum(amounts)
        names = "、".join(known["short_name"][:3])
        return f"{indicator.title}：{names}占{_spaced(scope(view))}合计的 {words.number(share, 0)}%"
    return f"{indicator.title}：{_end(known, first, '最高')}，{_end(known, last, '最低')}"


def _end(known: pl.DataFrame, row: dict[str, object], word: str) -> str:
    """Who of the `known` shares the row's value, highest or lowest: 甲、乙并列最低（0.0%）."""
    alike = known.filter(pl.col("value") == row["value"])
    standing = _standing({**row, "unsure": alike["unsure"].all()})
    return f"{words.holders(alike['short_name'].to_list())}{word}（{standing}）"


def _standing(row: dict[str, object]) -> str:
    return f"{row['wording']}，{small_numbers.FEW}" if row["unsure"] else str(row["wording"])


UNPAID: Final = "本年没有已报送的补贴支出。"
"""What is said of a place without any payment, whether it paid nothing or filed nothing."""


def spending(
    paid: T, budget: T | None, share: T, pace: T, left: tuple[str, T], *, nothing: bool = False
) -> tuple[str | T, ...]:
    """What is paid of the year's plan (None: no plan was filed; `nothing`: it prints as zero, so nothing is a share of
    it), in words and worded numbers, for screen and documents.

    `left` is what `subsidies.balance` says.
    """
    if budget is None:
        return ("本年已支出 ", paid, "；没有报送年度预算，不计算执行率。")
    if nothing:
        return ("本年已支出 ", paid, "；年度预算为 ", budget, "，不计算执行率。")
    word, amount = left
    told = ("本年已支出 ", paid, "，占年度预算 ", budget, "的 ", share, "（时间进度 ", pace, "），")
    return (*told, f"{word} ", amount, "。")


def completeness(row: dict[str, object]) -> str:
    """What is missing from one place's value, in words; empty when nothing is."""
    filed, expected = int(str(row["filed"] or 0)), int(str(row["expected"] or 0))
    if row["value"] is None and row.get("withheld"):
        return f"{words.WITHHELD}，不计入排名"
    if row["value"] is None:
        return "该时期有月份未报送，不计入排名" if expected == 1 else "没有数据"
    return words.coverage(filed, expected)
