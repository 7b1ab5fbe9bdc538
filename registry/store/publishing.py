"""Deriving what is public: the records that want judging, read with all that the gate and the law ask of them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from sqlmodel import Session

from registry.store.bulk import frames, live

UNJUDGED = {
    "record_id": pl.Int64,
    "source": pl.String,
    "category": pl.String,
    "classes": pl.String,
    "procedure": pl.String,
    "amount_fen": pl.Int64,
    "has_ground": pl.Boolean,
    "has_document": pl.Boolean,
    "decided_on": pl.Date,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "noticed_on": pl.Date,
    "served_on": pl.Date,
    "status": pl.String,
    "subject_id": pl.Int64,
    "how": pl.String,
    "link_state": pl.String,
    "link_because": pl.String,
    "provisional": pl.Boolean,
    "withdrawn_before": pl.Boolean,
    "conflicts": pl.Boolean,
    "was_outcome": pl.String,
    "was_because": pl.String,
    "was_basis": pl.String,
    "was_from": pl.Date,
    "was_until": pl.Date,
    "was_subject": pl.Int64,
    "first_shown_on": pl.Date,
}
_CURRENT = """
r.source <> 'subjects' AND r.id NOT IN (SELECT record_id FROM withdrawal) AND r.id NOT IN (
  SELECT earlier_id FROM version WHERE relation = 'supersedes' AND record_id NOT IN (SELECT record_id FROM withdrawal))
"""
_UNJUDGED = f"""
WITH withdrawn_key AS (SELECT o.key FROM withdrawal w JOIN record o ON o.id = w.record_id)
SELECT r.id AS record_id, r.source, r.category, r.classes, r.procedure, r.amount_fen,
  r.ground IS NOT NULL AS has_ground, r.document IS NOT NULL AS has_document,
  r.decided_on, r.starts_on, r.ends_on, r.noticed_on, r.served_on, r.status,
  l.subject_id, l.how, l.state AS link_state, l.because AS link_because, s.provisional,
  r.key IN (SELECT key FROM withdrawn_key) AS withdrawn_before,
  r.id IN (SELECT record_id FROM version WHERE relation = 'conflicts') AS conflicts,
  p.outcome AS was_outcome, p.because AS was_because, p.basis AS was_basis, p.shown_from AS was_from,
  p.shown_until AS was_until, p.subject_id AS was_subject,
  coalesce(p.first_shown_on, CASE WHEN p.outcome = 'shown' THEN p.shown_from END) AS first_shown_on
FROM record r
LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
LEFT JOIN subject s ON s.id = l.subject_id
LEFT JOIN publication p ON p.record_id = r.id AND p.retired_at IS NULL
WHERE r.id > :after AND r.id <= :upto AND {_CURRENT}
"""  # noqa: S608
_CHANGED = """ AND (p.id IS NULL OR l.recorded_at > p.recorded_at OR l.subject_id IS NOT p.subject_id)"""
_SUPERSEDED = f"""
UPDATE publication SET retired_at = :now, retired_because = 'superseded'
WHERE retired_at IS NULL AND record_id IN (SELECT earlier_id FROM version) AND record_id NOT IN (
  SELECT r.id FROM record r WHERE r.id IN (SELECT earlier_id FROM version) AND {_CURRENT})
"""  # noqa: S608
_RETIRE = """
UPDATE publication SET retired_at = :now, retired_because = 'judged_again'
WHERE retired_at IS NULL AND record_id IN (SELECT record_id FROM staged.publication WHERE was_outcome IS NOT NULL)
"""
_PUBLISH = """
INSERT INTO publication
  (record_id, subject_id, outcome, because, basis, shown_from, shown_until, first_shown_on, recorded_at)
SELECT record_id, subject_id, outcome, because, basis, shown_from, shown_until, first_shown_on, :now
FROM staged.publication
"""


def unjudged(session: Session, folder: Path, *, everything: bool) -> Iterator[pl.DataFrame]:
    """Current records without an outcome, or whose link is newer than it; `everything` = all current records."""
    select = _UNJUDGED if everything else _UNJUDGED + _CHANGED
    last = live(session).execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0]
    return frames(session, folder, select, UNJUDGED, bounds=(0, last))


def put(session: Session, now: datetime) -> int:
    """Retire what is superseded or judged anew, and write the staged outcomes; returns how many were written."""
    raw = live(session)
    values = {"now": round(now.timestamp() * 1000)}
    raw.execute(_SUPERSEDED, values)
    if not raw.execute("SELECT 1 FROM staged.sqlite_master WHERE name = 'publication'").fetchone():
        return 0
    if raw.execute("SELECT 1 FROM staged.publication WHERE was_outcome IS NOT NULL LIMIT 1").fetchone():
        raw.execute(_RETIRE, values)
    return raw.execute(_PUBLISH, values).rowcount


def outcomes(session: Session) -> list[tuple[str, str | None, int]]:
    """Current outcomes with their reasons, counted."""
    return (
        live(session)
        .execute(
            """SELECT outcome, because, count(*) FROM publication WHERE retired_at IS NULL
            GROUP BY outcome, because ORDER BY outcome, count(*) DESC"""
        )
        .fetchall()
    )
