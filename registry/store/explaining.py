"""All that is kept of one record, or of one delivered row: what an explanation is made of."""

from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session

from registry.store.bases import basis_of
from registry.store.links import LINKS, outcomes_of
from registry.store.reading import moment, rows
from registry.store.record_ids import of_delivery

_RECORD = """
SELECT r.id, r.delivery_id, r.line, r.source, c.category, c.name, c.uscc, r.legal_representative, r.document, r.title,
  r.classes, r.status, r.decided_on, r.noticed_on, r.served_on, r.starts_on, r.ends_on, b.name, s.name
FROM record r JOIN counterparty c ON c.id = r.counterparty_id
  LEFT JOIN body b ON b.id = r.body_id LEFT JOIN body s ON s.id = r.source_body_id WHERE r.id = :record
"""
_ROWS = """
SELECT d.id, d.file_name, d.sheet, t.line, d.layout, d.department_code, d.received_on, d.recorded_at, x.reason
FROM (SELECT delivery_id, line FROM record WHERE id = :record
      UNION SELECT delivery_id, line FROM provenance WHERE record_id = :record) t
JOIN delivery d ON d.id = t.delivery_id LEFT JOIN recall x ON x.delivery_id = d.id AND x.lifted_at IS NULL
ORDER BY d.id, t.line
"""
_AT = f"""
SELECT r.id FROM record r WHERE {of_delivery(":delivery")} AND r.line = :line
UNION ALL SELECT record_id FROM provenance WHERE delivery_id = :delivery AND line = :line
"""
_REJECTED = """
SELECT d.id, d.file_name, d.sheet, j.line, d.layout, d.department_code, d.received_on, d.recorded_at, x.reason,
  j.checks, d.source
FROM rejection j JOIN delivery d ON d.id = j.delivery_id
LEFT JOIN recall x ON x.delivery_id = d.id AND x.lifted_at IS NULL
WHERE j.delivery_id = :delivery AND j.line = :line
"""
_LINKS = f"""
SELECT s.uscc, s.name, s.provisional, l.how, l.state, l.because, l.recorded_at, l.retired_at
FROM {LINKS} l JOIN subject s ON s.id = l.subject_id WHERE l.record_id = :record ORDER BY l.recorded_at DESC
"""
_ANSWERS = """
SELECT j.event_id, j.answer, j.role, p.name, s.uscc, j.other_id, j.recorded_at, j.undone_by
FROM judgement j JOIN person p ON p.id = j.person_id LEFT JOIN subject s ON s.id = j.subject_id
WHERE j.record_id = :record OR j.other_id = :record ORDER BY j.event_id
"""
_OUTCOMES = f"""
SELECT p.outcome, p.because, {basis_of("p")}, p.shown_from, p.shown_until, p.subject_id, p.recorded_at, p.retired_at,
  p.retired_because
FROM publication p WHERE {outcomes_of(":record")} ORDER BY p.retired_at IS NOT NULL, p.recorded_at DESC
"""
_WITHDRAWALS = """
SELECT reason, recorded_at, event_id, by_record_id, lifted_at, lifted_by FROM withdrawal WHERE record_id = :record
ORDER BY recorded_at
"""
_VERSIONS = """
SELECT CASE WHEN v.record_id = :record THEN v.earlier_id ELSE v.record_id END, v.relation,
  CASE WHEN v.record_id = :record THEN 1 ELSE 0 END, x.answer, x.event_id
FROM version v LEFT JOIN version_ruling x
  ON x.record_id = v.record_id AND x.earlier_id = v.earlier_id AND x.undone_by IS NULL
WHERE v.record_id = :record OR v.earlier_id = :record ORDER BY 1
"""


_EVENTS = """
SELECT e.id, e.kind, e.recorded_at, p.name, e.document, e.reason, e.payload
FROM event e LEFT JOIN person p ON p.id = e.person_id WHERE e.about = :about ORDER BY e.id
"""


class RecordRow(msgspec.Struct, frozen=True):
    """A record as delivered; days are ISO texts; `body` decided, `source_body` delivered."""

    id: int
    delivery_id: int
    line: int
    source: str
    category: str
    name: str | None
    uscc: str | None
    legal_representative: str | None
    document: str | None
    title: str | None
    classes: str | None
    status: str | None
    decided_on: str | None
    noticed_on: str | None
    served_on: str | None
    starts_on: str | None
    ends_on: str | None
    body: str | None
    source_body: str | None


