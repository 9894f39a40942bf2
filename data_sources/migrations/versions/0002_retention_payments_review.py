"""Retention after training, whom a payment was for, and where a submission came from and who reviewed it."""

from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

LEVELS = "'L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'T1', 'T2', 'T3'"
STATUSES = {
    "0001": "'pending', 'accepted', 'withdrawn'",
    "0002": "'pending', 'accepted', 'replaced', 'returned', 'withdrawn'",
}


def upgrade() -> None:
    for column in _retained():
        op.add_column("training", column)
    with _altered("subsidy") as table:
        for column in _payment():
            table.add_column(column)
        table.create_check_constraint(op.f("ck_subsidy_level_values"), f"level IN ({LEVELS})")
    with _altered("submission") as table:
        for column in _review():
            table.add_column(column)
        _restated(table, "0002")
    with _altered("submission") as table:
        table.alter_column("reviewed", server_default=None)


def downgrade() -> None:
    op.execute("UPDATE submission SET status = 'withdrawn' WHERE status IN ('replaced', 'returned')")
    with _altered("submission") as table:
        _restated(table, "0001")
        for column in _review():
            table.drop_column(column.name)
    with _altered("subsidy") as table:
        table.drop_constraint(op.f("ck_subsidy_level_values"), type_="check")
        for column in _payment():
            table.drop_column(column.name)
    for column in _retained():
        op.drop_column("training", column.name)


def _altered(name: str) -> AbstractContextManager[BatchOperations]:
    """PostgreSQL alters the table; SQLite cannot change a constraint and writes it anew, lying as it lay."""
    lying = {} if name == "submission" else {"sqlite_with_rowid": False}
    return op.batch_alter_table(name, table_kwargs=lying)


def _restated(table: BatchOperations, revision: str) -> None:
    table.drop_constraint(op.f("ck_submission_status_values"), type_="check")
    table.create_check_constraint(op.f("ck_submission_status_values"), f"status IN ({STATUSES[revision]})")


def _retained() -> list[sa.Column[Any]]:
    """Whether people work there 6 and 12 months after the course."""
    return [
        sa.Column("retained_6", sa.Boolean(), nullable=True, comment="结业6个月后在本地就业"),
        sa.Column("retained_12", sa.Boolean(), nullable=True, comment="结业12个月后在本地就业"),
    ]


def _payment() -> list[sa.Column[Any]]:
    """Whom and what a payment was for."""
    return [
        sa.Column("person_key", sa.String(length=32), nullable=True, comment="人员标识"),
        sa.Column("occupation_code", sa.String(length=10), nullable=True, comment="职业代码"),
        sa.Column("level", sa.String(length=2), nullable=True, comment="等级"),
        sa.Column("course_ended", sa.Date(), nullable=True, comment="课程结束日期"),
        sa.Column("certified", sa.Date(), nullable=True, comment="证书日期"),
        sa.Column("nth_alike", sa.Integer(), nullable=True, comment="同人同职业同等级第几笔"),
        sa.Column("nth_in_year", sa.Integer(), nullable=True, comment="同人当年第几笔"),
    ]


def _review() -> list[sa.Column[Any]]:
    """Where a submission came from and who reviewed it."""
    return [
        sa.Column("file_name", sa.String(length=200), nullable=True, comment="文件名"),
        sa.Column("file_hash", sa.String(length=64), nullable=True, comment="文件指纹"),
        sa.Column("submitted_by", sa.String(length=120), nullable=True, comment="报送人"),
        sa.Column("replaces", sa.Integer(), nullable=True, comment="替换的批次"),
        sa.Column("reviewed", sa.Boolean(), nullable=False, server_default=sa.true(), comment="已审核"),
        sa.Column("reviewed_by", sa.String(length=120), nullable=True, comment="审核人"),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True, comment="审核时间"),
        sa.Column("reason", sa.String(length=300), nullable=True, comment="原因"),
    ]
