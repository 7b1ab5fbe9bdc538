"""Cases (办理): opening one and taking its steps. The one way in which anything here is decided about somebody.

Each step is an event of the ledger about `case:N`. A maker's step records what was done; a checker's step decides, and
nobody who took a maker's step of a case decides in it. What a step brings about happens in its transaction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlmodel import Session

from registry.actions import listing
from registry.actions.effects import About, Did, Effect
from registry.actions.lookup import CHINA
from registry.actions.people import Actor, acting
from registry.cases import (
    FIRST_STEPS,
    PROCEEDINGS,
    STEPS,
    Case,
    Law,
    Step,
    Taken,
    proceeding_of,
)
from registry.errors import CaseRefused, FourEyes
from registry.identifiers import masked
from registry.rulebook import Rulebook
from registry.store import case_files, ledger
from registry.store.case_files import Filed
from registry.store.reading import is_demo
from registry.vocabulary import Procedure, Role

_OPENED: dict[type[Step], About] = {**listing.OPENED}
_EFFECTS: dict[type[Step], Effect] = {**listing.EFFECTS}
_ASIDE = ("document", "reason")  # columns of an event
_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)


@dataclass(frozen=True)
class Stepped:
    """A step that was taken: its case, its event in the ledger, and the record that it made, if any."""

    case: int
    event: int
    record: int | None = None


def told(kind: str, said: dict[str, Any]) -> Step:
    """A step of this kind, from what somebody said of it.

    Raises:
        CaseRefused: there is no such step, or something is missing, superfluous or of another kind.
    """
    if kind not in STEPS:
        raise CaseRefused(f"没有名为 {kind} 的步骤。", f"there is no step {kind}.", step=kind)
    try:
        return msgspec.convert(said, STEPS[kind])
    except msgspec.ValidationError as error:
        raise CaseRefused(f"“{STEPS[kind].zh}”所填内容不符：{error}。", f"{kind}: {error}.", step=kind) from error


def open_case(session: Session, key: str | None, step: Step, book: Rulebook, *, now: datetime) -> Stepped:
    """Open a case by its first step.

    Raises:
        KeyRefused, NotPermitted: `key` is no maker's.
        CaseRefused: this step opens no case, or tells what cannot be.
        RuleNotWritten: the law that it needs is not written down, or not signed.
    """
    ledger.take_turn(session)
    actor = acting(session, key, step.by)
    procedure = FIRST_STEPS.get(type(step))
    if procedure is None:
        raise CaseRefused("办理须从其首个步骤开始。", "a case begins with its first step.", step=step.tag())
    law = law_here(session, book)
    step = _dated(step, day_of(now), since=None)
    PROCEEDINGS[procedure].require_fit(None, step, law)
    subject_id, record_id = _OPENED[type(step)](session, step)
    number = case_files.next_number(session)
    event = _append(session, number, step, actor, now)
    case_files.put(session, Filed(number, procedure.value, subject_id, record_id), opened_by=event.id)
    return _with_effect(session, _case(Filed(number, procedure.value, subject_id, record_id), [event]), event, law, now)


def take(session: Session, key: str | None, number: int, step: Step, book: Rulebook, *, now: datetime) -> Stepped:
    """Take the next step of a case.

    Raises:
        KeyRefused, NotPermitted: `key` is not of the role that takes this step.
        FourEyes: the step decides, and its actor took a maker's step of this case.
        CaseRefused: there is no such case, the step does not follow, or tells what cannot be.
        NotYet: a period that the law gives somebody is not over.
        RuleNotWritten: the law that it needs is not written down, or not signed.
    """
    ledger.take_turn(session)
    actor = acting(session, key, step.by)
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
    event = _append(session, number, step, actor, now)
    return _with_effect(session, case._replace(steps=(*case.steps, _taken(event))), event, law, now)


def required(session: Session, number: int) -> Case:
    """The case with this number.

    Raises:
        CaseRefused: there is none.
    """
    found = case_files.one(session, number)
    if found is None:
        raise CaseRefused(f"没有 {number} 号办理。", f"there is no case {number}.", case=number)
    return _case(*found)


def every(session: Session, *, procedure: Procedure | None = None) -> Iterable[Case]:
    """All cases, or those of one procedure, in the order of their numbers."""
    return (_case(*found) for found in case_files.every(session, procedure=procedure))


def law_here(session: Session, book: Rulebook) -> Law:
    """The law as this registry applies it: only a demo uses unsigned values against anybody."""
    return Law(book, production=not is_demo(session))


def day_of(now: datetime) -> date:
    """The day in China at a moment."""
    return now.astimezone(CHINA).date()


def about(number: int) -> str:
    """A case as the object of an event."""
    return f"{case_files.ABOUT}{number}"


def _case(filed: Filed, events: Collection[ledger.Event]) -> Case:
    steps = tuple(map(_taken, events))
    return Case(filed.id, Procedure(filed.procedure), filed.subject_id, filed.record_id, steps)


def _taken(event: ledger.Event) -> Taken:
    aside = {name: value for name in _ASIDE if (value := getattr(event, name)) is not None}
    step = msgspec.convert({**event.told, **aside}, STEPS[event.kind])
    return Taken(event.id, step, event.person_id, day_of(event.at))


def _append(session: Session, number: int, step: Step, actor: Actor, now: datetime) -> ledger.Event:
    said = {name: value for name, value in msgspec.to_builtins(step).items() if value is not None}
    return ledger.append(
        session,
        said.pop("step"),
        about(number),
        by=actor.person_id,
        now=now,
        document=said.pop("document", None),
        reason=said.pop("reason", None),
        payload={name: masked(value) if isinstance(value, str) else value for name, value in said.items()},
    )


def _dated(step: Step, today: date, *, since: date | None) -> Step:
    """The step with its day: a decision is of today, anything else of a day between the step before and today."""
    on = step.on or today
    if step.by is Role.CHECKER or since is None:
        if on != today:
            raise CaseRefused("此步骤的日期只能是当日。", "this step is of today and no other day.", on=on)
    elif not since <= on <= today:
        raise CaseRefused(
            f"日期须在上一步骤（{since}）与今日之间。",
            f"its day lies between {since}, that of the step before, and today.",
        )
    return replace(step, on=on)


def _makers(case: Case) -> set[int | None]:
    return {taken.person_id for taken in case.steps if taken.step.by is Role.MAKER}


def _with_effect(session: Session, case: Case, event: ledger.Event, law: Law, now: datetime) -> Stepped:
    effect = _EFFECTS.get(type(case.newest))
    record = effect(session, Did(case, event, law, day_of(now), now)) if effect else None
    return Stepped(case.number, event.id, record)
