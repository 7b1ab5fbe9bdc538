"""Names that wait without a code, which of them are like each other, and of which name the other record of an answer is

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from registry.names import normal_form
from registry.store.migrations.references import in_bulk

revision = "0015"
down_revision = "0014"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waiting_name",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("normal", sa.String(), nullable=False),
        sa.Column("cluster", _BIG, nullable=False),
        sa.Column("askable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("normal"),
    )
    op.create_index("waiting_name_cluster", "waiting_name", ["cluster"])
    asked = sa.text("askable")
    op.create_index("waiting_name_askable", "waiting_name", ["cluster"], sqlite_where=asked, postgresql_where=asked)
    op.create_table(
        "like_name",
        sa.Column("one_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("other_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        *in_bulk("one_id", "waiting_name.id"),
        *in_bulk("other_id", "waiting_name.id"),
        sa.PrimaryKeyConstraint("one_id", "other_id"),
        sqlite_with_rowid=False,
    )
    op.add_column("unlinked", sa.Column("name_id", _BIG, nullable=True))
    op.create_index("unlinked_name", "unlinked", ["name_id"])
    op.add_column("judgement", sa.Column("other_normal", sa.String(), nullable=True))
    connection = op.get_bind()
    others = connection.execute(
        sa.text("SELECT DISTINCT r.id, r.name FROM judgement j JOIN record r ON r.id = j.other_id")
    ).all()
    for record, name in others:
        connection.execute(
            sa.text("UPDATE judgement SET other_normal = :normal WHERE other_id = :record"),
            {"normal": normal_form(name), "record": record},
        )
