"""The index of names: known names, their bigrams, how many names have each

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
    for statement in (
        """CREATE VIRTUAL TABLE name_gram USING fts5(
             grams, content='', detail=none, tokenize="ascii tokenchars '()&-./+'")""",
        "CREATE VIRTUAL TABLE name_gram_count USING fts5vocab('name_gram', 'row')",
        """CREATE TRIGGER known_name_indexed AFTER INSERT ON known_name WHEN length(NEW.normal) > 1 BEGIN
             INSERT INTO name_gram (rowid, grams)
             SELECT NEW.id, group_concat(substr(NEW.normal, p.at, 2), ' ')
             FROM name_place p WHERE p.at < length(NEW.normal);
           END""",
        "INSERT INTO known_name (normal) SELECT DISTINCT normal FROM subject_name",
    ):
        op.execute(sa.text(statement))
