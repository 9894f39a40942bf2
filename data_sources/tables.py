"""Every table of the integrated database, each column declared once: type, Chinese label, unit, permitted values.

From this one declaration come the schema, the migrations, the templates, the validation and the data dictionary.
A fact row is keyed by (`place_code`, `submission_id`, `row_number`): the lineage is the key, and `place_code` is
the distribution key on a distributed engine. Facts carry no foreign keys; acceptance checks their references.
"""

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    String,
    Text,
    event,
)
from sqlmodel import Field, SQLModel

from data_sources import vocabulary
from data_sources.vocabulary import Vocabulary

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def column(
    sql_type: Any,
    label: str,
    *,
    unit: str | None = None,
    values: Vocabulary | None = None,
    refers_to: str | None = None,
    primary_key: bool = False,
    nullable: bool = False,
    note: str | None = None,
) -> Any:
    """A column with its Chinese label, unit, permitted values and the reference table that its codes come from."""
    info = {"label": label, "unit": unit, "values": values, "refers_to": refers_to, "note": note}
    default: dict[str, Any] = {"default": None} if nullable else {}
    return Field(
        **default,
        sa_type=sql_type,
        primary_key=primary_key,
        nullable=nullable and not primary_key,
        sa_column_kwargs={"info": info, "comment": label},
    )


def coded(length: int, label: str, **declared: Any) -> Any:
    """A text column of exactly known codes."""
    return column(String(length), label, **declared)


def flag(label: str, **declared: Any) -> Any:
    """A yes/no column."""
    return column(Boolean, label, **declared)


def count(label: str, unit: str, **declared: Any) -> Any:
    """A whole number of things."""
    return column(Integer, label, unit=unit, **declared)


def day(label: str, **declared: Any) -> Any:
    """A calendar date."""
    return column(Date, label, **declared)


def fen(label: str, **declared: Any) -> Any:
    """Money, in whole fen."""
    return column(BigInteger, label, unit="分", **declared)


def text(length: int, label: str, **declared: Any) -> Any:
    """Free text of limited length."""
    return column(String(length), label, **declared)


# --- reference ------------------------------------------------------------------------------------------------------


class Place(SQLModel, table=True):
    """A province, prefecture or county of today; 6-digit GB/T 2260 code."""

    label: ClassVar[str] = "地区"
    code: str = coded(6, "地区代码", primary_key=True)
    name: str = text(40, "地区名称")
    short_name: str = text(20, "地区简称")
    level: str = coded(10, "层级", values=vocabulary.PLACE_LEVELS)
    parent_code: str | None = coded(6, "上级地区代码", nullable=True, refers_to="place")
    group_code: str | None = coded(12, "地区分组", values=vocabulary.PLACE_GROUPS, nullable=True)


class Census(SQLModel, table=True):
    """The seventh census's figures of one place; employment is estimated from the 10 % long form."""

    label: ClassVar[str] = "人口普查"
    place_code: str = coded(6, "地区代码", primary_key=True, refers_to="place")
    year: int = column(Integer, "普查年份", primary_key=True)
    residents: int = count("常住人口", "人")
    employed: int | None = count("就业人口（推算）", "人", nullable=True)
    it_services_employed: int | None = count("信息传输、软件和信息技术服务业就业人口（推算）", "人", nullable=True)
    manufacturing_employed: int | None = count("制造业就业人口（推算）", "人", nullable=True)
    bachelor_share: float | None = column(Float, "大学本科及以上人口占比", unit="比例", nullable=True)
    quality: str = text(60, "数据质量")


class PublishedFigure(SQLModel, table=True):
    """A figure that officials published, with its source; a reference mark, never summed."""

    __tablename__ = "published_figure"
    label: ClassVar[str] = "公开统计数"
    metric: str = text(60, "指标", primary_key=True)
    place_code: str = coded(6, "地区代码", primary_key=True, refers_to="place")
    period: str = coded(7, "时期", primary_key=True)
    value: float = column(Float, "数值")
    unit: str = text(20, "单位")
    source: str = text(200, "来源")
    grade: str = coded(1, "可信等级", values={"A": "官方网页", "B": "媒体引述官方"})


