"""Cases as the office's people see them on a day: how far each has come, what may follow, and what is overdue."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlmodel import Session

from registry.actions.case_events import case_of
from registry.actions.cases import every, law_here, required
from registry.actions.concerning import organisation
from registry.actions.people import acting
from registry.cases import Case, Law, Running, State, Step, Taken, state_on
from registry.rulebook import Rulebook
from registry.rulebook.law import Said
from registry.store import case_files, outcomes, people, versions
from registry.vocabulary import Procedure, Role

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)
MOST = 200


class StepView(msgspec.Struct, frozen=True):
    """A step that was taken: its event, what it is, the day it happened and the day it was recorded, who took it (null:
    the registry itself), and what they told."""

    event: int
    step: str
    zh: str
    on: date
    recorded_on: date
    person: str | None
    told: dict[str, Any]


class NextView(msgspec.Struct, frozen=True):
    """A step that may be taken now, by whom, and what it must tell."""

    step: str
    zh: str
    by: str
    tells: list[str]


class ClockView(msgspec.Struct, frozen=True):
    """A clock that runs: its last day (null: no number is known or signed), whether that may still move because
    holidays are not announced, whether the case waits for its end, and whether the office should have acted."""

    clock: str
    title: Said
    started_on: date
    due_on: date | None
    provisional: bool
    waits: bool
    overdue: bool


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case on a day; `standing` is what becomes of its record as it stands now, null where it has none."""

    case: int
    procedure: str
    procedure_zh: str
    code: str
    name: str
    record: int | None
    stage: str
    stage_zh: str
    closed: bool
    on: date
    next: list[NextView]
    clocks: list[ClockView]
    steps: list[StepView]
    standing: outcomes.Standing | None = None


def show(session: Session, key: str | None, number: int, book: Rulebook, *, on: date) -> CaseView:
    """One case with all its steps, as it stood at the end of the day `on`.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        CaseRefused: there is none, or it was opened later.
    """
    acting(session, key, *_SEEN_BY)
    case = required(session, number)
    (view,) = _views(session, [case], law_here(session, book), on)
    standing = outcomes.standing_of(session, versions.current(session, case.record_id)) if case.record_id else None
    return msgspec.structs.replace(view, standing=standing)


def listed(
    session: Session,
    key: str | None,
    book: Rulebook,
    *,
    procedure: Procedure | None = None,
    code: str | None = None,
    closed: bool = False,
    after: int = 0,
    limit: int = MOST,
    on: date,
) -> list[CaseView]:
    """Cases past the one numbered `after`, in order: open on a day, or closed ones too; of a procedure, of a subject.

    Raises:
        KeyRefused, NotPermitted: as `show`.
        CaseRefused: no organisation has this code.
    """
    acting(session, key, *_SEEN_BY)
    law = law_here(session, book)
    found = _of_subject(session, code) if code else every(session, procedure=procedure)
    wanted = (
        case
        for case in found
        if case.number > after
        and (procedure is None or case.procedure is procedure)
        and (closed or not state_on(case, law, on).closed)
    )
    return _views(session, [case for case, _ in zip(wanted, range(limit), strict=False)], law, on)


def overdue(session: Session, key: str | None, book: Rulebook, *, on: date) -> list[CaseView]:
    """The cases in which the office should have acted before the day `on`, the longest overdue first.

    Raises:
        KeyRefused, NotPermitted: as `show`.
    """
    acting(session, key, *_SEEN_BY)
    law = law_here(session, book)
    late = [(min(due), case) for case in every(session) if (due := _overdue(case, law, on))]
    return _views(session, [case for _, case in sorted(late, key=lambda one: (one[0], one[1].number))], law, on)


def count_overdue(session: Session, book: Rulebook, *, on: date) -> int:
    """How many those are, which tells of nobody."""
    law = law_here(session, book)
    return sum(bool(_overdue(case, law, on)) for case in every(session))


def _overdue(case: Case, law: Law, on: date) -> list[date]:
    if case.steps[0].recorded_on > on:
        return []
    clocks = state_on(case, law, on).clocks
    return [clock.due.on for clock in clocks if clock.due and clock.overdue(on)]


def _of_subject(session: Session, code: str) -> Iterator[Case]:
    return (case_of(*found) for found in case_files.of_subject(session, organisation(session, code)))


def _views(session: Session, cases: list[Case], law: Law, on: date) -> list[CaseView]:
    subjects = {number: case_files.subject(session, number) for number in {case.subject_id for case in cases}}
    names = {person.id: person.name for person in people.every(session)}
    made = []
    for case in cases:
        state, (code, name) = state_on(case, law, on), subjects[case.subject_id]
        made.append(
            CaseView(
                case=case.number,
                procedure=case.procedure.value,
                procedure_zh=case.procedure.zh,
                code=code,
                name=name,
                record=case.record_id,
                stage=state.stage.value,
                stage_zh=state.stage.zh,
                closed=state.closed,
                on=on,
                next=_next(state),
                clocks=[_clock(clock, on) for clock in state.clocks],
                steps=[_step(taken, names) for taken in case.known_on(on).steps],
            )
        )
    return made


def _next(state: State) -> list[NextView]:
    return [
        NextView(kind.tag(), kind.zh, kind.by.value, [*kind.__struct_fields__]) for kind in state.may_follow if kind.by
    ]


def _clock(clock: Running, on: date) -> ClockView:
    due_on, provisional = (clock.due.on, clock.due.provisional) if clock.due else (None, False)
    return ClockView(clock.clock, clock.title, clock.started_on, due_on, provisional, clock.waits, clock.overdue(on))


def _step(taken: Taken, names: dict[int | None, str]) -> StepView:
    step: Step = taken.step
    told = {name: value for name, value in msgspec.to_builtins(step).items() if value is not None}
    del told["step"], told["on"]
    return StepView(taken.event, step.tag(), step.zh, step.day, taken.recorded_on, names.get(taken.person_id), told)
