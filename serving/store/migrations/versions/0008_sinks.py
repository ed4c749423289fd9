# pyright: basic
"""Sinks; other systems' numbers on steps; replays over events; an audit that nobody can change."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sink",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sink")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("sink_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sink_id"], ["sink.id"], name=op.f("fk_delivery_sink_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("sink_id", "seq", name=op.f("uq_delivery_sink_id_seq")),
    )
    op.create_index("ix_delivery_sink_id_state_seq", "delivery", ["sink_id", "state", "seq"])
    op.create_index("ix_delivery_sink_id_subject_seq", "delivery", ["sink_id", "subject", "seq"])
    op.add_column("work_order_step", sa.Column("reference", sa.String(length=128), nullable=True))
    op.create_index("ix_work_order_step_reference", "work_order_step", ["reference"])
    op.add_column(
        "replay",
        sa.Column("event_ids", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _CHANGEABLE[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("replay") as batch:
        batch.drop_column("event_ids")
    op.drop_index("ix_work_order_step_reference", "work_order_step")
    with op.batch_alter_table("work_order_step") as batch:
        batch.drop_column("reference")
    op.drop_table("delivery")
    op.drop_table("sink")


# A later migration that copies `evidence_audit` (batch_alter_table on SQLite) loses its triggers.
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER evidence_audit_no_{verb} BEFORE {verb} ON evidence_audit "
        "BEGIN SELECT RAISE(ABORT, 'evidence_audit is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION evidence_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'evidence_audit is append-only'; END $$",
        "CREATE TRIGGER evidence_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON evidence_audit FOR EACH STATEMENT EXECUTE FUNCTION evidence_audit_append_only()",
    ],
}
_CHANGEABLE = {
    "sqlite": [f"DROP TRIGGER evidence_audit_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        "DROP TRIGGER evidence_audit_append_only ON evidence_audit",
        "DROP FUNCTION evidence_audit_append_only()",
    ],
}
