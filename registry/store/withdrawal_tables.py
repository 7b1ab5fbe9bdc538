"""The tables of what must not be shown, and of what those who keep copies are told of it."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from registry.store.columns import BIG, Instant, id_column, instant, reference

_STANDS = text("lifted_at IS NULL")


class Withdrawal(SQLModel, table=True):
    """终止公示: a record that must not be shown, whatever is delivered later; it stands until it is lifted.

    Its cause is an event of the ledger, or a delivered restoration (`by_record_id`). Each cause stands by itself: what
    one of them is lifted for leaves the others.
    """

    __table_args__ = (
        Index(
            "withdrawal_stands",
            "record_id",
            "reason",
            text("coalesce(event_id, 0)"),
            text("coalesce(by_record_id, 0)"),
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        {"sqlite_with_rowid": False},
    )

    record_id: int = Field(sa_column=reference("record.id", primary=True))
    reason: str = Field(primary_key=True)
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True))
    event_id: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
    by_record_id: int | None = Field(default=None, sa_column=reference("record.id", nullable=True))
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))


class Recall(SQLModel, table=True):
    """A delivery taken back because it was sent by mistake, until that is undone (`lifted_at`)."""

    __table_args__ = (
        Index("recall_stands", "delivery_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    delivery_id: int = Field(sa_column=reference("delivery.id", primary=True))
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True))
    reason: str
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))


class PublicChange(SQLModel, table=True):
    """变更: what became of the items of the records `first_id` to `last_id`, in the order in which it happened.

    Of added ones only those are meant that are public when it is read, so that a row is enough for a whole batch.
    `reason` is the class of reason of a withdrawal; `replaced_by` the version that takes a corrected item's place.
    """

    __tablename__ = "public_change"

    id: int | None = Field(default=None, sa_column=id_column())
    kind: str
    first_id: int = Field(sa_column=Column(BIG, nullable=False))
    last_id: int = Field(sa_column=Column(BIG, nullable=False))
    reason: str | None = None
    replaced_by: int | None = Field(default=None, sa_column=Column(BIG, nullable=True))
    recorded_at: datetime = Field(sa_column=instant())


class RestorationTarget(SQLModel, table=True):
    """A key that the decision restored by a delivered restoration may have, whether or not it has arrived.

    `met` says what was found under the keys of this restoration: `done`, if its body could restore it; `another`, if
    all was another body's; null while there was nothing.
    """

    __tablename__ = "restoration_target"
    __table_args__ = (Index("restoration_target_record", "record_id"), {"sqlite_with_rowid": False})

    key: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    record_id: int = Field(sa_column=reference("record.id", primary=True))
    met: str | None = None


class Acknowledgement(SQLModel, table=True):
    """That a consumer of the feed, known by a key, has acted on every change up to this one."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    person_id: int = Field(sa_column=reference("person.id", primary=True))
    change_id: int = Field(sa_column=reference("public_change.id", primary=True))
    recorded_at: datetime = Field(sa_column=instant())


class Hiding(SQLModel, table=True):
    """应急停止展示: a list (`list:CODE`) or a record (`record:ID`) that is kept out of every output, new entries too.

    Its number is that of the event by which it was hidden; `asked_by` that by which a first person asked to show it
    again.
    """

    __table_args__ = (Index("hiding_stands", "what", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),)

    event_id: int = Field(sa_column=reference("event.id", primary=True))
    what: str
    recorded_at: datetime = Field(sa_column=instant())
    asked_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
