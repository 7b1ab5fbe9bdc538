"""What is hidden in an emergency (应急停止展示), and the withdrawal of everything that falls under it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.store import withdrawals
from registry.store.bulk import Bulk
from registry.store.reading import rows
from registry.store.record_ids import of_each
from registry.vocabulary import Withdrawn

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

LIST, RECORD = "list:", "record:"

_HIDDEN = """
SELECT h.event_id, h.what, h.recorded_at, e.person_id, e.reason, h.asked_by, a.person_id,
  (SELECT count(*) FROM withdrawal w WHERE w.event_id = h.event_id AND w.lifted_at IS NULL)
FROM hiding h JOIN event e ON e.id = h.event_id LEFT JOIN event a ON a.id = h.asked_by
WHERE h.lifted_at IS NULL ORDER BY h.event_id
"""
_IS_THERE = f"""
SELECT 1 FROM delivery d CROSS JOIN record r ON {of_each("d")}
WHERE d.source = 'list-entries' AND 'list:' || r.classes = :what
UNION ALL SELECT 1 FROM record WHERE id = :record LIMIT 1
"""
_PUT = "INSERT INTO hiding (event_id, what, recorded_at) VALUES (:event, :what, :now)"
_ASK = "UPDATE hiding SET asked_by = :asked WHERE event_id = :event"
_END = "UPDATE hiding SET lifted_at = :now, lifted_by = :lifted WHERE event_id = :event"
# of all deliveries of lists, or of the newest; CROSS JOIN: the few hidden lists, and the deliveries of lists, lead
_COVERED = f"""
SELECT r.id, 'hidden', {{now}}, h.event_id FROM hiding h
CROSS JOIN delivery d ON d.source = 'list-entries'
CROSS JOIN record r ON {of_each("d")} AND h.what = 'list:' || r.classes WHERE h.lifted_at IS NULL
UNION ALL SELECT r.id, 'hidden', {{now}}, h.event_id FROM hiding h
CROSS JOIN record r ON r.id = CASE WHEN h.what LIKE 'record:%' THEN CAST(substr(h.what, 8) AS BIGINT) END
WHERE h.lifted_at IS NULL
"""
_ARRIVED = """
SELECT r.id, 'hidden', {now}, h.event_id FROM hiding h
CROSS JOIN record r ON r.id >= {first} AND h.what = 'list:' || r.classes WHERE h.lifted_at IS NULL
"""
_COVER = """
INSERT INTO withdrawal (record_id, reason, recorded_at, event_id) SELECT * FROM ({covered}) c
WHERE true ON CONFLICT DO NOTHING
"""


class Hidden(NamedTuple):
    """What is hidden: by which event and whom, why; who asked to show it again, if anybody; how many records."""

    event_id: int
    what: str
    at: int
    person_id: int
    reason: str
    asked_by: int | None
    asker: int | None
    records: int


def standing(session: "Session") -> list[Hidden]:
    """All that is hidden now."""
    return [Hidden(*row) for row in rows(session, _HIDDEN, {})]


def is_there(session: "Session", what: str) -> bool:
    """Whether anything has arrived of a list or record."""
    record = what.removeprefix(RECORD)
    return bool(rows(session, _IS_THERE, {"what": what, "record": int(record) if record.isdecimal() else 0}))


def put(session: "Session", what: str, event_id: int, now: datetime) -> int:
    """Hide it; returns how many publications ended."""
    _run(session, _PUT, event=event_id, what=what, now=_ms(now))
    cover(session, now)
    return withdrawals.end(session, event_id, Withdrawn.HIDDEN, now)


def ask(session: "Session", event_id: int, asked_by: int) -> None:
    """Note that somebody asks to show it again."""
    _run(session, _ASK, event=event_id, asked=asked_by)


def end(session: "Session", event_id: int, lifted_by: int, now: datetime) -> int:
    """Hide it no more: what nothing else hides or withdraws is judged again. Returns how many records that are."""
    _run(session, _END, event=event_id, lifted=lifted_by, now=_ms(now))
    ended = withdrawals.lift_all(session, event_id, event_id=lifted_by, now=now)
    cover(session, now)  # another hiding may cover some of it
    return ended


def cover(session: "Session", now: datetime) -> None:
    """Hide what has come to be under what is hidden."""
    _run(session, _COVER.format(covered=_COVERED.format(now=":now")), now=_ms(now))


def cover_delivery(work: Bulk, first_id: int, now: datetime) -> None:
    """Hide what the newest delivery has brought to hidden lists, from its first record on: before it is ever shown."""
    work.run(_COVER.format(covered=_ARRIVED.format(now="?2", first="?1")), first_id, _ms(now))


def cover_own(session: "Session", record_id: int, now: datetime) -> None:
    """The same for the record that the office made itself by deciding a case."""
    covered = _ARRIVED.format(now=":now", first=":first")
    _run(session, _COVER.format(covered=covered), first=record_id, now=_ms(now))


def _run(session: "Session", statement: str, **told: Any) -> None:
    from sqlalchemy import text

    session.connection().execute(text(statement), told)


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
