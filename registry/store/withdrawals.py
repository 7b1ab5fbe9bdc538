"""Withdrawals (终止公示): what must not be shown. A publication ends in the transaction that withdraws its record.

A record may be withdrawn for several reasons; it is judged again when the last of them is lifted. What a recalled
version had superseded comes back; in every other case all versions of the decision stay away.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from registry.store import changes
from registry.store.bulk import Bulk, insert
from registry.store.links import own, places_of
from registry.store.reading import rows
from registry.vocabulary import Withdrawn

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

STANDING = "SELECT record_id FROM withdrawal WHERE lifted_at IS NULL"
RECALLED = f"{STANDING} AND reason = '{Withdrawn.RECALLED}'"

_GIVEN = "SELECT id AS record_id FROM record WHERE id IN :records"
_LISTED = "SELECT record_id FROM withdrawing"
_COLUMNS = ("record_id", "reason", "recorded_at", "event_id", "by_record_id")
_PUT = insert("withdrawal", _COLUMNS, conflict="ON CONFLICT DO NOTHING")
_WITHDRAW = f"""
INSERT INTO withdrawal (record_id, reason, recorded_at, event_id, by_record_id)
SELECT g.record_id, :reason, :now, CAST(:event AS BIGINT), CAST(:restoration AS BIGINT) FROM ({_GIVEN}) g WHERE true
ON CONFLICT DO NOTHING
"""
_CARRY_OVER = """
INSERT INTO withdrawal (record_id, reason, recorded_at, event_id, by_record_id)
SELECT :record, reason, recorded_at, event_id, by_record_id FROM withdrawal
WHERE record_id = :earlier AND lifted_at IS NULL
"""
_LIFT = """
UPDATE withdrawal SET lifted_at = :now, lifted_by = :event
WHERE lifted_at IS NULL AND reason = :reason AND record_id IN :records
"""
_LIFT_RESTORED = """
UPDATE withdrawal SET lifted_at = :now, lifted_by = :event
WHERE lifted_at IS NULL AND by_record_id = :by AND record_id IN :records
"""
_CAUSED = "SELECT record_id FROM withdrawal WHERE event_id = :cause"
_LIFT_ALL = """
UPDATE withdrawal SET lifted_at = :now, lifted_by = :event WHERE lifted_at IS NULL AND event_id = :cause
"""
_LIFT_CAUSED = """
UPDATE withdrawal SET lifted_at = ?1, lifted_by = nullif(?2, 0) WHERE lifted_at IS NULL AND by_record_id IN (
  SELECT record_id FROM withdrawal WHERE reason = 'recalled' AND recorded_at = ?1)
