"""The spine: deliveries, records, subjects, links, publications

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from registry.store.migrations.references import in_bulk, index_by_record

revision = "0001"
down_revision = None

_SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")  # by code point, as SQLite sorts


def upgrade() -> None:
    op.create_table(
        "body",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("delimiter", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.String(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("feedback", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("delivery_content", ["sha256", "sheet", "source"], unique=True)

    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uscc", sa.String(), nullable=False),
        sa.Column("organisation_code", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("county_code", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("registrar", sa.String(), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("legal_representative", sa.String(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subject_uscc"), ["uscc"], unique=True)
        batch_op.create_index("subject_organisation_code", ["organisation_code"], unique=False)
        batch_op.create_index("subject_registration_number", ["registration_number"], unique=False)

    op.create_table(
        "recall",
        sa.Column(
            "delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("uscc", sa.String(), nullable=True),
        sa.Column("organisation_code", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("legal_representative", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("classes", sa.String(), nullable=True),
        sa.Column("procedure", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("county_code", sa.String(), nullable=True),
        sa.Column("fields", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("record_delivery", ["delivery_id"], unique=False)

    op.create_table(
        "rejection",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        sa.PrimaryKeyConstraint("delivery_id", "line"),
    )
    op.create_table(
        "subject_name",
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("normal", _SORTED, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *in_bulk("subject_id", "subject.id"),
        sa.PrimaryKeyConstraint("subject_id", "normal"),
    )
    with op.batch_alter_table("subject_name", schema=None) as batch_op:
        batch_op.create_index("subject_name_normal", ["normal"], unique=False)

    op.create_table(
        "tally",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("timeliness", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        sa.PrimaryKeyConstraint("delivery_id", "department_code", "county_code", "category", "outcome", "timeliness"),
    )
    op.create_table(
        "link",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        *in_bulk("record_id", "record.id"),
        *in_bulk("subject_id", "subject.id"),
        sa.PrimaryKeyConstraint("record_id", "recorded_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provenance",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("delivery_id", "line"),
    )
    op.create_table(
        "publication",
        sa.Column(
            "subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("first_shown_on", sa.Date(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_because", sa.String(), nullable=True),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("subject_id", "record_id", "recorded_at"),
        sqlite_with_rowid=False,
    )
    index_by_record()
    op.create_table(
        "fresh",
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        *in_bulk("delivery_id", "delivery.id"),
        *in_bulk("first_id", "record.id"),
        sa.PrimaryKeyConstraint("first_id", "delivery_id"),
    )
    op.create_table(
        "record_key",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("content", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("key", "content"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unjudged",
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "unlinked",
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "version",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earlier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *in_bulk("earlier_id", "record.id"),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("record_id", "earlier_id"),
    )
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_version_earlier_id"), ["earlier_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        *in_bulk("record_id", "record.id"),
        sa.PrimaryKeyConstraint("record_id"),
    )
