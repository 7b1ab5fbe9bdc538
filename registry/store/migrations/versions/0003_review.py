"""Judgements on whom records are about, and what befell subjects

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("record_id", _BIG, nullable=False),
        sa.Column("subject_id", _BIG, nullable=True),
        sa.Column("other_id", _BIG, nullable=True),
        sa.Column("normal", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_by", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["record.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["undone_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id", "record_id"),
    )
    op.create_index("judgement_record", "judgement", ["record_id"])
    op.create_index("judgement_subject", "judgement", ["subject_id", "normal"])
    op.create_index("judgement_other", "judgement", ["other_id"])
    op.create_table(
        "subject_event",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("befell_on", sa.Date(), nullable=False),
        sa.Column("other_id", _BIG, nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("proposed_by", _BIG, nullable=False),
        sa.Column("confirmed_by", _BIG, nullable=True),
        sa.Column("undone_by", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["proposed_by"], ["event.id"]),
        sa.ForeignKeyConstraint(["confirmed_by"], ["event.id"]),
        sa.ForeignKeyConstraint(["undone_by"], ["event.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("subject_event_subject", "subject_event", ["subject_id"])
    op.create_index("subject_event_other", "subject_event", ["other_id"])
    op.create_table(
        "subject_redirect",
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("target_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["subject.id"]),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "target_id"),
    )
    op.add_column("link", sa.Column("retired_by", _BIG, nullable=True))
    op.create_index(
        "link_review",
        "link",
        ["subject_id"],
        sqlite_where=sa.text("state = 'review' AND retired_at IS NULL"),
        postgresql_where=sa.text("state = 'review' AND retired_at IS NULL"),
    )
