"""Cases: which there are, what they are about, and their events from the ledger."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl
from sqlmodel import Session

from registry.store.bulk import Bulk
from registry.store.case_tables import CaseFile
from registry.store.ledger import CHAINED, Event
from registry.store.reading import rows

ABOUT = "case:"
"""How the ledger names a case: `case:12`."""

_EVENT = ", ".join(f"e.{column}" for column in (*CHAINED, "hash"))
_WITH_EVENTS = f"""
SELECT c.id AS number, c.procedure, c.subject_id, c.record_id, {_EVENT}
FROM case_file c JOIN event e ON e.about = '{ABOUT}' || c.id WHERE {{which}} ORDER BY c.id, e.id
"""
_FILED = 4
_NUMBERS = {"number", "subject_id", "record_id", "id", "recorded_at", "person_id"}
_KINDS = {
    name: pl.Int64 if name in _NUMBERS else pl.String
    for name in ("number", "procedure", "subject_id", "record_id", *CHAINED, "hash")
}


class Filed(NamedTuple):
    """A case as it is filed."""

    id: int
    procedure: str
    subject_id: int
    record_id: int | None


def next_number(session: Session) -> int:
    """The number of the next case; nobody else can open one after `ledger.take_turn`."""
    return int(rows(session, "SELECT coalesce(max(id), 0) + 1 FROM case_file", {})[0][0])


def put(session: Session, filed: Filed, *, opened_by: int) -> None:
    """File a case that an event opened."""
    session.add(CaseFile(**filed._asdict(), opened_by=opened_by))
    session.flush()


def made(session: Session, number: int, record_id: int) -> None:
    """Say which record a case made."""
    session.get_one(CaseFile, number).record_id = record_id
    session.flush()


def one(session: Session, number: int) -> tuple[Filed, list[Event]] | None:
    """A case with its events, oldest first."""
    return next(_cases(session, "c.id = :number", {"number": number}), None)


def every(session: Session, *, procedure: str | None = None) -> Iterator[tuple[Filed, list[Event]]]:
    """All cases, or those of one procedure."""
    if procedure is None:
        return _cases(session, "c.id > :first", {"first": 0})
    return _cases(session, "c.procedure = :procedure", {"procedure": procedure})


def of_subject(session: Session, subject_id: int, procedure: str | None = None) -> Iterator[tuple[Filed, list[Event]]]:
    """All cases about a subject or its records, or those of one procedure."""
    asked: dict[str, int | str | None] = {"subject": subject_id}
    if procedure is None:
        return _cases(session, "c.subject_id = :subject", asked)
    return _cases(session, "c.subject_id = :subject AND c.procedure = :procedure", asked | {"procedure": procedure})


def of_record(session: Session, record_id: int, procedure: str) -> Iterator[tuple[Filed, list[Event]]]:
    """The cases of one procedure about a record."""
    return _cases(
        session, "c.record_id = :record AND c.procedure = :procedure", {"record": record_id, "procedure": procedure}
    )


def records_of(session: Session, delivery_id: int) -> list[int]:
    """The records of a delivery that cases are about."""
    asked = """SELECT DISTINCT c.record_id FROM case_file c JOIN record r ON r.id = c.record_id
    WHERE r.delivery_id = :delivery ORDER BY 1"""
    return [number for (number,) in rows(session, asked, {"delivery": delivery_id})]


def subject(session: Session, subject_id: int) -> tuple[str, str]:
    """The code and the name of the subject of a case, whatever its category."""
    code, name = rows(session, "SELECT uscc, name FROM subject WHERE id = :subject", {"subject": subject_id})[0]
    return str(code), str(name)


def in_bulk(seen: Bulk, procedure: str) -> Iterator[tuple[Filed, list[Event]]]:
    """The cases of one procedure, read through a bulk connection."""
    found = seen.rows(_WITH_EVENTS.format(which="c.procedure = ?1"), _KINDS, procedure)
    return _grouped(found.iter_rows())


def _cases(session: Session, which: str, asked: dict[str, int | str | None]) -> Iterator[tuple[Filed, list[Event]]]:
    return _grouped(rows(session, _WITH_EVENTS.format(which=which), asked))


def _grouped(found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Filed, list[Event]]]:
    for filed, events in groupby(found, key=lambda row: row[:_FILED]):
        yield Filed._make(filed), [Event._make(row[_FILED:]) for row in events]
