"""On a server, the numbers of a delivery's records from the index alone, as in SQLite

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX record_delivery")
        op.execute("CREATE INDEX record_delivery ON record (delivery_id, id)")
