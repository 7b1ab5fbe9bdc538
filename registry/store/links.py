"""Links between records and subjects: read for judging, written whole."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from sqlmodel import Session

from registry.store.bulk import frame, frames, live

UNJUDGED = {
    "record_id": pl.Int64,
    "source": pl.String,
    "category": pl.String,
    "name": pl.String,
    "told_name": pl.String,
    "uscc": pl.String,
    "organisation_code": pl.String,
    "registration_number": pl.String,
    "decided_on": pl.Date,
    "link_subject": pl.Int64,
    "link_state": pl.String,
}
# every record that is about an organisation and has no link yet, or one that still waits for judgement
_UNJUDGED = """
SELECT r.id AS record_id, r.source, r.category, r.name, json_extract(r.fields, '$.current_name') AS told_name,
       r.uscc, r.organisation_code, r.registration_number, r.decided_on,
       l.subject_id AS link_subject, l.state AS link_state
FROM record r LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
WHERE r.id > :after AND r.id <= :upto AND r.source <> 'subjects' AND r.category <> 'natural_person'
  AND (l.id IS NULL OR l.state = 'review')
  AND r.id NOT IN (SELECT record_id FROM withdrawal)
"""
_SUBJECTS = "SELECT id AS subject_id, uscc, organisation_code, registration_number FROM subject"
_NAMES = "SELECT subject_id, normal FROM subject_name"
_PROVISIONAL = """
INSERT INTO subject (uscc, organisation_code, category, name, provisional, recorded_at)
SELECT uscc, organisation_code, category, name, 1, :now FROM staged.provisional WHERE true
ON CONFLICT (uscc) DO NOTHING
"""
_PROVISIONAL_NAMES = """
INSERT INTO subject_name (subject_id, normal, name, recorded_at)
SELECT s.id, n.normal, n.name, :now FROM staged.provisional_name n JOIN subject s ON s.uscc = n.uscc AND s.provisional
WHERE true ON CONFLICT (subject_id, normal) DO NOTHING
"""
_RETIRE = """
UPDATE link SET retired_at = :now
WHERE retired_at IS NULL AND record_id IN (SELECT record_id FROM staged.link)
"""
_LINKS = """
INSERT INTO link (record_id, subject_id, how, state, because, recorded_at)
SELECT record_id, coalesce(subject_id, (SELECT id FROM subject WHERE uscc = l.uscc)), how, state, because, :now
FROM staged.link l
"""


def unjudged(session: Session, folder: Path) -> Iterator[pl.DataFrame]:
    """Records that want linking, in batches (UNJUDGED columns)."""
    first, last = (
        live(session)
        .execute(
            """SELECT coalesce(min(r.id), 1) - 1, coalesce(max(r.id), 0) FROM record r
            WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.record_id = r.id AND l.retired_at IS NULL AND l.state <> 'review')"""
        )
        .fetchone()
    )
    return frames(session, folder, _UNJUDGED, UNJUDGED, bounds=(first, last))


def subjects(session: Session, folder: Path) -> pl.DataFrame:
    """Every subject's identifiers: subject_id, uscc, organisation_code, registration_number."""
    text = dict.fromkeys(("uscc", "organisation_code", "registration_number"), pl.String)
    return frame(live(session), folder, _SUBJECTS, {}, {"subject_id": pl.Int64, **text})


def names(session: Session, folder: Path) -> pl.DataFrame:
    """Every name borne now or before, in normal form: subject_id, normal."""
    return frame(live(session), folder, _NAMES, {}, {"subject_id": pl.Int64, "normal": pl.String})


def put(session: Session, now: datetime) -> int:
    """The staged provisional subjects and links become rows; returns the number of links."""
    raw = live(session)
    values = {"now": round(now.timestamp() * 1000)}
    staged = {name for (name,) in raw.execute("SELECT name FROM staged.sqlite_master WHERE type = 'table'")}
    if "provisional" in staged:
        raw.execute(_PROVISIONAL, values)
        raw.execute(_PROVISIONAL_NAMES, values)
    if "link" not in staged:
        return 0
    raw.execute(_RETIRE, values)
    return raw.execute(_LINKS, values).rowcount


def waiting(session: Session) -> dict[str, int]:
    """How many records are linked, wait for judgement, or have no subject, by that word."""
    raw = live(session)
    states = dict(raw.execute("SELECT state, count(*) FROM link WHERE retired_at IS NULL GROUP BY state").fetchall())
    unlinked = raw.execute(
        """SELECT count(*) FROM record r WHERE r.source <> 'subjects' AND r.category <> 'natural_person'
        AND NOT EXISTS (SELECT 1 FROM link l WHERE l.record_id = r.id AND l.retired_at IS NULL)
        AND r.id NOT IN (SELECT record_id FROM withdrawal)"""
    ).fetchone()[0]
    return {"confirmed": states.get("confirmed", 0), "review": states.get("review", 0), "unlinked": unlinked}
