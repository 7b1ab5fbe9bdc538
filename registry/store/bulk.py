"""Bulk in and out of the embedded SQLite file: Arrow batches straight into and out of the live tables.

ADBC brings its own copy of SQLite. Two copies must never have one file open in one process (closing one drops the
other's locks), so a bulk connection first lets go of every other connection of this process, and none is made until
it is closed. Processes that serve never open one. See docs/decisions/0004-one-sqlite-at-a-time.md.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Queue
from threading import Lock, Thread

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from adbc_driver_manager.dbapi import Connection
from polars._typing import PolarsDataType as DataType

from registry.store.database import BUSY_SECONDS, CACHE_KIB, Database

READ = 250_000
_WAITING = 3


class Bulk:
    """One transaction over the live database. Statements take `?1`, `?2` …; frames give one row each.

    Writing by `put` happens in a thread of its own while the next batch is being made; `drain` waits for it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._turn = Lock()  # a connection serves one thread at a time
        self._queue: Queue[tuple[str, pl.DataFrame] | None] = Queue(_WAITING)
        self._fault: Exception | None = None
        self._writer: Thread | None = None

    def rows(self, select: str, schema: Mapping[str, DataType], *values: int | str) -> pl.DataFrame:
        """All rows of a select as a typed frame; days are read from their ISO text."""
        with self._turn, self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(READ)})
            cursor.execute(select, _bound(values))
            found = cursor.fetch_polars()
        return found.select(
            pl.col(name).cast(pl.String).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name).cast(kind)
            for name, kind in schema.items()
        )

    def one(self, select: str, *values: int | str) -> int:
        """The one number that a select gives."""
        with self._turn, self._connection.cursor() as cursor:
            cursor.execute(select, _bound(values))
            return int(cursor.fetch_polars().item())

    def run(self, statement: str, *values: int | str) -> int:
        """Execute one statement once; returns the rows it changed."""
        with self._turn, self._connection.cursor() as cursor:
            if not values:
                cursor.executescript(statement)
                return -1
            cursor.executemany(statement, _bound(values))
            return int(cursor.rowcount)

    def write(self, statement: str, frame: pl.DataFrame) -> int:
        """Execute a statement for each row of a frame, now; returns the rows it changed."""
        if frame.is_empty():
            return 0
        with self._turn, self._connection.cursor() as cursor:
            cursor.executemany(statement, frame.with_columns(pl.col(pl.Null).cast(pl.String)))
            return int(cursor.rowcount)

    def put(self, statement: str, frame: pl.DataFrame) -> None:
        """The same in the background, in order; a fault of an earlier batch is raised here or by `drain`."""
        if self._fault:
            raise self._fault
        if frame.height:
            if self._writer is None:
                self._writer = Thread(target=self._write_queued, daemon=True)
                self._writer.start()
            self._queue.put((statement, frame))

    def drain(self) -> None:
        """Wait until all that was `put` is written."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None
        if self._fault:
            raise self._fault

    def abandon(self) -> None:
        """Give the transaction up; nothing of it stays."""
        self._fault = self._fault or RuntimeError("abandoned")
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
        self.run("ROLLBACK")

    def _write_queued(self) -> None:
        while item := self._queue.get():
            try:
                if self._fault is None:
                    self.write(*item)
            except Exception as fault:  # noqa: BLE001  (handed to the thread that puts)
                self._fault = fault


def insert(table: str, names: tuple[str, ...], *, conflict: str = "") -> str:
    """An INSERT of one row by position."""
    places = ", ".join(f"?{i + 1}" for i in range(len(names)))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) {conflict}"


@contextmanager
def bulk(database: Database, *, load: bool = False) -> Iterator[Bulk]:
    """A transaction that begins by taking the one right to write and is committed whole at the end, or not at all.

    `load` says that much will be appended: while nobody else has the database open, a rollback journal then
    spares writing every page twice, as WAL does.
    """
    database.release()
    with adbc.connect(str(database.path), autocommit=True) as connection:
        work = Bulk(connection)
        work.run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        work.run(f"PRAGMA cache_size=-{CACHE_KIB}")
        work.run("PRAGMA temp_store=MEMORY")
        alone = load and _without_wal(work)
        try:
            work.run("BEGIN IMMEDIATE")
            try:
                yield work
                work.drain()
                work.run("COMMIT")
            except BaseException:
                work.abandon()
                raise
        finally:
            if alone:
                work.run("PRAGMA journal_mode=WAL")


@contextmanager
def snapshot(database: Database) -> Iterator[Bulk]:
    """The committed state of one moment, to be read in bulk; a writer elsewhere goes on."""
    database.release()
    with adbc.connect(str(database.path), autocommit=True) as connection:
        seen = Bulk(connection)
        seen.run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")  # a large delivery keeps readers out while it spills
        seen.run(f"PRAGMA cache_size=-{CACHE_KIB}")
        seen.run("BEGIN")
        yield seen
        seen.run("ROLLBACK")


def _without_wal(work: Bulk) -> bool:
    """Leave WAL mode if this is the only connection; false if it is not, and all stays as it is."""
    work.run("PRAGMA busy_timeout=0")
    try:
        work.run("PRAGMA journal_mode=TRUNCATE")
    except adbc.Error:
        return False
    finally:
        work.run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return True


def _bound(values: tuple[int | str, ...]) -> pl.DataFrame | None:
    return pl.DataFrame({str(place): [value] for place, value in enumerate(values)}) if values else None
