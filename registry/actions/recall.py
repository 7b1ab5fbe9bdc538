"""Taking back a delivery that was sent by mistake, with everything it published."""

from dataclasses import dataclass
from datetime import datetime

from registry.actions.people import acting
from registry.actions.register import aliases_delivered, names_delivered
from registry.errors import UnknownDelivery
from registry.store import aliases, deliveries, ledger, people, subjects
from registry.store.bulk import bulk, snapshot
from registry.store.clock import begun
from registry.store.database import Database
from registry.vocabulary import Role, SourceKind

_RECALLED = "delivery_recalled"


@dataclass(frozen=True)
class Recalled:
    """What a recall took back; `already` if the delivery had been recalled before."""

    delivery: int
    file: str
    withdrawn: int
    retired: int
    already: bool = False


def recall(database: Database, delivery_id: int, *, key: str | None = None, reason: str, now: datetime) -> Recalled:
    """Withdraw the records that only this delivery brought, and all that was published of them.

    Records that another delivery brought too stay. Withdrawn records never come back by themselves: the same
    decision delivered again stays hidden, a changed one waits for review. Where people decide, a maker does; a
    registry without any person needs no key.

    Raises:
        UnknownDelivery: no delivery has this number.
        KeyRefused, NotPermitted: `key` is no maker's.
    """
    with snapshot(database) as seen:
        delivery = deliveries.one(seen, delivery_id)
    if delivery is None:
        raise UnknownDelivery(f"没有编号为 {delivery_id} 的报送批次。", f"there is no delivery {delivery_id}.")
    if delivery.recalled is not None:
        return Recalled(delivery_id, delivery.file_name, 0, 0, already=True)
    event_id = _decided(database, delivery_id, key, reason, now)
    with bulk(database) as work:
        now = begun(work, now)
        withdrawn, retired = deliveries.recall(work, delivery_id, reason, now, event_id=event_id)
        deliveries.set_to(work, "derived_at", str(round(now.timestamp() * 1000)))
        if delivery.source == SourceKind.SUBJECTS.value:
            left = subjects.registrations_left(work, delivery_id)
            subjects.register_again(work, delivery_id, names_delivered(left), now)
            aliases.forget(work, delivery_id)
            aliases.put(work, aliases_delivered(left))
    return Recalled(delivery_id, delivery.file_name, withdrawn, retired)


def _decided(database: Database, delivery_id: int, key: str | None, reason: str, now: datetime) -> int | None:
    """The event by which this recall is decided; None where nobody decides.

    What is recalled in bulk cannot be in one transaction with the ledger. The decision comes first: if nothing follows
    it, the same recall again does what it says and decides nothing anew.
    """
    with database.session() as session:
        if people.nobody_yet(session):
            return None
        now = ledger.take_turn(session, now)
        actor = acting(session, key, Role.MAKER)
        about = f"delivery:{delivery_id}"
        before = next(ledger.events(session, about=about, kind=_RECALLED), None)
        event = before or ledger.append(session, _RECALLED, about, by=actor.person_id, now=now, reason=reason)
        return event.id
