"""One delivered file from its bytes to its receipts."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import polars as pl

from loaders.arrival import Arrival
from loaders.feedback import Feedback
from loaders.headers import mapped
from loaders.reading import Table, opened
from loaders.sorting import sort
from loaders.source import Source
from loaders.sources import SOURCES
from registry.actions.accept import intake
from registry.actions.progress import Advance, Progress
from registry.actions.receipts import Announced, Receipt, first_receipt
from registry.errors import FileRefused, UnknownDepartment
from registry.office import Office
from registry.rulebook import Rulebook
from registry.store.database import Database
from registry.vocabulary import SourceKind

_Done = TypeVar("_Done")


@dataclass(frozen=True)
class Desk:
    """Where deliveries are taken in: the registry, the office's registers, the law, the key for digests."""

    database: Database
    office: Office
    book: Rulebook
    secret: str


@dataclass(frozen=True)
class Sender:
    """Who delivers, when, and where the feedback goes."""

    department: str | None
    received_on: date
    feedback: Path
    dry_run: bool = False


def deliver(
    desk: Desk, path: Path, kind: SourceKind, sender: Sender, *, now: datetime, progress: Progress
) -> list[Receipt]:
    """Take one file: a receipt for each of its tables; all tables must fit a layout before any row is judged.

    `progress` is told the rows that were judged, batch by batch, and their part of the file.

    Raises:
        FileRefused: the file or one of its headers cannot be used; nothing was kept.
        UnknownDepartment: the department is not in the office's register.
    """
    _require_department(desk.office, sender.department)
    source = SOURCES[kind]
    with opened(path) as tables:
        arrivals = _arrivals(desk, tables, source, sender)

        def of_file(judged: Advance) -> None:
            progress(judged._replace(share=judged.share / len(arrivals)))

        return [_deliver_table(desk, table, arrival, sender, now=now, progress=of_file) for table, arrival in arrivals]


def _arrivals(desk: Desk, tables: list[Table], source: Source, sender: Sender) -> list[tuple[Table, Arrival]]:
    """Every table with its layout. A hidden sheet that fits none is a list of choices, not a delivery."""
    arrivals, refusals = [], []
    for table in tables:
        try:
            fitted = mapped(table.headers, source, where=table.where)
        except FileRefused as fault:
            refusals.append((table, fault))
            continue
        arrival = Arrival(
            source=source,
            mapped=fitted,
            received_on=sender.received_on,
            office=desk.office,
            department=sender.department,
            secret=desk.secret,
            debris=table.debris,
            delimiter=table.delimiter,
            quoted=table.quoted,
        )
        arrivals.append((table, arrival))
    for table, refusal in refusals:
        if not (table.hidden and arrivals):
            raise refusal
    return arrivals


def _deliver_table(
    desk: Desk, table: Table, arrival: Arrival, sender: Sender, *, now: datetime, progress: Progress
) -> Receipt:
    started = time.monotonic()
    announced = Announced(
        source=arrival.source.kind,
        layout=arrival.mapped.layout.name,
        file_name=table.file_name,
        sha256=table.sha256,
        sheet=table.sheet,
        encoding=table.encoding,
        delimiter=table.delimiter,
        department=sender.department,
        received_on=sender.received_on,
    )
    before = first_receipt(desk.database, announced)
    if before is not None:
        return before
    with ExitStack() as undoing:
        with intake(desk.database, desk.book, announced, size=table.size, dry_run=sender.dry_run, now=now) as arrived:
            if arrived.before is not None:
                return arrived.before
            # not before it is this delivery's turn: the same file may be in other hands, with its feedback
            feedback = Feedback(sender.feedback, _stem(table), arrival.mapped, arrival.source.checks)
            undoing.callback(feedback.discard)
            for judged, result in _ahead(
                table.frames(), lambda batch: (Advance(batch.height, table.share(batch)), sort(batch, arrival))
            ):
                arrived.add(result.accepted, result.rejected, blank=result.blank, warned=result.warned)
                feedback.add(result.rejected)
                progress(judged)
                _refuse_too_many(arrived.read, arrival.source, table)
            feedback.close()
            receipt = arrived.finish(feedback=[str(feedback.csv), str(feedback.xlsx)], started=started)
        undoing.pop_all()  # committed
        return receipt


def _ahead(batches: Iterable[pl.DataFrame], work: Callable[[pl.DataFrame], _Done]) -> Iterator[_Done]:
    """Work on the next batch while the one before is being used."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[Future[_Done]] = deque()
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _require_department(office: Office, department: str | None) -> None:
    known = office.departments["code"].to_list()
    if department is not None and department not in known:
        raise UnknownDepartment(
            f"部门代码 {department} 不在部门登记表中；可用代码如 {'、'.join(known[:3])}，见 office/departments.csv。",
            f"the department {department} is not in the office's register (office/departments.csv).",
        )


def _refuse_too_many(rows: int, source: Source, table: Table) -> None:
    if rows > source.most_rows:
        raise FileRefused(
            f"{table.where}：行数超过 {source.most_rows}，请分批报送。",
            f"{table.where}: more than {source.most_rows} rows; deliver it in parts.",
            where=table.where,
        )


def _stem(table: Table) -> str:
    name = Path(table.file_name).stem + (f"-{table.sheet}" if table.sheet else "")
    return f"{name}-{table.sha256[:8]}-feedback".replace("/", "_").replace("\\", "_")
