"""How the rules of declared.yaml read in Chinese: in the data dictionary, and as what is wrong with a row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_SAYS: Final = {
    "unique": "{named}在文件内不得重复",
    "period": "{named}应在报送时期之内",
    "until": "{named}不应晚于报送月份",
    "order": "{named}应依次不减",
    "between": "{named}应在 {low} 与 {high} 之间",
    "exists": "{named}应是库中已有的代码",
    "elsewhere": "{named}不得与库中已接收的其他批次重复",
    "ladder": "专业技术等级（T）只用于数字技术工程等职业，新八级工（L）只用于其他职业",
    "certificate_number": "证书编号应为22位（Y或S、机构4位、省2位、站点6位、年2位、等级1位、序号6位；特级技师为2个字母20位数字），"
    "并与等级、发证年份一致",
    "zone": "{named}只在地区为设区市（市本级）时填写",
    "both": "{named}应同时填写或同时为空",
    "inside": "坐标应落在所填地区之内",
    "yearly": "同一人一年内培训一般不超过 {most} 次",
    "outlier": "{named}一般不超出该地近一年同类范围的 {factor} 倍",
    "usual": "各地{counted}一般不超出该地近一年各月的 {factor} 倍（本月和近一年都不足 {least} 行的不比）",
}


def rule(check: str, labels: Sequence[str], given: Mapping[str, Any], kind: str) -> str:
    """One rule in Chinese; `kind` is the last column's: bounds of money are told in 元, years without a comma."""
    told = {key: _bound(value, kind) if key in ("low", "high") else value for key, value in given.items()}
    named = "、".join(f"“{label}”" for label in labels)
    if "open" in given:
        named = f"未结束的就业中，{named}"
    counted = "行数" + "".join(f"和“{label}”合计" for label in labels[1:])
    return _SAYS[check].format(named=named, counted=counted, **told)


def _bound(value: int, kind: str) -> str:
    if kind == "year":
        return str(value)
    if kind == "money":
        return f"{value / 100:,.2f} 元".replace(".00", "")
    return f"{value:,}"
