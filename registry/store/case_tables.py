"""The table of cases: which there are and what they are about. What was done in a case stands in the ledger."""

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from registry.store.columns import BIG, reference


class CaseFile(SQLModel, table=True):
    """办理卷宗: a case as the ledger opened it, so that it is found by its subject or its record.

    `record_id` is the record it is about, or the one that it made; null while there is none.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("case_file_subject", "subject_id"),
        Index("case_file_record", "record_id", "procedure"),
    )

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    procedure: str
    subject_id: int = Field(sa_column=reference("subject.id"))
    record_id: int | None = Field(default=None, sa_column=reference("record.id", nullable=True))
    opened_by: int = Field(sa_column=reference("event.id"))
