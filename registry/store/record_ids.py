"""The numbers of records, in the order in which they are taken in.

On a server the month (China) comes first, 202611000000001, so that the table is parted by it; a month's part is made
when a delivery needs it. See docs/decisions/0011-a-second-home.md.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from registry.store.bulk import Bulk

if TYPE_CHECKING:
    from sqlmodel import Session

A_MONTH = 1_000_000_000  # numbers that a month has
# the numbers of rows that repeated a record stay free: those between a delivery's first and last are its own
_NEXT = """
SELECT max(id) + 1 FROM (SELECT 0 AS id UNION SELECT max(id) FROM record UNION SELECT max(last_id) FROM delivery) n
"""
_MONTH = "SELECT record_month({now})"


def of_delivery(delivery: str, record: str = "r") -> str:
    """A condition in SQL: that this row of `record` came with the delivery of this id."""
    first, last = (f"(SELECT {end} FROM delivery WHERE id = {delivery})" for end in ("first_id", "last_id"))
    return f"{record}.id BETWEEN {first} AND {last}"


def of_each(delivery: str, record: str = "r") -> str:
    """The same of a row of `delivery`: its numbers lead to its records, and its id tells a server how few those are.
    The + keeps SQLite from making an index by it first, of all records."""
    ends = f"{delivery}.first_id AND {delivery}.last_id"
    return f"{record}.id BETWEEN {ends} AND +{record}.delivery_id = {delivery}.id"


def next_id(work: Bulk, now: datetime) -> int:
    """The number of the next record; nobody else writes while a bulk transaction is open."""
    if work.home == "sqlite":
        return work.one(_NEXT)
    first = work.one(_MONTH.format(now=_ms(now)))
    return max(work.one(_NEXT), first)


def next_in(session: "Session", now: datetime) -> int:
    """The same in a session that has its turn."""
    from registry.store.reading import rows

    first = 1
    if session.get_bind().dialect.name == "postgresql":
        first = int(rows(session, _MONTH.format(now=":now"), {"now": _ms(now)})[0][0])
    return max(int(rows(session, _NEXT, {})[0][0]), first)


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
