"""Outcomes of all records (公示结果): written as the law has them, in place of those that stood, and counted."""

from datetime import datetime

import polars as pl

from registry.store import changes, withdrawals
from registry.store.bases import Bases
from registry.store.bulk import Bulk, insert
from registry.store.unjudged import SUPERSEDED

_RETIRE = """
UPDATE publication SET retired_at = ?1, retired_because = 'judged_again'
WHERE retired_at IS NULL AND (subject_id, record_id) IN (SELECT was_subject, record_id FROM replaced)
"""
COUNTED = {"outcome": pl.String, "because": pl.String, "n": pl.Int64}
_STANDING = "FROM publication WHERE retired_at IS NULL"
_NOT_SHOWN = f"""
SELECT outcome, because, count(*) AS n {_STANDING} AND outcome <> 'shown' GROUP BY 1, 2
"""
_COLUMNS = (
    "subject_id",
    "record_id",
    "recorded_at",
    "outcome",
    "because",
    "basis_id",
    "shown_from",
    "shown_until",
    "first_shown_on",
)


def begun(work: Bulk) -> bool:
    """Whether any record was judged before."""
    return bool(work.one("SELECT count(*) FROM (SELECT 1 FROM publication LIMIT 1) found"))


def put(work: Bulk, outcomes: pl.DataFrame, bases: Bases, now: datetime, *, instead: bool) -> None:
    """Queue outcomes with the numbers of their bases; `instead` first retires those they replace (`was_subject`, where
    `was_outcome` is not null)."""
    outcomes = outcomes.with_columns(pl.col("subject_id").fill_null(0), pl.lit(_ms(now)).alias("recorded_at"))
    if instead:
        old = outcomes.filter(pl.col("was_outcome").is_not_null())
        with work.staged("replaced", old.select("was_subject", "record_id")):
            work.run(_RETIRE, _ms(now))
    changes.put(work, changes.judged_again(outcomes) if instead else changes.judged_first(outcomes), now)
    work.put(insert("publication", _COLUMNS), bases.numbered(outcomes).select(_COLUMNS).sort("subject_id", "record_id"))


def finish(work: Bulk, now: datetime) -> None:
    """Retire what later versions superseded, and empty the queues."""
    work.drain()
    work.run(changes.superseding(SUPERSEDED, "?1"), _ms(now))
    work.run(withdrawals.retiring(SUPERSEDED, "'superseded'", "?1"), _ms(now))
    work.run("DELETE FROM unjudged")
    work.run("DELETE FROM fresh")


def shields(work: Bulk) -> bool:
    """Whether any subject was ever to be shielded."""
    return bool(work.one("SELECT count(*) FROM case_file WHERE procedure = 'bankruptcy'"))


def standing(seen: Bulk) -> pl.DataFrame:
    """Current outcomes with their reasons, counted, as COUNTED."""
    others = seen.rows(_NOT_SHOWN, COUNTED)
    shown = seen.one(f"SELECT count(*) {_STANDING}") - int(others["n"].sum())  # few are not: they are soon counted
    return others.vstack(pl.DataFrame([("shown", None, shown)], schema=COUNTED, orient="row"))


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
