# pyright: basic
"""Where a camera looks: the map draws it, and places events in it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

VIEW = ("heading_deg", "pitch_deg", "fov_deg", "range_m", "height_m")


def upgrade() -> None:
    with op.batch_alter_table("camera") as batch:
        for name in VIEW:
            batch.add_column(sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("camera") as batch:
        for name in VIEW:
            batch.drop_column(name)
