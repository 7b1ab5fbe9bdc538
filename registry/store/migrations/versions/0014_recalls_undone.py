"""A recall can be undone, and made again; each cause of a withdrawal stands by itself

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk

revision = "0014"
down_revision = "0013"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.rename_table("recall", "recall_before")
    op.create_table(
        "recall",
        sa.Column("delivery_id", _BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", _BIG, nullable=True),
        *in_bulk("delivery_id", "delivery.id"),
        sa.ForeignKeyConstraint(["lifted_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("delivery_id", "recorded_at"),
    )
    op.execute(
        """INSERT INTO recall (delivery_id, recorded_at, reason)
        SELECT delivery_id, recorded_at, reason FROM recall_before"""
    )
    op.drop_table("recall_before")
    op.create_index(
        "recall_stands", "recall", ["delivery_id"], unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
    )
    op.drop_index("withdrawal_stands", "withdrawal")
    op.create_index(
        "withdrawal_stands",
        "withdrawal",
        ["record_id", "reason", sa.text("coalesce(event_id, 0)"), sa.text("coalesce(by_record_id, 0)")],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
