"""What stands for a certificate's number, so that none is filed twice."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("certificate", sa.Column("certificate_key", sa.String(length=32), nullable=True, comment="证书标识"))


def downgrade() -> None:
    op.drop_column("certificate", "certificate_key")
