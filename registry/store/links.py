"""Links between records and subjects, and the queue of records that wait for one."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from registry.store.bulk import READ, Bulk, insert

WAITING = {
    "record_id": pl.Int64,
    "source": pl.String,
    "category": pl.String,
    "name": pl.String,
    "told_name": pl.String,
    "uscc": pl.String,
    "organisation_code": pl.String,
    "registration_number": pl.String,
    "decided_on": pl.Date,
    "county_code": pl.String,
    "legal_representative": pl.String,
    "address": pl.String,
    "delivered_by": pl.String,
}


def organisation_code(record: str) -> str:
    """The organisation code of a record in SQL: its own, or characters 9 to 17 of its unified code."""
    return f"coalesce({record}.organisation_code, substr({record}.uscc, 9, 9))"


_WITHDRAWN = "SELECT record_id FROM withdrawal WHERE lifted_at IS NULL"
_RECALLED = f"{_WITHDRAWN} AND reason = 'recalled'"
_WAITING = f"""
SELECT r.id AS record_id, r.source, r.category, r.name, r.fields ->> 'current_name' AS told_name,
       r.uscc, {organisation_code("r")} AS organisation_code,
       r.registration_number, r.decided_on, r.county_code, r.legal_representative,
       r.fields ->> 'registered_address' AS address, b.name AS delivered_by
FROM unlinked u CROSS JOIN record r ON r.id = u.record_id
  LEFT JOIN body b ON b.id = coalesce(r.source_body_id, r.body_id)
WHERE u.record_id > ?1 AND r.id NOT IN ({_RECALLED})
ORDER BY u.record_id LIMIT ?2
"""


def _led(record: str) -> str:
    """A SELECT of the subjects that those of a record lead to, or once led to, because their code was replaced."""
    return f"""SELECT d.target_id FROM link x JOIN subject_redirect d ON d.subject_id = x.subject_id
      WHERE x.record_id = {record}"""


_COLUMNS = ("record_id", "subject_id", "how", "state", "because", "recorded_at")
# what is linked now, and what was shown of a subject it no longer has, is judged again
_JUDGE_AGAIN = f"""
INSERT INTO unjudged (record_id)
SELECT u.record_id FROM unlinked u
WHERE EXISTS (SELECT 1 FROM link l WHERE l.record_id = u.record_id AND l.retired_at IS NULL)
   OR EXISTS (SELECT 1 FROM publication p WHERE p.record_id = u.record_id AND p.retired_at IS NULL AND p.subject_id IN
              (SELECT l.subject_id FROM link l WHERE l.record_id = u.record_id UNION {_led("u.record_id")}))
ON CONFLICT DO NOTHING
"""
_LEAVE_QUEUE = f"""
DELETE FROM unlinked WHERE record_id IN ({_WITHDRAWN}) OR EXISTS (
  SELECT 1 FROM link l WHERE l.record_id = unlinked.record_id AND l.retired_at IS NULL)
"""


def outcomes_of(record: str, outcome: str = "p") -> str:
    """A condition in SQL: that `outcome` is one of the record with this id, under any subject that it ever had."""
    return f"""{outcome}.record_id = {record} AND {outcome}.subject_id IN (
      SELECT 0 UNION SELECT x.subject_id FROM link x WHERE x.record_id = {record} UNION {_led(record)})"""


def places_of(records: str) -> str:
    """A SELECT of where outcomes of records may stand (subject_id, record_id); `records` is one of their ids."""
    # one SELECT around all three: SQLite looks up no pairs in a compound one, and would go through all outcomes
    return f"""SELECT subject_id, record_id FROM (
    SELECT 0 AS subject_id, record_id FROM ({records}) given UNION
    SELECT x.subject_id, x.record_id FROM link x WHERE x.record_id IN ({records}) UNION
    SELECT d.target_id, x.record_id FROM link x JOIN subject_redirect d ON d.subject_id = x.subject_id
    WHERE x.record_id IN ({records})) place"""


def waiting(work: Bulk) -> Iterator[pl.DataFrame]:
    """Records of the queue, in batches (WAITING columns)."""
    after = 0
    while not (batch := work.rows(_WAITING, WAITING, after, READ)).is_empty():
        after = int(batch["record_id"][-1])
        yield batch


def put(work: Bulk, links: pl.DataFrame, now: datetime) -> None:
    """Queue links: record_id, subject_id, how, state, because."""
    recorded = pl.lit(round(now.timestamp() * 1000)).alias("recorded_at")
    work.put(insert("link", _COLUMNS), links.with_columns(recorded).select(_COLUMNS))


def put_waiting(work: Bulk, records: pl.DataFrame) -> None:
    """Queue records (record_id) for linking later."""
    work.put(insert("unlinked", ("record_id",)), records.select("record_id"))


def leave_queue(work: Bulk) -> None:
    """Take what is linked now out of the queue, and have it judged again."""
    work.drain()
    work.run(_JUDGE_AGAIN)
    work.run(_LEAVE_QUEUE)


def different(work: Bulk) -> pl.DataFrame:
    """Names that people held to be another subject's: normal, subject_id."""
    return work.rows(
        """SELECT DISTINCT normal, subject_id FROM judgement
        WHERE answer = 'different' AND subject_id IS NOT NULL AND undone_by IS NULL""",
        {"normal": pl.String, "subject_id": pl.Int64},
    )


def people_answered(work: Bulk) -> bool:
    """Whether somebody holds a record to be the same as something."""
    return bool(work.one("SELECT EXISTS (SELECT 1 FROM judgement WHERE answer = 'same' AND undone_by IS NULL)"))


def standing(work: Bulk) -> dict[str, int]:
    """How many records are linked for certain, wait for judgement, or have no subject."""
    states = ("confirmed", "review")
    sums = ", ".join(f"count(*) FILTER (WHERE state = '{state}') AS {state}" for state in states)
    counted = work.rows(f"SELECT {sums} FROM link WHERE retired_at IS NULL", dict.fromkeys(states, pl.Int64))
    waiting = work.one("SELECT count(*) FROM unlinked")
    return {**counted.row(0, named=True), "unlinked": waiting}
