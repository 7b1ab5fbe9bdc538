"""On a server, names by the bigrams of their normal form, as in SQLite; no longer by their single characters

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_BIGRAMS = """
CREATE FUNCTION name_bigrams(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  bigrams text[];
  low text := lower(name);
BEGIN
  FOR place IN 1 .. length(low) - 1 LOOP
    bigrams[place] := substr(low, place, 2);
  END LOOP;
  RETURN bigrams;
END $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(_BIGRAMS)
    op.execute("DROP INDEX known_name_characters")
    op.execute(
        "CREATE INDEX known_name_bigrams ON known_name USING gin (name_bigrams(normal)) "
        "WITH (gin_pending_list_limit = 1024)"
    )