class Cluster(SQLModel, table=True):
    """A digital industry cluster."""

    label: ClassVar[str] = "产业集群"
    code: str = coded(3, "集群代码", primary_key=True)
    name: str = text(40, "集群名称")
    stage: str = coded(10, "类别", values=vocabulary.CLUSTER_STAGES)


class Occupation(SQLModel, table=True):
    """A digital occupation of 职业分类大典 (2022) or added since."""

    label: ClassVar[str] = "数字职业"
    code: str = coded(10, "职业代码", primary_key=True)
    name: str = text(60, "职业名称")
    small_class_name: str = text(60, "小类名称")
    major_class: str = text(40, "大类名称")
    marker: str = coded(2, "标识", values=vocabulary.OCCUPATION_MARKERS)
    edition: str = text(20, "版本")
    ladder: str | None = coded(1, "等级体系", values=vocabulary.LADDERS, nullable=True)
    code_before_2022: str | None = coded(10, "2022年前代码", nullable=True)
    crosswalk: str | None = text(20, "新旧代码对照", nullable=True)


# --- facts ----------------------------------------------------------------------------------------------------------


class Fact(SQLModel):
    """What every loaded row carries: where it counts, which submission brought it, and its row there."""

    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}  # rows lie in the order of their key
    place_code: str = coded(6, "地区代码", primary_key=True, refers_to="place", note="市本级和功能区填设区市代码")
    submission_id: int = column(Integer, "报送批次", primary_key=True, refers_to="submission")
    row_number: int = column(Integer, "行号", primary_key=True)


class MonthlyFact(Fact):
    """A fact of one month (`YYYY-MM`), the month it is counted in."""

    month: str = coded(7, "月份")
    zone: str | None = text(40, "功能区", nullable=True, note="仅当记在市本级时填写")


class Organisation(Fact, table=True):
    """An enterprise, school, training provider or evaluation body."""

    label: ClassVar[str] = "机构"
    organisation_code: str = coded(18, "统一社会信用代码")
    name: str = text(100, "机构名称")
    kind: str = coded(20, "机构类型", values=vocabulary.ORGANISATION_KINDS)
    cluster_code: str | None = coded(3, "集群代码", nullable=True, refers_to="cluster")
    lon: float | None = column(Float, "经度（CGCS2000）", unit="度", nullable=True)
    lat: float | None = column(Float, "纬度（CGCS2000）", unit="度", nullable=True)
    chain_leader: bool = flag("链主企业")
    integration_enterprise: bool = flag("产教融合型企业")
    evaluation_body: bool = flag("社会评价机构")
    dual_certificate_pilot: bool = flag("一试双证试点")


class Base(Fact, table=True):
    """A training base."""

    label: ClassVar[str] = "实训基地"
    base_code: str = coded(16, "基地编号")
    name: str = text(100, "基地名称")
    kind: str = coded(20, "基地类型", values=vocabulary.BASE_KINDS)
    cluster_code: str | None = coded(3, "集群代码", nullable=True, refers_to="cluster")
    lon: float | None = column(Float, "经度（CGCS2000）", unit="度", nullable=True)
    lat: float | None = column(Float, "纬度（CGCS2000）", unit="度", nullable=True)
    seats: int = count("工位", "个")
    opened_month: str = coded(7, "启用月份")
    closed_month: str | None = coded(7, "停用月份", nullable=True, note="停用当月起不再计入")


class Training(MonthlyFact, table=True):
    """One person-time of training, counted in the month it ended."""

    label: ClassVar[str] = "培训"
    person_key: str = coded(32, "人员标识", note="身份证件号码的加密散列，不存原号")
    base_code: str | None = coded(16, "基地编号", nullable=True, refers_to="base")
    occupation_code: str = coded(10, "职业代码", refers_to="occupation")
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    mode: str = coded(20, "培训方式", values=vocabulary.TRAINING_MODES)
    online: bool = flag("线上培训")
    started: dt.date = day("开始日期")
    ended: dt.date = day("结束日期")
    passed: bool = flag("考核合格")
    retained_6: bool | None = flag(
        "结业6个月后在本地就业", nullable=True, note="计算所得：结业月起第6个月末在岗于同一地区；未满或缺报为空"
    )
    retained_12: bool | None = flag(
        "结业12个月后在本地就业", nullable=True, note="计算所得：结业月起第12个月末在岗于同一地区；未满或缺报为空"
    )


