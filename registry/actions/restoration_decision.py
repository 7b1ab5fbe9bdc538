"""The decision of a case of restoration, put together for the subject to keep."""

from sqlmodel import Session

from registry.actions import cases
from registry.actions.people import acting
from registry.cases.restoration import Applied, FalseConfirmed, Granted, version_on
from registry.documents.figures import Title
from registry.documents.restoration_decision import RestorationDecision
from registry.errors import CaseRefused
from registry.rulebook import Rulebook
from registry.store import ledger, outcomes, own_records, review
from registry.store.reading import is_demo
from registry.vocabulary import Role, SourceKind

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)


def restoration_decision(session: Session, key: str | None, number: int, book: Rulebook) -> RestorationDecision:
    """What the decision of this case says.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        CaseRefused: there is no such case, nothing was restored in it, or that was undone.
        RuleNotWritten: the law does not say what a restoration brings about.
    """
    acting(session, key, *_SEEN_BY)
    case = cases.required(session, number)
    granted, record_id = case.last(Granted), case.record_id
    if granted is None or record_id is None or case.last(FalseConfirmed):
        raise CaseRefused(
            f"{number} 号办理没有有效的修复决定。", f"case {number} has no decision of restoration that stands."
        )
    applied = case.the(Applied)
    terms = version_on(cases.law_here(session, book), applied.day).terms["result"]
    record = own_records.told(session, record_id)
    subject = review.subjects(session, [case.subject_id])[case.subject_id]
    event = next(taken.event for taken in case.steps if taken.step is granted)
    (told,) = ledger.events(session, after=event - 1, limit=1)
    return RestorationDecision(
        document=granted.document,
        decided_on=granted.day,
        authority=granted.authority,
        subject=subject.name,
        code=subject.uscc,
        kind=SourceKind(record["source"]).zh,
        title=record["title"],
        restored=record["document"],
        restored_on=record["decided_on"],
        recognised_by="、".join(outcomes.bodies_of(session, record_id)),
        applied_on=applied.day,
        reason=granted.reason,
        results=tuple(Title(said.zh, said.en) for said in terms.items),
        instrument=terms.basis.name,
        number=terms.basis.number,
        article=terms.basis.article,
        case=number,
        hash=told.hash,
        demo=is_demo(session),
    )
