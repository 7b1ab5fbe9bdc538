"""Outcomes of a few records at once, within a session: what publishing does to all, done to those of one decision."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec
import polars as pl
from sqlalchemy import bindparam, text
from sqlmodel import Session

from registry.store import changes, withdrawals
from registry.store.bases import basis_of, number_in
from registry.store.bulk import Bulk
from registry.store.columns import milliseconds
from registry.store.links import LINKS, linked_to, outcomes_of
from registry.store.reading import rows
from registry.store.rulings import HELD_BACK_ONE
from registry.store.tables import Publication
from registry.store.unjudged import AS_ARRIVED, ASKED, UNJUDGED, WAS
from registry.store.versions import CONFLICTING_ONE, SHOWN_BEFORE_ONE, VERSIONS

_COLUMNS = {**AS_ARRIVED, **WAS, **UNJUDGED, "shown_before": pl.Date}
_STANDS = "w.lifted_at IS NULL"
# the same of one record as `unjudged` reads of all
_ONE = f"""
{ASKED},
  ({HELD_BACK_ONE}) AS held_back,
  {CONFLICTING_ONE} AS conflicts,
  (SELECT max(t.met) FROM restoration_target t WHERE t.record_id = r.id) AS restores,
  {SHOWN_BEFORE_ONE} AS shown_before
FROM record r CROSS JOIN counterparty c ON c.id = r.counterparty_id
LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
LEFT JOIN subject_redirect d ON d.subject_id = {linked_to()} AND d.current
LEFT JOIN publication p ON {outcomes_of("r.id")} AND p.retired_at IS NULL
WHERE r.id = :record AND r.source <> 'subjects'
  AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.record_id = r.id AND {_STANDS})
  AND NOT EXISTS (
    SELECT 1 FROM {VERSIONS} v WHERE v.earlier_id = r.id AND v.relation = 'supersedes' AND NOT EXISTS (
      SELECT 1 FROM withdrawal w WHERE w.record_id = v.record_id AND w.reason = 'recalled' AND {_STANDS}))
"""
_SUBJECT = f"""
SELECT coalesce(d.target_id, l.subject_id) FROM {LINKS} l
LEFT JOIN subject_redirect d ON d.subject_id = l.subject_id AND d.current
WHERE l.record_id = :record AND l.retired_at IS NULL
"""
# of a subject, and of the one that it leads to because its code was replaced
_OF_SUBJECT = """
SELECT r.id AS record_id, r.source FROM publication p JOIN record r ON r.id = p.record_id
WHERE p.subject_id IN (
    {subject}, (SELECT d.target_id FROM subject_redirect d WHERE d.subject_id = {subject} AND d.current))
  AND p.retired_at IS NULL AND (r.decided_on IS NULL OR r.decided_on <= {day}) ORDER BY r.id
"""
_STANDING = f"""
SELECT p.outcome, p.because, p.shown_from, p.shown_until,
  (SELECT min(w.reason) FROM withdrawal w WHERE w.record_id = r.id AND {_STANDS})
