"""What a registry's state is in numbers: how much was delivered, what waits, how late publishing is."""

from collections import Counter
from datetime import datetime

from sqlmodel import Session

from registry.store.reading import moment, rows

_ROWS = """
SELECT source, sum(accepted), sum(duplicate), sum(rejected) FROM delivery GROUP BY source ORDER BY source
"""
_NEWEST = "SELECT coalesce(max(id), 0) FROM delivery"
_REJECTED = "SELECT checks, count(*) FROM rejection GROUP BY checks"
_WAITING = {
    "unlinked": "SELECT count(*) FROM unlinked",
    "unjudged": "SELECT count(*) FROM unjudged",
    "unpublished_batches": "SELECT count(*) FROM fresh",
}
_OLDEST = """
SELECT min(d.recorded_at) FROM delivery d WHERE d.id IN (SELECT f.delivery_id FROM fresh f)
"""


def delivered(session: Session) -> list[tuple[str, dict[str, int]]]:
    """By source kind how many rows were accepted, duplicate, rejected."""
    told = rows(session, _ROWS, {})
    return [(source, {"accepted": a, "duplicate": d, "rejected": r}) for source, a, d, r in told]


def newest_delivery(session: Session) -> int:
    """The number of the newest delivery; 0 if there is none."""
    return int(rows(session, _NEWEST, {})[0][0])


def rejected(session: Session) -> dict[str, int]:
    """By check how many rows failed it."""
    counted: Counter[str] = Counter()
    for checks, count in rows(session, _REJECTED, {}):
        for check in checks.split(";"):
            counted[check] += count
    return dict(sorted(counted.items()))


def waiting(session: Session) -> dict[str, int]:
    """The lengths of the queues."""
    return {queue: int(rows(session, sql, {})[0][0]) for queue, sql in _WAITING.items()}


def oldest_unpublished(session: Session) -> datetime | None:
    """When the oldest delivery arrived that waits for being published; None if none does."""
    return moment(rows(session, _OLDEST, {})[0][0])
