"""The months' parts of the table of records on a server."""

import sqlalchemy as sa
from alembic import op

_REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND confrelid = 'record'::regclass"""
_PARTS = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'record'::regclass ORDER BY 1"""


def lay_records_anew(table: str, move: str) -> None:
    """Make the `table` of records anew and `move` them there from `record_until_now`, those of every month into a part
    of the same name and bounds. It has no index but its key."""
    connection = op.get_bind()
    references, parts = (connection.execute(sa.text(asked)).all() for asked in (_REFERENCES, _PARTS))
    for name, reference, _ in references:
        op.execute(f"ALTER TABLE {name} DROP CONSTRAINT {reference}")
    op.execute("ALTER TABLE record RENAME TO record_until_now")
    op.execute("ALTER INDEX record_pkey RENAME TO record_until_now_pkey")
    op.execute("DROP INDEX record_delivery")
    op.execute(table)
    op.execute("ALTER TABLE record ADD PRIMARY KEY (id)")
    op.execute("ALTER SEQUENCE record_id_seq OWNED BY record.id")
    for part, bounds in parts:
        op.execute(f"ALTER TABLE {part} RENAME TO {part}_until_now")
        op.execute(f"ALTER INDEX {part}_pkey RENAME TO {part}_until_now_pkey")
        op.execute(f"CREATE TABLE {part} PARTITION OF record {bounds}")
    op.execute(move)
    op.execute("DROP TABLE record_until_now")
    for name, reference, definition in references:
        op.execute(f"ALTER TABLE {name} ADD CONSTRAINT {reference} {definition}")
