"""The index of names: known names, their bigrams, how many names have each; and of names in Latin script, their words

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LONGEST = 400


def upgrade() -> None:
    op.create_table(
        "known_name",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("normal", sa.String(), nullable=False),
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
    for statement in (
        """CREATE VIRTUAL TABLE name_gram USING fts5(
             grams, content='', detail=none, tokenize="ascii tokenchars '()&-./+'")""",
        "CREATE VIRTUAL TABLE name_gram_count USING fts5vocab('name_gram', 'row')",
        "INSERT INTO known_name (normal) SELECT DISTINCT normal FROM subject_name",
        """INSERT INTO name_gram (rowid, grams)
           SELECT k.id, (SELECT group_concat(substr(k.normal, p.at, 2), ' ')
                         FROM name_place p WHERE p.at < length(k.normal))
           FROM known_name k WHERE length(k.normal) > 1 ORDER BY k.id""",
    ):
        op.execute(sa.text(statement))
