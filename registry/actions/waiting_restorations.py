"""Restorations decided elsewhere that act on nothing yet: what they name has not arrived, or is another body's."""

import json
from datetime import date

import msgspec
from sqlmodel import Session

from registry.actions.people import acting
from registry.store import outcomes, restorations
from registry.vocabulary import Because, Role

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR)
MOST = 200


class WaitingRestoration(msgspec.Struct, frozen=True):
    """A restoration that waits, and why. `restored`, `list_code` and `listed_on` are what it names; `record` is what it
    found of another body, and `bodies` are those that decided or delivered that."""

    id: int
    code: str | None
    name: str
    document: str | None
    decided_on: date
    by: str
    restored: str | None
    list_code: str | None
    listed_on: str | None
    because: Because
    record: int | None
    bodies: list[str]


def waiting(session: Session, key: str | None, *, after: int = 0, limit: int = MOST) -> list[WaitingRestoration]:
    """Those numbered past `after`, in the order in which they came; of natural persons none is told.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
    """
    acting(session, key, *_SEEN_BY)
    return [_told(session, one) for one in restorations.waiting(session, after=after, limit=limit)]


def _told(session: Session, one: restorations.Waiting) -> WaitingRestoration:
    said = json.loads(one.fields)
    return WaitingRestoration(
        one.id,
        one.uscc,
        one.name,
        one.document,
        date.fromisoformat(str(one.decided_on)),
        one.by,
        said.get("restored"),
        one.classes,
        said.get("listed_on"),
        Because.NOTHING_TO_RESTORE if one.hit is None else Because.RESTORED_BY_ANOTHER,
        one.hit,
        outcomes.bodies_of(session, one.hit) if one.hit is not None else [],
    )
