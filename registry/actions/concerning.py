"""Whom or what a case is about."""

from sqlmodel import Session

from registry.errors import CaseRefused
from registry.store import outcomes, review, versions


def organisation(session: Session, code: str) -> int:
    """The organisation with this unified code.

    Raises:
        CaseRefused: the register has none.
    """
    found = review.subject_with(session, code.strip().upper())
    if found is None:
        raise CaseRefused("登记库中没有使用此代码的组织。", "no organisation of the register has this code.", code=code)
    return found.id


def record(session: Session, record_id: int) -> tuple[int, int]:
    """The subject of a record, and the record, or the newest one that corrects it.

    Raises:
        CaseRefused: there is no such record, or it is linked to nobody.
    """
    subject_id = outcomes.subject_of(session, record_id)
    if subject_id is None:
        raise CaseRefused(
            f"没有编号为 {record_id} 的记录，或者尚未关联到主体。",
            f"there is no record {record_id}, or it has no subject yet.",
            record=record_id,
        )
    return subject_id, versions.current(session, record_id)
