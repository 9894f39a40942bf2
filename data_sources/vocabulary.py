"""The permitted values of every coded column: code inside, Chinese name at the edge."""

from typing import Final

Vocabulary = dict[str, str]

SIMULATED: Final = "演示数据（模拟）"
"""The mark that everything bears to which a simulated submission contributes."""

PENDING: Final = "待审核"
"""The mark that everything bears to which an official submission contributes that nobody above has reviewed."""

SKILL_LEVELS: Final[Vocabulary] = {
    "L1": "学徒工",
    "L2": "初级工",
    "L3": "中级工",
    "L4": "高级工",
    "L5": "技师",
    "L6": "高级技师",
    "L7": "特级技师",
    "L8": "首席技师",
}
"""新八级工, lowest first."""

ENGINEER_LEVELS: Final[Vocabulary] = {"T1": "初级（T1）", "T2": "中级（T2）", "T3": "高级（T3）"}
"""专业技术等级 of 数字技术工程 (2-02-38): a ladder of its own, never compared with 新八级工."""

LEVELS: Final[Vocabulary] = SKILL_LEVELS | ENGINEER_LEVELS
HIGH_SKILLED: Final = ("L4", "L5", "L6", "L7", "L8")

PLACE_LEVELS: Final[Vocabulary] = {"province": "省", "prefecture": "设区市", "county": "县（市、区）"}
PLACE_GROUPS: Final[Vocabulary] = {"mountain26": "山区26县", "island": "海岛县"}
CLUSTER_STAGES: Final[Vocabulary] = {"leading": "重点产业集群", "emerging": "新兴产业", "other": "其他"}
OCCUPATION_MARKERS: Final[Vocabulary] = {"S": "数字职业", "LS": "绿色数字职业"}
LADDERS: Final[Vocabulary] = {"T": "专业技术等级", "L": "新八级工"}
ORGANISATION_KINDS: Final[Vocabulary] = {
    "enterprise": "企业",
    "school": "院校",
    "training_provider": "培训机构",
    "evaluation_body": "评价机构",
}
ORGANISATION_ROLES: Final[Vocabulary] = {
    "chain_leader": "链主企业",
    "integration_enterprise": "产教融合型企业",
    "evaluation_body": "社会评价机构",
    "dual_certificate_pilot": "一试双证试点",
}
"""Each role is a column of organisation; the weightiest first."""
BASE_KINDS: Final[Vocabulary] = {
    "public_training": "公共实训基地",
    "high_skill": "高技能人才培训基地",
    "internship": "就业见习基地",
    "talent_park": "人才产业园区",
    "master_studio": "技能大师工作室",
}
TRAINING_MODES: Final[Vocabulary] = {
    "independent": "独立办学",
    "cooperative": "合作办学",
    "authorised": "授权培训",
    "apprenticeship": "学徒制",
    "project": "项目制",
}
SUBSIDY_KINDS: Final[Vocabulary] = {
    "vocational_training": "职业培训补贴",
    "project_training": "项目制培训",
    "online_training": "线上培训",
    "dual_certificate": "一试双证毕业年度",
    "internship": "就业见习补贴",
    "contest_award": "竞赛奖励",
}
FUNDS: Final[Vocabulary] = {
    "skills_action": "职业技能提升行动专账",
    "employment": "就业补助资金",
    "unemployment_insurance": "失业保险基金",
    "provincial_transfer": "省级统筹调剂",
    "enterprise": "企业自筹",
}
PROGRAMME_KINDS: Final[Vocabulary] = {
    "order_class": "订单班",
    "named_class": "冠名班",
    "digital_college": "数字产业学院",
    "field_engineer": "现场工程师/学徒制",
}
CONTEST_LEVELS: Final[Vocabulary] = {
    "national": "国家级",
    "provincial": "省级",
    "prefecture": "市级",
    "county": "县级",
}
MILESTONE_KINDS: Final[Vocabulary] = {
    "evaluation_norm": "评价规范",
    "special_ability_norm": "专项能力考核规范",
    "training_alliance": "培养联盟",
    "chief_digital_officer": "首席数字官",
    "evaluation_body_filing": "社会评价机构备案",
    "integration_enterprise": "产教融合型企业",
    "dual_certificate_pilot": "一试双证试点企业",
    "shortage_catalogue": "紧缺职业目录",
    "chief_technician": "首席技师",
    "special_technician": "特级技师",
    "publicity": "典型宣传",
}
PROVENANCES: Final[Vocabulary] = {"official": "报送", "published": "公开统计", "simulated": "演示数据（模拟）"}
SUBMISSION_STATUSES: Final[Vocabulary] = {
    "pending": "待接收",
    "accepted": "已接收",
    "replaced": "已被替换",
    "returned": "已退回",
    "withdrawn": "已撤回",
}
ROLES: Final[Vocabulary] = {
    "province": "省级用户",
    "prefecture": "设区市用户",
    "county": "县（市、区）用户",
    "department": "部门用户",
    "submitter": "报送员",
    "approver": "审核员",
    "administrator": "管理员",
}
DEPARTMENT_THEMES: Final[Vocabulary] = {
    "all": "全部主题",
    "training": "培训",
    "talent": "人才",
    "evaluation": "评价",
    "supply": "供需",
    "bases": "基地",
    "funds": "资金",
}
"""What a department is responsible for; everyone else's grants say `all`."""
AUDIT_ACTIONS: Final[Vocabulary] = {
    "sign_in": "登录",
    "sign_out": "退出",
    "refused": "拒绝",
    "detail": "查看明细",
    "export": "导出",
    "submission": "报送",
    "approval": "审核",
    "roles": "权限变更",
    "view_as": "以他人身份查看",
}


def marks(*, simulated: bool, unreviewed: int) -> tuple[str, ...]:
    """What everything bears to which simulated submissions contribute, or official ones that await review."""
    return ((SIMULATED,) if simulated else ()) + ((f"{PENDING}（{unreviewed:,} 批）",) if unreviewed else ())
