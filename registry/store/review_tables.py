"""The tables of review: names that wait, what people answered about whom a record is about, what befell a subject."""

from datetime import date, datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from registry.store.columns import BIG, id_column, instant, reference

_ASKABLE = text("askable")


class WaitingName(SQLModel, table=True):
    """A name in normal form under which records of organisations wait for a subject; gone once none does.

    `cluster` is the id of the first name of its cluster (名称簇), its own if it is alone; `askable` if several bodies
    delivered the cluster or a subject bears one of its names. Derived (`registry.actions.gathering`).
    """

    __tablename__ = "waiting_name"
    __table_args__ = (
        Index("waiting_name_cluster", "cluster"),
        Index("waiting_name_askable", "cluster", sqlite_where=_ASKABLE, postgresql_where=_ASKABLE),
    )

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    normal: str = Field(unique=True)
    cluster: int = Field(sa_column=Column(BIG, nullable=False))
    askable: bool


class LikeName(SQLModel, table=True):
    """Two waiting names that may be one subject's: `one_id` < `other_id`; `likeness` is their score in thousandths."""

    __tablename__ = "like_name"
    __table_args__ = ({"sqlite_with_rowid": False},)

    one_id: int = Field(sa_column=reference("waiting_name.id", primary=True))
    other_id: int = Field(sa_column=reference("waiting_name.id", primary=True))
    likeness: int


class Judgement(SQLModel, table=True):
    """判定: one person's answer about a record and a subject, or about two records; it stands until undone.

    `normal` is the normal form of the record's name: an answer `different` bars that name from that subject, an answer
    `same` makes it an alias that later suggestions rank by. `other_normal` is that of the other record's name: names
    held to be different are not put together again. `event_id` is its event in the ledger.
    """

    __table_args__ = (
        Index("judgement_record", "record_id"),
        Index("judgement_subject", "subject_id", "normal"),
        Index("judgement_other", "other_id"),
    )

    event_id: int = Field(sa_column=reference("event.id", primary=True))
    record_id: int = Field(sa_column=reference("record.id", primary=True))
    subject_id: int | None = Field(default=None, sa_column=reference("subject.id", nullable=True))
    other_id: int | None = Field(default=None, sa_column=reference("record.id", nullable=True))
    normal: str
    other_normal: str | None = None
    answer: str
    person_id: int = Field(sa_column=reference("person.id"))
    role: str
    recorded_at: datetime = Field(sa_column=instant())
    undone_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))


class SubjectRedirect(SQLModel, table=True):
    """Which subject another one leads to since its code was replaced, or did until that was undone (not `current`).

    Derived from the events. What once led somewhere stays, since outcomes were written there.
    """

    __tablename__ = "subject_redirect"

    subject_id: int = Field(sa_column=reference("subject.id", primary=True))
    target_id: int = Field(sa_column=reference("subject.id", primary=True))
    current: bool


class SubjectEvent(SQLModel, table=True):
    """主体变动: what befell a subject on a day, attested by a document; a later event tells more, none is edited.

    `other_id` is the subject that came of it: the absorbing company, a company split off, or the same subject under its
    new code. `proposed_by` and `confirmed_by` are events of the ledger by two people; it counts once confirmed.
    """

    __tablename__ = "subject_event"
    __table_args__ = (Index("subject_event_subject", "subject_id"), Index("subject_event_other", "other_id"))

    id: int | None = Field(default=None, sa_column=id_column())
    subject_id: int = Field(sa_column=reference("subject.id"))
    kind: str
    befell_on: date
    other_id: int | None = Field(default=None, sa_column=reference("subject.id", nullable=True))
    document: str
    proposed_by: int = Field(sa_column=reference("event.id"))
    confirmed_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
    undone_by: int | None = Field(default=None, sa_column=reference("event.id", nullable=True))
