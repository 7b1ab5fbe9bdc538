"""What people held about versions (版本认定): the same decision as an earlier one, its successor, or one of its own.

Two kinds of version wait for that: those of what was withdrawn, and those that another body's version contradicts.
The same one stays away as long as the earlier one is withdrawn, and is not shown beside it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from registry.store.links import outcomes_of
from registry.store.reading import rows
from registry.store.versions import CONFLICTING, VERSIONS
from registry.vocabulary import Because, Ruling, Withdrawn

if TYPE_CHECKING:  # publishing, which reads these statements, begins without all that a session needs
    from sqlmodel import Session

_HELD = """
LEFT JOIN version_ruling x ON x.record_id = v.record_id AND x.earlier_id = v.earlier_id AND x.undone_by IS NULL"""
# what corrects a version was decided here by two people, and takes its place; a recall takes back what was sent, and
# says nothing of a version that another delivery had brought by then
_WITHDRAWN = f"""
FROM withdrawal w JOIN {VERSIONS} v ON v.earlier_id = w.record_id AND v.relation <> 'corrects' AND w.lifted_at IS NULL
JOIN record y ON y.id = v.record_id AND (w.reason <> '{Withdrawn.RECALLED}' OR w.recorded_at <= (
  SELECT z.recorded_at FROM delivery z WHERE z.id = y.delivery_id)) {_HELD}
"""
_CONTRADICTED = f"FROM {VERSIONS} v {_HELD} WHERE v.relation = 'conflicts'"
_WAITS = f"CASE WHEN x.answer = '{Ruling.SAME}' THEN x.answer ELSE '{Ruling.WAITS}' END"
_SAME = f"x.answer = '{Ruling.SAME}'"
HELD_BACK = f"""
SELECT record_id, min(answer) AS held_back FROM (
  SELECT v.record_id, {_WAITS} AS answer {_WITHDRAWN}
  UNION ALL SELECT v.record_id, x.answer {_CONTRADICTED} AND {_SAME}) h GROUP BY record_id
"""
"""The versions of what is withdrawn, held to be the `same` as any of that, else they `wait`; and those held to be the
same as one that stands."""
HELD_BACK_ONE = f"""coalesce(
  (SELECT max(x.answer) {_CONTRADICTED} AND {_SAME} AND v.record_id = r.id),
  (SELECT min({_WAITS}) {_WITHDRAWN} WHERE v.record_id = r.id))"""
"""The same of one record `r`; null if nothing holds it back."""

_RULE = """
INSERT INTO version_ruling (event_id, record_id, earlier_id, answer, recorded_at)
SELECT DISTINCT CAST(:event AS BIGINT), v.record_id, v.earlier_id, :answer, CAST(:now AS BIGINT) {pairs}
AND v.record_id = :record AND x.record_id IS NULL
"""
# that it replaces an earlier version was held before that one was withdrawn
_NO_LONGER = f"""
UPDATE version_ruling SET undone_by = :event
WHERE record_id = :record AND answer = '{Ruling.REPLACES}' AND undone_by IS NULL
"""
_UNDO = "UPDATE version_ruling SET undone_by = :undone_by WHERE event_id = :event AND undone_by IS NULL"
# from what is withdrawn, or contradicts, to what is published: the other way round would read every publication; the +
# keeps SQLite from looking for outcomes by this bound on their records
_WAITING = f"""
SELECT DISTINCT r.id, r.source, c.uscc, c.name, r.document, r.decided_on, b.name, v.earlier_id, o.reason
FROM (SELECT record_id FROM ({HELD_BACK}) s UNION {CONFLICTING}) h
CROSS JOIN record r ON r.id = h.record_id CROSS JOIN counterparty c ON c.id = r.counterparty_id
CROSS JOIN publication p ON {outcomes_of("r.id")} AND p.retired_at IS NULL
  AND p.because IN ('{Because.WITHDRAWN_BEFORE}', '{Because.CONFLICTING_VERSION}')
CROSS JOIN {VERSIONS} v ON v.record_id = r.id AND v.relation <> 'corrects'
LEFT JOIN withdrawal o ON o.record_id = v.earlier_id AND o.lifted_at IS NULL
LEFT JOIN body b ON b.id = coalesce(r.body_id, r.source_body_id)
WHERE +r.id > :after AND (:delivery = 0 OR r.delivery_id = :delivery)
  AND (o.reason IS NOT NULL OR p.because = '{Because.CONFLICTING_VERSION}')
ORDER BY r.id, v.earlier_id, o.reason
"""


class Waiting(NamedTuple):
    """A version that waits, with an earlier one for which it does, and why that is withdrawn; null if it stands."""

    id: int
    source: str
    uscc: str | None
    name: str | None
    document: str | None
    decided_on: str | None
    by: str | None
    earlier: int
    reason: str | None


def rule(session: "Session", record_id: int, answer: Ruling, because: Because, *, event_id: int, now: datetime) -> None:
    """Keep what two people held about a record and each earlier version for which it waits, `because` of which."""
    from sqlalchemy import text

    from registry.store.columns import milliseconds

    told = {"record": record_id, "answer": answer.value, "event": event_id, "now": milliseconds(now)}
    pairs = _CONTRADICTED
    if because is Because.WITHDRAWN_BEFORE:
        pairs = f"{_WITHDRAWN} WHERE true"
        session.connection().execute(text(_NO_LONGER), told)
    session.connection().execute(text(_RULE.format(pairs=pairs)), told)


def undo(session: "Session", event_id: int, *, undone_by: int) -> None:
    """Take back what an event held, by another one."""
    from sqlalchemy import text

    session.connection().execute(text(_UNDO), {"event": event_id, "undone_by": undone_by})


def waiting(session: "Session", *, after: int, delivery: int | None = None) -> list[Waiting]:
    """The records numbered past `after`, of all or of one delivery, that are held for an earlier version, in order."""
    return [Waiting(*row) for row in rows(session, _WAITING, {"after": after, "delivery": delivery or 0})]
