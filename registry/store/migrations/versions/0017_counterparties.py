"""Whom records are about is written once for all records that say it in the same words

Records are found by their delivery through its numbers, which are its own from the first to the last. On a server
keys are found by themselves, not with the version beside them.

Revision ID: 0017
Revises: 0016
"""

import polars as pl
import sqlalchemy as sa
from alembic import op

from registry.digests import digest
from registry.store.migrations.parts import lay_records_anew

revision = "0017"
down_revision = "0016"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TOLD = ("category", "name", "uscc", "organisation_code", "registration_number")
_AT_ONCE = 50_000
_EVERY = f"SELECT DISTINCT {', '.join(_TOLD)} FROM record"
_PUT = f"INSERT INTO counterparty (id, {', '.join(_TOLD)}) VALUES (:id, {', '.join(f':{name}' for name in _TOLD)})"
_SAME = " AND ".join(f"c.{name} IS NOT DISTINCT FROM r.{name}" for name in _TOLD)
_NUMBER = f"UPDATE record AS r SET counterparty_id = (SELECT c.id FROM counterparty c WHERE {_SAME})"
# one that only repeated what was here has no record, and its numbers went to the next
_NUMBERS = """UPDATE delivery SET
  first_id = (SELECT min(r.id) FROM record r WHERE r.delivery_id = delivery.id),
  last_id = (SELECT max(r.id) FROM record r WHERE r.delivery_id = delivery.id)"""
_TABLE = """
CREATE TABLE record (
  id bigint NOT NULL DEFAULT nextval('record_id_seq'), key bigint NOT NULL, counterparty_id bigint NOT NULL,
  body_id bigint, source_body_id bigint, amount_fen bigint, subject_id bigint, delivery_id integer NOT NULL,
  line integer NOT NULL, decided_on date, starts_on date, ends_on date, noticed_on date, served_on date,
  source varchar NOT NULL, legal_representative varchar, document varchar, title varchar, classes varchar,
  procedure varchar, ground text, status varchar, department_code varchar, county_code varchar, content text,
  facts text, licence varchar, licence_number varchar, performance varchar, display_until varchar, fields json NOT NULL
) PARTITION BY RANGE (id)"""
_AS_BEFORE = (
    "id", "key", "body_id", "source_body_id", "amount_fen", "subject_id", "delivery_id", "line", "decided_on",
    "starts_on", "ends_on", "noticed_on", "served_on", "source", "legal_representative", "document", "title", "classes",
    "procedure", "ground", "status", "department_code", "county_code", "content", "facts", "licence", "licence_number",
    "performance", "display_until", "fields",
)  # fmt: skip
_EQUAL = " AND ".join(f"coalesce(c.{name}, '') = coalesce(r.{name}, '')" for name in _TOLD)  # which can be hashed
_MOVE = f"""INSERT INTO record ({", ".join(_AS_BEFORE)}, counterparty_id)
SELECT {", ".join(f"r.{name}" for name in _AS_BEFORE)}, c.id
FROM record_until_now r JOIN counterparty c ON {_EQUAL} AND {_SAME}"""


def upgrade() -> None:
    op.create_table(
        "counterparty",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        *(sa.Column(name, sa.String()) for name in _TOLD[1:]),
        sa.PrimaryKeyConstraint("id"),
    )
    _write_once()
    op.execute(_NUMBERS)
    if op.get_bind().dialect.name == "postgresql":
        lay_records_anew(_TABLE, _MOVE)
        op.drop_constraint("record_key_pkey", "record_key")
        op.create_index("record_key_key", "record_key", ["key"])
        return
    op.add_column("record", sa.Column("counterparty_id", _BIG, nullable=False, server_default="0"))
    op.create_index("counterparty_told", "counterparty", ["name", "uscc"])
    op.execute(_NUMBER)
    op.drop_index("counterparty_told")
    op.drop_index("record_delivery")
    for name in _TOLD:
        op.drop_column("record", name)


def _write_once() -> None:
    connection = op.get_bind()
    found = pl.DataFrame(
        [tuple(row) for row in connection.execute(sa.text(_EVERY))],
        schema=dict.fromkeys(_TOLD, pl.String),
        orient="row",
    )
    for some in found.with_columns(digest({name: pl.col(name) for name in _TOLD}).alias("id")).iter_slices(_AT_ONCE):
        connection.execute(sa.text(_PUT), some.to_dicts())
