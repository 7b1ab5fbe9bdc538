"""Deliveries: what was received, the rows that came of it, and what was taken back."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from registry.store.bulk import columns, live
from registry.store.tables import Delivery, Recall, Setting

_BODIES = """
INSERT INTO body (id, name, code) SELECT id, name, code FROM staged.body WHERE true ON CONFLICT (id) DO NOTHING
"""
_RECORDS = """
INSERT INTO record (id, delivery_id, recorded_at, line, {columns})
SELECT :before + rowid, :delivery, :now, line, {columns} FROM staged.record WHERE true ORDER BY rowid
ON CONFLICT (key, content) DO NOTHING
"""
_DUPLICATES = """
INSERT INTO provenance (delivery_id, line, record_id)
SELECT :delivery, s.line, r.id
FROM staged.record s JOIN record r ON r.key = s.key AND r.content = s.content
WHERE NOT EXISTS (SELECT 1 FROM record own WHERE own.id = :before + s.rowid)
"""
# a version supersedes the last one of its own source body (else deciding body); if there is none, it conflicts
_VERSIONS = """
INSERT INTO version (record_id, earlier_id, relation, recorded_at)
SELECT record_id, earlier_id, CASE WHEN same_body THEN 'supersedes' ELSE 'conflicts' END, :now FROM (
  SELECT *, row_number() OVER (PARTITION BY record_id ORDER BY same_body DESC, earlier_id DESC) AS place FROM (
    SELECT n.id AS record_id, o.id AS earlier_id,
      coalesce(n.source_body_id, n.body_id, 0) = coalesce(o.source_body_id, o.body_id, 0) AS same_body
    FROM staged.record s
    CROSS JOIN record o ON o.key = s.key AND o.id < :before + s.rowid
    CROSS JOIN record n ON n.id = :before + s.rowid
  )
) WHERE place = 1
"""
_REJECTIONS = """
INSERT INTO rejection (delivery_id, line, checks, cells)
SELECT :delivery, line, checks, cells FROM staged.rejection
"""
_TALLY_PARTS = "department_code, county_code, category, timeliness"
_TALLIES = f"""
INSERT INTO tally (delivery_id, {_TALLY_PARTS}, outcome, rows)
SELECT :delivery, {_TALLY_PARTS}, outcome, sum(rows) FROM (
  SELECT {_TALLY_PARTS}, outcome, rows FROM staged.tally
  UNION ALL
  SELECT s.department_code, s.county_code, s.category, s.timeliness, o.outcome, o.sign
  FROM provenance p JOIN staged.record s ON s.line = p.line
  CROSS JOIN (SELECT 'duplicate' AS outcome, 1 AS sign UNION ALL SELECT 'accepted', -1) o
  WHERE p.delivery_id = :delivery
) GROUP BY {_TALLY_PARTS}, outcome HAVING sum(rows) <> 0
"""  # noqa: S608


def delivered_before(session: Session, sha256: str, sheet: str, source: str) -> Delivery | None:
    """The delivery of these same bytes, if there was one."""
    return session.exec(
        select(Delivery).where(Delivery.sha256 == sha256, Delivery.sheet == sheet, Delivery.source == source)
    ).first()


def one(session: Session, delivery_id: int) -> Delivery | None:
    """A delivery by its number."""
    return session.get(Delivery, delivery_id)


def recalled(session: Session, delivery_id: int) -> Recall | None:
    """How a delivery was taken back, if it was."""
    return session.get(Recall, delivery_id)


def begin(session: Session) -> None:
    """Take the one right to write, waiting for whoever has it."""
    live(session).execute("BEGIN IMMEDIATE")


def pour(session: Session, delivery: Delivery, record_columns: Sequence[str], now: datetime) -> tuple[int, int]:
    """Everything staged becomes rows of `delivery`, within the transaction that is open.

    Returns the number of records that are new and of duplicates; duplicates gain a second provenance.
    """
    raw = live(session)
    before = int(raw.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
    values = {"delivery": delivery.id, "before": before, "now": round(now.timestamp() * 1000)}
    staged = {name for (name,) in raw.execute("SELECT name FROM staged.sqlite_master WHERE type = 'table'")}
    new = duplicates = 0
    if "record" in staged:
        if "body" in staged:
            raw.execute(_BODIES)
        new = raw.execute(_RECORDS.format(columns=columns(record_columns)), values).rowcount
        total = int(raw.execute("SELECT count(*) FROM staged.record").fetchone()[0])
        if new < total:
            raw.execute("CREATE INDEX staged.staged_line ON record (line)")
            duplicates = raw.execute(_DUPLICATES, values).rowcount
        raw.execute(_VERSIONS, values)
    if "rejection" in staged:
        raw.execute(_REJECTIONS, values)
    if "tally" in staged:
        raw.execute(_TALLIES, values)
    return new, duplicates


def setting(session: Session, key: str) -> str | None:
    """One setting of this registry."""
    found = session.get(Setting, key)
    return found.value if found else None


def set_once(session: Session, key: str, value: str) -> None:
    """Write a setting unless it is there already."""
    if session.get(Setting, key) is None:
        session.add(Setting(key=key, value=value))


def set_to(session: Session, key: str, value: str) -> None:
    """Write a setting."""
    session.merge(Setting(key=key, value=value))
    session.flush()


def recall(session: Session, delivery_id: int, reason: str, now: datetime) -> tuple[int, int]:
    """Withdraw what only this delivery brought, and retire its publications.

    A record that another delivery brought as well, and was not taken back, stays. Returns the numbers of
    records withdrawn and of publications retired.
    """
    session.add(Recall(delivery_id=delivery_id, reason=reason, recorded_at=now))
    session.flush()
    raw = live(session)
    values = {"delivery": delivery_id, "now": round(now.timestamp() * 1000)}
    withdrawn = raw.execute(_WITHDRAW, values).rowcount
    retired = raw.execute(_RETIRE, values).rowcount
    raw.execute(_REOPEN, values)
    return withdrawn, retired


_WITHDRAW = """
INSERT INTO withdrawal (record_id, reason, recorded_at)
SELECT r.id, 'recalled', :now FROM record r
WHERE (r.delivery_id = :delivery
       OR r.id IN (SELECT record_id FROM provenance WHERE delivery_id = :delivery))
  AND (r.delivery_id = :delivery OR r.delivery_id IN (SELECT delivery_id FROM recall))
  AND NOT EXISTS (
    SELECT 1 FROM provenance p WHERE p.record_id = r.id
    AND p.delivery_id NOT IN (SELECT delivery_id FROM recall)
  )
