"""Cases: an index of what the ledger opened

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("record_id", _BIG, nullable=True),
        sa.Column("opened_by", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.ForeignKeyConstraint(["opened_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_file_subject", "case_file", ["subject_id"])
    op.create_index("case_file_record", "case_file", ["record_id", "procedure"])
