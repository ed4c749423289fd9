# pyright: basic
"""What cameras and versions see, hour by hour; drift from it; when to train again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _when(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=nullable)


def _text(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "histogram",
        _text("camera_id", 26),
        _text("algorithm", 130),
        _text("measure", 16),
        _when("hour"),
        _json("counts"),
        sa.PrimaryKeyConstraint(
            "camera_id", "algorithm", "measure", "hour", name=op.f("pk_histogram")
        ),
    )
    op.create_index("ix_histogram_hour", "histogram", ["hour"], unique=False)
    op.create_table(
        "drift",
        _text("id", 26),
        _text("camera_id", 26),
        _text("algorithm", 130),
        _text("measure", 16),
        _when("reference_from"),
        _when("reference_until", nullable=True),
        _json("reference", nullable=True),
        sa.Column("psi", sa.Double(), nullable=True),
        sa.Column("p_value", sa.Double(), nullable=True),
        _text("band", 16, nullable=True),
        _when("since"),
        _when("measured_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift")),
        sa.UniqueConstraint(
            "camera_id", "algorithm", "measure", name=op.f("uq_drift_camera_id_algorithm_measure")
        ),
    )
    op.create_index("ix_drift_algorithm", "drift", ["algorithm"], unique=False)
    op.create_table(
        "retraining_policy",
        _text("id", 26),
        _text("algorithm", 64),
        _text("recipe", 64),
        _text("scenario", 64),
        _text("evaluation_set", 64),
        _text("base_release", 64),
        _json("schedule", nullable=True),
        _text("drift_band", 16, nullable=True),
        sa.Column("min_reviewed", sa.Integer(), nullable=False),
        sa.Column("cool_down_days", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("token_id", 26),
        _text("set_by", 64),
        _when("created_at"),
        _when("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retraining_policy")),
    )
    op.create_index("ix_retraining_policy_algorithm", "retraining_policy", ["algorithm"])
    op.create_table(
        "retraining",
        _text("id", 26),
        _text("policy_id", 26),
        _text("state", 16),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        _text("release_id", 64, nullable=True),
        _text("run_id", 26, nullable=True),
        _text("submission_id", 26, nullable=True),
        _text("evaluation_id", 26, nullable=True),
        _when("requested_at"),
        _when("ended_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["retraining_policy.id"],
            name=op.f("fk_retraining_policy_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retraining")),
    )
    op.create_index("ix_retraining_policy_id", "retraining", ["policy_id"], unique=False)


def downgrade() -> None:
    op.drop_table("retraining")
    op.drop_table("retraining_policy")
    op.drop_table("drift")
    op.drop_table("histogram")
