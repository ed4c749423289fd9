# pyright: basic
"""What nobody may see of a camera's view."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("camera") as batch:
        batch.add_column(
            sa.Column(
                "privacy_areas", sa.JSON(none_as_null=True), nullable=False, server_default="[]"
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("camera") as batch:
        batch.drop_column("privacy_areas")
