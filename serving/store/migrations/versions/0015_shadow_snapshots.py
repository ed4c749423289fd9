# pyright: basic
"""Shadow events have a picture, which is kept as long as those of other events."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shadow_event", sa.Column("scenario", sa.String(length=64), nullable=True))
    op.add_column("shadow_event", sa.Column("severity", sa.String(length=16), nullable=True))
    op.add_column("shadow_event", sa.Column("snapshot", sa.String(length=255), nullable=True))


def downgrade() -> None:
    for column in ("snapshot", "severity", "scenario"):
        op.drop_column("shadow_event", column)
