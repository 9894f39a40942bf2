"""Which cubes there are: of each the fact table that it reads, its dimensions beside place and month, its measures."""

from dataclasses import dataclass
from typing import Final, Literal

from data_sources import payment_rules, tables

Kind = Literal["flow", "change", "annual", "fixed"]
"""How a measure adds up over time: summed over a window; accumulated into a stock; one value a year; one for ever."""

OWN_SUFFIX: Final = "B"
"""A prefecture's 市本级 and functional zones, a leaf beside its counties: `330100B`."""


@dataclass(frozen=True)
class Measure:
    """One number of a cube: its column, how it adds up over time, its unit and its Chinese label."""

    name: str
    kind: Kind
    unit: str
    label: str


@dataclass(frozen=True)
class Cube:
    """A declared cube: the fact table that it reads, its dimensions beside place and month, its measures."""

    name: str
    table: str
    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows it rests on: `submission` speaks for every table that is filed monthly."""
        return tables.MONTHLY_TABLES if self.table == "submission" else (self.table,)

    def measure(self, name: str) -> Measure:
        """The measure of that name; raises KeyError."""
        return {m.name: m for m in self.measures}[name]

    @property
    def monthly(self) -> bool:
        """Whether every place files the table each month, so that a month without a submission is missing."""
        return self.table in tables.MONTHLY_TABLES

    @property
    def detail(self) -> bool:
        """Whether it tells single organisations apart, so that it is open by place as their rows are."""
        return any(
            dimension.endswith(("issuer_code", "organisation_code", "base_code")) for dimension in self.dimensions
        )


PAID: Final = (
    Measure("amount", "flow", "分", "补贴金额"),
    Measure("person_times", "flow", "人次", "补贴人次"),
    Measure("payments", "flow", "笔", "发放笔数"),
)
"""What every cube of payments adds up."""
WANTED: Final = (
    Measure("headcount", "flow", "人", "需求人数"),
    Measure("shortage_headcount", "flow", "人", "紧缺岗位需求人数"),
    Measure("priced_headcount", "flow", "人", "报有月薪的需求人数"),
    Measure("wage_bounds", "flow", "分", "月薪上下限之和乘以需求人数"),
)
"""What every cube of vacancies adds up."""

CUBES: Final = (
    Cube(
        "training",
        "training",
        ("cluster_code", "mode"),
        (
            Measure("person_times", "flow", "人次", "培训人次"),
            Measure("online_person_times", "flow", "人次", "线上培训人次"),
            Measure("passed_person_times", "flow", "人次", "考核合格人次"),
            Measure("base_person_times", "flow", "人次", "在实训基地培训的人次"),
            Measure("judged_6", "flow", "人次", "可判断结业6个月后就业的人次"),
            Measure("retained_6", "flow", "人次", "结业6个月后在本地就业的人次"),
            Measure("judged_12", "flow", "人次", "可判断结业12个月后就业的人次"),
            Measure("retained_12", "flow", "人次", "结业12个月后在本地就业的人次"),
        ),
    ),
    Cube(
        "training_base",
        "training",
        ("base_code",),
        (
            Measure("person_times", "flow", "人次", "在该基地培训的人次"),
            Measure("passed_person_times", "flow", "人次", "在该基地考核合格的人次"),
        ),
    ),
    Cube(
        "training_occupation",
        "training",
        ("cluster_code", "occupation_code"),
        (Measure("person_times", "flow", "人次", "培训人次"),),
    ),
    Cube("course", "training", ("cluster_code",), (Measure("in_training", "change", "人次", "月末在训"),)),
    Cube(
        "certificate",
        "certificate",
        ("cluster_code", "level"),
        (
            Measure("certificates", "flow", "本", "证书数"),
            Measure("dual_certificates", "flow", "本", "一试双证证书数"),
            Measure("first_high_skilled", "flow", "人", "首次取得高技能证书的人数"),
            Measure("first_dual", "flow", "人", "首次取得一试双证的人数"),
        ),
    ),
    Cube(
        "talent",
        "employment",
        ("cluster_code", "level"),
        (
            Measure("people", "change", "人", "在岗数字技能人才"),
            Measure("inflow", "flow", "人", "从外地流入的人数"),
            Measure("inflow_from_outside", "flow", "人", "从省外流入的人数"),
        ),
    ),
    Cube(
        "movement",
        "employment",
        ("cluster_code", "previous_place_code"),
        (Measure("arrivals", "flow", "人次", "新到岗人次"),),
    ),
    Cube("vacancy", "vacancy", ("cluster_code",), WANTED),
    Cube(
        "certificate_occupation",
        "certificate",
        ("cluster_code", "occupation_code"),
        (Measure("certificates", "flow", "本", "证书数"),),
    ),
    Cube(
        "issuer",
        "certificate",
        ("issuer_code",),
        (
            Measure("certificates", "flow", "本", "证书数"),
            Measure("dual_certificates", "flow", "本", "一试双证证书数"),
        ),
    ),
    Cube(
        "talent_occupation",
        "employment",
        ("cluster_code", "occupation_code"),
        (Measure("people", "change", "人", "在岗数字技能人才"),),
    ),
    Cube("vacancy_occupation", "vacancy", ("cluster_code", "occupation_code"), WANTED),
    Cube("subsidy", "subsidy", ("kind", "fund"), PAID),
    Cube("subsidy_cluster", "subsidy", ("kind", "cluster_code"), PAID),
    Cube("subsidy_payee", "subsidy", ("payee", "base_kind"), PAID),
    Cube("subsidy_base", "subsidy", ("base_code",), PAID),
    Cube(
        "payment_check",
        "subsidy",
        ("kind", "fund", *payment_rules.RULES),
        (Measure("payments", "flow", "笔", "可能需要核查的发放笔数"), Measure("amount", "flow", "分", "补贴金额")),
    ),
    Cube("budget", "budget", ("fund",), (Measure("amount", "annual", "分", "预算金额"),)),
    Cube(
        "base",
        "base",
        ("kind",),
        (Measure("seats", "change", "个", "工位"), Measure("bases", "change", "个", "实训基地")),
    ),
    Cube(
        "programme",
        "programme",
        ("cluster_code", "kind"),
        (Measure("programmes", "annual", "个", "校企合作项目"), Measure("seats", "annual", "人", "招生名额")),
    ),
    Cube(
        "contest",
        "contest",
        ("cluster_code", "level"),
        (
            Measure("contests", "flow", "场", "竞赛场次"),
            Measure("participants", "flow", "人次", "参赛人次"),
            Measure("awards", "flow", "人次", "获奖人次"),
        ),
    ),
    Cube("milestone", "milestone", ("kind",), (Measure("quantity", "flow", "", "制度建设事项数量"),)),
    Cube(
        "organisation",
        "organisation",
        ("cluster_code",),
        (Measure("organisations", "fixed", "家", "机构"), Measure("chain_leaders", "fixed", "家", "链主企业")),
    ),
    Cube(
        "reporting",
        "submission",
        (),
        (
            Measure("expected", "flow", "张", "应报的按月报送表"),
            Measure("filed", "flow", "张", "已接收的按月报送表"),
            Measure("on_time", "flow", "张", "截止日前收到并已接收的按月报送表"),
        ),
    ),
    Cube("target", "target", ("indicator_key", "year"), (Measure("value", "fixed", "", "目标值"),)),
    Cube(
        "census",
        "census",
        (),
        (
            Measure("residents", "fixed", "人", "常住人口"),
            Measure("employed", "fixed", "人", "就业人口（推算）"),
            Measure("it_services_employed", "fixed", "人", "信息技术服务业就业人口（推算）"),
            Measure("manufacturing_employed", "fixed", "人", "制造业就业人口（推算）"),
            Measure("bachelor_plus", "fixed", "人", "大学本科及以上人口（推算）"),
        ),
    ),
)
BY_NAME: Final = {cube.name: cube for cube in CUBES}
