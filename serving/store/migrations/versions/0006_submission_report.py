# pyright: basic
"""What the trial of a submitted model measured."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("report", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("submission", "report")
