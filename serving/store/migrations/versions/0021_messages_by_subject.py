# pyright: basic
"""What was told about one thing is found without reading all that was ever told."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_subject_seq", "message", ["subject", "seq"])


def downgrade() -> None:
    op.drop_index("ix_message_subject_seq", "message")
