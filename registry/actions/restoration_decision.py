"""The decision of a case of restoration, put together for the subject to keep."""

from datetime import date

from sqlmodel import Session

from registry.actions import cases
from registry.actions.people import acting
from registry.actions.restoring import barred_until, earliest
from registry.cases import Case, Law
from registry.cases.restoration import RESTORATION, Applied, FalseConfirmed, Granted, NotAccepted, Refused, version_on
from registry.documents.figures import Title
from registry.documents.restoration_decision import Answer, RestorationDecision
from registry.errors import CaseRefused, RuleNotWritten
from registry.rulebook import Rulebook
from registry.store import ledger, outcomes, own_records, review
from registry.store.reading import is_demo
from registry.vocabulary import Role, SourceKind

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)
_ANSWERS: dict[type[Granted | Refused | NotAccepted], Answer] = {
    Granted: Answer.GRANTED,
    Refused: Answer.REFUSED,
    NotAccepted: Answer.NOT_ACCEPTED,
}


def restoration_decision(session: Session, key: str | None, number: int, book: Rulebook) -> RestorationDecision:
    """What the decision of this case says: granted, refused, or not examined.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        CaseRefused: there is no such case, nothing was decided in it, or that was undone.
        RuleNotWritten: the law does not say what a restoration brings about, or what can be done against a refusal.
    """
    acting(session, key, *_SEEN_BY)
    case = cases.required(session, number)
    decided, record_id = _decided(case), case.record_id
    if decided is None or record_id is None:
        raise CaseRefused(
            f"{number} 号办理没有有效的修复决定。", f"case {number} has no decision on a restoration that stands."
        )
    applied, law = case.the(Applied), cases.law_here(session, book)
    part = "result" if isinstance(decided, Granted) else "remedies"
    version = version_on(law, applied.day)
    terms = version.terms.get(part)
    if terms is None:
        raise RuleNotWritten(
            f"规则库的 procedures.{RESTORATION} 中没有 {part}。",
            f"the rulebook has no {part} in procedures.{RESTORATION} for that day.",
        )
    record = own_records.told(session, record_id)
    subject = review.subjects(session, [case.subject_id])[case.subject_id]
    event = next(taken.event for taken in case.steps if taken.step is decided)
    (told,) = ledger.events(session, after=event - 1, limit=1)
    return RestorationDecision(
        answer=_ANSWERS[type(decided)],
        document=decided.document,
        decided_on=decided.day,
        authority=decided.authority,
        subject=subject.name,
        code=subject.uscc,
        kind=SourceKind(record["source"]).zh,
        title=record["title"],
        restored=record["document"],
        restored_on=record["decided_on"],
        recognised_by="、".join(outcomes.bodies_of(session, record_id)),
        applied_on=applied.day,
        reason=decided.reason,
        again_from=_again_from(session, case, record_id, decided.day, law),
        results=tuple(Title(said.zh, said.en) for said in terms.items),
        instrument=terms.basis.name,
        number=terms.basis.number,
        article=terms.basis.article,
        signed=not law.unsigned(version.basis_of(f"procedures.{RESTORATION}", part)),
        case=number,
        hash=told.hash,
        demo=is_demo(session),
    )


def _decided(case: Case) -> Granted | Refused | NotAccepted | None:
    """The decision that stands."""
    granted = None if case.last(FalseConfirmed) else case.last(Granted)
    return granted or case.last(Refused) or case.last(NotAccepted)


def _again_from(session: Session, case: Case, record_id: int, decided_on: date, law: Law) -> date | None:
    """The first day on which it can be restored, if that came after the decision."""
    try:
        since = earliest(session, record_id, case.the(Applied), law.book)
    except CaseRefused:  # it was applied for in a field that the law does not know
        return None
    bar = barred_until(session, case.subject_id, law)
    return max((day for day in (since, bar) if since and day and day > decided_on), default=None)
