# pyright: basic
"""Views of the video wall that people have saved."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wall_view",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("camera_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("selector", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("division", sa.String(length=128), nullable=True),
        sa.Column("grid", sa.Integer(), nullable=False),
        sa.Column("patrol_s", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_view")),
    )


def downgrade() -> None:
    op.drop_table("wall_view")
