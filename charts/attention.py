"""The words of 督办清单 and of what moved most: one line a place and indicator."""

from typing import Any

from charts import words
from geo import places
from indicators.catalogue import Indicator, catalogue
from indicators.oversight import YEAR


def complaint(row: dict[str, Any]) -> str:
    """Why a row is on the list: 嘉兴市　培训考核合格率 91.9%，第 9／11 位，近12个月呈下降趋势."""
    indicator = catalogue()[row["key"]]
    standing = f"{_stated(row, indicator)}，{words.rank(row['rank'], row['ranked_of'])}"
    if row["behind"] is not None:
        return f"{standing}，落后 {words.number(row['behind'], 1)} 个百分点且在扩大"
    falling = indicator.polarity == "higher"
    return f"{standing}，近{YEAR}个月呈{'下降' if falling else '上升'}趋势"


def move(row: dict[str, Any]) -> str:
    """How a place moved: 绍兴市　紧缺岗位占比 28.2%（原 33.1%），第 9 位 → 第 2／11 位."""
    indicator = catalogue()[row["key"]]
    before = words.value(row["before"], indicator)
    ranks = f"第 {row['rank_before']} 位 → {words.rank(row['rank'], row['ranked_of'])}"
    return f"{_stated(row, indicator)}（原 {before}），{ranks}"


def change(row: dict[str, Any]) -> str:
    """How one place's own value moved in a year: 合格率 93.3%（一年前 94.0%），第 11／87 位."""
    indicator = catalogue()[row["key"]]
    before = f"（一年前 {words.value(row['before'], indicator)}）" if row["before"] is not None else ""
    return (
        f"{indicator.short} {words.value(row['value'], indicator)}{before}，{words.rank(row['rank'], row['ranked_of'])}"
    )


def _stated(row: dict[str, Any], indicator: Indicator) -> str:
    name = places.place(row["place_code"]).name
    return f"{name}　{indicator.short} {words.value(row['value'], indicator)}"
