"""Counting: the sums the return is made of, all from one state of the registry; nothing here reads a whole record.

`fresh` is 1 for deliveries received in the period, 0 for earlier ones. What was recalled is left out,
except where it is itself counted.
"""

from datetime import date, datetime, time, timedelta, timezone

import polars as pl

from registry.store import recalls
from registry.store.bulk import Bulk
from registry.store.links import linked_to, outcomes_of, told_of
from registry.store.record_ids import of_each

_CHINA = timezone(timedelta(hours=8))
_FRESH = "CASE WHEN d.received_on >= ?1 THEN 1 ELSE 0 END AS fresh"
_COUNTED = f"d.received_on < ?2 AND d.id NOT IN ({recalls.STANDING})"

_DELIVERIES = f"""
SELECT d.source, {_FRESH}, CASE WHEN d.id IN ({recalls.STANDING}) THEN 1 ELSE 0 END AS recalled, COUNT(*) AS deliveries,
       SUM(d.read) AS read, SUM(d.accepted) AS accepted, SUM(d.duplicate) AS duplicate, SUM(d.rejected) AS rejected
FROM delivery d
WHERE d.received_on < ?2
GROUP BY 1, 2, 3
"""
_DELIVERED = {
    "source": pl.String,
    **dict.fromkeys(
        ("fresh", "recalled", "deliveries", "read", "accepted", "duplicate", "rejected"), pl.Int64
    ),
}  # fmt: skip

_TALLIES = f"""
SELECT d.source, {_FRESH}, t.department_code, t.county_code, t.category, t.outcome, t.timeliness,
       SUM(t."rows") AS "rows"
FROM tally t JOIN delivery d ON d.id = t.delivery_id
WHERE {_COUNTED}
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_TALLIED = {
    "source": pl.String,
    "fresh": pl.Int64,
    **dict.fromkeys(("department_code", "county_code", "category", "outcome", "timeliness"), pl.String),
    "rows": pl.Int64,
}

# A delivery's records are numbered in one run, so that they, links and outcomes are counted by walking their own keys.
_ITS = "l.record_id BETWEEN d.first_id AND d.last_id"
_BLOCKS = f"""
SELECT d.source, {_FRESH}, d.first_id AS first, d.last_id AS last,
  (SELECT COUNT(*) FROM record r WHERE r.id BETWEEN d.first_id AND d.last_id) AS records,
  d.linked + (SELECT COUNT(*) FROM link l WHERE {_ITS} AND retired_at IS NULL) - (
    SELECT COUNT(DISTINCT l.record_id) FROM link l JOIN record r ON r.id = l.record_id
    WHERE {_ITS} AND r.subject_id IS NOT NULL) AS linked
FROM delivery d WHERE d.first_id IS NOT NULL AND {_COUNTED} ORDER BY d.first_id, d.id
"""
_BLOCK = {"source": pl.String, **dict.fromkeys(("fresh", "first", "last", "records", "linked"), pl.Int64)}
STATES = ("shown", "upcoming", "ended", "held", "unpublishable")
_PLACE = ("subject_id", "record_id")
_OUTCOME = {
    "record_id": pl.Int64,
    "outcome": pl.String,
    "because": pl.String,
    "shown_from": pl.Date,
    "shown_until": pl.Date,
}
_OF_IT = of_each("d")
_LIST_REASONS = f"""
SELECT r.classes AS list, p.outcome, p.because, COUNT(*) AS records
FROM delivery d
CROSS JOIN record r ON {_OF_IT}
CROSS JOIN publication p ON {outcomes_of("r.id")} AND p.retired_at IS NULL AND p.outcome <> 'shown'
WHERE d.source = 'list-entries' AND {_COUNTED} AND ?1 IS NOT NULL
GROUP BY 1, 2, 3
"""
_LISTED = f"""
SELECT r.classes AS list, r.key, p.shown_from, p.shown_until, p.retired_at,
       p.retired_because AS reason
