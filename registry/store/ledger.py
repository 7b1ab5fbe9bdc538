"""The ledger (台账): every decision of people, appended, each event carrying the hash of the one before.

`hash` = SHA-256 over the JSON array of `CHAINED`, in that order. Personal values stand beside the chain; the event
holds HMAC-SHA-256 of them under a salt of their own, so that erasing values and salt leaves the chain whole and
nothing to guess. Identity numbers in a reason are removed. Triggers refuse to change or remove an event, or to
insert one that does not continue the chain.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text
from sqlmodel import Session

from registry.identifiers import masked
from registry.store.clock import in_order
from registry.store.columns import milliseconds
from registry.store.reading import rows

CHAINED = (
    "previous", "id", "recorded_at", "kind", "about", "person_id", "document", "reason", "payload", "personal",
)  # fmt: skip
NOTHING = "0" * 64  # what the first event carries as the hash before it
ERASED, RETENTION = "values_erased", "retention_applied"  # of one event, or of all that were due

_encode = msgspec.json.Encoder(order="sorted").encode
_TAKE_TURN = """
UPDATE ledger_head SET recorded_at = CASE WHEN recorded_at <= :now THEN :now ELSE recorded_at + :later END
WHERE id = 1 RETURNING event_id, hash, recorded_at"""
_NEW_HEAD = "UPDATE ledger_head SET event_id = :event, hash = :hash WHERE id = 1"
_PUT_VALUES = "INSERT INTO event_values (event_id, salt, told) VALUES (:event, :salt, :told)"
_TOGETHER = 10_000
ALL = 2**62
_APPEND = f"INSERT INTO event ({', '.join(CHAINED)}, hash) VALUES ({', '.join(f':{c}' for c in CHAINED)}, :hash)"
_EVENTS = f"SELECT {', '.join(CHAINED)}, hash FROM event"


class Event(NamedTuple):
    """An event as it stands in the ledger; `payload` is JSON, `recorded_at` UTC milliseconds."""

    previous: str
    id: int
    recorded_at: int
    kind: str
    about: str
    person_id: int | None
    document: str | None
    reason: str | None
    payload: str
    personal: str | None
    hash: str

    @property
    def told(self) -> dict[str, Any]:
        """What the event says of its object."""
        said: dict[str, Any] = msgspec.json.decode(self.payload)
        return said

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return datetime.fromtimestamp(self.recorded_at / 1000, UTC)


class Draft(NamedTuple):
    """What an event is to say; `by` is the person who acted, null for the registry itself, `personal` stands beside
    the chain."""

    kind: str
    about: str
    by: int | None
    payload: Mapping[str, Any] = {}
    document: str | None = None
    reason: str | None = None
    personal: Mapping[str, Any] | None = None


def append(
    session: Session,
    kind: str,
    about: str,
    *,
    by: int | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    document: str | None = None,
    reason: str | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event, in the session's transaction; the arguments are those of a `Draft`.

    From here on nobody else can write before the transaction ends: read what the decision rests on after `take_turn`.

    Raises:
        ClockBehind: the clock was set back.
    """
    draft = Draft(kind, about, by, payload or {}, document, reason, personal)
    return append_all(session, [draft], now=now)[0]


def append_all(session: Session, drafts: Iterable[Draft], *, now: datetime) -> list[Event]:
    """Append many events, in order, as `append` does one."""
    connection = session.connection()
    number, previous, at = _turn(session, now, later=0)
    events: list[Event] = []
    values = []
    for draft in drafts:
        number += 1
        salt = secrets.token_hex(16)
        told = _encode(draft.personal).decode() if draft.personal else None
        chained = (
            previous, number, milliseconds(at), draft.kind, draft.about, draft.by, draft.document,
            draft.reason and masked(draft.reason), _encode(draft.payload).decode(), told and _salted(salt, told),
        )  # fmt: skip
        previous = _hashed(chained)
        events.append(Event(*chained, hash=previous))
        if told:
            values.append({"event": number, "salt": salt, "told": told})
    for start in range(0, len(events), _TOGETHER):
        connection.execute(text(_APPEND), [event._asdict() for event in events[start : start + _TOGETHER]])
    if values:
        connection.execute(text(_PUT_VALUES), values)
    connection.execute(text(_NEW_HEAD), {"event": number, "hash": previous})
    return events


def take_turn(session: Session, now: datetime) -> datetime:
    """Take the one right to write, so that what is read from here on still holds when the event is appended.

    Returns the instant at which all that this transaction writes is recorded: never before what was recorded last.

    Raises:
        ClockBehind: the clock was set back.
    """
    return _turn(session, now, later=1)[2]


def _turn(session: Session, now: datetime, *, later: int) -> tuple[int, str, datetime]:
    told = {"now": milliseconds(now), "later": later}
    number, previous, newest = session.connection().execute(text(_TAKE_TURN), told).one()
    return number, previous, in_order(now, newest)


def erase(session: Session, event_id: int) -> bool:
    """Remove the personal values of an event, and their salt; false if there are none."""
    done = session.connection().execute(text("DELETE FROM event_values WHERE event_id = :event"), {"event": event_id})
    return done.rowcount == 1


def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the newest event; (0, NOTHING) in an empty ledger."""
    found = rows(session, "SELECT id, hash FROM event ORDER BY id DESC LIMIT 1", {})
    return (int(found[0][0]), str(found[0][1])) if found else (0, NOTHING)


def appended(session: Session) -> tuple[int, str]:
    """The same as whoever appended last left it noted, whatever became of the event."""
    ((number, newest),) = rows(session, "SELECT event_id, hash FROM ledger_head WHERE id = 1", {})
    return int(number), str(newest)


def events(
    session: Session, *, about: str | None = None, kind: str | None = None, after: int = 0, limit: int = ALL
) -> Iterator[Event]:
    """Events in order, all or those about one object or of one kind, past the one numbered `after`, so many at most."""
    named = {name: value for name, value in (("about", about), ("kind", kind)) if value is not None}
    which = " AND ".join([*(f"{name} = :{name}" for name in named), "id > :after"])
    asked = {"after": after, "limit": limit} | named
    return map(Event._make, rows(session, f"{_EVENTS} WHERE {which} ORDER BY id LIMIT :limit", asked))


def values(session: Session) -> dict[int, tuple[str, str]]:
    """Personal values that are still there, by event: (salt, JSON)."""
    return {event: (salt, told) for event, salt, told in rows(session, "SELECT * FROM event_values", {})}


def erased_by(event: Event) -> set[int]:
    """The events whose personal values an event says were erased."""
    if event.kind == ERASED:
        return {int(event.about.removeprefix("event:"))}
    return {*event.told["events"]} if event.kind == RETENTION else set()


def holds(event: Event) -> bool:
    """Whether an event's hash is that of what it says."""
    return event.hash == _hashed(event[:-1])


def holds_values(event: Event, salt: str, told: str) -> bool:
    """Whether these are the personal values that the event digested."""
    return event.personal == _salted(salt, told)


def _hashed(chained: tuple[Any, ...]) -> str:
    return sha256(_encode(chained)).hexdigest()


def _salted(salt: str, told: str) -> str:
    return hmac.new(salt.encode(), told.encode(), sha256).hexdigest()
