"""People, their keys, and the ledger, which only ever grows

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSE = {
    "event_stays": ("UPDATE", "event", ""),
    "event_remains": ("DELETE", "event", ""),
    "event_continues": (
        "INSERT",
        "event",
        """NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM event)
        OR NEW.previous <> coalesce((SELECT hash FROM event WHERE id = NEW.id - 1), '{nothing}')""",
    ),
    "event_values_stay": ("UPDATE", "event_values", ""),
    "event_values_come_once": (
        "INSERT",
        "event_values",
        "EXISTS (SELECT 1 FROM event_values WHERE event_id = NEW.event_id)",
    ),
    "ledger_head_remains": ("DELETE", "ledger_head", ""),
}
_NOTHING = "0" * 64
_SQLITE = """CREATE TRIGGER {name} BEFORE {act} ON {table} {when}
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"""
_POSTGRESQL = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  {when} RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = 'integrity_constraint_violation'; {end}
  RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"""


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "access_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "event",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("personal", sa.String(), nullable=True),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("event_about", "event", ["about"])
    op.create_table(
        "event_values",
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(f"INSERT INTO ledger_head (id, event_id, hash) VALUES (1, 0, '{_NOTHING}')")
    for name, (act, table, condition) in _REFUSE.items():
        when = condition.format(nothing=_NOTHING)
        if op.get_bind().dialect.name == "postgresql":
            said, end = (f"IF {when} THEN", "END IF;") if when else ("", "")
            op.execute(_POSTGRESQL.format(name=name, act=act, table=table, when=said, end=end))
        else:
            op.execute(_SQLITE.format(name=name, act=act, table=table, when=f"WHEN {when}" if when else ""))
