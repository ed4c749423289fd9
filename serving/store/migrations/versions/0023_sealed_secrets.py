# pyright: basic
"""Camera addresses, sinks and kept answers are sealed: what is there, and all that comes."""

import sqlalchemy as sa
from alembic import op

from serving.store.sealing import held, place

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JSON = (("sink", "id", "spec"), ("idempotency_key", "key", "body"))
_TEXT = (
    ("camera", "id", "url"),
    ("camera", "id", "sub_url"),
    ("sink", "id", "secret"),
    ("idempotency_key", "key", "request_sha256"),
)


SCRUB = "scrub"
"""In `connection.info`: the database still holds what rows held before; see `Store.migrate`."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps any text in any column
        op.alter_column("sink", "spec", type_=sa.Text(), postgresql_using="spec::text")
        op.alter_column("idempotency_key", "body", type_=sa.Text(), postgresql_using="body::text")
        op.alter_column("idempotency_key", "request_sha256", type_=sa.Text())
    changed = [_rewrite(*where, lambda text, at: held().seal(text, at)) for where in _JSON + _TEXT]
    op.get_bind().info[SCRUB] = any(changed)


def downgrade() -> None:
    for where in _JSON + _TEXT:
        _rewrite(*where, lambda text, at: held().open(text, at))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("idempotency_key", "request_sha256", type_=sa.String(64))
        op.alter_column("idempotency_key", "body", type_=sa.JSON(), postgresql_using="body::json")
        op.alter_column("sink", "spec", type_=sa.JSON(), postgresql_using="spec::json")


def _rewrite(name, row, secret, change) -> int:
    named, text = sa.column(row, sa.Text), sa.column(secret, sa.Text)
    where = sa.table(name, named, text)
    connection = op.get_bind()
    found = connection.execute(sa.select(named, text).where(text.is_not(None))).all()
    for key, old in found:
        new = change(old, place(name, secret, key))
        connection.execute(sa.update(where).where(named == key).values({secret: new}))
    return len(found)
