"""Readers and what they were granted; an audit whose rows are chained by hashes and never change."""

import sqlalchemy as sa
from alembic import op

from data_sources.tables import APPEND_ONLY

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

ROLES = "'province', 'prefecture', 'county', 'department', 'submitter', 'approver', 'administrator'"
THEMES = "'all', 'training', 'talent', 'evaluation', 'supply', 'bases', 'funds'"
ACTIONS = (
    "'sign_in', 'sign_out', 'refused', 'detail', 'export', 'submission', 'approval', 'roles', 'view_as'"
)  # fmt: skip


def upgrade() -> None:
    op.drop_table("audit")  # nothing ever wrote into the first one
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), nullable=False, comment="序号"),
        sa.Column("at", sa.DateTime(), nullable=False, comment="时间"),
        sa.Column("actor", sa.String(length=200), nullable=False, comment="使用者"),
        sa.Column("action", sa.String(length=20), nullable=False, comment="操作"),
        sa.Column("place_code", sa.String(length=6), nullable=True, comment="涉及地区"),
        sa.Column("detail", sa.Text(), nullable=False, comment="内容"),
        sa.Column("previous", sa.String(length=64), nullable=False, comment="上一行指纹"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="本行指纹"),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_audit_action_values")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "reader",
        sa.Column("subject", sa.String(length=200), nullable=False, comment="账号"),
        sa.Column("name", sa.String(length=60), nullable=False, comment="姓名或单位"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="启用"),
        sa.Column("added_at", sa.DateTime(), nullable=False, comment="登记时间"),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_reader")),
    )
    op.create_table(
        "reader_grant",
        sa.Column("subject", sa.String(length=200), nullable=False, comment="账号"),
        sa.Column("role", sa.String(length=16), nullable=False, comment="角色"),
        sa.Column("place_code", sa.String(length=6), nullable=False, comment="地区代码"),
        sa.Column("theme", sa.String(length=12), nullable=False, comment="主题"),
        sa.Column("exports", sa.Boolean(), nullable=False, comment="可导出明细"),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_reader_grant_role_values")),
        sa.CheckConstraint(f"theme IN ({THEMES})", name=op.f("ck_reader_grant_theme_values")),
        sa.PrimaryKeyConstraint("subject", "role", "place_code", "theme", name=op.f("pk_reader_grant")),
    )


def downgrade() -> None:
    op.drop_table("reader_grant")
    op.drop_table("reader")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_unchanged()")
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=36), nullable=False, comment="编号"),
        sa.Column("at", sa.DateTime(), nullable=False, comment="时间"),
        sa.Column("actor", sa.String(length=120), nullable=False, comment="使用者"),
        sa.Column("action", sa.String(length=40), nullable=False, comment="操作"),
        sa.Column("detail", sa.Text(), nullable=True, comment="内容"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