class Certificate(MonthlyFact, table=True):
    """One certificate, counted in the month it was issued."""

    label: ClassVar[str] = "证书"
    person_key: str = coded(32, "人员标识", note="身份证件号码的加密散列，不存原号")
    occupation_code: str = coded(10, "职业代码", refers_to="occupation")
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    level: str = coded(2, "等级", values=vocabulary.LEVELS)
    issuer_code: str = coded(18, "发证机构", refers_to="organisation")
    issued: dt.date = day("发证日期")
    dual: bool = flag("一试双证")
    first_high_skilled: bool = flag("首次取得高技能证书", note="接收时计算：该人首张高级工及以上数字职业证书")
    first_dual: bool = flag("首次取得一试双证", note="接收时计算：该人首张一试双证")
    certificate_key: str | None = coded(
        32, "证书标识", nullable=True, note="证书编号的加密散列，不存原号；未填编号为空"
    )


class Employment(Fact, table=True):
    """One spell of one digital-skilled person in one place, occupation, cluster and level; one open spell a person."""

    label: ClassVar[str] = "就业"
    start_month: str = coded(7, "开始月份", note="首次报送含当时全部在岗人员；2023年以前已在岗的填 2022-12")
    end_month: str | None = coded(7, "结束月份", nullable=True, note="当月起不再计入；在岗为空")
    zone: str | None = text(40, "功能区", nullable=True, note="仅当记在市本级时填写")
    person_key: str = coded(32, "人员标识", note="身份证件号码的加密散列，不存原号")
    occupation_code: str = coded(10, "职业代码", refers_to="occupation")
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    level: str | None = coded(2, "等级", values=vocabulary.LEVELS, nullable=True, note="无等级为空")
    previous_place_code: str | None = coded(
        6, "上一地区代码", nullable=True, note="外省填省级代码；首次就业为空；同地变更岗位或等级填本地"
    )


class Vacancy(MonthlyFact, table=True):
    """Demand of one month for one occupation in one cluster."""

    label: ClassVar[str] = "岗位需求"
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    occupation_code: str = coded(10, "职业代码", refers_to="occupation")
    headcount: int = count("需求人数", "人")
    wage_low: int | None = fen("月薪下限", nullable=True)
    wage_high: int | None = fen("月薪上限", nullable=True)
    shortage: bool = flag("紧缺")


class Subsidy(MonthlyFact, table=True):
    """One subsidy payment."""

    label: ClassVar[str] = "补贴发放"
    paid: dt.date = day("发放日期")
    kind: str = coded(20, "补贴类型", values=vocabulary.SUBSIDY_KINDS)
    fund: str = coded(24, "资金来源", values=vocabulary.FUNDS)
    amount: int = fen("金额")
    person_times: int = count("补贴人次", "人次")
    cluster_code: str | None = coded(3, "集群代码", nullable=True, refers_to="cluster")
    base_code: str | None = coded(16, "基地编号", nullable=True, refers_to="base")
    organisation_code: str | None = coded(18, "机构代码", nullable=True, refers_to="organisation")
    person_key: str | None = coded(32, "人员标识", nullable=True, note="补贴对应一人时填写；身份证件号码的加密散列")
    occupation_code: str | None = coded(10, "职业代码", nullable=True, refers_to="occupation")
    level: str | None = coded(2, "等级", values=vocabulary.LEVELS, nullable=True)
    course_ended: dt.date | None = day("课程结束日期", nullable=True, note="未结业为空")
    certified: dt.date | None = day("证书日期", nullable=True, note="无证书为空")
    nth_alike: int | None = count(
        "同人同职业同等级第几笔", "笔", nullable=True, note="计算所得：按发放日期排序；人员、职业或等级不全为空"
    )
    nth_in_year: int | None = count(
        "同人当年第几笔", "笔", nullable=True, note="计算所得：培训类补贴按发放日期排序；其他补贴和没有人员标识的为空"
    )


