"""What befell subjects: events with a day, which count once two people have entered them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.store.links import of_subjects
from registry.store.reading import rows

_COUNTS = "e.confirmed_by IS NOT NULL AND e.undone_by IS NULL"
# A subject whose code was replaced leads to the one that bears the new code, over however many replacements.
_REDIRECTS = f"""
INSERT INTO subject_redirect (subject_id, target_id, current)
WITH RECURSIVE led(subject_id, target_id) AS (
  SELECT subject_id, other_id FROM subject_event e WHERE kind = 'code_replaced' AND {_COUNTS}
  UNION SELECT l.subject_id, e.other_id FROM led l JOIN subject_event e ON e.subject_id = l.target_id
  WHERE e.kind = 'code_replaced' AND {_COUNTS}
)
SELECT subject_id, target_id, true FROM led WHERE target_id NOT IN (
  SELECT subject_id FROM subject_event e WHERE kind = 'code_replaced' AND {_COUNTS})
ON CONFLICT (subject_id, target_id) DO UPDATE SET current = true
"""
_JUDGE_AGAIN = f"""
INSERT INTO unjudged (record_id) {of_subjects("SELECT CAST(:id AS BIGINT)")} ON CONFLICT DO NOTHING
"""
_LED = "SELECT subject_id, target_id FROM subject_redirect WHERE current"
_SUCCESSORS = """
SELECT s.uscc, t.uscc FROM subject s JOIN subject_redirect d ON d.subject_id = s.id AND d.current
  JOIN subject t ON t.id = d.target_id
WHERE s.uscc IN (SELECT value FROM json_each(:codes))
"""
_EVENT = """
SELECT e.id, s.uscc, e.kind, e.befell_on, o.uscc, e.document, e.proposed_by, e.confirmed_by, e.undone_by,
  e.subject_id, e.other_id, p.person_id
FROM subject_event e JOIN subject s ON s.id = e.subject_id LEFT JOIN subject o ON o.id = e.other_id
  JOIN event p ON p.id = e.proposed_by WHERE {which} ORDER BY e.befell_on, e.id
"""


class Row(NamedTuple):
    """An event of a subject; `proposed_by`, `confirmed_by`, `undone_by` are events of the ledger."""

    id: int
    code: str
    kind: str
    befell_on: str
    other: str | None
    document: str
    proposed_by: int
    confirmed_by: int | None
    undone_by: int | None
    subject_id: int
    other_id: int | None
    proposer: int | None


def present(subject: str) -> str:
    """The id, in SQL, of the subject that this one leads to; its own if its code was not replaced."""
    led = f"SELECT d.target_id FROM subject_redirect d WHERE d.subject_id = {subject} AND d.current"
    return f"coalesce(({led}), {subject})"


def successors(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Of these codes those that were replaced, each with its last successor."""
    return dict(rows(session, _SUCCESSORS, {"codes": [*codes]}))


def one(session: Session, number: int) -> Row | None:
    """An event by its number."""
    found = rows(session, _EVENT.format(which="e.id = :id"), {"id": number})
    return Row._make(found[0]) if found else None


def of(session: Session, subject_ids: Collection[int]) -> list[Row]:
    """The events in which these subjects have a part, undone ones too."""
    which = "e.subject_id IN (SELECT value FROM json_each(:ids)) OR e.other_id IN (SELECT value FROM json_each(:ids))"
    return [Row._make(row) for row in rows(session, _EVENT.format(which=which), {"ids": [*subject_ids]})]


def add(
    session: Session, subject_id: int, kind: str, *, on: date, other_id: int | None, document: str, proposed_by: int
) -> int:
    """A proposed event; returns its number."""
    return int(
        session.connection()
        .execute(
            text(
                """INSERT INTO subject_event (subject_id, kind, befell_on, other_id, document, proposed_by)
                VALUES (:subject, :kind, :on, :other, :document, :by) RETURNING id"""
            ),
            {
                "subject": subject_id,
                "kind": kind,
                "on": on.isoformat(),
                "other": other_id,
                "document": document,
                "by": proposed_by,
            },
        )
        .scalar_one()
    )


def mark(session: Session, number: int, *, confirmed_by: int | None = None, undone_by: int | None = None) -> None:
    """Say that an event was confirmed, or undone, by an event of the ledger."""
    session.connection().execute(
        text(
            """UPDATE subject_event SET confirmed_by = coalesce(:confirmed, confirmed_by),
            undone_by = coalesce(:undone, undone_by) WHERE id = :id"""
        ),
        {"id": number, "confirmed": confirmed_by, "undone": undone_by},
    )


def lead_again(session: Session) -> None:
    """Work out anew which subjects lead to which; the records of those that lead elsewhere now are judged again."""
    before = dict(rows(session, _LED, {}))
    connection = session.connection()
    connection.execute(text("UPDATE subject_redirect SET current = false"))
    connection.execute(text(_REDIRECTS))
    after = dict(rows(session, _LED, {}))
    moved = [{"id": one} for one in before | after if before.get(one) != after.get(one)]
    if moved:
        connection.execute(text(_JUDGE_AGAIN), moved)