FROM record r LEFT JOIN publication p ON {outcomes_of("r.id")} AND p.retired_at IS NULL WHERE r.id = :record
"""
_RETIRE = """
UPDATE publication SET retired_at = :now, retired_because = 'judged_again'
WHERE subject_id = :subject AND record_id = :record AND retired_at IS NULL
"""
_REPLACED = f"""
SELECT v.earlier_id AS record_id FROM {VERSIONS} v WHERE v.relation = 'supersedes' AND v.record_id IN :records
"""
_LAST_SHOWN = f"""
SELECT {basis_of("p")}, r.decided_on, p.shown_from FROM record r CROSS JOIN publication p ON {outcomes_of("r.id")}
WHERE r.id = :record AND p.outcome = 'shown' ORDER BY p.recorded_at DESC LIMIT 1
"""
_CODE_SHOWN = f"""
SELECT s.uscc FROM record r CROSS JOIN publication p ON {outcomes_of("r.id")}
CROSS JOIN subject s ON s.id = p.subject_id
WHERE r.id = :record AND p.retired_at IS NULL AND p.outcome = 'shown'
"""
_BODIES = """
SELECT DISTINCT b.name FROM record r JOIN body b ON b.id = r.body_id OR b.id = r.source_body_id WHERE r.id = :record
ORDER BY b.name
"""
_DERIVED_AT = """
INSERT INTO setting (key, value) VALUES ('derived_at', :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""


def subject_of(session: Session, record_id: int) -> int | None:
    """The subject under which a record is published, or would be; None if it is linked to nobody."""
    found = rows(session, _SUBJECT, {"record": record_id})
    return int(found[0][0]) if found else None


class Standing(msgspec.Struct, frozen=True):
    """What becomes of a record now: its outcome with its reason and days; or why it was withdrawn."""

    outcome: str | None
    because: str | None
    shown_from: str | None
    shown_until: str | None
    withdrawn: str | None


def standing_of(session: Session, record_id: int) -> Standing:
    """How a record stands now."""
    return Standing(*rows(session, _STANDING, {"record": record_id})[0])


def decided_until(session: Session, subject_id: int, sources: Collection[str], day: date) -> list[int]:
    """The records of these kinds under a subject, shown or held, decided by a day or on no day that is known."""
    asked = {"subject": subject_id, "day": day.isoformat()}
    found = rows(session, _OF_SUBJECT.format(subject=":subject", day=":day"), asked)
    return [record_id for record_id, source in found if source in sources]


def decided_until_in_bulk(work: Bulk, subject_id: int, sources: Collection[str], day: date) -> pl.DataFrame:
    """The same through a bulk connection (record_id)."""
    asked = _OF_SUBJECT.format(subject="?1", day="?2")
    found = work.rows(asked, {"record_id": pl.Int64, "source": pl.String}, subject_id, day.isoformat())
    return found.filter(pl.col("source").is_in(list(sources))).select("record_id")


def asked(session: Session, record_ids: Iterable[int]) -> pl.DataFrame:
    """The current ones among these records, with all that the gate and the law ask (UNJUDGED and WAS columns)."""
    found = [row for record_id in record_ids for row in rows(session, _ONE, {"record": record_id})]
    frame = pl.DataFrame(found, schema=[*_COLUMNS], orient="row", infer_schema_length=None)
    read = frame.select(
        pl.col(name).cast(pl.String).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name).cast(kind)
        for name, kind in _COLUMNS.items()
    )
    return read.with_columns(pl.min_horizontal("first_shown_on", "shown_before").alias("first_shown_on"))


def put(session: Session, outcomes: pl.DataFrame, now: datetime) -> None:
    """Write outcomes in place of those they replace (`was_subject`, where `was_outcome` is not null)."""
    connection = session.connection()
    changes.tell(session, changes.judged_again(outcomes), now)
    for row in outcomes.with_columns(pl.col("subject_id").fill_null(0)).iter_rows(named=True):
        was, was_subject = row.pop("was_outcome"), row.pop("was_subject")
        if was is not None:
            retired = {"now": milliseconds(now), "subject": was_subject, "record": row["record_id"]}
            connection.execute(text(_RETIRE), retired)
        basis_id = number_in(session, row.pop("basis"))
        session.add(Publication(**row, basis_id=basis_id, recorded_at=now))
    session.flush()
    connection.execute(text(_DERIVED_AT), {"value": str(milliseconds(now))})


def supersede(session: Session, record_ids: Collection[int], now: datetime) -> None:
    """End what is public of the earlier versions that these records supersede."""
    asked = {"records": [*record_ids], "now": milliseconds(now)}
    for statement in (
        changes.superseding(_REPLACED, ":now"),
        withdrawals.retiring(_REPLACED, "'superseded'", ":now"),
    ):
        session.connection().execute(text(statement).bindparams(bindparam("records", expanding=True)), asked)


class Shown(NamedTuple):
    """How a record is shown, or was last shown: the basis, and the days that a restoration is counted from."""

    basis: str
    decided_on: date | None
    shown_from: date


def last_shown(session: Session, record_id: int) -> Shown | None:
    """How a record is or was last shown; None if it never was."""
    found = rows(session, _LAST_SHOWN, {"record": record_id})
    if not found:
        return None
    basis, decided_on, shown_from = found[0]
    return Shown(basis, date.fromisoformat(decided_on) if decided_on else None, date.fromisoformat(shown_from))


def bodies_of(session: Session, record_id: int) -> list[str]:
    """The names of the bodies that decided and delivered a record."""
    return [name for (name,) in rows(session, _BODIES, {"record": record_id})]


def code_shown(session: Session, record_id: int) -> str | None:
    """The code of the subject under which a record is shown, whatever the day; None if it is not."""
    found = rows(session, _CODE_SHOWN, {"record": record_id})
    return str(found[0][0]) if found else None
