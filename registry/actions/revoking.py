"""Revocation (撤回): what its steps bring about."""

from sqlmodel import Session

from registry.actions import concerning
from registry.actions.effects import About, Did, Effect
from registry.actions.withdrawing import withdraw
from registry.cases import Step
from registry.cases.revocation import Confirmed, Reported
from registry.vocabulary import Withdrawn


def _record(session: Session, step: Step) -> tuple[int, int]:
    assert isinstance(step, Reported)  # noqa: S101
    return concerning.record(session, step.record)


def _withdraw(session: Session, did: Did) -> None:
    """The decision no longer stands: what it said is shown no more."""
    withdraw(session, did, Withdrawn.REVOKED)


OPENED: dict[type[Step], About] = {Reported: _record}
EFFECTS: dict[type[Step], Effect] = {Confirmed: _withdraw}
