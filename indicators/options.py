"""What a page lets its reader choose beside the view: declared once, read strictly from the URL, written back short."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from data_sources import tables
from data_sources.payment_rules import RULES
from data_sources.reference import clusters, occupations
from data_sources.vocabulary import AUDIT_ACTIONS, BASE_KINDS, FUNDS, PENDING, SUBMISSION_STATUSES, SUBSIDY_KINDS
from geo import places
from indicators.catalogue import THEMES, WINDOWS, catalogue
from indicators.quality import ASPECTS
from indicators.transfer import FACTORS


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


@dataclass(frozen=True)
class Number:
    """A whole number from `least` to `most`, in `unit`, moved by `step`."""

    name: str
    label: str
    default: str
    least: int
    most: int
    unit: str = ""
    step: int = 1

    def refused(self, text: str) -> str:
        """See `Option`."""
        fits = text.isascii() and text.isdecimal() and self.least <= int(text) <= self.most
        return "" if fits else f"应是 {self.least} 至 {self.most} 的整数"


@dataclass(frozen=True)
class Code:
    """One code of a register that only the database knows, or none: what does not look like one is refused."""

    name: str
    label: str
    default: str = ""

    def refused(self, text: str) -> str:
        """See `Option`."""
        fits = not text or (text.isascii() and text.isalnum() and len(text) <= 18)
        return "" if fits else "应是不超过 18 位的字母和数字"


@dataclass(frozen=True)
class Words:
    """Any words of one line, at most `most` letters; none by default."""

    name: str
    label: str
    most: int
    default: str = ""

    def refused(self, text: str) -> str:
        """See `Option`."""
        return "" if text.isprintable() and len(text) <= self.most else f"应是一行不超过 {self.most} 个字的文字"


@dataclass(frozen=True)
class Day:
    """A day as `2026-10-31`, or none."""

    name: str
    label: str
    default: str = ""

    def refused(self, text: str) -> str:
        """See `Option`."""
        try:
            fits = not text or dt.date.fromisoformat(text).isoformat() == text
        except ValueError:
            fits = False
        return "" if fits else "应是日期，如 2026-10-31"


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


def on_first_pages(chosen: Mapping[str, str]) -> dict[str, str]:
    """The same with every list turned back to its first page: what else was chosen may leave fewer pages."""
    return {**chosen, **{page.name: page.default for page in PAGES}}


# 产业集群
ASPECT: Final = Choice(
    "aspect",
    "看什么",
    "talent_stock",
    {"talent_stock": "人才", "vacancies": "需求", "training_person_times": "培训", "certificates": "证书"},
)
MATRIX: Final = Choice("matrix", "地图和矩阵显示", "quotient", {"quotient": "区位商", "count": "数量"})
CLUSTERS: Final = Several("clusters", "产业集群", "", clusters, len(clusters()))
"""None chosen: the view's own cluster, else the first."""
# 供需与流动
SUPPLY: Final = Choice(
    "supply",
    "看什么",
    "gaps",
    {"gaps": "供需缺口", "pipeline": "供给储备", "flows": "人员流动", "retention": "培训留存", "outlook": "到2027年"},
)
OVER: Final = Choice(
    "over", "累计时期", "year_to_date", {w: WINDOWS[w] for w in ("year_to_date", "month", "since_2023")}
)
GAPS: Final = Choice("gaps", "矩阵显示", "gap", {"gap": "缺口", "ratio": "供需比"})
OCCUPATION: Final = Several("occupation", "职业", "", occupations, 1)
ARCS: Final = Choice("arcs", "图上流向", "40", {"20": "最大20条", "40": "最大40条", "100": "最大100条"})
# 实训基地
BASE_LOOK: Final = Choice(
    "base_look",
    "看什么",
    "list",
    {"list": "基地和使用", "circle": "30分钟培训圈", "seats": "可达工位", "next": "下一个基地"},
)
BASE_KINDS_SHOWN: Final = Several("base_kinds", "基地类型", "", lambda: BASE_KINDS, len(BASE_KINDS))
BASE: Final = Code("base", "基地")
MINUTES: Final = Number("minutes", "培训圈时长", "30", 10, 120, "分钟", 5)
DETOUR: Final = Number("detour", "绕行系数（道路÷直线，%）", "130", 100, 250, step=5)
SPEED: Final = Number("speed", "平均车速", "40", 10, 100, "公里/时", 5)
REACHED_BY: Final = Choice("reached_by", "可达范围", "circle", {"circle": "直线估算", "isochrones": "自备等时圈"})
NEW_BASES: Final = Number("new_bases", "新建", "5", 1, 15, "处")
HELPED: Final = Choice("helped", "优先覆盖", "residents", {"residents": "常住人口", "workers": "数字技能人才"})
# 评价激励
PYRAMID: Final = Choice("pyramid", "等级结构", "stock", {"stock": "在岗人才", "new": "新发证书"})
SPAN: Final = Choice("span", "证书和竞赛时段", "year_to_date", {"year_to_date": "本年累计", "since_2023": "2023年以来"})
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
AGAINST: Final = Choice(
    "against",
    "参照",
    "level",
    {"level": "同级平均", "chosen": "所选地区平均", "mountain26": "山区26县平均", "island": "海岛县平均"},
)
# 简报
BRIEFING: Final = Choice(
    "briefing",
    "材料种类",
    "fitting",
    {
        "fitting": "按所选地区",
        "county": "县域画像",
        "prefecture": "设区市简报",
        "province": "全省月报",
        "clusters": "专题-产业集群",
        "bases": "专题-实训基地",
        "subsidies": "专题-补贴资金",
        "supply_demand": "专题-供需与流动",
        "page": "本页",
    },
)
ABOUT: Final = Choice(
    "about",
    "页面",
    "talent_map",
    {
        "overview": "总览",
        "talent_map": "人才地图",
        "place_profile": "区域画像",
        "compare": "对比",
        "clusters": "产业集群",
        "bases": "实训基地",
        "subsidies": "补贴资金",
        "supply_demand": "供需与流动",
        "evaluation": "评价激励",
    },
)
FORMATS: Final = Several(
    "formats",
    "格式",
    "docx",
    lambda: {"docx": "Word", "pptx": "PowerPoint", "xlsx": "Excel", "pdf": "PDF", "png": "图片（PNG、SVG、PDF）"},
    5,
)
EXTENT: Final = Choice("extent", "范围", "one", {"one": "当前地区", "all": "全部地区（ZIP）"})
AUDIENCE: Final = Choice("audience", "用途", "own", {"own": "本单位使用", "public": "公开发布"})
OF_BRIEFINGS: Final[tuple[Option, ...]] = (BRIEFING, ABOUT, FORMATS, EXTENT, AUDIENCE)
"""What is chosen about a document itself, not about what it shows."""

