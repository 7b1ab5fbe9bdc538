"""Taking back a delivery that was sent by mistake, with everything it published."""

from dataclasses import dataclass
from datetime import datetime

from registry.actions.register import aliases_delivered, names_delivered
from registry.errors import UnknownDelivery
from registry.store import aliases, deliveries, subjects
from registry.store.bulk import bulk, snapshot
from registry.store.database import Database
from registry.vocabulary import SourceKind


@dataclass(frozen=True)
class Recalled:
    """What a recall took back; `already` if the delivery had been recalled before."""

    delivery: int
    file: str
    withdrawn: int
    retired: int
    already: bool = False


def recall(database: Database, delivery_id: int, *, reason: str, now: datetime) -> Recalled:
    """Withdraw the records that only this delivery brought, and all that was published of them.

    Records that another delivery brought too stay. Withdrawn records never come back by themselves: the same
    decision delivered again stays hidden, a changed one waits for review.

    Raises:
        UnknownDelivery: no delivery has this number.
    """
    with snapshot(database) as seen:
        delivery = deliveries.one(seen, delivery_id)
    if delivery is None:
        raise UnknownDelivery(f"没有编号为 {delivery_id} 的报送批次。", f"there is no delivery {delivery_id}.")
    if delivery.recalled is not None:
        return Recalled(delivery_id, delivery.file_name, 0, 0, already=True)
    with bulk(database) as work:
        withdrawn, retired = deliveries.recall(work, delivery_id, reason, now, event_id=None)
        deliveries.set_to(work, "derived_at", str(round(now.timestamp() * 1000)))
        if delivery.source == SourceKind.SUBJECTS.value:
            left = subjects.registrations_left(work, delivery_id)
            subjects.register_again(work, delivery_id, names_delivered(left), now)
            aliases.forget(work, delivery_id)
            aliases.put(work, aliases_delivered(left))
    return Recalled(delivery_id, delivery.file_name, withdrawn, retired)
