"""What most records tell stands in columns, and a plain link with its record; a delivery knows its records' numbers

A basis is written once, and outcomes have its number. On a server records lie anew, the columns of a fixed width
first, and indexes hold no more than is asked of them.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.parts import lay_records_anew
from registry.store.migrations.references import in_bulk, index_by_record

revision = "0016"
down_revision = "0015"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TOLD = ("content", "facts", "licence", "licence_number", "performance", "display_until")
_NUMBERS = """UPDATE delivery SET
  first_id = (SELECT min(r.id) FROM record r WHERE r.delivery_id = delivery.id),
  last_id = (SELECT max(r.id) FROM record r WHERE r.delivery_id = delivery.id)"""
# of a record with no other link: by its code, for certain, to whom the register delivered, and made as it arrived
_PLAIN = """
SELECT l.subject_id FROM link l JOIN subject s ON s.id = l.subject_id AND NOT s.provisional
WHERE l.record_id = record.id AND l.how = 'code' AND l.state = 'confirmed' AND l.because IS NULL
  AND l.retired_at IS NULL AND l.recorded_at = record.recorded_at
  AND NOT EXISTS (SELECT 1 FROM link o WHERE o.record_id = record.id AND o.recorded_at <> record.recorded_at)"""
_LINKED = """UPDATE delivery SET linked = (
  SELECT count(*) FROM record r WHERE r.delivery_id = delivery.id AND r.subject_id IS NOT NULL)"""
_OUT_OF_JSON = f"""UPDATE record SET {", ".join(f"{name} = fields ->> '{name}'" for name in _TOLD)},
  fields = json_remove(fields, {", ".join(f"'$.{name}'" for name in _TOLD)}) WHERE fields <> '{{}}'"""

_TABLE = """
CREATE TABLE record (
  id bigint NOT NULL DEFAULT nextval('record_id_seq'), key bigint NOT NULL, body_id bigint, source_body_id bigint,
  amount_fen bigint, subject_id bigint, delivery_id integer NOT NULL, line integer NOT NULL, decided_on date,
  starts_on date, ends_on date, noticed_on date, served_on date, source varchar NOT NULL, category varchar NOT NULL,
  name varchar, uscc varchar, organisation_code varchar, registration_number varchar, legal_representative varchar,
  document varchar, title varchar, classes varchar, procedure varchar, ground text, status varchar,
  department_code varchar, county_code varchar, content text, facts text, licence varchar, licence_number varchar,
  performance varchar, display_until varchar, fields json NOT NULL
) PARTITION BY RANGE (id)"""
_AS_BEFORE = (
    "id", "key", "body_id", "source_body_id", "amount_fen", "delivery_id", "line", "decided_on", "starts_on", "ends_on",
    "noticed_on", "served_on", "source", "category", "name", "uscc", "organisation_code", "registration_number",
    "legal_representative", "document", "title", "classes", "procedure", "ground", "status", "department_code",
    "county_code",
)  # fmt: skip
_MOVE = f"""INSERT INTO record ({", ".join((*_AS_BEFORE, *_TOLD))}, fields, subject_id)
SELECT {", ".join(_AS_BEFORE)}, {", ".join(f"fields ->> '{name}'" for name in _TOLD)},
  CAST(CAST(fields AS jsonb) - CAST('{{{",".join(_TOLD)}}}' AS text[]) AS json), ({_PLAIN.replace("record.", "r.")})
FROM record_until_now r"""

_BASES = """
INSERT INTO basis (id, said)
SELECT row_number() OVER (ORDER BY basis), basis FROM publication WHERE basis IS NOT NULL GROUP BY basis"""
_OUTCOME = """subject_id, record_id, recorded_at, outcome, because, shown_from, shown_until, first_shown_on, retired_at,
  retired_because"""


def upgrade() -> None:
    for column in ("first_id", "last_id"):
        op.add_column("delivery", sa.Column(column, _BIG))
    op.add_column("delivery", sa.Column("linked", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_NUMBERS)
    if op.get_bind().dialect.name == "postgresql":
        lay_records_anew(_TABLE, _MOVE)
        op.execute("CREATE INDEX record_delivery ON record (delivery_id)")
    else:
        for column in _TOLD:
            op.add_column("record", sa.Column(column, sa.String()))
        op.add_column("record", sa.Column("subject_id", _BIG))
        op.execute(_OUT_OF_JSON)
        op.execute(f"UPDATE record SET subject_id = ({_PLAIN}) WHERE source <> 'subjects'")
        op.drop_column("record", "recorded_at")
    op.execute("DELETE FROM link WHERE record_id IN (SELECT id FROM record WHERE subject_id IS NOT NULL)")
    op.execute(_LINKED)
    _number_bases()


def _number_bases() -> None:
    """On a server an outcome is found by its record and by its subject; in SQLite they lie by subject."""
    op.create_table(
        "basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("said"),
    )
    op.execute(_BASES)
    on_a_server = op.get_bind().dialect.name == "postgresql"
    key = [] if on_a_server else [sa.PrimaryKeyConstraint("subject_id", "record_id", "recorded_at")]
    op.rename_table("publication", "publication_before")
    op.create_table(
        "publication",
        sa.Column("subject_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("record_id", _BIG, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("basis_id", sa.Integer(), nullable=True),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("first_shown_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("retired_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'shown' OR (basis_id IS NOT NULL AND shown_from IS NOT NULL)", name="shown_on_a_basis"
        ),
        *in_bulk("record_id", "record.id"),
        *in_bulk("basis_id", "basis.id"),
        *key,
        sqlite_with_rowid=False,
    )
    op.execute(f"""INSERT INTO publication ({_OUTCOME}, basis_id)
      SELECT {_OUTCOME}, (SELECT id FROM basis WHERE said = p.basis) FROM publication_before p""")
    op.drop_table("publication_before")
    if on_a_server:
        index_by_record()
        op.create_index("publication_subject", "publication", ["subject_id"])