# 补贴资金
PART: Final = Choice(
    "part", "内容", "money", {"money": "资金概况", "checks": "发放核查", "payments": "逐笔发放", "transfer": "调剂测算"}
)
BREAKDOWN: Final = Choice(
    "breakdown",
    "构成",
    "kind",
    {"fund": "资金来源", "kind": "补贴类型", "cluster": "产业集群", "payee": "发放对象", "base": "实训基地"},
)
PAID_FUND: Final = Choice("paid_fund", "资金来源", "", {"": "全部", **FUNDS})
PAID_KIND: Final = Choice("paid_kind", "补贴类型", "", {"": "全部", **SUBSIDY_KINDS})
FLAGGED: Final = Choice("flagged", "核查", "", {"": "全部", "1": "只看待核查"})
PAID_PAGE: Final = Number("paid_page", "页", "1", 1, 100_000)
RULES_USED: Final = Several(
    "rules", "启用的规则", "~".join(RULES), lambda: {key: rule.title for key, rule in RULES.items()}, len(RULES)
)
ALLOWED: Final = {
    key: Number(f"allow_{key}", f"{rule.title}：允许", str(rule.allowed), rule.least, rule.most, rule.unit)
    for key, rule in RULES.items()
}
POOL: Final = Number("pool", "调剂资金", "5000", 0, 1_000_000, "万元", 100)
FLOOR: Final = Number("floor", "每地保底", "0", 0, 1_000, "万元", 10)
CAP: Final = Number("cap", "每地封顶（0为不封顶）", "0", 0, 10_000, "万元", 50)
WEIGHT: Final = {
    key: Number(f"weight_{key}", f"权重：{factor.title}", str(factor.weight), 0, 100, step=5)
    for key, factor in FACTORS.items()
}


