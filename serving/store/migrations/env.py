"""Alembic calls this file to run the migrations on the connection it was given."""

from alembic import context

from serving.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