class DeliveredRow(msgspec.Struct, frozen=True):
    """Where a row stood that was delivered; `recalled` is why its delivery was taken back."""

    delivery: int
    file: str
    sheet: str
    line: int
    layout: str
    department: str | None
    received_on: str
    recorded_at: datetime
    recalled: str | None


class LinkRow(msgspec.Struct, frozen=True):
    """A link that stands, or stood until `ended_at`."""

    code: str
    name: str
    provisional: bool
    how: str
    state: str
    because: str | None
    recorded_at: datetime
    ended_at: datetime | None


class AnswerRow(msgspec.Struct, frozen=True):
    """What somebody answered about whom it is about, by an event of the ledger; `undone_by` is another one."""

    event: int
    answer: str
    role: str
    person: str
    code: str | None
    other: int | None
    recorded_at: datetime
    undone_by: int | None


class OutcomeRow(msgspec.Struct, frozen=True):
    """An outcome that stands, or stood until `ended_at`."""

    outcome: str
    because: str | None
    basis: str | None
    shown_from: str | None
    shown_until: str | None
    subject_id: int
    recorded_at: datetime
    ended_at: datetime | None
    ended_because: str | None


class WithdrawalRow(msgspec.Struct, frozen=True):
    """A withdrawal by an event of the ledger or by another record, which stands unless it was lifted."""

    reason: str
    recorded_at: datetime
    event: int | None
    by_record: int | None
    lifted_at: datetime | None
    lifted_by: int | None


class EventRow(msgspec.Struct, frozen=True):
    """An event of the ledger, without its personal values; `told` is JSON."""

    event: int
    kind: str
    recorded_at: datetime
    person: str | None
    document: str | None
    reason: str | None
    told: msgspec.Raw


class VersionRow(msgspec.Struct, frozen=True):
    """Another version of the same decision: an `earlier` one, or a later one; `ruling` is what two people held of the
    two (same, new) by an event of the ledger."""

    record: int
    relation: str
    earlier: bool
    ruling: str | None
    ruled_by: int | None


def record(session: Session, number: int) -> RecordRow | None:
    """A record by its number."""
    found = rows(session, _RECORD, {"record": number})
    return RecordRow(*found[0]) if found else None


def record_at(session: Session, delivery: int, line: int) -> int | None:
    """The record that a row of a delivery made or repeated."""
    found = rows(session, _AT, {"delivery": delivery, "line": line})
    return int(found[0][0]) if found else None


def rejected_at(session: Session, delivery: int, line: int) -> tuple[DeliveredRow, str, str] | None:
    """A rejected row with the checks it failed, joined by `;`, and its kind of source."""
    found = rows(session, _REJECTED, {"delivery": delivery, "line": line})
    if not found:
        return None
    *row, checks, source = found[0]
    return DeliveredRow(*_instants(tuple(row), 7)), checks, source


def delivered(session: Session, number: int) -> list[DeliveredRow]:
    """Every row that brought a record."""
    return [DeliveredRow(*_instants(row, 7)) for row in rows(session, _ROWS, {"record": number})]


def links(session: Session, number: int) -> list[LinkRow]:
    """All links of a record, newest first."""
    return [LinkRow(*_instants(row, 6, 7)) for row in rows(session, _LINKS, {"record": number})]


def answers(session: Session, number: int) -> list[AnswerRow]:
    """What people answered about a record, oldest first."""
    return [AnswerRow(*_instants(row, 6)) for row in rows(session, _ANSWERS, {"record": number})]


def outcomes(session: Session, number: int) -> list[OutcomeRow]:
    """All outcomes of a record: the one that stands, then the others, newest first."""
    return [OutcomeRow(*_instants(row, 6, 7)) for row in rows(session, _OUTCOMES, {"record": number})]


def withdrawals(session: Session, number: int) -> list[WithdrawalRow]:
    """All withdrawals of a record, oldest first."""
    return [WithdrawalRow(*_instants(row, 1, 4)) for row in rows(session, _WITHDRAWALS, {"record": number})]


def versions(session: Session, number: int) -> list[VersionRow]:
    """The other versions of the same decision."""
    return [VersionRow(*row) for row in rows(session, _VERSIONS, {"record": number})]


def events(session: Session, about: str) -> list[EventRow]:
    """The events of the ledger about something, oldest first."""
    found = rows(session, _EVENTS, {"about": about})
    return [EventRow(*_instants((*row[:6], msgspec.Raw(row[6].encode())), 2)) for row in found]


def _instants(row: tuple[Any, ...], *places: int) -> list[Any]:
    return [moment(value) if place in places else value for place, value in enumerate(row)]
