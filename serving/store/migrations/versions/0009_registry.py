# pyright: basic
"""Signed versions with a state, aliases with a history, who submitted, why models do not load."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    when = sa.DateTime(timezone=True)
    with op.batch_alter_table("algorithm_version") as batch:
        batch.add_column(sa.Column("state_reason", sa.Text(), nullable=True))
        batch.add_column(
            sa.Column("state_by", sa.String(64), nullable=False, server_default="platform")
        )
        batch.add_column(sa.Column("state_at", when, nullable=True))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("envelope", sa.Text(), nullable=True))
    op.execute("UPDATE algorithm_version SET state_at = created_at")
    with op.batch_alter_table("algorithm_version") as batch:
        batch.alter_column("state_at", existing_type=when, nullable=False)
    with op.batch_alter_table("algorithm_alias") as batch:
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("submission") as batch:
        batch.add_column(
            sa.Column("created_by", sa.String(64), nullable=False, server_default="platform")
        )
        batch.add_column(sa.Column("envelope", sa.Text(), nullable=True))
    op.create_table(
        "algorithm_alias_move",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("alias", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("moved_by", sa.String(64), nullable=False),
        sa.Column("moved_at", when, nullable=False),
        sa.PrimaryKeyConstraint("name", "alias", "revision", name=op.f("pk_algorithm_alias_move")),
    )
    op.execute(
        "INSERT INTO algorithm_alias_move (name, alias, revision, version, moved_by, moved_at) "
        "SELECT name, alias, 1, version, 'platform', updated_at FROM algorithm_alias"
    )
    op.create_table(
        "model_failure",
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("failed_at", when, nullable=False),
        sa.PrimaryKeyConstraint("node_id", "name", "version", name=op.f("pk_model_failure")),
    )


def downgrade() -> None:
    op.drop_table("model_failure")
    op.drop_table("algorithm_alias_move")
    with op.batch_alter_table("submission") as batch:
        batch.drop_column("envelope")
        batch.drop_column("created_by")
    with op.batch_alter_table("algorithm_alias") as batch:
        batch.drop_column("revision")
    with op.batch_alter_table("algorithm_version") as batch:
        for column in ("envelope", "revision", "state_at", "state_by", "state_reason"):
            batch.drop_column(column)
