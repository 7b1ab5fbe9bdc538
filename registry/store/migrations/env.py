"""Run by alembic: the tables of `registry.store.tables`, over the connection that `migrate` hands in."""

from alembic import context
from sqlmodel import SQLModel

<<<<<<< HEAD
from registry.store import case_tables, ledger_tables, review_tables, tables

KNOWN = (tables, case_tables, ledger_tables, review_tables)  # imported so that their tables are in the metadata
=======
from registry.store import ledger_tables, review_tables, tables, withdrawal_tables

KNOWN = (tables, ledger_tables, review_tables, withdrawal_tables)  # imported so that their tables are in the metadata
>>>>>>> withdrawal

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
