"""All procedures together, and the state of a case on a day."""

from datetime import date
from typing import NamedTuple

from registry.cases.bankruptcy import Bankruptcy
from registry.cases.case import Case
from registry.cases.clocks import Law, Running
from registry.cases.listing import Listing
from registry.cases.objection import Objection
from registry.cases.proceeding import Proceeding
from registry.cases.restoration import Restoration
from registry.cases.revocation import Revocation
from registry.cases.step import Step
from registry.cases.version import VersionCase
from registry.errors import LawUnsettled, NotYet
from registry.vocabulary import Procedure, Stage

PROCEEDINGS: dict[Procedure, Proceeding] = {
    one.kind: one for one in (Listing(), Objection(), Revocation(), Bankruptcy(), Restoration(), VersionCase())
}
"""Every procedure by its name."""

STEPS: dict[str, type[Step]] = {kind.tag(): kind for one in PROCEEDINGS.values() for kind in one.follows}
"""Every step by the kind of its event."""

FIRST_STEPS: dict[type[Step], Procedure] = {one.first: kind for kind, one in PROCEEDINGS.items()}
"""The steps that open a case."""


class State(NamedTuple):
    """A case on a day: how far it has come, which steps may be taken, which clocks run, and whether it is closed."""

    stage: Stage
    may_follow: tuple[type[Step], ...]
    clocks: tuple[Running, ...]
    closed: bool


def proceeding_of(case: Case) -> Proceeding:
    """The procedure of a case."""
    return PROCEEDINGS[case.procedure]


def is_closed(case: Case) -> bool:
    """Whether no step can follow any more."""
    return not proceeding_of(case).follows[type(case.newest)]


def state_on(case: Case, law: Law, on: date) -> State:
    """The state of a case at the end of the day `on`, from the steps that were recorded by then.

    Raises:
        CaseRefused: it was opened later.
    """
    case = case.known_on(on)
    proceeding = proceeding_of(case)
    following = proceeding.follows[type(case.newest)]
    return State(
        proceeding.stage(case, law, on),
        tuple(kind for kind in following if kind.by and _ripe(proceeding, case, kind, law, on)),
        proceeding.clocks(case, law),
        closed=not following,
    )


def _ripe(proceeding: Proceeding, case: Case, kind: type[Step], law: Law, on: date) -> bool:
    try:
        proceeding.require_ripe(case, kind, law, on)
    except (NotYet, LawUnsettled):
        return False
    return True