FROM delivery d
CROSS JOIN record r ON {_OF_IT}
CROSS JOIN publication p ON {outcomes_of("r.id")}
WHERE d.source = 'list-entries' AND p.outcome = 'shown' AND p.shown_from < ?1
"""
_DISPLAY = {
    "list": pl.String,
    "key": pl.Int64,
    "shown_from": pl.Date,
    "shown_until": pl.Date,
    "retired_at": pl.Int64,
    "reason": pl.String,
}


_GIVEN_BACK = "w.reason IN ('restored', 'removed') AND w.lifted_at IS NULL"
_ABOUT = f"""
LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
LEFT JOIN subject_redirect t ON t.subject_id = {linked_to()} AND t.current
JOIN subject s ON s.id = COALESCE(t.target_id, {linked_to()}) AND {told_of()[1]} = 'confirmed'
"""
_CONCERNED = f"""
SELECT d.source, r.classes AS list, s.id AS subject_id, s.county_code
FROM delivery d CROSS JOIN record r ON {_OF_IT} {_ABOUT}
WHERE d.source IN ('honours', 'list-entries') AND d.received_on >= ?1 AND {_COUNTED}
UNION SELECT 'restorations', NULL, s.id, s.county_code
FROM delivery d CROSS JOIN record o ON {of_each("d", "o")}
CROSS JOIN withdrawal w ON w.by_record_id = o.id
CROSS JOIN record r ON r.id = w.record_id {_ABOUT}
WHERE d.source = 'restorations' AND {_GIVEN_BACK} AND d.received_on >= ?1 AND {_COUNTED}
UNION SELECT 'restorations', NULL, s.id, s.county_code FROM withdrawal w
CROSS JOIN record r ON r.id = w.record_id {_ABOUT}
WHERE w.event_id IS NOT NULL AND {_GIVEN_BACK} AND w.recorded_at >= ?3 AND w.recorded_at < ?4
"""
_SUBJECT = {"source": pl.String, "list": pl.String, "subject_id": pl.Int64, "county_code": pl.String}


def deliveries(seen: Bulk, since: date, until: date) -> pl.DataFrame:
    """Deliveries before `until`: source, fresh, recalled (0 or 1), deliveries, read, accepted, duplicate, rejected."""
    return seen.rows(_DELIVERIES, _DELIVERED, str(since), str(until))


def tallies(seen: Bulk, since: date, until: date) -> pl.DataFrame:
    """Delivered rows: source, fresh, department_code, county_code, category, outcome, timeliness, rows."""
    return seen.rows(_TALLIES, _TALLIED, str(since), str(until))


def records(seen: Bulk, since: date, until: date, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records, how many are linked, and what has become of them on the day `on`; and why those are not shown.

    The first: source, fresh, records, linked, shown, upcoming and ended (as the day stands to the days of display),
    held, unpublishable, undecided (no publication is current). The last six add up to records. The second: source,
    outcome (held or unpublishable), because, records.
    """
    blocks = seen.rows(_BLOCKS, _BLOCK, str(since), str(until))
    parts = [_counted(outcomes, blocks, on) for outcomes in seen.walked("publication", _PLACE, _OUTCOME)]
    nothing = pl.DataFrame(schema={"source": pl.String, "fresh": pl.Int64, "state": pl.String, "because": pl.String})
    counts = pl.concat([nothing.with_columns(pl.lit(0, pl.UInt32).alias("len")), *parts])
    state, number = pl.col("state"), pl.col("len").cast(pl.Int64)
    shown = counts.group_by("source", "fresh").agg(
        *(number.filter(state == name).sum().alias(name) for name in STATES), number.sum().alias("judged")
    )
    made = blocks.group_by("source", "fresh").agg(pl.col("records", "linked").sum())
    made = made.join(shown, on=["source", "fresh"], how="left").fill_null(0)
    reasons = counts.filter(state.is_in(("held", "unpublishable"))).group_by("source", "state", "because")
    return (
        made.with_columns((pl.col("records") - pl.col("judged")).alias("undecided")).drop("judged"),
        reasons.agg(number.sum().alias("records")).rename({"state": "outcome"}),
    )


def list_reasons(seen: Bulk, until: date) -> pl.DataFrame:
    """List entries that are not shown: list, outcome (held or unpublishable), because, records."""
    words = dict.fromkeys(("list", "outcome", "because"), pl.String)
    return seen.rows(_LIST_REASONS, {**words, "records": pl.Int64}, "", str(until))


def listed(seen: Bulk, until: date) -> pl.DataFrame:
    """Every display of a list entry that begins before `until`, current or retired.

    Columns: list, key (the decision's digest, shared by its versions), shown_from, shown_until, retired_at (UTC ms
    or null), reason (why it was withdrawn or retired, or null).
    """
    return seen.rows(_LISTED, _DISPLAY, str(until))


def concerned(seen: Bulk, since: date, until: date) -> pl.DataFrame:
    """Subjects that honours and list entries received in the period are about, and those to whom a restoration of the
    period gave something back: source, list, subject_id, county_code.

    Only confirmed links count, and a subject whose code was replaced is the one that it became. A restoration counts
    when it was received, or decided here.
    """
    return seen.rows(_CONCERNED, _SUBJECT, str(since), str(until), _midnight(since), _midnight(until))


def _counted(outcomes: pl.DataFrame, blocks: pl.DataFrame, on: date) -> pl.DataFrame:
    """Outcomes by source, fresh, state and because, as `len`."""
    state = (
        pl.when(pl.col("outcome") != "shown")
        .then("outcome")
        .when(pl.col("shown_from") > on)
        .then(pl.lit("upcoming"))
        .when(pl.col("shown_until") <= on)
        .then(pl.lit("ended"))
        .otherwise(pl.lit("shown"))
    )
    return (
        outcomes.select("record_id", "because", state.alias("state"))
        .sort("record_id")
        .join_asof(blocks, left_on="record_id", right_on="first")
        .filter(pl.col("record_id") <= pl.col("last"))
        .group_by("source", "fresh", "state", "because")
        .len()
    )


def _midnight(day: date) -> int:
    return round(datetime.combine(day, time(), _CHINA).timestamp() * 1000)
