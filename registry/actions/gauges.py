"""The registry's state in numbers, for those who watch over it: no name and no identifier is in them."""

from collections.abc import Callable, Hashable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlmodel import Session

from registry.actions.case_views import count_overdue
from registry.rulebook import Rulebook
from registry.store import gauges, ledger, subject_lookups

T = TypeVar("T")


class Gauge(NamedTuple):
    """A number with its labels; `help` says what it is."""

    name: str
    help: str
    value: float
    labels: dict[str, str]


Known = dict[str, tuple[Hashable, Any]]
"""What was counted before, by name: of which state it was counted, and the count."""


def measured(session: Session, book: Rulebook, *, on: date, now: datetime, known: Known) -> Iterator[Gauge]:
    """Every number; what takes long to count is counted again only after something has changed since it is `known`."""
    for source, counts in gauges.delivered(session):
        for outcome, count in counts.items():
            labels = {"source": source, "outcome": outcome}
            yield Gauge("chengxin_rows", "Rows delivered, by source kind and outcome", count, labels)
    failed = _again(known, "rejected", gauges.newest_delivery(session), lambda: gauges.rejected(session))
    for check, count in failed.items():
        yield Gauge("chengxin_rejected_rows", "Rejected rows by the check they failed", count, {"check": check})
    for queue, count in gauges.waiting(session).items():
        yield Gauge("chengxin_waiting", "Lengths of the queues", count, {"queue": queue})
    state = (on, ledger.head(session), book.digest)
    late = _again(known, "overdue", state, lambda: count_overdue(session, book, on=on))
    yield Gauge("chengxin_overdue_cases", "Cases in which the office should have acted by now", late, {})
    oldest, derived = gauges.oldest_unpublished(session), subject_lookups.derived_at(session)
    lag = (now - oldest).total_seconds() if oldest else 0.0
    yield Gauge("chengxin_publication_lag_seconds", "Age of the oldest delivery that is not published", lag, {})
    if derived:
        yield Gauge(
            "chengxin_derived_timestamp_seconds", "When what is public was last derived", derived.timestamp(), {}
        )


def _again(known: Known, what: str, state: Hashable, count: Callable[[], T]) -> T:
    """What was counted before, unless that was of another state."""
    if what not in known or known[what][0] != state:
        known[what] = (state, count())
    counted: T = known[what][1]
    return counted
