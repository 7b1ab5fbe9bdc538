"""References between tables that are filled in bulk."""

import sqlalchemy as sa
from alembic import op


def in_bulk(column: str, target: str) -> list[sa.ForeignKeyConstraint]:
    """A foreign key where it costs nothing: SQLite does not ask it of bulk work, PostgreSQL would of every row."""
    return [] if op.get_bind().dialect.name == "postgresql" else [sa.ForeignKeyConstraint([column], [target])]


def index_by_record() -> None:
    """Outcomes by their record; SQLite finds them by the subjects that the record was ever linked to, which
    PostgreSQL cannot."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS publication_record")
        op.create_index("publication_record", "publication", ["record_id"])
