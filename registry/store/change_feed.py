"""Reading the feed of changes, and what its consumers have acknowledged of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.store.links import outcomes_of
from registry.store.reading import rows
from registry.vocabulary import Change

_CHANGES = """
SELECT id, kind, first_id, last_id, reason, replaced_by, recorded_at FROM public_change
WHERE id > :change OR (id = :change AND last_id > :record) ORDER BY id LIMIT :limit
"""
_IS_PUBLIC = """{0}.retired_at IS NULL AND {0}.outcome = 'shown' AND s.category = 'organisation'
  AND ({0}.shown_until IS NULL OR {0}.shown_until > :on)"""
_PUBLIC = f"""
SELECT p.record_id, s.uscc, p.shown_from, p.shown_until, s.id, CASE WHEN r.source = 'honours' THEN r.classes END
FROM record r
CROSS JOIN publication p ON {outcomes_of("r.id")} CROSS JOIN subject s ON s.id = p.subject_id
WHERE r.id BETWEEN :first AND :last AND {_IS_PUBLIC.format("p")} ORDER BY p.record_id
"""
_BESIDE = f"""
SELECT DISTINCT h.record_id, s.uscc, h.shown_from, h.shown_until, s.id, o.classes FROM record r
CROSS JOIN publication p ON {outcomes_of("r.id")} CROSS JOIN subject s ON s.id = p.subject_id
CROSS JOIN publication h ON h.subject_id = s.id CROSS JOIN record o ON o.id = h.record_id
WHERE r.id BETWEEN :first AND :last AND r.source = 'list-entries' AND p.outcome = 'shown' AND o.source = 'honours'
  AND {_IS_PUBLIC.format("h")} ORDER BY h.record_id
"""
_NEWEST = "SELECT coalesce(max(id), 0) FROM public_change"
_WHOLE = "SELECT coalesce(max(id), 0) FROM public_change WHERE id < :change OR (id = :change AND last_id <= :record)"
_ACKNOWLEDGE = """
INSERT INTO acknowledgement (person_id, change_id, recorded_at) VALUES (:person, :change, :now) ON CONFLICT DO NOTHING
"""
_ACKNOWLEDGED = """
SELECT a.person_id, p.name, a.change_id, a.recorded_at FROM acknowledgement a JOIN person p ON p.id = a.person_id
ORDER BY a.person_id, a.change_id
"""
_WITHDRAWALS = """
SELECT id, recorded_at, last_id - first_id + 1 FROM public_change
WHERE kind <> 'added' AND recorded_at >= :since ORDER BY id
"""

Place = tuple[int, int]


class Told(NamedTuple):
    """One item's change; instants are UTC milliseconds. What is public is told with its subject and days; an honour
    (its kind) may be barred by a list. One `beside` did not change itself: an entry of its subject on a list did."""

    kind: str
    record_id: int
    at: int
    reason: str | None
    replaced_by: int | None
    code: str | None = None
    shown_from: date | None = None
    shown_until: date | None = None
    subject_id: int | None = None
    honour: str | None = None
    beside: bool = False


class Acknowledged(NamedTuple):
    """How far a consumer said to be, and when."""

    person_id: int
    name: str
    change_id: int
    at: int


def newest(session: Session) -> int:
    """The number of the newest change; 0 if there is none."""
    return int(rows(session, _NEWEST, {})[0][0])


def page(session: Session, after: Place, *, limit: int, looked_at: int, on: date) -> tuple[list[Told], Place, bool]:
    """At most `limit` changes past a place and the honours beside them, looking at no more than `looked_at` records;
    where they end, and whether more may follow."""
    told: list[Told] = []
    change, record = after
    found = rows(session, _CHANGES, {"change": change, "record": record, "limit": limit + 1})
    for number, kind, first, last, reason, replaced_by, at in found:
        if len(told) >= limit or looked_at <= 0:
            return told, (change, record), True
        start = max(first, record + 1) if number == change else first
        stop = min(last, start + min(limit - len(told), looked_at) - 1)
        if kind == Change.WITHDRAWN or replaced_by is not None:
            told += [Told(kind, one, at, reason, replaced_by) for one in range(start, stop + 1)]
        else:
            stop = min(last, start + looked_at - 1)
            for public in _public(session, _PUBLIC, start, stop, on):
                told.append(Told(kind, public[0], at, reason, None, *public[1:]))
                if len(told) >= limit:
                    stop = public[0]
                    break
        told += [
            Told(Change.ADDED, beside[0], at, None, None, *beside[1:], beside=True)
            for beside in _public(session, _BESIDE, start, stop, on)
        ]
        looked_at -= stop - start + 1
        change, record = number, stop
    return told, (change, record), len(found) > limit or bool(found and record < found[-1][3])


def _public(
    session: Session, asked: str, first: int, last: int, on: date
) -> Iterator[tuple[int, str | None, date, date | None, int, str | None]]:
    for number, code, since, until, *honour in rows(
        session, asked, {"first": first, "last": last, "on": on.isoformat()}
    ):
        begins = date.fromisoformat(since)
        yield number, code if begins <= on else None, begins, date.fromisoformat(until) if until else None, *honour


def whole(session: Session, place: Place) -> int:
    """The last change of which everything up to this place has been told."""
    return int(rows(session, _WHOLE, {"change": place[0], "record": place[1]})[0][0])


def acknowledge(session: Session, person_id: int, change_id: int, now: datetime) -> None:
    """Note that a consumer has acted on everything up to this change."""
    told = {"person": person_id, "change": change_id, "now": round(now.timestamp() * 1000)}
    session.connection().execute(text(_ACKNOWLEDGE), told)


def acknowledged(session: Session) -> list[Acknowledged]:
    """All that consumers ever acknowledged, by consumer and in order."""
    return [Acknowledged(*row) for row in rows(session, _ACKNOWLEDGED, {})]


def withdrawals_since(session: Session, since: datetime) -> list[tuple[int, int, int]]:
    """What consumers had to take down or replace: number of the change, its instant (UTC ms), items."""
    return [(*row,) for row in rows(session, _WITHDRAWALS, {"since": round(since.timestamp() * 1000)})]
