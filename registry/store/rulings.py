"""What people held about versions of withdrawn decisions (版本认定): the same decision, or one in its own right.

The same one stays away as long as what was withdrawn does.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.store import withdrawals
from registry.store.columns import milliseconds
from registry.store.links import outcomes_of
from registry.store.reading import rows
from registry.store.versions import VERSIONS
from registry.vocabulary import Because, Ruling

# what corrects a version was decided here by two people, and takes its place
_PAIRS = f"""
FROM ({withdrawals.STANDING}) w JOIN {VERSIONS} v ON v.earlier_id = w.record_id AND v.relation <> 'corrects'
LEFT JOIN version_ruling x ON x.record_id = v.record_id AND x.earlier_id = v.earlier_id AND x.undone_by IS NULL
"""
_WAITS = f"min(coalesce(x.answer, '{Ruling.WAITS}'))"
WITHDRAWN_BEFORE = f"SELECT v.record_id, {_WAITS} AS withdrawn_before {_PAIRS} GROUP BY v.record_id"
"""The versions of what is withdrawn: held to be the `same` as any of that, else it `waits`."""
WITHDRAWN_BEFORE_ONE = f"SELECT {_WAITS} {_PAIRS} WHERE v.record_id = r.id"
"""The same of one record `r`; null if it is a version of nothing that is withdrawn."""

_RULE = f"""
INSERT INTO version_ruling (event_id, record_id, earlier_id, answer, recorded_at)
SELECT DISTINCT CAST(:event AS BIGINT), v.record_id, v.earlier_id, :answer, CAST(:now AS BIGINT) {_PAIRS}
WHERE v.record_id = :record AND x.record_id IS NULL
"""
_UNDO = "UPDATE version_ruling SET undone_by = :undone_by WHERE event_id = :event AND undone_by IS NULL"
# from what is withdrawn to what is published: the other way round would read every publication
_WAITING = f"""
SELECT DISTINCT r.id, r.source, r.uscc, r.name, r.document, r.decided_on, b.name, v.earlier_id, o.reason
FROM ({WITHDRAWN_BEFORE}) h CROSS JOIN record r ON r.id = h.record_id
CROSS JOIN publication p ON {outcomes_of("r.id")} AND p.retired_at IS NULL AND p.because = '{Because.WITHDRAWN_BEFORE}'
CROSS JOIN {VERSIONS} v ON v.record_id = r.id AND v.relation <> 'corrects'
CROSS JOIN withdrawal o ON o.record_id = v.earlier_id AND o.lifted_at IS NULL
LEFT JOIN body b ON b.id = coalesce(r.body_id, r.source_body_id)
WHERE r.id > :after ORDER BY r.id, v.earlier_id, o.reason
"""


class Waiting(NamedTuple):
    """A version that waits, with one earlier version of it that is withdrawn, and why that is."""

    id: int
    source: str
    uscc: str | None
    name: str | None
    document: str | None
    decided_on: str | None
    by: str | None
    earlier: int
    reason: str


def rule(session: Session, record_id: int, answer: Ruling, *, event_id: int, now: datetime) -> None:
    """Keep what two people held about a record and each earlier version of it that is withdrawn."""
    told = {"record": record_id, "answer": answer.value, "event": event_id, "now": milliseconds(now)}
    session.connection().execute(text(_RULE), told)


def undo(session: Session, event_id: int, *, undone_by: int) -> None:
    """Take back what an event held, by another one."""
    session.connection().execute(text(_UNDO), {"event": event_id, "undone_by": undone_by})


def waiting(session: Session, *, after: int) -> list[Waiting]:
    """The records numbered past `after` that are held because their decision was withdrawn before, in order."""
    return [Waiting(*row) for row in rows(session, _WAITING, {"after": after})]
