# pyright: basic
"""Nodes, where each camera runs, what models cost there; sub-streams and camera clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("labels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("drained", sa.Boolean(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.Column("gpus", sa.Double(), nullable=False),
        sa.Column("restart_wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy", sa.Double(), nullable=True),
        sa.Column("shed", sa.String(length=32), nullable=True),
        sa.Column("load", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_table(
        "placement",
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("node_id", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_placement")),
    )
    op.create_table(
        "model_status",
        sa.Column("node_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("cpu_ms", sa.Double(), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("node_id", "sha256", name=op.f("pk_model_status")),
    )
    with op.batch_alter_table("camera") as batch:
        batch.add_column(sa.Column("sub_url", sa.Text(), nullable=True))
        batch.add_column(
            sa.Column("needs", sa.JSON(none_as_null=True), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("camera_status") as batch:
        batch.add_column(sa.Column("clock_offset_s", sa.Double(), nullable=True))
        batch.add_column(sa.Column("decoding", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("wanted_fps", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("camera_status") as batch:
        batch.drop_column("wanted_fps")
        batch.drop_column("decoding")
        batch.drop_column("clock_offset_s")
    with op.batch_alter_table("camera") as batch:
        batch.drop_column("needs")
        batch.drop_column("sub_url")
    op.drop_table("model_status")
    op.drop_table("placement")
    op.drop_table("node")
