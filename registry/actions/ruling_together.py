"""One answer for all versions of a delivery that wait (版本认定): a case of each, proposed and confirmed together.

Each keeps its own case and its own events, so that each is confirmed, explained and taken back like any other. Whoever
acts says how many there are: what they have not seen, they do not answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.actions import cases
from registry.actions.case_events import case_of
from registry.actions.cases import Stepped
from registry.actions.people import acting
from registry.actions.ruling import waiting
from registry.cases import Case
from registry.cases.version import RulingProposed
from registry.errors import CaseRefused
from registry.rulebook import Rulebook
from registry.store import case_files, ledger, outcomes
from registry.vocabulary import Procedure, Role

MOST = 2000
"""How many are answered in one transaction; nobody else writes before it ends."""


def propose_all(
    session: Session,
    key: str | None,
    delivery: int,
    said: dict[str, Any],
    book: Rulebook,
    *,
    number: int,
    now: datetime,
) -> list[Stepped]:
    """Propose the same answer (`said`, but for the record) of every record of a delivery that waits and has a subject.

    Raises:
        KeyRefused, NotPermitted: `key` is no maker's.
        CaseRefused: other than `number` wait, or one of them cannot be answered so: then none is.
    """
    now = ledger.take_turn(session, now)
    acting(session, key, Role.MAKER)
    proposed = {case.record_id for case in _proposed(session)}
    found = [one.record for one in waiting(session, key, delivery=delivery, limit=MOST + 1)]
    records = [one for one in found if one not in proposed and outcomes.subject_of(session, one) is not None]
    _require_seen(records, number)
    steps = [cases.told(RulingProposed.tag(), {**said, "record": record}) for record in records]
    return [cases.open_case(session, key, step, book, now=now) for step in steps]


def decide_all(
    session: Session,
    key: str | None,
    delivery: int,
    step: str,
    book: Rulebook,
    *,
    reason: str,
    number: int,
    now: datetime,
) -> list[Stepped]:
    """Confirm, or dismiss, all that was proposed of the records of a delivery.

    Raises:
        KeyRefused, NotPermitted: `key` is no checker's.
        FourEyes: one of them was proposed by the person who acts.
        CaseRefused: other than `number` were proposed, or one cannot be decided so: then none is.
    """
    now = ledger.take_turn(session, now)
    acting(session, key, Role.CHECKER)
    of_delivery = {*case_files.records_of(session, delivery)}
    found = [case.number for case in _proposed(session) if case.record_id in of_delivery]
    _require_seen(found, number)
    decision = cases.told(step, {"reason": reason})
    return [cases.take(session, key, case, decision, book, now=now) for case in found]


def _proposed(session: Session) -> list[Case]:
    """The cases of which a first person has said what a version is, and a second one nothing yet."""
    found = (case_of(*one) for one in case_files.every(session, procedure=Procedure.VERSION.value))
    return [case for case in found if isinstance(case.newest, RulingProposed)]


def _require_seen(found: Sequence[int], number: int) -> None:
    if len(found) != number or number > MOST:
        raise CaseRefused(
            f"待办 {len(found)} 条，与所述 {number} 条不同（一次至多 {MOST} 条）；请重新查看清单。",
            f"{len(found)} wait, not {number} (at most {MOST} at once): look at the list again.",
        )
