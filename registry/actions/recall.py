"""Taking back a delivery that was sent by mistake, with everything it published; and undoing that."""

from dataclasses import dataclass
from datetime import datetime

from registry.actions.people import Actor, acting
from registry.actions.register import aliases_delivered, names_delivered
from registry.errors import FourEyes, RecallRefused, UnknownDelivery
from registry.store import aliases, deliveries, ledger, people, recalls, subjects
from registry.store.bulk import Bulk, bulk, snapshot
from registry.store.clock import begun
from registry.store.database import Database
from registry.store.deliveries import OWN, Delivered
from registry.vocabulary import Role, SourceKind

_RECALLED, _UNDONE = "delivery_recalled", "recall_undone"


@dataclass(frozen=True)
class Recalled:
    """What a recall took back; `already` if the delivery had been recalled before."""

    delivery: int
    file: str
    withdrawn: int
    retired: int
    already: bool = False


@dataclass(frozen=True)
class Undone:
    """How many records of a recalled delivery count again."""

    delivery: int
    file: str
    records: int


def recall(database: Database, delivery_id: int, *, key: str | None = None, reason: str, now: datetime) -> Recalled:
    """Withdraw the records that only this delivery brought, and all that was published of them.

    Records that another delivery brought too stay. Withdrawn records never come back by themselves: the same
    decision delivered again stays hidden, a changed one waits for review. Where people decide, a maker does; a
    registry without any person needs no key.

    Raises:
        UnknownDelivery: no delivery has this number.
        RecallRefused: it is what a case of the office decided.
        KeyRefused, NotPermitted: `key` is no maker's.
    """
    delivery = _required(database, delivery_id)
    if delivery.layout == OWN:
        raise RecallRefused(
            f"第 {delivery_id} 批是本机构的决定（{delivery.file_name}），应在该办理中处理，不能撤回。",
            f"delivery {delivery_id} is a decision of the office ({delivery.file_name}): a step of that case ends it.",
        )
    if delivery.recalled is not None:
        return Recalled(delivery_id, delivery.file_name, 0, 0, already=True)
    event_id = _decided(database, delivery_id, key, _RECALLED, reason=reason, now=now)
    with bulk(database) as work:
        if recalls.stands(work, delivery_id):  # since somebody else had his turn
            return Recalled(delivery_id, delivery.file_name, 0, 0, already=True)
        now = begun(work, now)
        withdrawn, retired = recalls.put(work, delivery_id, reason, now, event_id=event_id)
        _derive_again(work, delivery, now)
    return Recalled(delivery_id, delivery.file_name, withdrawn, retired)


def undo(database: Database, delivery_id: int, *, key: str | None = None, reason: str, now: datetime) -> Undone:
    """Let a recalled delivery count again, as if it had not been recalled: what else was decided or delivered since
    stands, and what is shown of its records is so after the next publishing.

    Where people decide, a checker does, and not the one who recalled.

    Raises:
        UnknownDelivery: no delivery has this number.
        RecallRefused: it is not recalled, or no reason is given.
        KeyRefused, NotPermitted: `key` is no checker's.
        FourEyes: it is that of the person who recalled.
    """
    delivery = _required(database, delivery_id)
    if not reason.strip():
        raise RecallRefused("请写明理由（--reason）。", "say why (--reason).")
    if delivery.recalled is None:
        raise _not_recalled(delivery_id)
    event_id = _decided(database, delivery_id, key, _UNDONE, reason=reason.strip(), now=now)
    with bulk(database) as work:
        if not recalls.stands(work, delivery_id):
            raise _not_recalled(delivery_id)
        now = begun(work, now)
        records = recalls.lift(work, delivery_id, now, event_id=event_id)
        _derive_again(work, delivery, now)
    return Undone(delivery_id, delivery.file_name, records)


def _required(database: Database, delivery_id: int) -> Delivered:
    with snapshot(database) as seen:
        delivery = deliveries.one(seen, delivery_id)
    if delivery is None:
        raise UnknownDelivery(f"没有编号为 {delivery_id} 的报送批次。", f"there is no delivery {delivery_id}.")
    return delivery


def _not_recalled(delivery_id: int) -> RecallRefused:
    return RecallRefused(f"第 {delivery_id} 批未撤回。", f"delivery {delivery_id} is not recalled.")


def _derive_again(work: Bulk, delivery: Delivered, now: datetime) -> None:
    """What is public is another; so is the register, if the delivery was one of registrations."""
    deliveries.set_to(work, "derived_at", str(round(now.timestamp() * 1000)))
    if delivery.source == SourceKind.SUBJECTS.value:
        left = subjects.registrations_left(work, delivery.id)
        told = names_delivered(left).join(left.select("line", "delivery_id"), on="line", maintain_order="left")
        subjects.register_again(work, delivery.id, told, now)
        aliases.forget(work, delivery.id)
        aliases.put(work, aliases_delivered(left))


def _decided(
    database: Database, delivery_id: int, key: str | None, kind: str, *, reason: str, now: datetime
) -> int | None:
    """The event by which this is decided; None where nobody decides.

    What is done in bulk cannot be in one transaction with the ledger. The decision comes first: if nothing follows
    it, the same command again does what it says and decides nothing anew.
    """
    with database.session() as session:
        if people.nobody_yet(session):
            return None
        now = ledger.take_turn(session, now)
        actor = acting(session, key, Role.MAKER if kind == _RECALLED else Role.CHECKER)
        about = f"delivery:{delivery_id}"
        before = [event for event in ledger.events(session, about=about) if event.kind in (_RECALLED, _UNDONE)]
        if kind == _UNDONE:
            _require_another(actor, before)
        if before and before[-1].kind == kind:
            return before[-1].id
        return ledger.append(session, kind, about, by=actor.person_id, now=now, reason=reason).id


def _require_another(actor: Actor, before: list[ledger.Event]) -> None:
    recalled = [event for event in before if event.kind == _RECALLED]
    if recalled and recalled[-1].person_id == actor.person_id:
        raise FourEyes("撤回人不能撤销本人的撤回，须由另一人决定。", "another person than who recalled must undo it.")
