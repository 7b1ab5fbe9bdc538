"""Run by alembic: the tables of `registry.store.tables`, over the connection that `migrate` hands in."""

from alembic import context
from sqlmodel import SQLModel

from registry.store import (
    case_tables,
    ledger_tables,
    review_tables,
    subject_tables,
    tables,
    version_tables,
    withdrawal_tables,
)

# imported so that their tables are in the metadata
KNOWN = (tables, case_tables, ledger_tables, review_tables, subject_tables, version_tables, withdrawal_tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
