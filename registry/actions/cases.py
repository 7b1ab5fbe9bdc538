"""Cases (办理): opening one and taking its steps. The one way in which anything here is decided about somebody.

Each step is an event of the ledger about `case:N`. A maker's step records what was done; a checker's step decides, and
nobody who took a maker's step of a case decides in it. What a step brings about happens in its transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlmodel import Session

from registry.actions import listing, objecting, restoring, revoking, ruling, shielding
from registry.actions.case_events import append, case_of, taken
from registry.actions.china_time import day_of
from registry.actions.effects import About, Did, Effect
from registry.actions.law import law_in
from registry.actions.people import acting
from registry.cases import (
    FIRST_STEPS,
    PROCEEDINGS,
    STEPS,
    Case,
    Law,
    Step,
    proceeding_of,
)
from registry.errors import BadQuery, CaseRefused, FourEyes
from registry.rulebook import Rulebook
from registry.store import case_files, ledger, versions
from registry.store.case_files import Filed
from registry.store.reading import is_demo
from registry.vocabulary import Procedure, Role

_FILES = (listing, objecting, revoking, shielding, restoring, ruling)
_OPENED: dict[type[Step], About] = {step: about for file in _FILES for step, about in file.OPENED.items()}
_EFFECTS: dict[type[Step], Effect] = {step: effect for file in _FILES for step, effect in file.EFFECTS.items()}


@dataclass(frozen=True)
class Stepped:
    """A step that was taken: its case, its event in the ledger, and the record that it made, if any."""

    case: int
    event: int
    record: int | None = None


def told(kind: str, said: dict[str, Any]) -> Step:
    """A step of this kind, from what somebody said of it.

    Raises:
        BadQuery: there is no such step, or something is missing, superfluous or of another kind.
    """
    if kind not in STEPS:
        raise BadQuery(f"没有名为 {kind} 的步骤。", f"there is no step {kind}.", step=kind)
    try:
        return msgspec.convert(said, STEPS[kind])
    except msgspec.ValidationError as error:
        raise BadQuery(f"“{STEPS[kind].zh}”所填内容不符：{error}。", f"{kind}: {error}.", step=kind) from error


def open_case(session: Session, key: str | None, step: Step, book: Rulebook, *, now: datetime) -> Stepped:
    """Open a case by its first step.

    Raises:
        KeyRefused, NotPermitted: `key` is no maker's.
        CaseRefused: this step opens no case, or tells what cannot be.
        LawUnsettled: the law that it needs is not written down, or not signed.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, _role(step))
    procedure = FIRST_STEPS.get(type(step))
    if procedure is None:
        raise CaseRefused("办理须从其首个步骤开始。", "a case begins with its first step.", step=step.tag())
    law = law_here(session, book)
    step = _dated(step, day_of(now), since=date.min)
    PROCEEDINGS[procedure].require_fit(None, step, law)
    subject_id, record_id = _OPENED[type(step)](session, step)
    number = case_files.next_number(session)
    event = append(session, number, step, by=actor.person_id, now=now)
    filed = Filed(number, procedure.value, subject_id, record_id)
    case_files.put(session, filed, opened_by=event.id)
    return _with_effect(session, case_of(filed, [event]), event, law, now)


def take(session: Session, key: str | None, number: int, step: Step, book: Rulebook, *, now: datetime) -> Stepped:
    """Take the next step of a case.

    Raises:
        KeyRefused, NotPermitted: `key` is not of the role that takes this step.
        FourEyes: the step decides, and its actor took a maker's step of this case.
        CaseRefused: there is no such case, the step does not follow, or tells what cannot be.
        NotYet: a period that the law gives somebody is not over.
        LawUnsettled: the law that it needs is not written down, or not signed.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, _role(step))
    law, today = law_here(session, book), day_of(now)
    case = required(session, number)
    proceeding = proceeding_of(case)
    step = _dated(step, today, since=case.newest.day)
    if type(step) not in proceeding.follows[type(case.newest)]:
        raise CaseRefused(
            f"{number} 号办理目前处于“{case.newest.zh}”，不能进行“{step.zh}”。",
            f"case {number} stands at {case.newest.tag()}: {step.tag()} does not follow.",
            case=number,
        )
    if step.by is Role.CHECKER and actor.person_id in _makers(case):
        raise FourEyes(
            "经办过本案的人员不得作出决定，请由另一人决定。",
            "who prepared the case does not decide it: somebody else does.",
        )
    proceeding.require_ripe(case, type(step), law, today)
    proceeding.require_fit(case, step, law)
    event = append(session, number, step, by=actor.person_id, now=now)
    return _with_effect(session, case._replace(steps=(*case.steps, taken(event))), event, law, now)


def required(session: Session, number: int) -> Case:
    """The case with this number.

    Raises:
        CaseRefused: there is none.
    """
    found = case_files.one(session, number)
    if found is None:
        raise CaseRefused(f"没有 {number} 号办理。", f"there is no case {number}.", case=number)
    return case_of(*found)


def every(session: Session, *, procedure: Procedure | None = None) -> Iterable[Case]:
    """All cases, or those of one procedure, in the order of their numbers."""
    return (case_of(*found) for found in case_files.every(session, procedure=procedure))


def law_here(session: Session, book: Rulebook) -> Law:
    """The law as this registry applies it, as it is signed by now: only a demo uses unsigned values against anybody."""
    return Law(law_in(session, book), production=not is_demo(session))


def _role(step: Step) -> Role:
    if step.by is None:
        raise CaseRefused("此步骤由系统自动进行。", "the registry itself takes this step.", step=step.tag())
    return step.by


def _dated(step: Step, today: date, *, since: date) -> Step:
    """The step with its day: today, or one between the step before and today if it is not of today by its nature."""
    on = step.on or today
    if step.of_today and on != today:
        raise CaseRefused("此步骤的日期只能是当日。", "this step is of today and no other day.", on=on)
    if not since <= on <= today:
        raise CaseRefused(
            f"日期须在上一步骤（{since}）与今日之间。",
            f"its day lies between {since}, that of the step before, and today.",
        )
    return replace(step, on=on)


def _makers(case: Case) -> set[int | None]:
    return {taken.person_id for taken in case.steps if taken.step.by is Role.MAKER}


def _with_effect(session: Session, case: Case, event: ledger.Event, law: Law, now: datetime) -> Stepped:
    effect = _EFFECTS.get(type(case.newest))
    about = versions.current(session, case.record_id) if case.record_id else None
    record = effect(session, Did(case, event, law, day_of(now), now, about)) if effect else None
    shielding.shield_again(session, case.subject_id, now)
    return Stepped(case.number, event.id, record)
