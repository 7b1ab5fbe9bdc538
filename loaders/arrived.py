"""A delivered file before it is its turn: opened, every table with its layout, and its first rows judged."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl

from loaders.arrival import Arrival
from loaders.headers import mapped
from loaders.reading import Table, opened
from loaders.sorting import Sorted, sort
from loaders.source import Source
from loaders.sources import SOURCES
from registry.actions.progress import Advance
from registry.errors import FileRefused, UnknownDepartment
from registry.office import Office
from registry.rulebook import Rulebook
from registry.store.database import Database
from registry.vocabulary import SourceKind


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


class Judged(NamedTuple):
    """A batch of rows, judged: how far it brings its table, and what became of them."""

    advance: Advance
    result: Sorted


class Arrived:
    """A file that is open: its tables, each with how it is read.

    Raises:
        FileRefused: the file or one of its headers cannot be used.
        UnknownDepartment: the department is not in the office's register.
    """

    def __init__(self, desk: Desk, path: Path, kind: SourceKind, sender: Sender) -> None:
        _require_department(desk.office, sender.department)
        self.path = path
        self._held = ExitStack()
        try:
            self.tables = _arrivals(desk, self._held.enter_context(opened(path)), SOURCES[kind], sender)
            self._pool = self._held.enter_context(ThreadPoolExecutor(1))
            self._first = _Ahead(self._pool, *self.tables[0])
        except BaseException:
            self.close()
            raise

    def judged(self) -> Iterator[tuple[Table, Arrival, Iterator[Judged]]]:
        """Every table with its rows in batches; the next batch is judged while one is being used."""
        for number, (table, arrival) in enumerate(self.tables):
            yield table, arrival, _Ahead(self._pool, table, arrival) if number else self._first

    def close(self) -> None:
        """Let go of it; temporary copies are removed."""
        self._held.close()


class _Ahead:
    """The batches of a table, judged one ahead; the first is begun at once."""

    def __init__(self, pool: ThreadPoolExecutor, table: Table, arrival: Arrival) -> None:
        self._pool, self._table, self._arrival = pool, table, arrival
        self._batches = table.frames()
        self._waiting: deque[Future[Judged]] = deque()
        self._begin()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Judged:
        self._begin()
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft().result()

    def _begin(self) -> None:
        batch = next(self._batches, None)
        if batch is not None:
            self._waiting.append(self._pool.submit(self._judge, batch))

    def _judge(self, batch: pl.DataFrame) -> Judged:
        return Judged(Advance(batch.height, self._table.share(batch)), sort(batch, self._arrival))


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
        if not arrivals:
            raise refusal
        if not table.hidden:
            raise FileRefused(
                f"{refusal.zh}其余工作表可以读取：此表如非报送数据，请删去或隐藏后重报；整个文件未收。",
                f"{refusal.en} The other sheets can be read: if this one holds no data, delete or hide it and send the "
                "file again; nothing of it was taken.",
                where=table.where,
            )
    return arrivals


def _require_department(office: Office, department: str | None) -> None:
    known = office.departments["code"].to_list()
    if department is not None and department not in known:
        raise UnknownDepartment(
            f"部门代码 {department} 不在部门登记表中；可用代码如 {'、'.join(known[:3])}，见 office/departments.csv。",
            f"the department {department} is not in the office's register (office/departments.csv).",
        )
