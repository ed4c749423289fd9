# pyright: basic
"""Incidents, storms, situations."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("incident_id", sa.String(length=26), nullable=True))
    op.add_column("event", sa.Column("suppressed_by", sa.String(length=26), nullable=True))
    op.create_index(op.f("ix_event_incident_id"), "event", ["incident_id"], unique=False)
    op.create_index(op.f("ix_event_suppressed_by"), "event", ["suppressed_by"], unique=False)
    op.create_index(
        "ix_event_deployment_id_opened_at", "event", ["deployment_id", "opened_at"], unique=False
    )
    op.add_column("work_order", sa.Column("incident_id", sa.String(length=26), nullable=True))
    op.create_index(op.f("ix_work_order_incident_id"), "work_order", ["incident_id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("scenario", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("division", sa.String(length=128), nullable=True),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("camera_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopens_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("open_events", sa.Integer(), nullable=False),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_opened_at"), "incident", ["opened_at"], unique=False)
    op.create_index("ix_incident_scenario_reopens_until", "incident", ["scenario", "reopens_until"])
    op.create_table(
        "storm",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("deployment_id", sa.String(length=26), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=True),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storm")),
    )
    op.create_index(
        "ix_storm_deployment_id_camera_id", "storm", ["deployment_id", "camera_id"], unique=False
    )
    op.create_table(
        "situation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_situation")),
    )
    op.create_table(
        "activation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("situation_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("activated_by", sa.String(length=64), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_by", sa.String(length=64), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
        sa.UniqueConstraint("number", name=op.f("uq_activation_number")),
    )
    op.create_index(
        "ix_activation_situation_id_activated_at",
        "activation",
        ["situation_id", "activated_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_activation_deactivated_at"), "activation", ["deactivated_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("activation")
    op.drop_table("situation")
    op.drop_table("storm")
    op.drop_table("incident")
    op.drop_index(op.f("ix_work_order_incident_id"), table_name="work_order")
    op.drop_column("work_order", "incident_id")
    op.drop_index("ix_event_deployment_id_opened_at", table_name="event")
    op.drop_index(op.f("ix_event_suppressed_by"), table_name="event")
    op.drop_index(op.f("ix_event_incident_id"), table_name="event")
    op.drop_column("event", "suppressed_by")
    op.drop_column("event", "incident_id")
