# pyright: basic
"""Evaluation sets, scorecards and challenges."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_set",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("split", sa.String(length=32), nullable=False),
        sa.Column("licence", sa.String(length=128), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("classes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_set")),
        sa.UniqueConstraint("name", name=op.f("uq_evaluation_set_name")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("set_id", sa.String(length=26), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=True),
        sa.Column("budget", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("scorecard", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.ForeignKeyConstraint(
            ["set_id"], ["evaluation_set.id"], name=op.f("fk_evaluation_set_id")
        ),
    )
    op.create_index("ix_evaluation_name_version", "evaluation", ["name", "version"])
    op.create_index("ix_evaluation_set_id", "evaluation", ["set_id"])
    op.create_index("ix_evaluation_entry_id", "evaluation", ["entry_id"])
    op.create_index("ix_evaluation_state", "evaluation", ["state"])
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("scenario", sa.String(length=64), nullable=False),
        sa.Column("title_zh", sa.String(length=128), nullable=False),
        sa.Column("title_en", sa.String(length=128), nullable=False),
        sa.Column("prize_zh", sa.Text(), nullable=False),
        sa.Column("prize_en", sa.Text(), nullable=False),
        sa.Column("metric", sa.String(length=16), nullable=False),
        sa.Column("gate", sa.Double(), nullable=False),
        sa.Column("step", sa.Double(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase_set_id", sa.String(length=26), nullable=False),
        sa.Column("final_set_id", sa.String(length=26), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("winner_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.ForeignKeyConstraint(
            ["phase_set_id"], ["evaluation_set.id"], name=op.f("fk_challenge_phase_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["final_set_id"], ["evaluation_set.id"], name=op.f("fk_challenge_final_set_id")
        ),
    )
    op.create_table(
        "challenge_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("challenge_id", sa.String(length=26), nullable=False),
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("team", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("shown", sa.Double(), nullable=True),
        sa.Column("final_score", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_entry")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_entry_challenge_id")
        ),
        sa.UniqueConstraint("submission_id", name=op.f("uq_challenge_entry_submission_id")),
    )
    op.create_index(
        "ix_challenge_entry_challenge_id_account", "challenge_entry", ["challenge_id", "account"]
    )


def downgrade() -> None:
    op.drop_table("challenge_entry")
    op.drop_table("challenge")
    op.drop_table("evaluation")
    op.drop_table("evaluation_set")
