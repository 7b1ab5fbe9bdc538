"""Run by alembic: the tables of `registry.store.tables`, over the connection that `migrate` hands in."""

from alembic import context
from sqlmodel import SQLModel

from registry.store import tables

assert tables.Record.metadata is SQLModel.metadata  # noqa: S101  (imported so that the tables are known)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