class Budget(Fact, table=True):
    """A year's plan of one fund in one place."""

    label: ClassVar[str] = "资金预算"
    year: int = column(Integer, "年度")
    fund: str = coded(24, "资金来源", values=vocabulary.FUNDS)
    amount: int = fen("预算金额")


class Programme(Fact, table=True):
    """A school–enterprise programme of one school year."""

    label: ClassVar[str] = "校企合作项目"
    year: int = column(Integer, "年度")
    kind: str = coded(20, "项目类型", values=vocabulary.PROGRAMME_KINDS)
    name: str = text(100, "项目名称")
    school_code: str | None = coded(18, "院校代码", nullable=True, refers_to="organisation")
    enterprise_code: str | None = coded(18, "企业代码", nullable=True, refers_to="organisation")
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    seats: int = count("招生名额", "人")


class Contest(MonthlyFact, table=True):
    """A skills contest."""

    label: ClassVar[str] = "技能竞赛"
    name: str = text(100, "竞赛名称")
    level: str = coded(12, "竞赛级别", values=vocabulary.CONTEST_LEVELS)
    cluster_code: str = coded(3, "集群代码", refers_to="cluster")
    participants: int = count("参赛人数", "人")
    awards: int = count("获奖人数", "人")


class Milestone(MonthlyFact, table=True):
    """A step of institution building: carries the plan's measures that are not person records."""

    label: ClassVar[str] = "制度建设"
    kind: str = coded(24, "事项", values=vocabulary.MILESTONE_KINDS)
    reached: dt.date = day("日期")
    quantity: int = count("数量", "个")


class Target(Fact, table=True):
    """A goal of one place for one indicator up to the end of one year."""

    label: ClassVar[str] = "目标"
    indicator_key: str = text(60, "指标")
    year: int = column(Integer, "年度")
    value: int = column(BigInteger, "目标值")
    cumulative: bool = flag("自2023年起累计")


# --- lineage --------------------------------------------------------------------------------------------------------


class Submission(SQLModel, table=True):
    """One file of one table from one department for one place and period, accepted or refused whole."""

    label: ClassVar[str] = "报送批次"
    id: int = column(Integer, "批次号", primary_key=True)
    table_name: str = text(30, "数据表")
    place_code: str = coded(6, "报送地区", refers_to="place")
    month: str | None = coded(7, "报送月份", nullable=True, note="非按月报送的表为空")
    department: str = text(60, "报送部门")
    provenance: str = coded(10, "数据性质", values=vocabulary.PROVENANCES)
    citation: str | None = text(300, "出处", nullable=True)
    status: str = coded(10, "状态", values=vocabulary.SUBMISSION_STATUSES)
    received_at: dt.datetime = column(DateTime, "报送时间")
    data_version: int | None = column(Integer, "数据版本", nullable=True, note="接收时写入")
    row_count: int = count("行数", "行")
    note: str | None = column(Text, "说明", nullable=True)
    file_name: str | None = text(200, "文件名", nullable=True)
    file_hash: str | None = coded(64, "文件指纹", nullable=True, note="SHA-256，同一文件再次报送可识别")
    submitted_by: str | None = text(120, "报送人", nullable=True)
    replaces: int | None = column(Integer, "替换的批次", nullable=True, refers_to="submission")
    reviewed: bool = flag("已审核", note="未审核的批次计入数字，标注“待审核”")
    reviewed_by: str | None = text(120, "审核人", nullable=True)
    reviewed_at: dt.datetime | None = column(DateTime, "审核时间", nullable=True)
    reason: str | None = text(300, "原因", nullable=True, note="退回、撤回的原因，或对提醒的说明")


