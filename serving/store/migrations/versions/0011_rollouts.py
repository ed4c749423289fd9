# pyright: basic
"""Rollouts: a new version in shadow, as canary, live; what it found in shadow; what models cost."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _when(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("camera_status") as batch:
        batch.add_column(_json("versions", nullable=True))
    op.create_table(
        "rollout",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("deployment_id", sa.String(length=26), nullable=False),
        sa.Column("champion", sa.String(length=130), nullable=False),
        sa.Column("candidate", sa.String(length=130), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        _json("canary"),
        _json("gates"),
        _json("automatic", nullable=True),
        sa.Column("champion_ms", sa.Double(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        _when("since"),
        _when("created_at"),
        _when("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout")),
    )
    op.create_index("ix_rollout_deployment_id", "rollout", ["deployment_id"], unique=False)
    op.create_table(
        "rollout_step",
        sa.Column("rollout_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _when("at"),
        sa.ForeignKeyConstraint(
            ["rollout_id"],
            ["rollout.id"],
            name=op.f("fk_rollout_step_rollout_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rollout_id", "number", name=op.f("pk_rollout_step")),
    )
    op.create_table(
        "shadow_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("rollout_id", sa.String(length=26), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        _json("objects"),
        _json("path"),
        _when("first_seen_at"),
        _when("opened_at"),
        _when("last_seen_at"),
        _when("ended_at", nullable=True),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_event")),
    )
    op.create_index(
        "ix_shadow_event_rollout_id_opened_at",
        "shadow_event",
        ["rollout_id", "opened_at"],
        unique=False,
    )
    op.create_index("ix_shadow_event_opened_at", "shadow_event", ["opened_at"], unique=False)
    op.create_table(
        "model_usage",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        _when("minute"),
        sa.Column("node_id", sa.String(length=64), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("busy_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "minute", "node_id", name=op.f("pk_model_usage")),
    )
    op.create_index("ix_model_usage_minute", "model_usage", ["minute"], unique=False)


def downgrade() -> None:
    op.drop_table("model_usage")
    op.drop_table("shadow_event")
    op.drop_table("rollout_step")
    op.drop_table("rollout")
    with op.batch_alter_table("camera_status") as batch:
        batch.drop_column("versions")