def filed_periods() -> dict[str, str]:
    """What a file can be of: every month of the plan up to this one, newest first, and every year."""
    today = dt.date.today()
    months = [f"{y}-{m:02d}" for y in range(today.year, 2022, -1) for m in range(12, 0, -1)]
    years = [str(y) for y in range(today.year + 1, 2022, -1)]
    return {period: period for period in (*(m for m in months if m <= f"{today:%Y-%m}"), *years)}


# 数据报送
FILING: Final = Choice("filing", "内容", "send", {"send": "报送文件", "submissions": "报送批次", "quality": "数据质量"})
FILED_TABLE: Final = Choice(
    "filed_table", "数据表", "training", {str(m.__tablename__): str(m.label) for m in tables.FACT_TABLES}
)
FILED_PERIOD: Final = Several("filed_period", "报送时期", "", filed_periods, 1)
LISTED_TABLE: Final = Choice("listed_table", "数据表", "", {"": "全部", **FILED_TABLE.allowed})
LISTED_PAGE: Final = Number("listed_page", "页", "1", 1, 100_000)
LISTED: Final = Choice("listed", "状态", "", {"": "全部", "unreviewed": PENDING, **SUBMISSION_STATUSES})
QUALITY: Final = Choice("quality", "看什么", "completeness", ASPECTS)
ACROSS: Final = Choice("across", "矩阵的列", "table_name", {"table_name": "数据表", "month": "月份"})

# 指标与数据
TAB: Final = Choice(
    "tab",
    "内容",
    "catalogue",
    {
        "catalogue": "指标目录",
        "plan": "规划举措",
        "versions": "数据版本",
        "submissions": "报送批次",
        "dictionary": "数据字典",
    },
)
THEME: Final = Choice("theme", "主题", "", {"": "全部", **{theme: theme for theme in THEMES}})
DICTIONARY: Final = Choice(
    "dictionary",
    "数据表",
    next(iter(tables.TABLES)),
    {name: f"{model.label}（{name}）" for name, model in tables.TABLES.items()},  # type: ignore[attr-defined]
)

# 审计
AUDIT_ACTOR: Final = Words("audit_actor", "账号", 200)
AUDIT_ACTION: Final = Choice("audit_action", "操作", "", {"": "全部", **AUDIT_ACTIONS})
AUDIT_PLACE: Final = Several("audit_place", "涉及地区", "", lambda: {p.code: p.name for p in places.places()}, 1)
AUDIT_FIRST: Final = Day("audit_first", "从")
AUDIT_LAST: Final = Day("audit_last", "到")
AUDIT_PAGE: Final = Number("audit_page", "页", "1", 1, 100_000)

PAGES: Final = (PAID_PAGE, LISTED_PAGE, AUDIT_PAGE)
"""Which page of a list is shown."""
OPTIONS: Final[Mapping[str, Option]] = {
    found.name: found
    for found in (*globals().values(), *ALLOWED.values(), *WEIGHT.values())
    if isinstance(found, Choice | Several | Number | Code | Words | Day)
}
"""Everything declared above, by its parameter in the URL."""
