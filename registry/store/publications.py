"""What is in force of a subject on a day, read with the columns that may be public.

In force is a matter of dates on the day asked, never of a stored flag.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from registry.store.reading import rows


class ItemRow(NamedTuple):
    """A publication in force and its record. Days are ISO texts; `fields` is JSON, to be read by an allow-list."""

    record_id: int
    source: str
    title: str | None
    document: str | None
    classes: str | None
    procedure: str | None
    amount_fen: int | None
    ground: str | None
    body_id: int | None
    source_body_id: int | None
    decided_on: str | None
    starts_on: str | None
    ends_on: str | None
    noticed_on: str | None
    served_on: str | None
    fields: str
    basis: str
    shown_from: str
    shown_until: str | None


_SELECT = """
SELECT r.id, r.source, r.title, r.document, r.classes, r.procedure, r.amount_fen, r.ground, r.body_id, r.source_body_id,
       r.decided_on, r.starts_on, r.ends_on, r.noticed_on, r.served_on, r.fields,
       p.basis, p.shown_from, p.shown_until
FROM publication p
JOIN record r ON r.id = p.record_id
"""
_IN_FORCE = """
WHERE p.subject_id = :subject AND p.retired_at IS NULL AND p.outcome = 'shown'
  AND p.shown_from <= :on AND (p.shown_until IS NULL OR p.shown_until > :on)
"""
_NEWEST_FIRST = "ORDER BY coalesce(r.decided_on, p.shown_from) DESC, r.id DESC"
ALL = f"{_SELECT}{_IN_FORCE}"
_BODIES = "SELECT id, name FROM body WHERE id IN (SELECT value FROM json_each(:ids))"
_ONE = f"{_SELECT}{_IN_FORCE}  AND p.record_id = :record"
_PAGE = f"""{_SELECT}{_IN_FORCE}
  AND (:source IS NULL OR r.source = :source)
  AND (:after_id IS NULL OR (coalesce(r.decided_on, p.shown_from), r.id) < (:after_on, :after_id))
{_NEWEST_FIRST} LIMIT :limit"""
_ANY = "SELECT EXISTS (SELECT 1 FROM publication p" + _IN_FORCE + ")"


def in_force(session: Session, subject_id: int, *, on: date) -> list[ItemRow]:
    """Everything in force of a subject, newest decision first."""
    found = [ItemRow._make(row) for row in rows(session, ALL, {"subject": subject_id, "on": on.isoformat()})]
    found.sort(key=_newness, reverse=True)
    return found


def page_in_force(
    session: Session,
    subject_id: int,
    *,
    on: date,
    source: str | None,
    limit: int,
    after: tuple[date, int] | None,
) -> list[ItemRow]:
    """One page of it; `after` is (decided_on, or shown_from where none; record_id) of the last item already given."""
    after_on, after_id = (after[0].isoformat(), after[1]) if after else (None, None)
    asked = {
        "subject": subject_id,
        "on": on.isoformat(),
        "source": source,
        "after_on": after_on,
        "after_id": after_id,
        "limit": limit,
    }
    return [ItemRow._make(row) for row in rows(session, _PAGE, asked)]


def one_in_force(session: Session, subject_id: int, record_id: int, *, on: date) -> ItemRow | None:
    """One record of a subject, if it is in force."""
    found = rows(session, _ONE, {"subject": subject_id, "record": record_id, "on": on.isoformat()})
    return ItemRow._make(found[0]) if found else None


def any_in_force(session: Session, subject_id: int, *, on: date) -> bool:
    """Whether anything of a subject is in force."""
    return bool(rows(session, _ANY, {"subject": subject_id, "on": on.isoformat()})[0][0])


def body_names(session: Session, found: Iterable[ItemRow]) -> dict[int, str]:
    """The names of the public bodies of some items (and others) by their ids.

    They are remembered as long as the session lives: a body never changes, its id being the digest of its name.
    """
    known: dict[int, str] = session.info.setdefault("body_names", {})
    missing = {body for row in found for body in (row.body_id, row.source_body_id) if body is not None} - known.keys()
    if missing:
        known.update(rows(session, _BODIES, {"ids": json.dumps(list(missing))}))
    return known


def _newness(row: ItemRow) -> tuple[str, int]:
    return (row.decided_on or row.shown_from, row.record_id)
