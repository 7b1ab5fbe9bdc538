"""The index of names: known names, their bigrams, how many names have each; and of names in Latin script, their words

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LONGEST = 400
_SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_SQLITE = (
    """CREATE VIRTUAL TABLE name_gram USING fts5(
         grams, content='', detail=none, tokenize="ascii tokenchars '()&-./+'")""",
    "CREATE VIRTUAL TABLE name_gram_count USING fts5vocab('name_gram', 'row')",
    """CREATE TRIGGER known_name_indexed AFTER INSERT ON known_name WHEN length(NEW.normal) > 1 BEGIN
         INSERT INTO name_gram (rowid, grams)
         SELECT NEW.id, group_concat(substr(NEW.normal, p.at, 2), ' ')
         FROM name_place p WHERE p.at < length(NEW.normal);
       END""",
)
# PostgreSQL finds names by their characters and counts bigrams in a table of its own
_POSTGRESQL = (
    """CREATE INDEX known_name_characters ON known_name USING gin (string_to_array(lower(normal), NULL) COLLATE "C")
         WITH (gin_pending_list_limit = 1024)""",
    """CREATE TABLE name_gram_count (term text COLLATE "C" PRIMARY KEY, doc bigint NOT NULL)""",
    """CREATE FUNCTION known_names_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO name_gram_count (term, doc)
         SELECT substr(lower(k.normal), p.at::int, 2), count(*)
         FROM new_names k JOIN name_place p ON p.at < length(k.normal) GROUP BY 1 ORDER BY 1
         ON CONFLICT (term) DO UPDATE SET doc = name_gram_count.doc + excluded.doc;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER known_name_counted AFTER INSERT ON known_name REFERENCING NEW TABLE AS new_names
       FOR EACH STATEMENT EXECUTE FUNCTION known_names_counted()""",
)


def upgrade() -> None:
    op.create_table(
        "known_name",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("normal", _SORTED, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("normal"),
    )
    place = op.create_table(
        "name_place",
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("at"),
    )
    op.bulk_insert(place, [{"at": at} for at in range(1, LONGEST)])
    op.create_table(
        "alias_word",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), sa.ForeignKey("subject.id"), nullable=False),
        sa.PrimaryKeyConstraint("word", "alias", "subject_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("alias_word_alias", "alias_word", ["alias"])
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(sa.text(statement))
    op.execute("INSERT INTO known_name (normal) SELECT DISTINCT normal FROM subject_name")
