"""The newest instant at which anything was recorded, before which nothing more is

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NEWEST = """
UPDATE ledger_head SET recorded_at = (SELECT coalesce(max(at), 0) FROM (
  SELECT max(recorded_at) AS at FROM delivery
  UNION ALL SELECT max(recorded_at) FROM event
  UNION ALL SELECT CAST(value AS BIGINT) FROM setting WHERE key = 'derived_at'
) newest)"""


def upgrade() -> None:
    op.add_column("ledger_head", sa.Column("recorded_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(_NEWEST)
