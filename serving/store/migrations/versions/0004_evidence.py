# pyright: basic
"""Clips and originals, zone outlines, legal holds, the audit of evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_hold",
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_evidence_hold")),
    )
    op.create_table(
        "evidence_audit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("token_id", sa.String(length=26), nullable=False),
        sa.Column("token_name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_audit")),
    )
    op.create_index(
        op.f("ix_evidence_audit_event_id"), "evidence_audit", ["event_id"], unique=False
    )
    with op.batch_alter_table("event") as batch:
        batch.add_column(sa.Column("zone_outline", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("sha256", existing_type=sa.String(length=64), nullable=True)
        batch.alter_column("size_bytes", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("original_sha256", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("original_size_bytes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("opened_s", sa.Double(), nullable=True))
        batch.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(
            sa.Column("original_removed_at", sa.DateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    op.execute("DELETE FROM evidence WHERE sha256 IS NULL")
    with op.batch_alter_table("evidence") as batch:
        batch.drop_column("original_removed_at")
        batch.drop_column("removed_at")
        batch.drop_column("opened_s")
        batch.drop_column("original_size_bytes")
        batch.drop_column("original_sha256")
        batch.alter_column("size_bytes", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("sha256", existing_type=sa.String(length=64), nullable=False)
    with op.batch_alter_table("event") as batch:
        batch.drop_column("zone_outline")
    op.drop_index(op.f("ix_evidence_audit_event_id"), table_name="evidence_audit")
    op.drop_table("evidence_audit")
    op.drop_table("evidence_hold")
