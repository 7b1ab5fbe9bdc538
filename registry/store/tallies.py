"""Counting: the sums the return is made of. Each is one GROUP BY; nothing here reads a whole record.

`fresh` is 1 for deliveries received in the period, 0 for earlier ones. What was recalled is left out,
except where it is itself counted.
"""

from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import Date, bindparam, text
from sqlmodel import Session

_FRESH = "CASE WHEN d.received_on >= :since THEN 1 ELSE 0 END AS fresh"
_COUNTED = "d.received_on < :until AND NOT EXISTS (SELECT 1 FROM recall x WHERE x.delivery_id = d.id)"

_DELIVERIES = f"""
SELECT d.source, {_FRESH}, CASE WHEN x.delivery_id IS NULL THEN 0 ELSE 1 END AS recalled, COUNT(*) AS deliveries,
       SUM(d.read) AS read, SUM(d.accepted) AS accepted, SUM(d.duplicate) AS duplicate, SUM(d.rejected) AS rejected
FROM delivery d LEFT JOIN recall x ON x.delivery_id = d.id
WHERE d.received_on < :until
GROUP BY 1, 2, 3
"""

_TALLIES = f"""
SELECT d.source, {_FRESH}, t.department_code, t.county_code, t.category, t.outcome, t.timeliness,
       SUM(t."rows") AS "rows"
FROM tally t JOIN delivery d ON d.id = t.delivery_id
WHERE {_COUNTED}
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

# A delivery's records are numbered in one run, so that links and outcomes are counted by walking their own keys.
_BLOCKS = """
block AS MATERIALIZED (
  SELECT delivery_id, MIN(id) AS first, MAX(id) AS last, COUNT(*) AS records FROM record GROUP BY delivery_id)
"""
_WITHIN = "WHERE record_id BETWEEN b.first AND b.last AND retired_at IS NULL"
_STANDING = {
    "linked": f"SELECT COUNT(*) FROM link {_WITHIN}",
    "judged": f"SELECT COUNT(*) FROM publication {_WITHIN}",
    "shown": f"SELECT COUNT(*) FROM publication {_WITHIN} AND outcome = 'shown' AND shown_from <= :on "
    "AND (shown_until IS NULL OR shown_until > :on)",
    "upcoming": f"SELECT COUNT(*) FROM publication {_WITHIN} AND outcome = 'shown' AND shown_from > :on",
    "ended": f"SELECT COUNT(*) FROM publication {_WITHIN} AND outcome = 'shown' AND shown_from <= :on "
    "AND shown_until <= :on",
    "held": f"SELECT COUNT(*) FROM publication {_WITHIN} AND outcome = 'held'",
    "unpublishable": f"SELECT COUNT(*) FROM publication {_WITHIN} AND outcome = 'unpublishable'",
}  # one walk each is quicker than one walk for all, which SQLite would sort by delivery
_RECORDS = f"""
WITH {_BLOCKS}, standing AS MATERIALIZED (
  SELECT b.delivery_id, b.records, {", ".join(f"({select}) AS {name}" for name, select in _STANDING.items())}
  FROM block b
)
SELECT d.source, {_FRESH}, SUM(b.records) AS records, SUM(b.linked) AS linked, SUM(b.shown) AS shown,
       SUM(b.upcoming) AS upcoming, SUM(b.ended) AS ended, SUM(b.held) AS held,
       SUM(b.unpublishable) AS unpublishable, SUM(b.records - b.judged) AS undecided
