"""What befalls a subject (主体变动): deregistration, merger, division, a replaced code; events with a day, never edits.

A maker enters an event from a document and another person, as checker, confirms it; until then it counts for nothing.
A subject whose code was replaced leads to the one under the new code: its records count there and its old address
redirects. It keeps its own id, names and links, so that undoing the event gives back what was.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from registry.actions.known_keys import keys_of, know_otherwise
from registry.actions.people import acting
from registry.errors import EventRefused, FourEyes
from registry.store import codes, ledger, own_records, restorations, review, subject_events
from registry.store.subject_events import Row
from registry.vocabulary import Befell, Role

_UNDO_ASKED = "subject_event_undo_asked"
_OTHER = {Befell.MERGED, Befell.DIVIDED, Befell.CODE_REPLACED}


@dataclass(frozen=True)
class Entered:
    """An event as entered: its number, and its event in the ledger; `complete` unless a second person must say so."""

    number: int
    event: int
    complete: bool = True


def propose(
    session: Session,
    key: str | None,
    code: str,
    kind: Befell,
    *,
    on: date,
    other: str | None,
    document: str,
    now: datetime,
) -> Entered:
    """Enter what befell the subject with this code; `other` is the code of the company that absorbed it, was split off
    from it, or of the same subject under its new code.

    Raises:
        KeyRefused, NotPermitted: `key` is no maker's.
        EventRefused: a code is unknown, the other one is missing or superfluous, or no document is named.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.MAKER)
    subject, target = _known(session, code), _known(session, other) if other else None
    if (target is None) == (kind in _OTHER) or target == subject:
        raise EventRefused(
            "合并、分立、换发代码须给出另一主体的代码，注销则不给。",
            "a merger, a division or a replaced code names the other subject's code, a deregistration none.",
        )
    if not document.strip():
        raise EventRefused("请给出依据文书。", "name the document that attests it.")
    if on > now.date():
        raise EventRefused("日期不得在将来。", "its day lies in the future.")
    payload = {"kind": kind.value, "on": on.isoformat(), "other": target}
    event = ledger.append(
        session, "subject_event_proposed", f"subject:{subject}", by=by.person_id, now=now, payload=payload,
        document=document.strip(),
    )  # fmt: skip
    number = subject_events.add(
        session, subject, kind.value, on=on, other_id=target, document=document.strip(), proposed_by=event.id
    )
    return Entered(number, event.id)


def confirm(session: Session, key: str | None, number: int, *, now: datetime) -> Entered:
    """Confirm an event that another person entered.

    Raises:
        KeyRefused, NotPermitted: `key` is no checker's.
        FourEyes: the one who entered it confirms it.
        EventRefused: it does not wait, or its subject already leads elsewhere, or back to itself.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.CHECKER)
    row = _required(session, number)
    if row.confirmed_by or row.undone_by:
        raise EventRefused(f"第 {number} 项变动不在待复核之列。", f"event {number} does not wait.", number=number)
    if row.proposer == by.person_id:
        raise FourEyes("录入人不得复核。", "who entered it cannot confirm it: another person checks.")
    if row.kind == Befell.CODE_REPLACED:
        _check_replacement(session, row)
    event = ledger.append(
        session, "subject_event_confirmed", f"subject:{row.subject_id}", by=by.person_id, now=now,
        payload={"number": number, "proposed": row.proposed_by}, document=row.document,
    )  # fmt: skip
    subject_events.mark(session, number, confirmed_by=event.id)
    if row.kind == Befell.CODE_REPLACED:
        subject_events.lead_again(session)
        restorations.act_again(session, now)
        for record_id in codes.withdrawn(session, row.subject_id):
            know_otherwise(session, record_id, row.subject_id, now)
        for later, earlier in codes.versions_across(session, row.subject_id):
            own_records.relate(session, later, earlier, now)
    return Entered(number, event.id)


def undo(session: Session, key: str | None, number: int, *, reason: str, now: datetime) -> Entered:
    """Take an event back that was entered by mistake: what was before stands again.

    One that waits is dropped by a checker. One that counts was held by two people, and two undo it: one says so, and it
    is undone once another person as checker says so too.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's nor a checker's, or of who decides, no checker's.
        FourEyes: the second person is the first one.
        EventRefused: there is no such event, or it was undone.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.MAKER, Role.CHECKER)
    row = _required(session, number)
    if row.undone_by:
        raise EventRefused(f"第 {number} 项变动已撤销。", f"event {number} was undone.", number=number)
    asked = _asked_to_undo(session, row)
    if row.confirmed_by and asked is None:
        event = ledger.append(
            session, _UNDO_ASKED, f"subject:{row.subject_id}", by=by.person_id, now=now,
            payload={"number": number}, reason=reason,
        )  # fmt: skip
        return Entered(number, event.id, complete=False)
    acting(session, key, Role.CHECKER)
    if asked is not None and asked.person_id == by.person_id:
        raise FourEyes("提出撤销的人不得复核。", "who asked to undo it cannot decide it: another person does.")
    event = ledger.append(
        session, "subject_event_undone", f"subject:{row.subject_id}", by=by.person_id, now=now,
        payload={"number": number}, reason=reason,
    )  # fmt: skip
    subject_events.mark(session, number, undone_by=event.id)
    subject_events.lead_again(session)
    if row.kind == Befell.CODE_REPLACED and row.other_id is not None:
        own_records.part(session, [row.subject_id, row.other_id])
    for record_id in restorations.let_go(session, event_id=event.id, now=now):
        restorations.act_on(session, record_id, keys_of(session, record_id), now)
    return Entered(number, event.id)


def of(session: Session, key: str | None, code: str) -> list[Row]:
    """All events in which a subject has a part, oldest first.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        EventRefused: no organisation has this code.
    """
    acting(session, key, Role.MAKER, Role.CHECKER, Role.AUDITOR)
    return subject_events.of(session, [_known(session, code)])


def _check_replacement(session: Session, row: Row) -> None:
    """A subject leads to one other, and never back to itself."""
    led = subject_events.successors(session, [row.code, row.other or ""])
    if row.code in led:
        raise EventRefused("该代码已登记换发。", "that code has been replaced already.", code=row.code)
    if led.get(row.other or "") == row.code:
        raise EventRefused("换发不得循环。", "the new code leads back to the old one.", code=row.other)


def _asked_to_undo(session: Session, row: Row) -> ledger.Event | None:
    """What was said first to undo an event that counts."""
    said = ledger.events(session, about=f"subject:{row.subject_id}", kind=_UNDO_ASKED)
    return next((event for event in said if event.told["number"] == row.id), None)


def _known(session: Session, code: str) -> int:
    found = review.subject_with(session, code.strip().upper())
    if found is None:
        raise EventRefused(
            "登记库中没有使用此代码的组织。", "no organisation of the register has this code.", code=code
        )
    return found.id


def _required(session: Session, number: int) -> Row:
    row = subject_events.one(session, number)
    if row is None:
        raise EventRefused(f"没有第 {number} 项变动。", f"there is no event {number}.", number=number)
    return row
