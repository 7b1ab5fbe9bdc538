"""The tables of subjects and their names: what registrations, or a valid code alone, make known."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from registry.store.columns import id_column, instant, reference


class Subject(SQLModel, table=True):
    """信用主体: whom records are about. `provisional` = a valid code that the register did not deliver."""

    __table_args__ = (
        Index("subject_organisation_code", "organisation_code"),
        Index("subject_registration_number", "registration_number"),
    )

    id: int | None = Field(default=None, sa_column=id_column())
    uscc: str = Field(unique=True, index=True)
    organisation_code: str | None = None
    registration_number: str | None = None
    category: str
    name: str
    status: str | None = None
    county_code: str | None = None
    kind: str | None = None
    registrar: str | None = None
    established_on: date | None = None
    address: str | None = None
    legal_representative: str | None = None  # restricted: linking and the subject's own report only
    provisional: bool = False
    approved_on: date | None = None  # of the registration these values are from
    recorded_at: datetime = Field(sa_column=instant())


class SubjectName(SQLModel, table=True):
    """A name a subject bears or bore; `normal` is its normal form, `until` is exclusive, open if null."""

    __tablename__ = "subject_name"
    __table_args__ = (Index("subject_name_normal", "normal"),)

    subject_id: int = Field(sa_column=reference("subject.id", primary=True))
    normal: str = Field(primary_key=True)
    name: str
    since: date | None = None
    until: date | None = None
    recorded_at: datetime = Field(sa_column=instant())


class KnownName(SQLModel, table=True):
    """A name in normal form that some subject bears or once bore; `registry.store.candidates` finds it."""

    __tablename__ = "known_name"

    id: int | None = Field(default=None, sa_column=id_column())
    normal: str = Field(unique=True)


class AliasWord(SQLModel, table=True):
    """A word of an alias (外文名称): a name in Latin script that a subject was registered with, to find it by."""

    __tablename__ = "alias_word"
    __table_args__ = (Index("alias_word_alias", "alias"), {"sqlite_with_rowid": False})

    word: str = Field(primary_key=True)
    alias: str = Field(primary_key=True)
    subject_id: int = Field(sa_column=reference("subject.id", primary=True))


class NamePlace(SQLModel, table=True):
    """The numbers 1, 2, 3 …: where in a name a bigram may begin."""

    __tablename__ = "name_place"

    at: int = Field(primary_key=True)
