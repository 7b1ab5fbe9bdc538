"""Bulk in and out of the database: Arrow batches straight into and out of the live tables, through ADBC.

A bulk transaction has the one right to write from its beginning to its end, in whichever home the registry is kept;
`registry/store/sqlite.py` and `registry/store/postgresql.py` say how each takes it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Queue
from threading import Lock, Thread
from typing import ClassVar, NamedTuple

import polars as pl
from adbc_driver_manager.dbapi import Connection, Cursor
from polars._typing import PolarsDataType as DataType

from registry.store.database import Database
from registry.store.faults import storage

READ = 250_000
_WAITING = 3

Value = int | str


class Insert(NamedTuple):
    """An INSERT of frames: one row for each of theirs, by position; `conflict` is its ON CONFLICT clause."""

    table: str
    columns: tuple[str, ...]
    conflict: str = ""


class Bulk(ABC):
    """One transaction over the live database. Statements take `?1`, `?2` … and are written as SQLite has them.

    Writing by `put` happens in a thread of its own while the next batch is being made; `drain` waits for it.
    """

    home: ClassVar[str]
    """What keeps it, as of its database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._turn = Lock()  # a connection serves one thread at a time
        self._queue: Queue[tuple[Insert, pl.DataFrame] | None] = Queue(_WAITING)
        self._fault: Exception | None = None
        self._writer: Thread | None = None

    def rows(self, select: str, schema: Mapping[str, DataType], *values: Value) -> pl.DataFrame:
        """All rows of a select as a typed frame; days are read from their ISO text."""
        with self._turn, self._connection.cursor() as cursor:
            found = self._selected(cursor, select, values)
        # a cast of nothing takes longer than to read some rows
        if [*found.schema.items()] == [*schema.items()] or not found.height:
            return found if found.height else pl.DataFrame(schema=schema)
        return found.select(
            pl.col(name).str.to_date("%Y-%m-%d")
            if kind == pl.Date and found.schema[name] == pl.String
            else pl.col(name).cast(kind)
            for name, kind in schema.items()
        )

    @abstractmethod
    def walked(self, table: str, key: tuple[str, ...], schema: Mapping[str, DataType]) -> Iterator[pl.DataFrame]:
        """Some columns of all current rows of a derived table, about `READ` rows at a time, in the order that reads
        them quickest here; `key` are the whole numbers, none below 0, by which they are told apart."""

    def one(self, select: str, *values: Value) -> int:
        """The one number that a select gives."""
        with self._turn, self._connection.cursor() as cursor:
            return int(self._selected(cursor, select, values).item())

    def run(self, statement: str, *values: Value) -> int:
        """Execute one statement once; returns the rows it changed."""
        with self._turn, self._connection.cursor() as cursor:
            return self._changed(cursor, statement, values)

    def write(self, insert: Insert, frame: pl.DataFrame) -> None:
        """Insert the rows of a frame, now."""
        if frame.height:
            with self._turn, self._connection.cursor() as cursor:
                self._inserted(cursor, insert, frame)

    def put(self, insert: Insert, frame: pl.DataFrame) -> None:
        """The same in the background, in order; a fault of an earlier batch is raised here or by `drain`."""
        if self._fault:
            raise self._fault
        if frame.height:
            if self._writer is None:
                self._writer = Thread(target=self._write_queued, daemon=True)
                self._writer.start()
            self._queue.put((insert, frame))

    @contextmanager
    def staged(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Hold a frame as a temporary table, for statements that ask of it."""
        with self._turn, self._connection.cursor() as cursor:
            self._stage(cursor, name, frame)
        yield
        self.run(f"DROP TABLE {name}")

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

    @abstractmethod
    def _selected(self, cursor: Cursor, select: str, values: tuple[Value, ...]) -> pl.DataFrame:
        """All rows of a select."""

    @abstractmethod
    def _changed(self, cursor: Cursor, statement: str, values: tuple[Value, ...]) -> int:
        """Execute a statement; the number of rows it changed."""

    @abstractmethod
    def _inserted(self, cursor: Cursor, insert: Insert, frame: pl.DataFrame) -> None:
        """Insert the rows of a frame, which has some."""

    @abstractmethod
    def _stage(self, cursor: Cursor, name: str, frame: pl.DataFrame) -> None:
        """Make a temporary table of a frame."""


def insert(table: str, names: tuple[str, ...], *, conflict: str = "") -> Insert:
    """An INSERT of one row by position."""
    return Insert(table, names, conflict)


@contextmanager
def bulk(database: Database, *, load: bool = False) -> Iterator[Bulk]:
    """A transaction that begins by taking the one right to write and is committed whole at the end, or not at all.

    `load` says that much will be appended.

    Raises:
        StorageRefused: no room is left, or the database is read-only or damaged.
    """
    with storage(), database.bulk(load=load) as work:
        yield work


@contextmanager
def snapshot(database: Database) -> Iterator[Bulk]:
    """The committed state of one moment, to be read in bulk; a writer elsewhere goes on.

    Raises:
        StorageRefused: the database is damaged, or cannot be opened.
    """
    with storage(), database.snapshot() as seen:
        yield seen
