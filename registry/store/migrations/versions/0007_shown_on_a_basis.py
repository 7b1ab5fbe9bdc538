"""Nothing is shown without the basis it rests on and the day since when

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk, index_by_record

revision = "0007"
down_revision = "0006"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS = """subject_id, record_id, recorded_at, outcome, because, basis, shown_from, shown_until, first_shown_on,
  retired_at, retired_because"""


def upgrade() -> None:
    op.rename_table("publication", "publication_before")
    op.create_table(
        "publication",
        sa.Column("subject_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", _BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("first_shown_on", sa.Date(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'shown' OR (basis IS NOT NULL AND shown_from IS NOT NULL)", name="shown_on_a_basis"
        ),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("subject_id", "record_id", "recorded_at"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO publication ({_COLUMNS}) SELECT {_COLUMNS} FROM publication_before")
    op.drop_table("publication_before")
    index_by_record()
