"""The steps of a case as events of the ledger, about `case:N`: written, and read back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session

from registry.actions.china_time import day_of
from registry.cases import STEPS, Case, Step, Taken
from registry.identifiers import masked
from registry.store import case_files, ledger
from registry.store.case_files import Filed
from registry.vocabulary import Procedure

_ASIDE = ("document", "reason")  # columns of an event


def append(session: Session, number: int, step: Step, *, by: int | None, now: datetime) -> ledger.Event:
    """Append a step of a case, without identity numbers; `by` is who took it, null for the registry itself."""
    said = {name: _clean(value) for name, value in msgspec.to_builtins(step).items() if value is not None}
    return ledger.append(
        session,
        said.pop("step"),
        about(number),
        by=by,
        now=now,
        document=said.pop("document", None),
        reason=said.pop("reason", None),
        payload=said,
    )


def case_of(filed: Filed, events: Collection[ledger.Event]) -> Case:
    """A case as the ledger tells it."""
    steps = tuple(map(taken, events))
    return Case(filed.id, Procedure(filed.procedure), filed.subject_id, filed.record_id, steps)


def taken(event: ledger.Event) -> Taken:
    """A step as its event tells it."""
    aside = {name: value for name in _ASIDE if (value := getattr(event, name)) is not None}
    return Taken(
        event.id, msgspec.convert({**event.told, **aside}, STEPS[event.kind]), event.person_id, day_of(event.at)
    )


def about(number: int) -> str:
    """A case as the object of an event."""
    return f"{case_files.ABOUT}{number}"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return {name: _clean(one) for name, one in value.items()} if isinstance(value, dict) else value
