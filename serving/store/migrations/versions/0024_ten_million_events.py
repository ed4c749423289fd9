# pyright: basic
"""What is asked often is found among ten million events without reading them all."""

import logging

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SEARCHED = ("camera_name", "division", "id", "zone")


def upgrade() -> None:
    op.add_column("evidence", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE evidence SET opened_at = "
        "(SELECT opened_at FROM event WHERE event.id = evidence.event_id)"
    )
    for name, table, columns, condition in _PARTIAL:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_event_severity_opened_at", "event", ["severity", "opened_at"])
    op.create_index("ix_review_verdict_event_id", "review", ["verdict", "event_id"])
    if op.get_bind().dialect.name == "postgresql":
        _search_by_trigrams()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for column in SEARCHED:
            op.execute(f"DROP INDEX IF EXISTS ix_event_{column}_trgm")
    op.drop_index("ix_review_verdict_event_id", "review")
    op.drop_index("ix_event_severity_opened_at", "event")
    for name, table, _, _ in _PARTIAL:
        op.drop_index(name, table)
    with op.batch_alter_table("evidence") as batch:
        batch.drop_column("opened_at")


def _search_by_trigrams() -> None:
    """Every database may have the extension; without it a search for text reads all events."""
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        logging.getLogger(__name__).warning(
            "searching events for text will be slow: pg_trgm cannot be installed: %s", error.orig
        )
        return
    for column in SEARCHED:
        op.execute(
            f"CREATE INDEX ix_event_{column}_trgm ON event USING gin ({column} gin_trgm_ops)"
        )


_PARTIAL = (
    ("ix_event_opened_at_open", "event", ["opened_at"], "life_cycle = 'open'"),
    ("ix_evidence_opened_at_kept", "evidence", ["opened_at"], "removed_at IS NULL"),
    (
        "ix_evidence_opened_at_original_kept",
        "evidence",
        ["opened_at"],
        "original_sha256 IS NOT NULL AND original_removed_at IS NULL",
    ),
)
