"""One delivered file from its bytes to its receipts."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path

from loaders.arrival import Arrival
from loaders.arrived import Arrived, Desk, Judged, Sender
from loaders.feedback import Feedback
from loaders.reading import Table
from loaders.source import Source
from registry.actions.accept import intake
from registry.actions.progress import Advance, Progress
from registry.actions.receipts import Announced, Receipt, first_receipt
from registry.errors import FileRefused, Refusal
from registry.vocabulary import SourceKind

__all__ = ["Desk", "Sender", "deliver", "deliver_each"]

_LONGEST_NAME, _LONGEST_SHEET = 100, 124  # bytes, in names of feedback files: systems take 255, sheets have 31 letters


def deliver(
    desk: Desk, path: Path, kind: SourceKind, sender: Sender, *, now: datetime, progress: Progress
) -> list[Receipt]:
    """Take one file: a receipt for each of its tables; all tables must fit a layout before any row is judged.

    `progress` is told the rows that were judged, batch by batch, and their part of the file.

    Raises:
        FileRefused: the file or one of its headers cannot be used; nothing was kept.
        UnknownDepartment: the department is not in the office's register.
    """
    with closing(Arrived(desk, path, kind, sender)) as file:
        return _deliver(desk, file, sender, now=now, progress=progress)


def deliver_each(
    desk: Desk,
    paths: Sequence[Path],
    kind: SourceKind,
    sender: Sender,
    *,
    now: Callable[[], datetime],
    progress: Callable[[str], Progress],
) -> Iterator[Receipt]:
    """Take files one by one, each as by `deliver`; while one is taken in the next is opened and its first rows judged.

    `progress` begins to tell of a file by its name.

    Raises:
        FileRefused, UnknownDepartment: as of `deliver`; the files before it were taken.
    """
    with ThreadPoolExecutor(1) as pool:
        coming = deque(pool.submit(Arrived, desk, path, kind, sender) for path in paths[:1])
        try:
            for following in (*paths[1:], None):
                with closing(coming.popleft().result()) as file:
                    if following is not None:
                        coming.append(pool.submit(Arrived, desk, following, kind, sender))
                    yield from _deliver(desk, file, sender, now=now(), progress=progress(file.path.name))
        finally:
            for unused in coming:
                with suppress(Refusal):
                    unused.result().close()


def _deliver(desk: Desk, file: Arrived, sender: Sender, *, now: datetime, progress: Progress) -> list[Receipt]:
    def of_file(judged: Advance) -> None:
        progress(judged._replace(share=judged.share / len(file.tables)))

    return [_deliver_table(desk, *table, sender, now=now, progress=of_file) for table in file.judged()]


def _deliver_table(
    desk: Desk,
    table: Table,
    arrival: Arrival,
    batches: Iterable[Judged],
    sender: Sender,
    *,
    now: datetime,
    progress: Progress,
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
            for judged, result in batches:
                arrived.add(result.accepted, result.rejected, blank=result.blank, warned=result.warned)
                feedback.add(result.rejected)
                progress(judged)
                _refuse_too_many(arrived.read, arrival.source, table)
            feedback.close()
            receipt = arrived.finish(feedback=[str(feedback.csv), str(feedback.xlsx)], started=started)
        undoing.pop_all()  # committed
        return receipt


def _refuse_too_many(rows: int, source: Source, table: Table) -> None:
    if rows > source.most_rows:
        raise FileRefused(
            f"{table.where}：行数超过 {source.most_rows}，请分批报送。",
            f"{table.where}: more than {source.most_rows} rows; deliver it in parts.",
            where=table.where,
        )


def _stem(table: Table) -> str:
    name, sheet = _cut(Path(table.file_name).stem, _LONGEST_NAME), _cut(table.sheet, _LONGEST_SHEET)
    stem = "-".join(filter(None, (name, sheet, table.sha256[:8], "feedback")))
    return stem.replace("/", "_").replace("\\", "_")


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")