class Rejection(SQLModel, table=True):
    """One reason why a row of a file was refused."""

    label: ClassVar[str] = "退回"
    submission_id: int = column(Integer, "批次号", primary_key=True, refers_to="submission")
    sequence: int = column(Integer, "序号", primary_key=True)
    row_number: int | None = column(Integer, "行号", nullable=True)
    column_name: str | None = text(40, "列", nullable=True)
    value: str | None = text(200, "原值", nullable=True)
    reason: str = text(300, "原因")


class Audit(SQLModel, table=True):
    """Who saw, exported or changed what; each row carries the hash of the row before it, and none is ever changed."""

    label: ClassVar[str] = "审计"
    sequence: int = column(Integer, "序号", primary_key=True)
    at: dt.datetime = column(DateTime, "时间")
    actor: str = text(200, "使用者")
    action: str = coded(20, "操作", values=vocabulary.AUDIT_ACTIONS)
    place_code: str | None = coded(6, "涉及地区", nullable=True, refers_to="place")
    detail: str = column(Text, "内容")
    previous: str = coded(64, "上一行指纹")
    hash: str = coded(64, "本行指纹", note="SHA-256，由上一行指纹和本行内容算出")


# --- access ---------------------------------------------------------------------------------------------------------


class Reader(SQLModel, table=True):
    """Someone who may sign in."""

    label: ClassVar[str] = "使用者"
    subject: str = text(200, "账号", primary_key=True, note="登录系统给出的唯一标识")
    name: str = text(60, "姓名或单位")
    active: bool = flag("启用")
    added_at: dt.datetime = column(DateTime, "登记时间")


class ReaderGrant(SQLModel, table=True):
    """One role of one reader in one place."""

    __tablename__ = "reader_grant"
    label: ClassVar[str] = "授权"
    subject: str = text(200, "账号", primary_key=True, refers_to="reader")
    role: str = coded(16, "角色", values=vocabulary.ROLES, primary_key=True)
    place_code: str = coded(6, "地区代码", primary_key=True, refers_to="place")
    theme: str = coded(12, "主题", values=vocabulary.DEPARTMENT_THEMES, primary_key=True, note="仅部门用户限定主题")
    exports: bool = flag("可导出明细")


REFERENCE_TABLES = (Place, Census, PublishedFigure, Cluster, Occupation)
FACT_TABLES = (
    Organisation,
    Base,
    Training,
    Certificate,
    Employment,
    Vacancy,
    Subsidy,
    Budget,
    Programme,
    Contest,
    Milestone,
    Target,
)
LINEAGE_TABLES = (Submission, Rejection, Audit)
ACCESS_TABLES = (Reader, ReaderGrant)
TABLES: dict[str, type[SQLModel]] = {
    str(model.__tablename__): model for model in (*REFERENCE_TABLES, *FACT_TABLES, *LINEAGE_TABLES, *ACCESS_TABLES)
}
MONTHLY_TABLES = ("training", "certificate", "employment", "vacancy", "subsidy")
"""Tables that every place files each month: a place without a submission for a month is missing, not zero."""


def _declare_checks() -> None:
    for name, model in TABLES.items():
        table = SQLModel.metadata.tables[name]
        for declared in table.columns:
            values = declared.info.get("values")
            if values:
                allowed = ", ".join(f"'{value}'" for value in values)
                table.append_constraint(
                    CheckConstraint(f"{declared.name} IN ({allowed})", name=f"{declared.name}_values")
                )
        assert hasattr(model, "label"), name
    Index(
        "ix_submission_status_table_month",
        *(SQLModel.metadata.tables["submission"].c[c] for c in ("status", "table_name", "month")),
    )


_declare_checks()

APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit BEGIN "
        "SELECT RAISE(ABORT, 'audit rows are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_unchanged() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are never changed'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_unchanged()",
    ),
}
"""What keeps the database itself from changing a row of the audit."""


def _keep_audit() -> None:
    for dialect, statements in APPEND_ONLY.items():
        for statement in statements:
            made: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(SQLModel.metadata.tables["audit"], "after_create", made.execute_if(dialect=dialect))


_keep_audit()
