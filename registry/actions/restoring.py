"""Restoration (信用修复): what its steps bring about."""

from datetime import date

from sqlmodel import Session

from registry.actions import concerning
from registry.actions.case_events import append, case_of
from registry.actions.effects import About, Did, Effect
from registry.actions.republish import republish
from registry.actions.withdrawing import withdraw
from registry.cases import Law, Step, is_closed, restoration
from registry.cases.restoration import Accepted, Applied, DisplayEnded, FalseConfirmed, Granted, Refused, consequence
from registry.errors import CaseRefused, NotYet
from registry.names import normal_form
from registry.rulebook import Rulebook, explain, restorable_from
from registry.store import case_files, outcomes, withdrawals
from registry.vocabulary import Procedure, Withdrawn


def _record(session: Session, step: Step) -> tuple[int, int]:
    assert isinstance(step, Applied)  # noqa: S101
    subject_id, record_id = concerning.record(session, step.record)
    if outcomes.last_shown(session, record_id) is None:
        raise CaseRefused(
            f"记录 {record_id} 未曾公示，无可修复。",
            f"record {record_id} was never shown: there is nothing to restore.",
        )
    for filed, events in case_files.of_record(session, record_id, Procedure.RESTORATION.value):
        case = case_of(filed, events)
        if not is_closed(case):
            raise CaseRefused(
                f"该记录已有 {case.number} 号修复办理。", f"case {case.number} is about its restoration already."
            )
    return subject_id, record_id


def _accept(session: Session, did: Did) -> None:
    """What is complete is accepted, but not before the law lets anybody apply."""
    _require_day(session, did)


def _grant(session: Session, did: Did) -> None:
    """The body that recognised the wrong has decided: display ends at once, and the feed says so."""
    _require_day(session, did)
    _require_entitled(session, did, did.case.the(Granted).authority)
    withdraw(session, did, Withdrawn.RESTORED)
    append(session, did.case.number, DisplayEnded(on=did.today), by=None, now=did.now)


def _refuse(session: Session, did: Did) -> None:
    """Nothing changes; a body that is named must be the one that recognised the wrong."""
    if (authority := did.case.the(Refused).authority) is not None:
        _require_entitled(session, did, authority)


def _require_entitled(session: Session, did: Did, authority: str) -> None:
    bodies = outcomes.bodies_of(session, did.record)
    if normal_form(authority) not in map(normal_form, bodies):
        raise CaseRefused(
            f"谁认定、谁修复：应由{'或'.join(bodies)}作出决定。",
            f"who recognised the wrong decides: {' or '.join(bodies)}.",
        )


def _undo(session: Session, did: Did) -> None:
    """The papers were false: what was restored is shown again, as far and as long as the law lets it."""
    granted = next(taken.event for taken in did.case.steps if isinstance(taken.step, Granted))
    withdrawals.lift_all(session, granted, event_id=did.event.id, now=did.now)
    republish(session, [did.record], did.law.book, on=did.today, now=did.now)
    append(session, did.case.number, consequence(did.case, did.law, did.today), by=None, now=did.now)


def _require_day(session: Session, did: Did) -> None:
    """Refuse before the earliest day for this record.

    Raises:
        NotYet: it has not come, or false papers bar the subject.
        CaseRefused: the law knows no restoration of it, or no such day.
    """
    bar = barred_until(session, did.case.subject_id, did.law)
    if bar is not None and did.today < bar:
        raise NotYet(
            f"此前的修复材料虚假，{bar} 前不予修复。",
            f"earlier papers were false: nothing is restored before {bar}.",
            since=bar,
        )
    since = earliest(session, did.record, did.case.the(Applied), did.law.book)
    if since is None:
        raise CaseRefused(
            "规则库没有该记录可以申请修复的日期，须先核实签认；不予受理或不予修复的，请说明理由。",
            "the rulebook knows no day for restoring it: verify and sign that first, or refuse with reasons.",
        )
    if did.today < since:
        raise NotYet(f"可于 {since} 起申请修复。", f"it can be restored from {since} on.", since=since)


def barred_until(session: Session, subject_id: int, law: Law) -> date | None:
    """The first day on which anything of a subject can be restored again after false papers; null where none bar it."""
    filed = case_files.of_subject(session, subject_id, Procedure.RESTORATION.value)
    return max((day for case in filed if (day := restoration.barred_until(case_of(*case), law))), default=None)


def earliest(session: Session, record_id: int, applied: Applied, book: Rulebook) -> date | None:
    """The first day on which a record can be restored as it was applied for; null where the law knows none.

    Raises:
        CaseRefused: the application names a field that the law does not know.
    """
    shown = outcomes.last_shown(session, record_id)
    assert shown is not None  # noqa: S101  (asked when it was applied for)
    law = explain(book, shown.basis).restoration
    if law and applied.domain and applied.domain not in law.min_months_in:
        raise CaseRefused(
            f"该规则没有领域 {applied.domain} 的特别期限。可填：{'、'.join(law.min_months_in) or '无'}。",
            f"that rule has no period of its own for {applied.domain}: {', '.join(law.min_months_in) or 'none'}.",
        )
    return restorable_from(
        book, shown.basis, shown.decided_on, shown.shown_from, domain=applied.domain, corrected_on=applied.corrected_on
    )


OPENED: dict[type[Step], About] = {Applied: _record}
EFFECTS: dict[type[Step], Effect] = {Accepted: _accept, Granted: _grant, Refused: _refuse, FalseConfirmed: _undo}
