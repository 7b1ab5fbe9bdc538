"""The end of personal values: erased in place, in bulk, once nothing needs them any more."""

from datetime import date

from sqlalchemy import Date, TextClause, bindparam, text
from sqlmodel import Session

from registry.store.links import outcomes_of

PERSONAL = ("legal_representative",)
"""The columns of a record that hold a personal value."""

# it is on display, or may come to be: held, waiting, or withdrawn only for a time
_LIVE = """p.retired_at IS NULL AND (
  p.outcome = 'held' OR (p.outcome = 'shown' AND (p.shown_until IS NULL OR p.shown_until > :on)))"""
_OVER = f"""
NOT EXISTS (SELECT 1 FROM publication p WHERE {outcomes_of("r.id")} AND {_LIVE})
AND NOT EXISTS (SELECT 1 FROM unlinked u WHERE u.record_id = r.id)
AND NOT EXISTS (SELECT 1 FROM unjudged j WHERE j.record_id = r.id)
AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.record_id = r.id AND w.lifted_at IS NULL
                AND w.reason IN ('shielded', 'hidden'))
AND (EXISTS (SELECT 1 FROM publication p WHERE {outcomes_of("r.id")})
     OR EXISTS (SELECT 1 FROM withdrawal w WHERE w.record_id = r.id AND w.lifted_at IS NULL))
"""
_OF_RECORDS = f"""
UPDATE record SET {{column}} = NULL WHERE id IN (
  SELECT r.id FROM record r WHERE r.source = :source AND r.{{column}} IS NOT NULL AND {_OVER})
"""
_GONE = f"""
SELECT s.id FROM subject s WHERE NOT s.provisional
  AND (s.status LIKE '%注销%' OR EXISTS (
    SELECT 1 FROM subject_event e WHERE e.subject_id = s.id AND e.kind = 'deregistered' AND e.befell_on <= :on
    AND e.confirmed_by IS NOT NULL AND e.undone_by IS NULL))
  AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.subject_id = s.id AND {_LIVE})
"""
_OF_SUBJECTS = f"""
UPDATE subject SET {{column}} = NULL WHERE {{column}} IS NOT NULL AND id IN ({_GONE})
"""
_OF_REGISTRATIONS = f"""
UPDATE record SET {{column}} = NULL WHERE source = :source AND {{column}} IS NOT NULL
  AND counterparty_id IN (
    SELECT c.id FROM counterparty c JOIN subject s ON s.uscc = c.uscc WHERE s.id IN ({_GONE}))
"""
_OF_EVENTS = f"""
DELETE FROM event_values WHERE event_id IN (
  SELECT e.id FROM event e JOIN event_values v ON v.event_id = e.id JOIN record r ON 'record:' || r.id = e.about
  WHERE {_OVER})
RETURNING event_id
"""


def erase_of_records(session: Session, source: str, column: str, *, on: date) -> int:
    """A column of the records of a kind of source whose display is over on a day; returns how many had a value."""
    return _run(session, _OF_RECORDS.format(column=_required(column)), on, source=source)


def erase_of_registrations(session: Session, source: str, column: str, *, on: date) -> int:
    """The same of subjects that are deregistered and of which nothing is on display any more, and of their
    registrations; returns how many subjects and registrations had a value."""
    column = _required(column)
    registrations = _run(session, _OF_REGISTRATIONS.format(column=column), on, source=source)
    return registrations + _run(session, _OF_SUBJECTS.format(column=column), on)


def erase_of_events(session: Session, *, on: date) -> list[int]:
    """The personal values, with their salt, of events about a record whose display is over; returns the events."""
    return sorted(session.connection().execute(_dated(_OF_EVENTS), {"on": on}).scalars())


def _run(session: Session, statement: str, on: date, **more: str) -> int:
    return session.connection().execute(_dated(statement), {"on": on, **more}).rowcount


def _dated(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("on", type_=Date))


def _required(column: str) -> str:
    if column not in PERSONAL:
        raise ValueError(column)  # a fault of ours: a source declares a column that this room does not know
    return column
