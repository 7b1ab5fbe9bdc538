"""What the change feed tells: written in the transaction that changes what is public."""

from datetime import datetime

import polars as pl

from registry.store.bulk import Bulk, insert
from registry.store.links import places_of
from registry.vocabulary import Change

_PUT = insert("public_change", ("kind", "first_id", "last_id", "reason", "recorded_at"))
_SHOWN = "p.retired_at IS NULL AND p.outcome = 'shown'"


def put(work: Bulk, kind: Change, record_ids: pl.Series, now: datetime, *, reason: str | None = None) -> None:
    """Queue the same change of many items: a row for each run of neighbours."""
    runs = (
        pl.DataFrame({"id": record_ids.sort()})
        .with_columns(run=(pl.col("id").diff() != 1).fill_null(value=True).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(pl.col("id").first().alias("first_id"), pl.col("id").last().alias("last_id"))
    )
    _put(work, kind, runs, now, reason)


def put_added(work: Bulk, record_ids: pl.Series, now: datetime) -> None:
    """Queue that a batch of records has been judged for the first time: one row from the first shown to the last."""
    if record_ids.len():
        _put(work, Change.ADDED, pl.DataFrame({"first_id": record_ids.min(), "last_id": record_ids.max()}), now, None)


def _put(work: Bulk, kind: Change, runs: pl.DataFrame, now: datetime, reason: str | None) -> None:
    told = runs.select(
        pl.lit(kind.value).alias("kind"),
        "first_id",
        "last_id",
        pl.lit(reason, dtype=pl.String).alias("reason"),
        pl.lit(round(now.timestamp() * 1000)).alias("recorded_at"),
    )
    work.put(_PUT, told)


def withdrawing(records: str, reason: str, now: str) -> str:
    """An INSERT that tells of what is shown of these records (a SELECT of their ids) that it is shown no more.

    It comes before their publications are retired; `reason` and `now` are placeholders.
    """
    return f"""
    INSERT INTO public_change (kind, first_id, last_id, reason, recorded_at)
    SELECT '{Change.WITHDRAWN}', p.record_id, p.record_id, {reason}, {now} FROM publication p
    WHERE {_SHOWN} AND (p.subject_id, p.record_id) IN ({places_of(records)}) ORDER BY p.record_id"""


def superseding(records: str, now: str) -> str:
    """The same for what later versions replace."""
    return f"""
    INSERT INTO public_change (kind, first_id, last_id, replaced_by, recorded_at)
    SELECT '{Change.CORRECTED}', p.record_id, p.record_id, max(v.record_id), {now} FROM publication p
    JOIN version v ON v.earlier_id = p.record_id AND v.relation = 'supersedes'
    WHERE {_SHOWN} AND (p.subject_id, p.record_id) IN ({places_of(records)})
    GROUP BY p.record_id ORDER BY p.record_id"""
