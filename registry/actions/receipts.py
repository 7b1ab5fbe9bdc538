"""Receipts: what a department gets back for a delivery, now and whenever the same bytes come again."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from registry.store import deliveries
from registry.store.bulk import Bulk, snapshot
from registry.store.database import Database
from registry.vocabulary import SourceKind


@dataclass(frozen=True)
class Announced:
    """What is known of a delivery before its rows are read."""

    source: SourceKind
    layout: str
    file_name: str
    sha256: str
    sheet: str
    encoding: str
    delimiter: str
    department: str | None
    received_on: date


@dataclass(frozen=True)
class Counts:
    """read = accepted + duplicate + rejected, always."""

    read: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class Receipt:
    """What the department gets back for a delivery."""

    delivery: int | None
    source: str
    layout: str
    file: str
    sheet: str
    sha256: str
    encoding: str
    delimiter: str
    department: str | None
    received_on: str
    counts: Counts
    blank: int
    rejected_by_check: dict[str, int]
    warnings: dict[str, int]
    feedback: list[str]
    duration_ms: int
    repeated: bool = False
    recalled: str | None = None
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """For programs: the same words, `counts` as an object."""
        return asdict(self)


def first_receipt(database: Database, announced: Announced) -> Receipt | None:
    """The receipt of these same bytes, if they were delivered before; it says if they were recalled since."""
    with snapshot(database) as seen:
        return receipt_in(seen, announced)


def receipt_in(seen: Bulk, announced: Announced) -> Receipt | None:
    """The same, as a transaction sees it."""
    delivery = deliveries.delivered_before(seen, announced.sha256, announced.sheet, announced.source)
    return _receipt(seen, delivery) if delivery else None


def receipts_since(database: Database, sha256: str, source: SourceKind, after: int) -> list[Receipt]:
    """The receipts of those tables of a file that were taken in since the delivery with the number `after`."""
    with snapshot(database) as seen:
        return [_receipt(seen, delivery) for delivery in deliveries.delivered_since(seen, sha256, source, after)]


def _receipt(seen: Bulk, delivery: deliveries.Delivered) -> Receipt:
    return Receipt(
        delivery=delivery.id,
        source=delivery.source,
        layout=delivery.layout,
        file=delivery.file_name,
        sheet=delivery.sheet,
        sha256=delivery.sha256,
        encoding=delivery.encoding,
        delimiter=delivery.delimiter,
        department=delivery.department_code,
        received_on=delivery.received_on.isoformat(),
        counts=Counts(delivery.read, delivery.accepted, delivery.duplicate, delivery.rejected),
        blank=delivery.blank,
        rejected_by_check=deliveries.rejections_by_check(seen, delivery.id),
        warnings=json.loads(delivery.warnings),
        feedback=json.loads(delivery.feedback or "[]"),
        duration_ms=delivery.duration_ms,
        repeated=True,
        recalled=delivery.recalled,
    )


def delivery_row(receipt: Receipt, numbers: range, linked: int, now: datetime) -> dict[str, int | str | None]:
    """A receipt as the row of its delivery, whose records have these numbers; `linked` carry their link
    themselves."""
    counts = receipt.counts
    return {
        "id": receipt.delivery,
        "source": receipt.source,
        "layout": receipt.layout,
        "file_name": receipt.file,
        "sha256": receipt.sha256,
        "sheet": receipt.sheet,
        "encoding": receipt.encoding,
        "delimiter": receipt.delimiter,
        "department_code": receipt.department,
        "received_on": receipt.received_on,
        "read": counts.read,
        "accepted": counts.accepted,
        "duplicate": counts.duplicate,
        "rejected": counts.rejected,
        "blank": receipt.blank,
        "warnings": json.dumps(receipt.warnings, ensure_ascii=False),
        "duration_ms": receipt.duration_ms,
        "feedback": json.dumps(receipt.feedback, ensure_ascii=False),
        "first_id": numbers[0] if numbers else None,
        "last_id": numbers[-1] if numbers else None,
        "linked": linked,
        "recorded_at": round(now.timestamp() * 1000),
    }
