# pyright: basic
"""Deliveries of a camera's events go out in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("camera_id", sa.String(length=26), nullable=True))
    op.create_index(
        "ix_delivery_sink_id_state_camera_id_seq",
        "delivery",
        ["sink_id", "state", "camera_id", "seq"],
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_sink_id_state_camera_id_seq", "delivery")
    with op.batch_alter_table("delivery") as batch:
        batch.drop_column("camera_id")
