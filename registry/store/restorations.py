"""Restorations decided elsewhere (谁认定、谁修复): what each names, and the withdrawal of what it hits.

A restoration and what it restores meet by the natural key, whichever arrives first, in the transaction in which the
second of them arrives. It acts only if its body decided or delivered what it restores; bodies are the same if their
codes or their names in normal form are.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from registry.names import normal_expr
from registry.store import withdrawals
from registry.store.bulk import Bulk, insert
from registry.store.reading import rows
from registry.vocabulary import Withdrawn

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

_TARGETS = ("key", "record_id")
_STANDING = (
    f"SELECT key, record_id AS restoration_id FROM restoration_target WHERE record_id NOT IN ({withdrawals.STANDING})"
)
_HITS = """
SELECT t.record_id AS restoration_id, k.record_id FROM restoration_target t CROSS JOIN record_key k ON k.key = t.key
WHERE t.record_id >= ?1
"""
_PAIR = {"restoration_id": pl.Int64, "record_id": pl.Int64}
_BODIES = """
SELECT m.restoration_id, m.record_id, r.status AS reason, b.name AS restoring, d.name AS deciding, s.name AS delivering
FROM met m CROSS JOIN record r ON r.id = m.restoration_id CROSS JOIN record o ON o.id = m.record_id
LEFT JOIN body b ON b.id = r.body_id LEFT JOIN body d ON d.id = o.body_id LEFT JOIN body s ON s.id = o.source_body_id
"""
_DONE = """
UPDATE restoration_target SET met = 'done' WHERE record_id IN (SELECT restoration_id FROM said WHERE entitled)
"""
_ANOTHERS = """
UPDATE restoration_target SET met = 'another'
WHERE met IS NULL AND record_id IN (SELECT restoration_id FROM said WHERE NOT entitled)
"""
_JUDGED = """
INSERT INTO unjudged (record_id) SELECT restoration_id FROM said WHERE true ON CONFLICT DO NOTHING
"""

_WAITING = f"""
SELECT r.id, r.uscc, r.name, r.document, r.decided_on, b.name, r.classes, r.fields, (
  SELECT min(k.record_id) FROM restoration_target t JOIN record_key k ON k.key = t.key WHERE t.record_id = w.record_id)
FROM (SELECT record_id FROM restoration_target WHERE record_id > :after GROUP BY record_id
      HAVING coalesce(max(met), 'another') = 'another') w
JOIN record r ON r.id = w.record_id JOIN body b ON b.id = r.body_id
WHERE r.name IS NOT NULL AND r.id NOT IN ({withdrawals.STANDING}) ORDER BY r.id LIMIT :limit
"""


class Waiting(NamedTuple):
    """A restoration that restored nothing: whose, by which body, what it names; `hit` is what it found of another's."""

    id: int
    uscc: str | None
    name: str
    document: str | None
    decided_on: str
    by: str
    classes: str | None
    fields: str
    hit: int | None


def put(work: Bulk, restorations: pl.DataFrame) -> None:
    """Queue restorations (record_id, targets: a list of keys or nulls)."""
    keys = restorations.explode("targets").drop_nulls().unique().rename({"targets": "key"})
    work.put(insert("restoration_target", _TARGETS), keys.select(_TARGETS).sort(_TARGETS))


def act_from(work: Bulk, first_id: int, now: datetime) -> None:
    """Have the restorations numbered from `first_id` act on the records that are here."""
    _act(work, work.rows(_HITS, _PAIR, first_id), now)


def act(work: Bulk, arrived: pl.DataFrame, now: datetime) -> None:
    """Have the restorations that are here act on records (key, id) that have arrived."""
    if arrived.is_empty() or not work.one("SELECT EXISTS (SELECT 1 FROM restoration_target)"):
        return
    standing = work.rows(_STANDING, {"key": pl.Int64, "restoration_id": pl.Int64})
    _act(work, arrived.join(standing, on="key").select("restoration_id", pl.col("id").alias("record_id")), now)


def _act(work: Bulk, pairs: pl.DataFrame, now: datetime) -> None:
    if pairs.is_empty():
        return
    met = _met(work, pairs)
    entitled = met.filter(pl.col("entitled"))
    for reason, hit in entitled.group_by("reason", maintain_order=True):
        withdrawn = hit.unique("record_id", maintain_order=True).select(
            "record_id", pl.lit(None, dtype=pl.Int64).alias("event_id"), pl.col("restoration_id").alias("by_record_id")
        )
        withdrawals.withdraw_many(work, withdrawn, Withdrawn(reason[0]), now)
    said = met.group_by("restoration_id").agg(pl.col("entitled").any()).sort("restoration_id")
    with work.staged("said", said):
        for statement in (_DONE, _ANOTHERS, _JUDGED):
            work.run(statement)


def _met(work: Bulk, pairs: pl.DataFrame) -> pl.DataFrame:
    """Restorations with what they hit: restoration_id, record_id, reason, entitled."""
    told = {**_PAIR, **dict.fromkeys(("reason", "restoring", "deciding", "delivering"), pl.String)}
    with work.staged("met", pairs.select(list(_PAIR)).unique().sort(pl.all())):
        found = work.rows(_BODIES, told)
    restoring, *others = (normal_expr(pl.col(body)) for body in ("restoring", "deciding", "delivering"))
    same = pl.any_horizontal((restoring == other).fill_null(value=False) for other in others)
    return found.select("restoration_id", "record_id", "reason", same.alias("entitled"))


def waiting(session: "Session", *, after: int, limit: int) -> list[Waiting]:
    """Restorations about organisations, numbered past `after`, that restored nothing and were not recalled."""
    return [Waiting(*row) for row in rows(session, _WAITING, {"after": after, "limit": limit})]
