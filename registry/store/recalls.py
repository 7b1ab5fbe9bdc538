"""Recalls (撤回): deliveries that were sent by mistake, and the records that go with them until a recall is undone.

A record goes when all deliveries that had brought it by then are recalled, and comes back once one of them is not; a
correction goes and comes with what it corrects. What a delivery only repeated when it was gone already stays gone.
"""

from datetime import datetime

import polars as pl

from registry.store import restorations, withdrawals
from registry.store.bulk import Bulk, insert
from registry.store.record_ids import of_delivery
from registry.vocabulary import Withdrawn

STANDING = "SELECT delivery_id FROM recall WHERE lifted_at IS NULL"
_PUT = insert("recall", ("delivery_id", "reason", "recorded_at"))
_BROUGHT_ALONE = f"""
WITH alone AS (
  SELECT r.id AS record_id FROM record r
  WHERE ({of_delivery("?1")}
         OR (r.id IN (SELECT record_id FROM provenance WHERE delivery_id = ?1) AND r.delivery_id IN ({STANDING})))
    AND NOT EXISTS (SELECT 1 FROM provenance p WHERE p.record_id = r.id AND p.delivery_id NOT IN ({STANDING})))
SELECT record_id FROM (
  SELECT record_id FROM alone
  UNION SELECT v.record_id FROM alone a CROSS JOIN version v ON v.earlier_id = a.record_id AND v.relation = 'corrects'
) taken WHERE record_id NOT IN ({withdrawals.RECALLED}) ORDER BY record_id
"""
# what a withdrawn version had superseded is judged again at the next publishing
_REOPEN = """
INSERT INTO unjudged (record_id)
SELECT v.earlier_id FROM version v JOIN withdrawal w ON w.record_id = v.record_id
WHERE w.recorded_at = ?1 AND w.reason = 'recalled'
ON CONFLICT DO NOTHING
"""
_LIFT = "UPDATE recall SET lifted_at = ?2, lifted_by = nullif(?3, 0) WHERE delivery_id = ?1 AND lifted_at IS NULL"
_BROUGHT = f"""
SELECT r.id FROM record r WHERE {of_delivery("?1")} UNION ALL SELECT record_id FROM provenance WHERE delivery_id = ?1
"""
_LIFT_BROUGHT = f"""
UPDATE withdrawal SET lifted_at = ?2, lifted_by = nullif(?3, 0)
WHERE lifted_at IS NULL AND reason = 'recalled' AND record_id IN ({_BROUGHT})
  AND recorded_at >= (SELECT recorded_at FROM delivery WHERE id = ?1)
"""
_LIFT_CORRECTIONS = f"""
UPDATE withdrawal SET lifted_at = ?2, lifted_by = nullif(?3, 0)
WHERE lifted_at IS NULL AND reason = 'recalled' AND record_id IN (
  SELECT v.record_id FROM version v WHERE v.relation = 'corrects'
  AND v.earlier_id IN ({_BROUGHT}) AND v.earlier_id NOT IN ({withdrawals.RECALLED}))
"""


def stands(work: Bulk, delivery_id: int) -> bool:
    """Whether a delivery is recalled."""
    return bool(work.one(f"SELECT count(*) FROM ({STANDING}) s WHERE delivery_id = ?1", delivery_id))


def put(work: Bulk, delivery_id: int, reason: str, now: datetime, *, event_id: int | None) -> tuple[int, int]:
    """Withdraw what only this delivery brought, and retire its publications.

    A record that another delivery brought as well, and was not taken back, stays. Returns the numbers of
    records withdrawn and of publications retired. `event_id` is the decision in the ledger, if people decide here.
    """
    work.write(_PUT, pl.DataFrame({"delivery_id": [delivery_id], "reason": [reason], "recorded_at": [_ms(now)]}))
    taken = work.rows(_BROUGHT_ALONE, {"record_id": pl.Int64}, delivery_id).with_columns(
        pl.lit(event_id, dtype=pl.Int64).alias("event_id"), pl.lit(None, dtype=pl.Int64).alias("by_record_id")
    )
    retired = withdrawals.withdraw_many(work, taken, Withdrawn.RECALLED, now)
    work.run(_REOPEN, _ms(now))
    restorations.act(work, withdrawals.lift_caused(work, now, event_id=event_id), now)  # another one may stand
    return taken.height, retired


def lift(work: Bulk, delivery_id: int, now: datetime, *, event_id: int | None) -> int:
    """Undo a recall: its records count again, restorations among them act again. Returns how many records those are."""
    told = (delivery_id, _ms(now), event_id or 0)
    work.run(_LIFT, *told)
    lifted = work.run(_LIFT_BROUGHT, *told) + work.run(_LIFT_CORRECTIONS, *told)
    withdrawals.count_again(work, now)
    restorations.act_once_more(work, now)
    return lifted


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