FROM standing b JOIN delivery d ON d.id = b.delivery_id
WHERE {_COUNTED}
GROUP BY 1, 2
"""

_REASONS = f"""
WITH {_BLOCKS}
SELECT d.source, p.outcome, p.because, COUNT(*) AS records
FROM block b
JOIN delivery d ON d.id = b.delivery_id
CROSS JOIN publication p ON p.record_id BETWEEN b.first AND b.last AND p.retired_at IS NULL AND p.outcome <> 'shown'
WHERE {_COUNTED}
GROUP BY 1, 2, 3
"""

_LIST_REASONS = f"""
SELECT r.classes AS list, p.outcome, p.because, COUNT(*) AS records
FROM delivery d
CROSS JOIN record r ON r.delivery_id = d.id
CROSS JOIN publication p ON p.record_id = r.id AND p.retired_at IS NULL AND p.outcome <> 'shown'
WHERE d.source = 'list-entries' AND {_COUNTED}
GROUP BY 1, 2, 3
"""

# Entries first, kept as a table of their own, then current and retired publications apart: each arm has its index.
_DISPLAYS = """
SELECT e.list, e.key, p.shown_from, p.shown_until, p.retired_at, COALESCE(w.reason, p.retired_because) AS reason
FROM entries e
JOIN publication p ON p.record_id = e.id AND p.retired_at {retired}
LEFT JOIN withdrawal w ON w.record_id = e.id
WHERE p.outcome = 'shown' AND p.shown_from < :until
"""
_LISTED = f"""
WITH entries AS MATERIALIZED (
  SELECT r.id, r.classes AS list, r.key
  FROM delivery d JOIN record r ON r.delivery_id = d.id
  WHERE d.source = 'list-entries')
{_DISPLAYS.format(retired="IS NULL")} UNION ALL {_DISPLAYS.format(retired="IS NOT NULL")}
"""


def deliveries(session: Session, since: date, until: date) -> pl.DataFrame:
    """Deliveries before `until`: source, fresh, recalled (0 or 1), deliveries, read, accepted, duplicate, rejected."""
    return _frame(session, _DELIVERIES, ("source",), since=since, until=until)


def tallies(session: Session, since: date, until: date) -> pl.DataFrame:
    """Delivered rows: source, fresh, department_code, county_code, category, outcome, timeliness, rows."""
    words = ("source", "department_code", "county_code", "category", "outcome", "timeliness")
    return _frame(session, _TALLIES, words, since=since, until=until)


def records(session: Session, since: date, until: date, on: date) -> pl.DataFrame:
    """Records, how many are linked, and what has become of them on the day `on`.

    Columns: source, fresh, records, linked, shown, upcoming and ended (as the day stands to the days of display),
    held, unpublishable, undecided (no publication is current). The last six add up to records.
    """
    return _frame(session, _RECORDS, ("source",), since=since, until=until, on=on)


def reasons(session: Session, until: date) -> pl.DataFrame:
    """Records that are not shown: source, outcome (held or unpublishable), because, records."""
    return _frame(session, _REASONS, ("source", "outcome", "because"), until=until)


def list_reasons(session: Session, until: date) -> pl.DataFrame:
    """List entries that are not shown: list, outcome (held or unpublishable), because, records."""
    return _frame(session, _LIST_REASONS, ("list", "outcome", "because"), until=until)


def listed(session: Session, until: date) -> pl.DataFrame:
    """Every display of a list entry that begins before `until`, current or retired.

    Columns: list, key (the decision's digest, shared by its versions), shown_from and shown_until (ISO days),
    retired_at (UTC ms or null), reason (why it was withdrawn or retired, or null).
    """
    return _frame(session, _LISTED, ("list", "shown_from", "shown_until", "reason"), until=until)


def _frame(session: Session, query: str, words: tuple[str, ...], **days: date) -> pl.DataFrame:
    statement = text(query).bindparams(*(bindparam(name, type_=Date()) for name in days))
    found = session.connection().execute(statement, days)
    names = list(found.keys())
    columns: list[tuple[Any, ...]] = list(zip(*found.fetchall(), strict=True)) or [() for _ in names]
    kinds: dict[str, type[pl.DataType]] = {name: pl.String if name in words else pl.Int64 for name in names}
    return pl.DataFrame(
        [pl.Series(name, values, kinds[name]) for name, values in zip(names, columns, strict=True)],
    )
