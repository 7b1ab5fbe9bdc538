"""异议处理中: which items are marked because an objection to them is open, worked out when they are asked for."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from registry.actions.case_events import case_of
from registry.cases import Case, is_closed
from registry.cases.objection import Raised
from registry.store import case_files, versions
from registry.vocabulary import Procedure


def disputed_since(session: Session, record_ids: Collection[int], *, on: date) -> dict[int, date]:
    """Of these records those with an objection open at the end of a day, to them or to an earlier version whose place
    they take, and since when the oldest one is."""
    raised = {record_id: _open_since(session, record_id, on) for record_id in record_ids}
    return {record_id: min(days) for record_id, days in raised.items() if days}


def objections(session: Session, record_id: int) -> list[Case]:
    """Every case of objection about a record or about what it corrects, the oldest first."""
    return _about(session, (*versions.corrected_by(session, record_id), record_id))


def _open_since(session: Session, record_id: int, on: date) -> list[date]:
    raised = _about(session, (*versions.replaced_by(session, record_id), record_id))
    then = [case.known_on(on) for case in raised if case.steps[0].recorded_on <= on]
    return [case.the(Raised).day for case in then if not is_closed(case)]


def _about(session: Session, record_ids: Collection[int]) -> list[Case]:
    found = [one for number in record_ids for one in case_files.of_record(session, number, Procedure.OBJECTION)]
    return sorted((case_of(*one) for one in found), key=lambda case: case.number)
