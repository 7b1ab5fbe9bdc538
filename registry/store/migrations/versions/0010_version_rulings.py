"""Rulings on versions of decisions that were withdrawn

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk

revision = "0010"
down_revision = "0009"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("undone_by IS NULL")


def upgrade() -> None:
    op.create_table(
        "version_ruling",
        sa.Column("event_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("earlier_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_by", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        *in_bulk("record_id", "record.id"),
        *in_bulk("earlier_id", "record.id"),
        sa.ForeignKeyConstraint(["undone_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id", "record_id", "earlier_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "version_ruling_stands",
        "version_ruling",
        ["record_id", "earlier_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
