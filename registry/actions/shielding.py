"""Bankruptcy (破产重整、和解): what stands against a subject is shielded while the plan is carried out."""

from sqlmodel import Session

from registry.actions.concerning import organisation
from registry.actions.effects import About, Did, Effect
from registry.actions.naming import NEGATIVE
from registry.actions.republish import republish
from registry.cases import Step
from registry.cases.bankruptcy import Ended, EndProposed, Shielded, ShieldingProposed
from registry.store import outcomes, withdrawals
from registry.vocabulary import Withdrawn


def _subject(session: Session, step: Step) -> tuple[int, None]:
    assert isinstance(step, ShieldingProposed)  # noqa: S101
    return organisation(session, step.code), None


def _shield(session: Session, did: Did) -> None:
    """What was decided against the subject up to the ruling is shown no more, for the time."""
    ruling = did.case.the(ShieldingProposed)
    against = outcomes.decided_until(session, did.case.subject_id, NEGATIVE, ruling.day)
    withdrawals.withdraw(session, against, Withdrawn.SHIELDED, event_id=did.event.id, now=did.now)


def _end(session: Session, did: Did) -> None:
    """If the plan failed, what was shielded is shown again, as far as the law lets it; else it stays shielded."""
    if did.case.the(EndProposed).outcome != "failed":
        return
    shielded = next(taken.event for taken in did.case.steps if isinstance(taken.step, Shielded))
    records = withdrawals.withdrawn_by(session, shielded)
    withdrawals.lift(session, records, Withdrawn.SHIELDED, event_id=did.event.id, now=did.now)
    republish(session, records, did.law.book, on=did.today, now=did.now)


OPENED: dict[type[Step], About] = {ShieldingProposed: _subject}
EFFECTS: dict[type[Step], Effect] = {Shielded: _shield, Ended: _end}
