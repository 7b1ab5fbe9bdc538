"""The tables of people and of the ledger (台账): who may act, and what was done; an event is never changed."""

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from registry.store.columns import BIG, id_column, instant, reference


class Person(SQLModel, table=True):
    """人员: somebody of the office who acts with a key; `roles` are joined by `;`."""

    id: int | None = Field(default=None, sa_column=id_column())
    name: str = Field(unique=True)
    roles: str
    recorded_at: datetime = Field(sa_column=instant())
    disabled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class AccessKey(SQLModel, table=True):
    """密钥: `id` is its public part, by which it is found; of its secret only the Argon2 hash is kept."""

    __tablename__ = "access_key"

    id: str = Field(primary_key=True)
    person_id: int = Field(sa_column=reference("person.id"))
    hash: str
    recorded_at: datetime = Field(sa_column=instant())
    retired_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Event(SQLModel, table=True):
    """One line of the ledger: who did what about which object, when, on which document, for what reason.

    `about` names the object as `kind:id`; `person_id` is null for what the registry did by itself; `payload` is JSON;
    `personal` digests the personal values that stand in `EventValues`; `previous` is the hash of the event before.
    """

    __table_args__ = (Index("event_about", "about"),)

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    recorded_at: datetime = Field(sa_column=instant())
    kind: str
    about: str
    person_id: int | None = Field(default=None, sa_column=reference("person.id", nullable=True))
    document: str | None = None
    reason: str | None = None
    payload: str = Field(sa_column=Column(Text, nullable=False))
    personal: str | None = None
    previous: str
    hash: str


class EventValues(SQLModel, table=True):
    """Personal values of an event, outside the chain, with the salt of their digest: both can be erased together."""

    __tablename__ = "event_values"

    event_id: int = Field(sa_column=reference("event.id", primary=True))
    salt: str
    told: str = Field(sa_column=Column(Text, nullable=False))


class LedgerHead(SQLModel, table=True):
    """The newest event: who appends takes this row first, so that events come one after the other.

    `recorded_at` is the newest instant at which anything was recorded here, in bulk as well.
    """

    __tablename__ = "ledger_head"

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))  # always 1
    event_id: int = Field(sa_column=Column(BIG, nullable=False))
    hash: str
    recorded_at: datetime = Field(sa_column=instant())