"""
JUST_LIFTED = "SELECT record_id FROM withdrawal WHERE lifted_at = ?1"


def _freed(records: str) -> str:
    return f"SELECT g.record_id FROM ({records}) g WHERE g.record_id NOT IN ({STANDING})"


def _judging_again(records: str) -> str:
    return f"""
    INSERT INTO unjudged (record_id) SELECT record_id FROM ({_freed(records)}) f
    UNION SELECT v.record_id FROM version v WHERE v.earlier_id IN ({_freed(records)}) ON CONFLICT DO NOTHING"""


def _linking_again(records: str) -> str:
    """Of what is not recalled: a restored record has its subject too."""
    return f"""
    INSERT INTO unlinked (record_id) SELECT r.id FROM record r
    JOIN counterparty c ON c.id = r.counterparty_id WHERE r.id IN ({records}) AND r.id NOT IN ({RECALLED})
    AND r.source <> 'subjects' AND c.category <> 'natural_person'
    AND NOT {own("r")}
    AND NOT EXISTS (SELECT 1 FROM link l WHERE l.record_id = r.id AND l.retired_at IS NULL) ON CONFLICT DO NOTHING"""


def retiring(records: str, reason: str, now: str) -> str:
    """An UPDATE that ends whatever is public of these records (a SELECT of ids); the others are placeholders."""
    return f"""UPDATE publication SET retired_at = {now}, retired_because = {reason}
    WHERE retired_at IS NULL AND (subject_id, record_id) IN ({places_of(records)})"""


def withdraw(
    session: "Session",
    record_ids: Collection[int],
    reason: Withdrawn,
    *,
    event_id: int | None = None,
    by_record_id: int | None = None,
    now: datetime,
    replaced_by: int | None = None,
) -> int:
    """Withdraw a few records at once, because of an event or of a delivered restoration; in favour of one that corrects
    them if there is one. Returns how many publications ended, held ones too."""
    told = {"records": [*record_ids], "reason": reason.value, "now": _ms(now), "event": event_id}
    told |= {"restoration": by_record_id}
    by = {} if replaced_by is None else {"replaced_by": ":by"}
    _run(session, _WITHDRAW, told)
    _run(session, changes.withdrawing(_GIVEN, ":reason", ":now", **by), told | {"by": replaced_by})
    return _run(session, retiring(_GIVEN, ":reason", ":now"), told)


def lift(session: "Session", record_ids: Collection[int], reason: Withdrawn, *, event_id: int, now: datetime) -> int:
    """End a withdrawal for this reason; what nothing else withdraws is judged again. Returns how many ended."""
    told = {"records": [*record_ids], "reason": reason.value, "now": _ms(now), "event": event_id}
    ended = _run(session, _LIFT, told)
    _run(session, _judging_again(_GIVEN), told)
    _run(session, _linking_again(_GIVEN), told)
    return ended


def lift_restored(session: "Session", record_id: int, by_record_id: int, *, event_id: int, now: datetime) -> None:
    """End the withdrawal of a record by a delivered restoration, and judge it again if nothing else withdraws it."""
    told = {"records": [record_id], "by": by_record_id, "now": _ms(now), "event": event_id}
    _run(session, _LIFT_RESTORED, told)
    _run(session, _judging_again(_GIVEN), told)
    _run(session, _linking_again(_GIVEN), told)


def carry_over(session: "Session", earlier_id: int, record_id: int) -> None:
    """Whatever withdraws a record withdraws the one that takes its place, since when it does."""
    from sqlalchemy import text

    session.connection().execute(text(_CARRY_OVER), {"earlier": earlier_id, "record": record_id})


def withdrawn_by(session: "Session", event_id: int) -> list[int]:
    """The records that an event withdrew, and that are still withdrawn by it."""
    asked = "SELECT record_id FROM withdrawal WHERE event_id = :event AND lifted_at IS NULL ORDER BY record_id"
    return [record_id for (record_id,) in rows(session, asked, {"event": event_id})]


def end(session: "Session", event_id: int, reason: Withdrawn, now: datetime) -> int:
    """End what is public of all records that an event has withdrawn; returns how many publications that were."""
    told = {"cause": event_id, "reason": reason.value, "now": _ms(now)}
    _run(session, changes.withdrawing(_CAUSED, ":reason", ":now"), told)
    return _run(session, retiring(_CAUSED, ":reason", ":now"), told)


def lift_all(session: "Session", cause: int, *, event_id: int, now: datetime) -> int:
    """End every withdrawal that an event caused, by another event; as `lift` does of a few records."""
    told = {"cause": cause, "now": _ms(now), "event": event_id}
    ended = _run(session, _LIFT_ALL, told)
    _run(session, _judging_again(_CAUSED), told)
    _run(session, _linking_again(_CAUSED), told)
    return ended


def withdraw_many(work: Bulk, records: pl.DataFrame, reason: Withdrawn, now: datetime) -> int:
    """Withdraw records (record_id, event_id, by_record_id) in bulk; returns how many publications ended."""
    if records.is_empty():
        return 0
    told = records.with_columns(pl.lit(reason.value).alias("reason"), pl.lit(_ms(now)).alias("recorded_at"))
    work.write(_PUT, told.select(_COLUMNS))
    with work.staged("withdrawing", records.select("record_id")):
        work.run(changes.withdrawing(_LISTED, "?1", "?2"), reason.value, _ms(now))
        return work.run(retiring(_LISTED, "?1", "?2"), reason.value, _ms(now))


def lift_caused(work: Bulk, now: datetime, *, event_id: int | None) -> pl.DataFrame:
    """End what restorations caused that were recalled at this moment; returns those records: id, key."""
    work.run(_LIFT_CAUSED, _ms(now), event_id or 0)
    count_again(work, now)
    lifted = f"SELECT id, key FROM record WHERE id IN ({JUST_LIFTED})"
    return work.rows(lifted, {"id": pl.Int64, "key": pl.Int64}, _ms(now))


def count_again(work: Bulk, now: datetime) -> None:
    """Have judged again what was withdrawn until this moment, as far as nothing else withdraws it, and linked what is
    not recalled."""
    for again in (_judging_again(JUST_LIFTED), _linking_again(JUST_LIFTED)):
        work.run(again, _ms(now))


def _run(session: "Session", statement: str, told: dict[str, Any]) -> int:
    from sqlalchemy import bindparam, text

    used = {name: value for name, value in told.items() if f":{name}" in statement}
    asked = text(statement)
    if "records" in used:
        asked = asked.bindparams(bindparam("records", expanding=True))
    return session.connection().execute(asked, used).rowcount


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
