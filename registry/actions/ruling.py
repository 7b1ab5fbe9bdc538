"""Versions of decisions (版本认定): which wait for a ruling, and what the steps of one bring about."""

from datetime import date

import msgspec
from sqlmodel import Session

from registry.actions import concerning
from registry.actions.case_events import case_of
from registry.actions.effects import About, Did, Effect
from registry.actions.people import acting
from registry.actions.republish import republish
from registry.cases import Step
from registry.cases.version import RulingConfirmed, RulingProposed, Undone, answer_of
from registry.errors import CaseRefused
from registry.store import case_files, outcomes, rulings, versions
from registry.vocabulary import Because, Procedure, Role, Ruling

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)
MOST = 200


class Earlier(msgspec.Struct, frozen=True):
    """An earlier version, and why it is withdrawn; no reasons if it stands."""

    record: int
    reasons: list[str]


class WaitingVersion(msgspec.Struct, frozen=True):
    """A record that is held for an earlier version of it; `by` is the body that decided."""

    record: int
    source: str
    code: str | None
    name: str | None
    document: str | None
    decided_on: date | None
    by: str | None
    earlier: list[Earlier]


def waiting(
    session: Session, key: str | None, *, after: int = 0, limit: int = MOST, delivery: int | None = None
) -> list[WaitingVersion]:
    """Those numbered past `after`, of all or of one delivery, in the order in which they came.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
    """
    acting(session, key, *_SEEN_BY)
    found: dict[int, WaitingVersion] = {}
    for row in rulings.waiting(session, after=after, delivery=delivery):
        if row.id not in found:
            if len(found) == limit:
                break
            day = date.fromisoformat(row.decided_on) if row.decided_on else None
            found[row.id] = WaitingVersion(row.id, row.source, row.uscc, row.name, row.document, day, row.by, [])
        earlier = found[row.id].earlier
        if not earlier or earlier[-1].record != row.earlier:
            earlier.append(Earlier(row.earlier, []))
        if row.reason:
            earlier[-1].reasons.append(row.reason)
    return [*found.values()]


def _record(session: Session, step: Step) -> tuple[int, int]:
    assert isinstance(step, RulingProposed)  # noqa: S101
    subject_id, record_id = concerning.record(session, step.record)
    _waits_for(session, record_id, Ruling(step.answer))
    for filed, events in case_files.of_record(session, record_id, Procedure.VERSION.value):
        case = case_of(filed, events)
        if isinstance(case.newest, RulingProposed):
            raise CaseRefused(
                f"该记录已有 {case.number} 号认定待复核。",
                f"case {case.number} has a ruling on it that waits for another person.",
                case=case.number,
            )
    return subject_id, record_id


def _rule(session: Session, did: Did) -> None:
    """What two people held counts from now on, if the record still waits for it."""
    answer = answer_of(did.case)
    because = _waits_for(session, did.record, answer)
    rulings.rule(session, did.record, answer, because, event_id=did.event.id, now=did.now)
    _judge_again(session, did)


def _undo(session: Session, did: Did) -> None:
    """Nothing was held about the record: it is a version like any other again."""
    ruled = next(taken.event for taken in did.case.steps if isinstance(taken.step, RulingConfirmed))
    rulings.undo(session, ruled, undone_by=did.event.id)
    _judge_again(session, did)


def _judge_again(session: Session, did: Did) -> None:
    """What is said of one version changes how the others stand."""
    republish(session, versions.family(session, did.record), did.law.book, on=did.today, now=did.now)


def _waits_for(session: Session, record_id: int, answer: Ruling) -> Because:
    standing = outcomes.standing_of(session, record_id)
    if standing.withdrawn or standing.because not in (Because.WITHDRAWN_BEFORE, Because.CONFLICTING_VERSION):
        raise CaseRefused(
            f"记录 {record_id} 并非因此前版本而待审。",
            f"record {record_id} does not wait because of an earlier version.",
            record=record_id,
        )
    because = Because(standing.because)
    if answer is Ruling.REPLACES and because is Because.WITHDRAWN_BEFORE:
        raise CaseRefused(
            "此前版本已终止公示，不存在取代；请认定为同一决定或独立的新决定。",
            "the earlier version is withdrawn and cannot be replaced: it is the same decision or a new one.",
            record=record_id,
        )
    return because


OPENED: dict[type[Step], About] = {RulingProposed: _record}
EFFECTS: dict[type[Step], Effect] = {RulingConfirmed: _rule, Undone: _undo}
