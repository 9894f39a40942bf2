"""What a page lets its reader choose beside the view: declared once, read strictly from the URL, written back short."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from data_sources.vocabulary import BASE_KINDS
from geo import places
from indicators.catalogue import catalogue


class Option(Protocol):
    """One thing to choose."""

    @property
    def name(self) -> str:
        """The parameter in the URL."""
        ...

    @property
    def label(self) -> str:
        """What the screen calls it."""
        ...

    @property
    def default(self) -> str:
        """The text that stands when nobody chose."""
        ...

    def refused(self, text: str) -> str:
        """Why this text cannot be used, in Chinese; empty when it can."""
        ...


@dataclass(frozen=True)
class Choice:
    """One of `allowed` (text in the URL → label on screen)."""

    name: str
    label: str
    default: str
    allowed: Mapping[str, str]

    def refused(self, text: str) -> str:
        """See `Option`."""
        return "" if text in self.allowed else f"可选：{'、'.join(self.allowed.values())}"


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high` in steps of `step`, with its unit."""

    name: str
    label: str
    default: str
    low: float
    high: float
    step: float
    unit: str = ""

    def refused(self, text: str) -> str:
        """See `Option`."""
        try:
            inside = self.low <= float(text) <= self.high
        except ValueError:
            inside = False
        return "" if inside else f"应是 {self.low:g} 到 {self.high:g} 之间的数"


@dataclass(frozen=True)
class Several:
    """Up to `most` of what `allowed` gives, joined by `~` in the URL."""

    name: str
    label: str
    default: str
    allowed: Callable[[], Mapping[str, str]]
    most: int

    def refused(self, text: str) -> str:
        """See `Option`."""
        codes = listed(text)
        unknown = [code for code in codes if code not in self.allowed()]
        if unknown:
            return f"没有“{'、'.join(unknown)}”"
        return f"最多 {self.most} 项" if len(codes) > self.most else ""


def listed(text: str) -> tuple[str, ...]:
    """The codes that a `Several` holds, each once, in their order."""
    return tuple(dict.fromkeys(code for code in text.split("~") if code))


def read(query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The chosen texts by option name, defaults included, and a notice for each that cannot be used."""
    chosen, notices = {}, []
    for name, option in OPTIONS.items():
        text = query.get(name, option.default)
        reason = option.refused(text)
        if reason:
            notices.append(f"网址中的{option.label}“{text}”不能使用（{reason}），已改为默认值。")
        chosen[name] = option.default if reason else text
    return chosen, notices


def written(chosen: Mapping[str, str]) -> dict[str, str]:
    """The URL parameters of what was chosen: those that differ from the default."""
    return {name: text for name, text in chosen.items() if text != OPTIONS[name].default}


# 产业集群
ASPECT: Final = Choice(
    "aspect",
    "看什么",
    "talent_stock",
    {"talent_stock": "人才", "vacancies": "需求", "training_person_times": "培训", "certificates": "证书"},
)
MATRIX: Final = Choice("matrix", "矩阵显示", "quotient", {"quotient": "区位商", "count": "数量"})
# 实训基地
KINDS: Final = Several("kinds", "基地类型", "", lambda: BASE_KINDS, len(BASE_KINDS))
MINUTES: Final = Number("minutes", "培训圈", "30", 10, 90, 5, "分钟")
SPEED: Final = Number("speed", "行车速度", "40", 20, 100, 5, "公里/小时")
DETOUR: Final = Number("detour", "绕行系数", "1.4", 1, 2, 0.1)
NEXT: Final = Number("next", "新建基地数", "5", 1, 10, 1, "个")
# 补贴资金
POOL: Final = Number("pool", "统筹资金", "1000", 1, 100000, 1, "万元")
TASKS: Final = Number("tasks", "剩余任务权重", "40", 0, 100, 5, "%")
SHORTFALL: Final = Number("shortfall", "资金缺口权重", "30", 0, 100, 5, "%")
NEED: Final = Number("need", "需求权重", "20", 0, 100, 5, "%")
EFFICIENCY: Final = Number("efficiency", "绩效权重", "10", 0, 100, 5, "%")
FLOOR: Final = Number("floor", "每县保底", "0", 0, 1000, 1, "万元")
CAP: Final = Number("cap", "每县封顶", "100", 1, 100, 1, "%")
# 对比
COMPARED: Final = Several(
    "compared", "对比地区", "330110~330108~330282", lambda: {p.code: p.name for p in places.places()}, 10
)
MEASURED: Final = Several(
    "measured",
    "对比指标",
    "training_completion~talent_per_10k~high_skilled_share",
    lambda: {key: indicator.title for key, indicator in catalogue().items()},
    12,
)

OPTIONS: Final[Mapping[str, Option]] = {
    option.name: option
    for option in (
        ASPECT, MATRIX, KINDS, MINUTES, SPEED, DETOUR, NEXT, POOL, TASKS, SHORTFALL, NEED, EFFICIENCY, FLOOR, CAP,
        COMPARED, MEASURED,
    )
}  # fmt: skip
