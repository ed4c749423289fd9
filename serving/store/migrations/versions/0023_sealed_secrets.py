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
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("sink", "spec", type_=sa.Text(), postgresql_using="spec::text")
    else:  # a table made anew would take the deliveries that refer to the old one with it
        _change_type("spec", "TEXT")
    with op.batch_alter_table("idempotency_key") as batch:
        batch.alter_column("body", type_=sa.Text(), postgresql_using="body::text")
        batch.alter_column("request_sha256", type_=sa.Text())
    changed = [_rewrite(*where, lambda text, at: held().seal(text, at)) for where in _JSON + _TEXT]
    op.get_bind().info[SCRUB] = any(changed)


def downgrade() -> None:
    for where in _JSON + _TEXT:
        _rewrite(*where, lambda text, at: held().open(text, at))
    with op.batch_alter_table("idempotency_key") as batch:
        batch.alter_column("request_sha256", type_=sa.String(64))
        batch.alter_column("body", type_=sa.JSON(), postgresql_using="body::json")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("sink", "spec", type_=sa.JSON(), postgresql_using="spec::json")
    else:
        _change_type("spec", "JSON")


def _change_type(column, kind) -> None:
    op.execute(f"ALTER TABLE sink ADD COLUMN changed {kind} NOT NULL DEFAULT ''")
    op.execute(f"UPDATE sink SET changed = {column}")
    op.execute(f"ALTER TABLE sink DROP COLUMN {column}")
    op.execute(f"ALTER TABLE sink RENAME COLUMN changed TO {column}")


def _rewrite(name, row, secret, change) -> int:
    named, text = sa.column(row, sa.Text), sa.column(secret, sa.Text)
    where = sa.table(name, named, text)
    connection = op.get_bind()
    found = connection.execute(sa.select(named, text).where(text.is_not(None))).all()
    for key, old in found:
        new = change(old, place(name, secret, key))
        connection.execute(sa.update(where).where(named == key).values({secret: new}))
    return len(found)
