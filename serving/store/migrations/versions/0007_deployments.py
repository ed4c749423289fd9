# pyright: basic
"""Selectors, schedules and revisions of deployments; clips and replays; sizes of targets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DEPLOYMENT = (
    "scenario",
    "algorithm",
    "camera_ids",
    "selector",
    "zones",
    "zones_by_camera",
    "schedule",
    "rule",
    "fps",
    "enabled",
)


def upgrade() -> None:
    with op.batch_alter_table("camera") as batch:
        batch.add_column(
            sa.Column("tags", sa.JSON(none_as_null=True), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("camera_status") as batch:
        batch.add_column(sa.Column("targets", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("deployment") as batch:
        batch.add_column(sa.Column("selector", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(
            sa.Column(
                "zones_by_camera", sa.JSON(none_as_null=True), nullable=False, server_default="{}"
            )
        )
        batch.add_column(sa.Column("schedule", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("fps", sa.Double(), nullable=True))
    revisions = op.create_table(
        "deployment_revision",
        sa.Column("deployment_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("deployment_id", "revision", name=op.f("pk_deployment_revision")),
    )
    _begin_history(revisions)
    op.create_table(
        "clip",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
    )
    op.create_index("ix_clip_sha256", "clip", ["sha256"], unique=False)
    op.create_table(
        "replay",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("deployment_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("against_revision", sa.Integer(), nullable=True),
        sa.Column("clip_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay")),
    )
    op.create_index("ix_replay_deployment_id", "replay", ["deployment_id"], unique=False)
    op.create_index("ix_replay_state", "replay", ["state"], unique=False)


def _begin_history(revisions: sa.Table) -> None:
    """What deployments are now is the first revision that is known of each."""
    columns = [
        sa.column("id", sa.String()),
        sa.column("revision", sa.Integer()),
        sa.column("updated_at", sa.DateTime(timezone=True)),
        *(
            sa.column(name, sa.JSON(none_as_null=True))
            if name in ("camera_ids", "selector", "zones", "zones_by_camera", "schedule", "rule")
            else sa.column(name, sa.Boolean() if name == "enabled" else None)
            for name in DEPLOYMENT
        ),
    ]
    deployment = sa.table("deployment", *columns)
    rows = op.get_bind().execute(sa.select(*columns).select_from(deployment)).mappings()
    known = [
        {
            "deployment_id": row["id"],
            "revision": row["revision"],
            "spec": {name: row[name] for name in DEPLOYMENT},
            "created_by": "platform",
            "created_at": row["updated_at"],
        }
        for row in rows
    ]
    if known:
        op.bulk_insert(revisions, known)


def downgrade() -> None:
    op.drop_table("replay")
    op.drop_table("clip")
    op.drop_table("deployment_revision")
    with op.batch_alter_table("deployment") as batch:
        batch.drop_column("fps")
        batch.drop_column("schedule")
        batch.drop_column("zones_by_camera")
        batch.drop_column("selector")
    with op.batch_alter_table("camera_status") as batch:
        batch.drop_column("targets")
    with op.batch_alter_table("camera") as batch:
        batch.drop_column("tags")
