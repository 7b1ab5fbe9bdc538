"""On a server, records by the month in which they were taken in; what is here already stays before the first month

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_FIRST = 200001_000000000  # ids of January 2000, before which no record has a month
_REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND confrelid = 'record'::regclass"""
_BEFORE = """
ALTER TABLE record RENAME TO record_before;
ALTER INDEX record_pkey RENAME TO record_before_pkey;
ALTER INDEX record_delivery RENAME TO record_before_delivery;
CREATE TABLE record (LIKE record_before INCLUDING DEFAULTS) PARTITION BY RANGE (id);
ALTER TABLE record ADD PRIMARY KEY (id);
CREATE INDEX record_delivery ON record (delivery_id);
ALTER SEQUENCE record_id_seq OWNED BY record.id;
ALTER TABLE record ATTACH PARTITION record_before FOR VALUES FROM (MINVALUE) TO ({first})"""
# attached and not made as a partition: so nobody who reads has to wait
_MONTH = """
CREATE FUNCTION record_month(now bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  month timestamp := date_trunc('month', to_timestamp(now / 1000) AT TIME ZONE 'UTC' + interval '8 hours');
  named text := to_char(month, 'YYYYMM');
  following text := to_char(month + interval '1 month', 'YYYYMM');
  part text := 'record_' || named;
BEGIN
  IF to_regclass(part) IS NULL THEN
    EXECUTE format('CREATE TABLE %I (LIKE record INCLUDING ALL)', part);
    EXECUTE format('ALTER TABLE record ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
      part, CAST(named AS bigint) * 1000000000, CAST(following AS bigint) * 1000000000);
  END IF;
  RETURN CAST(named AS bigint) * 1000000000 + 1;
END $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    references = op.get_bind().execute(sa.text(_REFERENCES)).all()
    for table, name, _ in references:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for statement in _BEFORE.format(first=_FIRST).split(";"):
        op.execute(statement)
    for table, name, definition in references:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    op.execute(_MONTH)
    op.execute("ANALYZE record")
