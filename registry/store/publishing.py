"""Deriving what is public: the records that want judging, read with all that the gate and the law ask of them."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl
from sqlalchemy import text
from sqlmodel import Session

from registry.store.bulk import READ, Bulk, insert

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
}
WAS = {
    "was_outcome": pl.String,
    "was_because": pl.String,
    "was_basis": pl.String,
    "was_from": pl.Date,
    "was_until": pl.Date,
    "was_subject": pl.Int64,
    "first_shown_on": pl.Date,
}
_ASKED = """
SELECT r.id AS record_id, r.source, r.category, r.classes, r.procedure, r.amount_fen,
  r.ground IS NOT NULL AS has_ground, r.document IS NOT NULL AS has_document,
  r.decided_on, r.starts_on, r.ends_on, r.noticed_on, r.served_on, r.status,
  l.subject_id, l.how, l.state AS link_state, l.because AS link_because,
  l.subject_id IN (SELECT id FROM subject WHERE provisional) AS provisional,
  r.id IN (SELECT v.record_id FROM withdrawal w JOIN version v ON v.earlier_id = w.record_id) AS withdrawn_before,
  r.id IN (SELECT record_id FROM version GROUP BY record_id HAVING max(relation) = 'conflicts') AS conflicts
"""
_WAS = """,
  p.outcome AS was_outcome, p.because AS was_because, p.basis AS was_basis, p.shown_from AS was_from,
  p.shown_until AS was_until, p.subject_id AS was_subject,
  coalesce(p.first_shown_on, CASE WHEN p.outcome = 'shown' THEN p.shown_from END) AS first_shown_on
"""
_LINKED = "LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL"
_SHOWN = "LEFT JOIN publication p ON p.record_id = r.id AND p.retired_at IS NULL"
_CURRENT = """
r.source <> 'subjects' AND r.id NOT IN (SELECT record_id FROM withdrawal) AND r.id NOT IN (
  SELECT earlier_id FROM version WHERE relation = 'supersedes' AND record_id NOT IN (SELECT record_id FROM withdrawal))
"""
_BETWEEN = "r.id > ?1 AND r.id <= ?2"
_NEW = f"{_ASKED} FROM record r {_LINKED} WHERE {_BETWEEN} AND {_CURRENT}"
_AGAIN = (
    f"{_ASKED}{_WAS} FROM record r {_LINKED} {_SHOWN} WHERE {_BETWEEN} AND {_CURRENT} "
    "AND r.id IN (SELECT record_id FROM unjudged)"
)
_SUPERSEDED = f"""
UPDATE publication SET retired_at = ?1, retired_because = 'superseded'
WHERE retired_at IS NULL AND record_id IN (
  SELECT earlier_id FROM version v WHERE v.relation = 'supersedes' AND NOT EXISTS (
    SELECT 1 FROM record r WHERE r.id = v.earlier_id AND {_CURRENT}))
"""
_RETIRE = """
UPDATE publication SET retired_at = ?2, retired_because = 'judged_again' WHERE record_id = ?1 AND retired_at IS NULL
"""
_COLUMNS = (
    "record_id",
    "recorded_at",
    "subject_id",
    "outcome",
    "because",
    "basis",
    "shown_from",
    "shown_until",
    "first_shown_on",
)


def queue_everything(work: Bulk, upto: int) -> None:
    """The law has changed: every record judged so far is judged again."""
    work.run("INSERT INTO unjudged (record_id) SELECT id FROM record WHERE id <= ?1 ON CONFLICT DO NOTHING", upto)


def never_judged(work: Bulk, after: int, last: int) -> Iterator[pl.DataFrame]:
    """Current records newer than `after`, in batches (UNJUDGED columns)."""
    while after < last:
        upto = min(after + READ, last)
        yield work.rows(_NEW, UNJUDGED, after, upto)
        after = upto


def judged_before(work: Bulk, upto: int) -> Iterator[pl.DataFrame]:
    """Current records of the queue of judging, in batches (UNJUDGED and WAS columns)."""
    after = work.one("SELECT coalesce(min(record_id), 1) - 1 FROM unjudged")
    last = min(upto, work.one("SELECT coalesce(max(record_id), 0) FROM unjudged"))
    while after < last:
        until = min(after + READ, last)
        yield work.rows(_AGAIN, {**UNJUDGED, **WAS}, after, until)
        after = until


def put(work: Bulk, outcomes: pl.DataFrame, now: datetime, *, instead: bool) -> None:
    """Queue outcomes; `instead` retires those they replace."""
    recorded = pl.lit(_ms(now)).alias("recorded_at")
    if instead:
        work.put(_RETIRE, outcomes.select("record_id", recorded))
    days = pl.col("shown_from", "shown_until", "first_shown_on").dt.to_string("%Y-%m-%d")
    work.put(insert("publication", _COLUMNS), outcomes.with_columns(recorded, days).select(_COLUMNS))


def finish(work: Bulk, now: datetime) -> None:
    """Retire what later versions superseded, and empty the queue."""
    work.drain()
    work.run(_SUPERSEDED, _ms(now))
    work.run("DELETE FROM unjudged")


def standing(session: Session) -> list[tuple[str, str | None, int]]:
    """Current outcomes with their reasons, counted."""
    counted = session.connection().execute(
        text(
            """SELECT outcome, because, count(*) FROM publication WHERE retired_at IS NULL
            GROUP BY outcome, because ORDER BY outcome, count(*) DESC"""
        )
    )
    return [(str(outcome), because, int(count)) for outcome, because, count in counted]


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