ON CONFLICT (record_id) DO NOTHING
"""
_RETIRE = """
UPDATE publication SET retired_at = :now, retired_because = 'recalled'
WHERE retired_at IS NULL AND record_id IN (SELECT record_id FROM withdrawal WHERE recorded_at = :now)
"""
# what a withdrawn version had superseded is judged again at the next publishing
_REOPEN = """
UPDATE publication SET retired_at = :now, retired_because = 'judged_again'
WHERE retired_at IS NULL AND outcome <> 'shown' AND record_id IN (
  SELECT v.earlier_id FROM version v JOIN withdrawal w ON w.record_id = v.record_id WHERE w.recorded_at = :now
)
"""


def rejections_by_check(session: Session, delivery_id: int) -> dict[str, int]:
    """How many rows of a delivery failed each check."""
    lines = live(session).execute("SELECT checks, count(*) FROM rejection WHERE delivery_id = ? GROUP BY checks", (delivery_id,))
    counted: dict[str, int] = {}
    for checks, rows in lines:
        for name in str(checks).split(";"):
            counted[name] = counted.get(name, 0) + rows
    return dict(sorted(counted.items()))


def warnings_of(delivery: Delivery) -> dict[str, int]:
    """Warnings by check, as counted when the delivery was accepted."""
    found: dict[str, int] = json.loads(delivery.warnings)
    return found

