"""Bankruptcy (破产重整、和解): what stands against a subject is shielded while the plan is carried out."""

from datetime import datetime

import polars as pl
from sqlmodel import Session

from registry.actions.case_events import case_of
from registry.actions.concerning import organisation
from registry.actions.effects import About, Did, Effect
from registry.actions.naming import NEGATIVE
from registry.actions.republish import republish
from registry.cases import Case, Step
from registry.cases.bankruptcy import Ended, EndProposed, Shielded, ShieldingProposed, shields_until
from registry.store import case_files, outcomes, withdrawals
from registry.store.bulk import Bulk
from registry.vocabulary import Procedure, Withdrawn


def _subject(session: Session, step: Step) -> tuple[int, None]:
    assert isinstance(step, ShieldingProposed)  # noqa: S101
    return organisation(session, step.code), None


def _shield(session: Session, did: Did) -> None:
    """What was decided against the subject up to the ruling is shown no more, for the time."""
    ruling = did.case.the(ShieldingProposed)
    against = outcomes.decided_until(session, did.case.subject_id, NEGATIVE, ruling.day)
    withdrawals.withdraw(session, against, Withdrawn.SHIELDED, event_id=did.event.id, now=did.now)


def shield_again(session: Session, subject_id: int, now: datetime) -> None:
    """Shield what a step of another case would show of a shielded subject, decided up to the ruling."""
    for filed, events in case_files.of_subject(session, subject_id, Procedure.BANKRUPTCY):
        case = case_of(filed, events)
        if (until := shields_until(case)) is not None:
            against = outcomes.decided_until(session, subject_id, NEGATIVE, until)
            withdrawals.withdraw(session, against, Withdrawn.SHIELDED, event_id=_shielded_by(case), now=now)


def shield_arrived(work: Bulk, now: datetime) -> None:
    """Shield what has been published since about shielded subjects, decided up to the ruling, in the publishing run."""
    for filed, events in case_files.in_bulk(work, Procedure.BANKRUPTCY):
        case = case_of(filed, events)
        if (until := shields_until(case)) is not None:
            arrived = outcomes.decided_until_in_bulk(work, case.subject_id, NEGATIVE, until).with_columns(
                pl.lit(_shielded_by(case)).alias("event_id"), pl.lit(None, dtype=pl.Int64).alias("by_record_id")
            )
            withdrawals.withdraw_many(work, arrived, Withdrawn.SHIELDED, now)


def _shielded_by(case: Case) -> int:
    """The event by which a subject was shielded."""
    return next(taken.event for taken in case.steps if isinstance(taken.step, Shielded))


def _end(session: Session, did: Did) -> None:
    """If the plan failed, what was shielded is shown again, as far as the law lets it; else it stays shielded."""
    if did.case.the(EndProposed).outcome != "failed":
        return
    records = withdrawals.withdrawn_by(session, _shielded_by(did.case))
    withdrawals.lift(session, records, Withdrawn.SHIELDED, event_id=did.event.id, now=did.now)
    republish(session, records, did.law.book, on=did.today, now=did.now)


OPENED: dict[type[Step], About] = {ShieldingProposed: _subject}
EFFECTS: dict[type[Step], Effect] = {Shielded: _shield, Ended: _end}
