"""Judgements 判定: the answers that people gave about whom records are about, and that stand until undone."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.store.columns import milliseconds
from registry.store.links import own
from registry.store.reading import rows
from registry.store.subject_events import present
from registry.store.waiting_names import DIFFERENT

_SAID = """
SELECT event_id, record_id, subject_id, other_id, answer, person_id, role FROM judgement j
WHERE undone_by IS NULL AND {which} ORDER BY event_id
"""
_OF_RECORDS = "(record_id IN (SELECT value FROM json_each(:ids)) OR other_id IN (SELECT value FROM json_each(:ids)))"
_HELD_DIFFERENT = """
SELECT 1 FROM judgement
WHERE record_id = :record AND subject_id = :subject AND answer = 'different' AND undone_by IS NULL LIMIT 1
"""


class Said(NamedTuple):
    """An answer that stands."""

    event_id: int
    record_id: int
    subject_id: int | None
    other_id: int | None
    answer: str
    person_id: int
    role: str


def judged(session: Session, normal: str, answer: str) -> list[int]:
    """Subjects about which an answer stands for records of this name (in normal form), under their code of today."""
    sql = f"""SELECT DISTINCT {present("j.subject_id")} FROM judgement j
    WHERE normal = :normal AND answer = :answer AND subject_id IS NOT NULL AND undone_by IS NULL ORDER BY 1"""
    return [row[0] for row in rows(session, sql, {"normal": normal, "answer": answer})]


def different_names(session: Session) -> set[frozenset[str]]:
    """Pairs of names, in normal form, whose records somebody held to be about different subjects."""
    return {frozenset(pair) for pair in rows(session, DIFFERENT, {})}


def proposed(session: Session) -> list[tuple[int, int]]:
    """Records held to be the same as something that no link by people says, and the newest event that holds so."""
    sql = f"""SELECT record_id, max(event_id) FROM (
      SELECT record_id, event_id FROM judgement WHERE answer = 'same' AND undone_by IS NULL
      UNION ALL SELECT other_id, event_id FROM judgement
      WHERE answer = 'same' AND undone_by IS NULL AND other_id IS NOT NULL) j
    WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.record_id = j.record_id AND l.retired_at IS NULL
      AND (l.state = 'confirmed' OR l.how IN ('maker', 'maker_and_checker')))
    AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id = j.record_id AND {own("r")})
    GROUP BY record_id ORDER BY record_id"""
    return [(record, event) for record, event in rows(session, sql, {})]


def said_of(session: Session, record_ids: Collection[int]) -> list[Said]:
    """Answers that stand about these records."""
    asked = {"ids": [*record_ids]}
    return [Said._make(row) for row in rows(session, _SAID.format(which=_OF_RECORDS), asked)]


def held_different(session: Session, record_id: int, subject_id: int) -> bool:
    """Whether an answer stands that a record is not about a subject."""
    return bool(rows(session, _HELD_DIFFERENT, {"record": record_id, "subject": subject_id}))


def said_in(session: Session, event_id: int) -> list[Said]:
    """The answers that one event gave and that still stand."""
    return [Said._make(row) for row in rows(session, _SAID.format(which="event_id = :event"), {"event": event_id})]


def put(session: Session, event_id: int, said: Collection[Said], normals: dict[int, str], now: datetime) -> None:
    """Write the answers of an event; `normals` has the normal form of each record's name."""
    session.connection().execute(
        text(
            """INSERT INTO judgement
            (event_id, record_id, subject_id, other_id, normal, other_normal, answer, person_id, role, recorded_at)
            VALUES (:event, :record_id, :subject_id, :other_id, :normal, :other, :answer, :person_id, :role, :at)"""
        ),
        [
            one._asdict()
            | {"event": event_id, "normal": normals[one.record_id], "at": milliseconds(now)}
            | {"other": None if one.other_id is None else normals[one.other_id]}
            for one in said
        ],
    )


def undo(session: Session, event_id: int, undone_by: int) -> None:
    """The answers of an event stand no more."""
    session.connection().execute(
        text("UPDATE judgement SET undone_by = :by WHERE event_id = :event AND undone_by IS NULL"),
        {"event": event_id, "by": undone_by},
    )
