"""The table of what people held about versions of decisions."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from registry.store.columns import instant, reference

_STANDS = text("undone_by IS NULL")


class VersionRuling(SQLModel, table=True):
    """版本认定: until undone, a record is the `same` decision as an earlier version, a `new` one, or `replaces` it.

    `event_id` is the event of the ledger by which a second person confirmed it.
    """

    __tablename__ = "version_ruling"
    __table_args__ = (
        Index(
            "version_ruling_stands",
            "record_id",
            "earlier_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        {"sqlite_with_rowid": False},
    )

    event_id: int = Field(sa_column=reference("event.id", primary=True))
    record_id: int = Field(sa_column=reference("record.id", primary=True))
    earlier_id: int = Field(sa_column=reference("record.id", primary=True))
    answer: str
    recorded_at: datetime = Field(sa_column=instant())
    undone_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
