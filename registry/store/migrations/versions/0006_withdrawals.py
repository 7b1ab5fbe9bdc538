"""Withdrawals with a cause and an end, restorations decided elsewhere, and the feed of changes

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk

revision = "0006"
down_revision = "0005"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.rename_table("withdrawal", "withdrawal_before")
    op.create_table(
        "withdrawal",
        sa.Column("record_id", _BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("event_id", _BIG, nullable=True),
        sa.Column("by_record_id", _BIG, nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", _BIG, nullable=True),
        *in_bulk("record_id", "record.id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        *in_bulk("by_record_id", "record.id"),
        sa.ForeignKeyConstraint(["lifted_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("record_id", "reason", "recorded_at"),
        sqlite_with_rowid=False,
    )
    op.execute(
        """INSERT INTO withdrawal (record_id, reason, recorded_at)
        SELECT record_id, reason, recorded_at FROM withdrawal_before"""
    )
    op.drop_table("withdrawal_before")
    op.create_index(
        "withdrawal_stands",
        "withdrawal",
        ["record_id", "reason"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_table(
        "public_change",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_id", _BIG, nullable=False),
        sa.Column("last_id", _BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("replaced_by", _BIG, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "restoration_target",
        sa.Column("key", _BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", _BIG, nullable=False),
        sa.Column("met", sa.String(), nullable=True),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("key", "record_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("restoration_target_record", "restoration_target", ["record_id"])
    op.create_table(
        "acknowledgement",
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("change_id", _BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["change_id"], ["public_change.id"]),
        sa.PrimaryKeyConstraint("person_id", "change_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hiding",
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", _BIG, nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["event.id"]),
        sa.ForeignKeyConstraint(["lifted_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("hiding_stands", "hiding", ["what"], unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS)
