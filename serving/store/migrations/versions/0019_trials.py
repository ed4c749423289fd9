# pyright: basic
"""A replay may run a deployment that is not there yet: a trial."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("replay") as batch:
        batch.add_column(sa.Column("draft", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch.alter_column("deployment_id", existing_type=sa.String(length=26), nullable=True)
        batch.alter_column("revision", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM replay WHERE draft IS NOT NULL")
    with op.batch_alter_table("replay") as batch:
        batch.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("deployment_id", existing_type=sa.String(length=26), nullable=False)
        batch.drop_column("until")
        batch.drop_column("since")
        batch.drop_column("draft")
