"""What the change feed tells: written in the transaction that changes what is public."""

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from registry.store.bulk import Bulk, insert
from registry.store.links import places_of
from registry.store.record_ids import A_MONTH
from registry.store.versions import VERSIONS
from registry.vocabulary import Change, Outcome

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

_COLUMNS = ("kind", "first_id", "last_id", "reason", "recorded_at")
_PUT = insert("public_change", _COLUMNS)
_TELL = f"INSERT INTO public_change ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
_SHOWN = "p.retired_at IS NULL AND p.outcome = 'shown'"


def judged_first(outcomes: pl.DataFrame) -> pl.DataFrame:
    """What to tell of records that were judged for the first time: one row a month, from first to last."""
    record = pl.col("record_id")
    shown = outcomes.filter(_now_shown()).group_by(record // A_MONTH).agg(first_id=record.min(), last_id=record.max())
    return _of_kind(shown.sort("first_id"), pl.lit(Change.ADDED.value))


def judged_again(outcomes: pl.DataFrame) -> pl.DataFrame:
    """What to tell of records that were judged again (`was_outcome`): a row for each run of neighbours."""
    was, now = (pl.col("was_outcome") == Outcome.SHOWN.value).fill_null(value=False), _now_shown()
    kind = (
        pl.when(was & ~now)
        .then(pl.lit(Change.WITHDRAWN.value))
        .when(was)
        .then(pl.lit(Change.CORRECTED.value))
        .when(now)
        .then(pl.lit(Change.ADDED.value))
    )
    told = outcomes.select(kind.alias("kind"), "record_id").drop_nulls().sort("kind", "record_id")
    begins = (pl.col("record_id").diff() != 1) | (pl.col("kind") != pl.col("kind").shift())
    runs = told.group_by("kind", begins.fill_null(value=True).cum_sum().alias("run"), maintain_order=True)
    record = pl.col("record_id")
    return _of_kind(runs.agg(record.first().alias("first_id"), record.last().alias("last_id")), pl.col("kind"))


_RUN = {"first_id": pl.Int64, "last_id": pl.Int64}


def _now_shown() -> pl.Expr:
    return pl.col("outcome") == Outcome.SHOWN.value


def _of_kind(runs: pl.DataFrame, kind: pl.Expr) -> pl.DataFrame:
    held = pl.when(pl.col("kind") == Change.WITHDRAWN.value).then(pl.lit(Outcome.HELD.value))
    return runs.with_columns(kind.alias("kind")).select("kind", *_RUN, held.alias("reason"))


def put(work: Bulk, told: pl.DataFrame, now: datetime) -> None:
    """Queue what is to be told (kind, first_id, last_id, reason)."""
    work.put(_PUT, told.with_columns(pl.lit(_ms(now)).alias("recorded_at")))


def tell(session: "Session", told: pl.DataFrame, now: datetime) -> None:
    """The same within a session, at once."""
    from sqlalchemy import text

    if told.height:
        lines = told.with_columns(pl.lit(_ms(now)).alias("recorded_at")).to_dicts()
        session.connection().execute(text(_TELL), lines)


def withdrawing(records: str, reason: str, now: str, *, replaced_by: str = "NULL") -> str:
    """An INSERT that tells of what is shown of these records (a SELECT of their ids) that it is shown no more.

    It comes before their publications are retired; `reason` and `now` are placeholders, and so is `replaced_by` where a
    corrected record takes their place.
    """
    kind = Change.WITHDRAWN if replaced_by == "NULL" else Change.CORRECTED
    return f"""
    INSERT INTO public_change (kind, first_id, last_id, reason, replaced_by, recorded_at)
    SELECT '{kind}', p.record_id, p.record_id, {reason}, {replaced_by}, {now} FROM publication p
    WHERE {_SHOWN} AND (p.subject_id, p.record_id) IN ({places_of(records)}) ORDER BY p.record_id"""


def superseding(records: str, now: str) -> str:
    """The same for what later versions replace."""
    return f"""
    INSERT INTO public_change (kind, first_id, last_id, replaced_by, recorded_at)
    SELECT '{Change.CORRECTED}', p.record_id, p.record_id, max(v.record_id), {now} FROM publication p
    JOIN {VERSIONS} v ON v.earlier_id = p.record_id AND v.relation = 'supersedes'
    WHERE {_SHOWN} AND (p.subject_id, p.record_id) IN ({places_of(records)})
    GROUP BY p.record_id ORDER BY p.record_id"""


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
