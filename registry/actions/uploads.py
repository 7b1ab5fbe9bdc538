"""Who brought a delivery: an upload comes with a person's key, and the ledger says whose."""

from collections.abc import Sequence
from datetime import datetime

from registry.store import deliveries, ledger
from registry.store.bulk import snapshot
from registry.store.database import Database

_BROUGHT = "delivery_uploaded"


def newest_delivery(database: Database) -> int:
    """The number of the newest delivery; 0 if there is none."""
    with snapshot(database) as seen:
        return deliveries.next_id(seen, "delivery") - 1


def brought(database: Database, numbers: Sequence[int], *, by: int, now: datetime) -> None:
    """Note in the ledger who brought these deliveries, unless it is there already.

    Raises:
        ClockBehind: the clock was set back.
    """
    with database.session() as session:
        now = ledger.take_turn(session, now)
        for number in numbers:
            about = f"delivery:{number}"
            if next(ledger.events(session, about=about, kind=_BROUGHT), None) is None:
                ledger.append(session, _BROUGHT, about, by=by, now=now)
