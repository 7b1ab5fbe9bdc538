"""Who a subject was, as the registry knew it before an instant: from what had been delivered by then.

The register is derived from registrations, which are never changed: `registry.actions.past` derives it again.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from registry.store.columns import milliseconds
from registry.store.keys import in_both
from registry.store.reading import rows

_OF_CODE = f"""
FROM record r JOIN counterparty c ON c.id = r.counterparty_id
WHERE r.id IN ({in_both("SELECT k.record_id FROM {keys} k WHERE k.key = :key")})
AND r.source = 'subjects' AND c.uscc = :code
AND r.delivery_id IN (SELECT d.id FROM delivery d WHERE d.recorded_at < :known)
"""
_REGISTRATIONS = f"""
SELECT r.id, r.delivery_id, c.uscc, c.category, c.name, r.status, r.county_code, r.classes, r.decided_on, r.starts_on,
  r.fields, (SELECT d.received_on FROM delivery d WHERE d.id = r.delivery_id)
{_OF_CODE} AND NOT EXISTS (
  SELECT 1 FROM withdrawal w WHERE w.record_id = r.id AND w.reason = 'recalled' AND w.recorded_at < :known
  AND (w.lifted_at IS NULL OR w.lifted_at >= :known))
ORDER BY r.delivery_id, r.id
"""
_FIRST_NAMED = """
SELECT c.name, r.fields FROM publication p JOIN record r ON r.id = p.record_id
JOIN counterparty c ON c.id = r.counterparty_id
WHERE p.subject_id = :subject AND p.recorded_at < :known AND c.uscc = :code ORDER BY r.id LIMIT 1
"""
_SUCCESSOR = """
SELECT o.id, o.uscc FROM subject_event e JOIN subject o ON o.id = e.other_id
  JOIN event c ON c.id = e.confirmed_by LEFT JOIN event u ON u.id = e.undone_by
WHERE e.subject_id = :subject AND e.kind = 'code_replaced' AND c.recorded_at < :known
  AND (u.id IS NULL OR u.recorded_at >= :known)
"""


class Registration(NamedTuple):
    """A registration as delivered: days are ISO texts, `fields` JSON."""

    record_id: int
    delivery_id: int
    uscc: str
    category: str
    name: str
    status: str | None
    county_code: str | None
    kind: str | None
    decided_on: str | None
    starts_on: str | None
    fields: str
    received_on: str


def subject_id(session: Session, code: str) -> int | None:
    """The subject with this code, of whatever category."""
    found = rows(session, "SELECT id FROM subject WHERE uscc = :code", {"code": code})
    return int(found[0][0]) if found else None


def registrations(session: Session, code: str, key: int, *, known: datetime) -> list[Registration]:
    """What had been registered of a code before an instant and not been taken back; `key` is that of the records."""
    asked = {"code": code, "key": key, "known": milliseconds(known)}
    return [Registration._make(row) for row in rows(session, _REGISTRATIONS, asked)]


def first_named(session: Session, subject: int, code: str, *, known: datetime) -> tuple[str, str] | None:
    """The name and the fields (JSON) of the first record that bore this code: all that was known of it by then."""
    found = rows(session, _FIRST_NAMED, {"subject": subject, "code": code, "known": milliseconds(known)})
    return (str(found[0][0]), str(found[0][1])) if found else None


def successor(session: Session, subject: int, *, known: datetime) -> tuple[int, str] | None:
    """The subject, with its code, that this one led to before an instant because its code had been replaced."""
    found = rows(session, _SUCCESSOR, {"subject": subject, "known": milliseconds(known)})
    return (int(found[0][0]), str(found[0][1])) if found else None


def on_day(text: str | None) -> date | None:
    """A stored day."""
    return None if text is None else date.fromisoformat(text)
