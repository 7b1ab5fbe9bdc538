"""Taking back a delivery that was sent by mistake, with everything it published."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from registry.actions.register import names_delivered
from registry.errors import UnknownDelivery
from registry.store import deliveries, subjects
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
    with database.session() as session:
        deliveries.begin(session)
        delivery = deliveries.one(session, delivery_id)
        if delivery is None:
            raise UnknownDelivery(f"没有编号为 {delivery_id} 的报送批次。", f"there is no delivery {delivery_id}.")
        if deliveries.recalled(session, delivery_id):
            return Recalled(delivery_id, delivery.file_name, 0, 0, already=True)
        withdrawn, retired = deliveries.recall(session, delivery_id, reason, now)
        if delivery.source == SourceKind.SUBJECTS.value:
            left = subjects.registrations_left(session, delivery_id)
            subjects.register_again(session, delivery_id, _names(left), now)
        return Recalled(delivery_id, delivery.file_name, withdrawn, retired)


def _names(registrations: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    frame = pl.DataFrame(
        registrations,
        schema={
            "line": pl.Int64,
            "uscc": pl.String,
            "name": pl.String,
            "decided_on": pl.String,
            "starts_on": pl.String,
            "fields": pl.String,
        },
        orient="row",
    ).with_columns(pl.col("decided_on", "starts_on").str.to_date("%Y-%m-%d"))
    return names_delivered(frame).select("line", "uscc", "name", "since", "until", "normal").rows()
