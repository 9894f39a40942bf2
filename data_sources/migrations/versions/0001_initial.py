"""The whole schema of the integrated database."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=36), nullable=False, comment="编号"),
        sa.Column("at", sa.DateTime(), nullable=False, comment="时间"),
        sa.Column("actor", sa.String(length=120), nullable=False, comment="使用者"),
        sa.Column("action", sa.String(length=40), nullable=False, comment="操作"),
        sa.Column("detail", sa.Text(), nullable=True, comment="内容"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "base",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("base_code", sa.String(length=16), nullable=False, comment="基地编号"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="基地名称"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="基地类型"),
        sa.Column("cluster_code", sa.String(length=3), nullable=True, comment="集群代码"),
        sa.Column("lon", sa.Float(), nullable=True, comment="经度（CGCS2000）"),
        sa.Column("lat", sa.Float(), nullable=True, comment="纬度（CGCS2000）"),
        sa.Column("seats", sa.Integer(), nullable=False, comment="工位"),
        sa.Column("opened_month", sa.String(length=7), nullable=False, comment="启用月份"),
        sa.Column("closed_month", sa.String(length=7), nullable=True, comment="停用月份"),
        sa.CheckConstraint(
            "kind IN ('public_training', 'high_skill', 'internship', 'talent_park', 'master_studio')",
            name=op.f("ck_base_kind_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_base")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("fund", sa.String(length=24), nullable=False, comment="资金来源"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="预算金额"),
        sa.CheckConstraint(
            "fund IN ('skills_action', 'employment', 'unemployment_insurance', 'provincial_transfer', 'enterprise')",
            name=op.f("ck_budget_fund_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_budget")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "census",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("year", sa.Integer(), nullable=False, comment="普查年份"),
        sa.Column("residents", sa.Integer(), nullable=False, comment="常住人口"),
        sa.Column("employed", sa.Integer(), nullable=True, comment="就业人口（推算）"),
        sa.Column(
            "it_services_employed",
            sa.Integer(),
            nullable=True,
            comment="信息传输、软件和信息技术服务业就业人口（推算）",
        ),
        sa.Column("manufacturing_employed", sa.Integer(), nullable=True, comment="制造业就业人口（推算）"),
        sa.Column("bachelor_share", sa.Float(), nullable=True, comment="大学本科及以上人口占比"),
        sa.Column("quality", sa.String(length=60), nullable=False, comment="数据质量"),
        sa.PrimaryKeyConstraint("place_code", "year", name=op.f("pk_census")),
    )
    op.create_table(
        "certificate",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("person_key", sa.String(length=32), nullable=False, comment="人员标识"),
        sa.Column("occupation_code", sa.String(length=10), nullable=False, comment="职业代码"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("level", sa.String(length=2), nullable=False, comment="等级"),
        sa.Column("issuer_code", sa.String(length=18), nullable=False, comment="发证机构"),
        sa.Column("issued", sa.Date(), nullable=False, comment="发证日期"),
        sa.Column("dual", sa.Boolean(), nullable=False, comment="一试双证"),
        sa.Column("first_high_skilled", sa.Boolean(), nullable=False, comment="首次取得高技能证书"),
        sa.Column("first_dual", sa.Boolean(), nullable=False, comment="首次取得一试双证"),
        sa.CheckConstraint(
            "level IN ('L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'T1', 'T2', 'T3')",
            name=op.f("ck_certificate_level_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_certificate")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cluster",
        sa.Column("code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("name", sa.String(length=40), nullable=False, comment="集群名称"),
        sa.Column("stage", sa.String(length=10), nullable=False, comment="类别"),
        sa.CheckConstraint("stage IN ('leading', 'emerging', 'other')", name=op.f("ck_cluster_stage_values")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_cluster")),
    )
    op.create_table(
        "contest",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="竞赛名称"),
        sa.Column("level", sa.String(length=12), nullable=False, comment="竞赛级别"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("participants", sa.Integer(), nullable=False, comment="参赛人数"),
        sa.Column("awards", sa.Integer(), nullable=False, comment="获奖人数"),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'prefecture', 'county')", name=op.f("ck_contest_level_values")
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_contest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "employment",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("start_month", sa.String(length=7), nullable=False, comment="开始月份"),
        sa.Column("end_month", sa.String(length=7), nullable=True, comment="结束月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("person_key", sa.String(length=32), nullable=False, comment="人员标识"),
        sa.Column("occupation_code", sa.String(length=10), nullable=False, comment="职业代码"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("level", sa.String(length=2), nullable=True, comment="等级"),
        sa.Column("previous_place_code", sa.String(length=6), nullable=True, comment="上一地区代码"),
        sa.CheckConstraint(
            "level IN ('L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'T1', 'T2', 'T3')",
            name=op.f("ck_employment_level_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_employment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "milestone",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="事项"),
        sa.Column("reached", sa.Date(), nullable=False, comment="日期"),
        sa.Column("quantity", sa.Integer(), nullable=False, comment="数量"),
        sa.CheckConstraint(
            "kind IN ('evaluation_norm', 'special_ability_norm', 'training_alliance', "
            "'chief_digital_officer', 'evaluation_body_filing', 'integration_enterprise', "
            "'dual_certificate_pilot', 'shortage_catalogue', 'chief_technician', 'special_technician', "
            "'publicity')",
            name=op.f("ck_milestone_kind_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_milestone")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occupation",
        sa.Column("code", sa.String(length=10), nullable=False, comment="职业代码"),
        sa.Column("name", sa.String(length=60), nullable=False, comment="职业名称"),
        sa.Column("small_class_name", sa.String(length=60), nullable=False, comment="小类名称"),
        sa.Column("major_class", sa.String(length=40), nullable=False, comment="大类名称"),
        sa.Column("marker", sa.String(length=2), nullable=False, comment="标识"),
        sa.Column("edition", sa.String(length=20), nullable=False, comment="版本"),
        sa.Column("ladder", sa.String(length=1), nullable=True, comment="等级体系"),
        sa.Column("code_before_2022", sa.String(length=10), nullable=True, comment="2022年前代码"),
        sa.Column("crosswalk", sa.String(length=20), nullable=True, comment="新旧代码对照"),
        sa.CheckConstraint("ladder IN ('T', 'L')", name=op.f("ck_occupation_ladder_values")),
        sa.CheckConstraint("marker IN ('S', 'LS')", name=op.f("ck_occupation_marker_values")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_occupation")),
    )
    op.create_table(
        "organisation",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("organisation_code", sa.String(length=18), nullable=False, comment="统一社会信用代码"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="机构名称"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="机构类型"),
        sa.Column("cluster_code", sa.String(length=3), nullable=True, comment="集群代码"),
        sa.Column("lon", sa.Float(), nullable=True, comment="经度（CGCS2000）"),
        sa.Column("lat", sa.Float(), nullable=True, comment="纬度（CGCS2000）"),
        sa.Column("chain_leader", sa.Boolean(), nullable=False, comment="链主企业"),
        sa.Column("integration_enterprise", sa.Boolean(), nullable=False, comment="产教融合型企业"),
        sa.Column("evaluation_body", sa.Boolean(), nullable=False, comment="社会评价机构"),
        sa.Column("dual_certificate_pilot", sa.Boolean(), nullable=False, comment="一试双证试点"),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'school', 'training_provider', 'evaluation_body')",
            name=op.f("ck_organisation_kind_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_organisation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "place",
        sa.Column("code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("name", sa.String(length=40), nullable=False, comment="地区名称"),
        sa.Column("short_name", sa.String(length=20), nullable=False, comment="地区简称"),
        sa.Column("level", sa.String(length=10), nullable=False, comment="层级"),
        sa.Column("parent_code", sa.String(length=6), nullable=True, comment="上级地区代码"),
        sa.Column("group_code", sa.String(length=12), nullable=True, comment="地区分组"),
        sa.CheckConstraint("group_code IN ('mountain26', 'island')", name=op.f("ck_place_group_code_values")),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f("ck_place_level_values")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place")),
    )
    op.create_table(
        "programme",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="项目类型"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="项目名称"),
        sa.Column("school_code", sa.String(length=18), nullable=True, comment="院校代码"),
        sa.Column("enterprise_code", sa.String(length=18), nullable=True, comment="企业代码"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("seats", sa.Integer(), nullable=False, comment="招生名额"),
        sa.CheckConstraint(
            "kind IN ('order_class', 'named_class', 'digital_college', 'field_engineer')",
            name=op.f("ck_programme_kind_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_programme")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_figure",
        sa.Column("metric", sa.String(length=60), nullable=False, comment="指标"),
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("period", sa.String(length=7), nullable=False, comment="时期"),
        sa.Column("value", sa.Float(), nullable=False, comment="数值"),
        sa.Column("unit", sa.String(length=20), nullable=False, comment="单位"),
        sa.Column("source", sa.String(length=200), nullable=False, comment="来源"),
        sa.Column("grade", sa.String(length=1), nullable=False, comment="可信等级"),
        sa.CheckConstraint("grade IN ('A', 'B')", name=op.f("ck_published_figure_grade_values")),
        sa.PrimaryKeyConstraint("metric", "place_code", "period", name=op.f("pk_published_figure")),
    )
    op.create_table(
        "rejection",
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="批次号"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="序号"),
        sa.Column("row_number", sa.Integer(), nullable=True, comment="行号"),
        sa.Column("column_name", sa.String(length=40), nullable=True, comment="列"),
        sa.Column("value", sa.String(length=200), nullable=True, comment="原值"),
        sa.Column("reason", sa.String(length=300), nullable=False, comment="原因"),
        sa.PrimaryKeyConstraint("submission_id", "sequence", name=op.f("pk_rejection")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False, comment="批次号"),
        sa.Column("table_name", sa.String(length=30), nullable=False, comment="数据表"),
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="报送地区"),
        sa.Column("month", sa.String(length=7), nullable=True, comment="报送月份"),
        sa.Column("department", sa.String(length=60), nullable=False, comment="报送部门"),
        sa.Column("provenance", sa.String(length=10), nullable=False, comment="数据性质"),
        sa.Column("citation", sa.String(length=300), nullable=True, comment="出处"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="状态"),
        sa.Column("received_at", sa.DateTime(), nullable=False, comment="报送时间"),
        sa.Column("data_version", sa.Integer(), nullable=True, comment="数据版本"),
        sa.Column("row_count", sa.Integer(), nullable=False, comment="行数"),
        sa.Column("note", sa.Text(), nullable=True, comment="说明"),
        sa.CheckConstraint(
            "provenance IN ('official', 'published', 'simulated')", name=op.f("ck_submission_provenance_values")
        ),
        sa.CheckConstraint("status IN ('pending', 'accepted', 'withdrawn')", name=op.f("ck_submission_status_values")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index("ix_submission_status_table_month", "submission", ["status", "table_name", "month"], unique=False)
    op.create_table(
        "subsidy",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("paid", sa.Date(), nullable=False, comment="发放日期"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="补贴类型"),
        sa.Column("fund", sa.String(length=24), nullable=False, comment="资金来源"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="金额"),
        sa.Column("person_times", sa.Integer(), nullable=False, comment="补贴人次"),
        sa.Column("cluster_code", sa.String(length=3), nullable=True, comment="集群代码"),
        sa.Column("base_code", sa.String(length=16), nullable=True, comment="基地编号"),
        sa.Column("organisation_code", sa.String(length=18), nullable=True, comment="机构代码"),
        sa.CheckConstraint(
            "fund IN ('skills_action', 'employment', 'unemployment_insurance', 'provincial_transfer', 'enterprise')",
            name=op.f("ck_subsidy_fund_values"),
        ),
        sa.CheckConstraint(
            "kind IN ('vocational_training', 'project_training', 'online_training', 'dual_certificate', "
            "'internship', 'contest_award')",
            name=op.f("ck_subsidy_kind_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_subsidy")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "target",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("indicator_key", sa.String(length=60), nullable=False, comment="指标"),
        sa.Column("year", sa.Integer(), nullable=False, comment="年度"),
        sa.Column("value", sa.BigInteger(), nullable=False, comment="目标值"),
        sa.Column("cumulative", sa.Boolean(), nullable=False, comment="自2023年起累计"),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_target")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "training",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("person_key", sa.String(length=32), nullable=False, comment="人员标识"),
        sa.Column("base_code", sa.String(length=16), nullable=True, comment="基地编号"),
        sa.Column("occupation_code", sa.String(length=10), nullable=False, comment="职业代码"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("mode", sa.String(length=20), nullable=False, comment="培训方式"),
        sa.Column("online", sa.Boolean(), nullable=False, comment="线上培训"),
        sa.Column("started", sa.Date(), nullable=False, comment="开始日期"),
        sa.Column("ended", sa.Date(), nullable=False, comment="结束日期"),
        sa.Column("passed", sa.Boolean(), nullable=False, comment="考核合格"),
        sa.CheckConstraint(
            "mode IN ('independent', 'cooperative', 'authorised', 'apprenticeship', 'project')",
            name=op.f("ck_training_mode_values"),
        ),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_training")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vacancy",
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="报送批次"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="行号"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="月份"),
        sa.Column("zone", sa.String(length=40), nullable=True, comment="功能区"),
        sa.Column("cluster_code", sa.String(length=3), nullable=False, comment="集群代码"),
        sa.Column("occupation_code", sa.String(length=10), nullable=False, comment="职业代码"),
        sa.Column("headcount", sa.Integer(), nullable=False, comment="需求人数"),
        sa.Column("wage_low", sa.BigInteger(), nullable=True, comment="月薪下限"),
        sa.Column("wage_high", sa.BigInteger(), nullable=True, comment="月薪上限"),
        sa.Column("shortage", sa.Boolean(), nullable=False, comment="紧缺"),
        sa.PrimaryKeyConstraint("place_code", "submission_id", "row_number", name=op.f("pk_vacancy")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("vacancy")
    op.drop_table("training")
    op.drop_table("target")
    op.drop_table("subsidy")
    op.drop_index("ix_submission_status_table_month", table_name="submission")
    op.drop_table("submission")
    op.drop_table("rejection")
    op.drop_table("published_figure")
    op.drop_table("programme")
    op.drop_table("place")
    op.drop_table("organisation")
    op.drop_table("occupation")
    op.drop_table("milestone")
    op.drop_table("employment")
    op.drop_table("contest")
    op.drop_table("cluster")
    op.drop_table("certificate")
    op.drop_table("census")
    op.drop_table("budget")
    op.drop_table("base")
    op.drop_table("audit")
