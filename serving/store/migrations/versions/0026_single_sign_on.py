# pyright: basic
"""Users who sign in with an account elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as batch:
        batch.add_column(sa.Column("subject", sa.String(length=512), nullable=True))
        batch.create_unique_constraint("uq_user_subject", ["subject"])


def downgrade() -> None:
    with op.batch_alter_table("user") as batch:
        batch.drop_constraint("uq_user_subject", type_="unique")
        batch.drop_column("subject")
