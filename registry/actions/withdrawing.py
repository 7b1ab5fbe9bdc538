"""Withdrawing a decision that a case is about: the record, and at once whatever version of it came after."""

from sqlmodel import Session

from registry.actions.effects import Did
from registry.actions.known_keys import know_otherwise
from registry.actions.republish import republish
from registry.store import versions, withdrawals
from registry.vocabulary import Withdrawn


def withdraw(session: Session, did: Did, reason: Withdrawn, *, replaced_by: int | None = None) -> None:
    """End what is public of the record of a case, in favour of one that corrects it if there is one; a later version,
    or the same decision identified otherwise, is held until people say what it is."""
    about = [did.record]
    know_otherwise(session, did.record, did.case.subject_id, did.now)
    withdrawals.withdraw(session, about, reason, event_id=did.event.id, now=did.now, replaced_by=replaced_by)
    republish(session, versions.later_than(session, did.record), did.law.book, on=did.today, now=did.now)
