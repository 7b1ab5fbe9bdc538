"""Keys that came lately, apart from the many that are here

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk

revision = "0012"
down_revision = "0011"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gathered_key",
        sa.Column("key", _BIG, autoincrement=False, nullable=False),
        sa.Column("content", _BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", _BIG, nullable=False),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("key", "content"),
        sqlite_with_rowid=False,
    )
