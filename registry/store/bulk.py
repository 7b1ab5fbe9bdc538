"""Bulk in and out of the embedded SQLite file, by way of a staging file.

ADBC brings its own copy of SQLite; two copies in one process must never open one file (closing one drops the
other's locks). So ADBC writes and reads staging files only, and the live connection attaches them.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from polars._typing import PolarsDataType as DataType
from sqlmodel import Session

_WAITING = 2
_READ = 250_000


class Staging:
    """A staging file that one thread fills while the next batch is being made."""

    def __init__(self, folder: Path) -> None:
        self._folder = TemporaryDirectory(prefix=".staging-", dir=folder)
        self.path = Path(self._folder.name) / "staged.db"
        self._queue: Queue[tuple[str, pl.DataFrame] | None] = Queue(_WAITING)
        self._fault: Exception | None = None
        self._thread = Thread(target=self._fill, daemon=True)
        self._thread.start()

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Queue a batch for `table`; a fault of an earlier batch is raised here."""
        if self._fault:
            raise self._fault
        if frame.height:
            self._queue.put((table, frame))

    def finish(self) -> None:
        """Wait until all is written."""
        self._queue.put(None)
        self._thread.join()
        if self._fault:
            raise self._fault

    def remove(self) -> None:
        """Delete the file; safe at any time."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._folder.cleanup()

    def _fill(self) -> None:
        made: set[str] = set()
        try:
            with adbc.connect(str(self.path), autocommit=True) as connection, connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=OFF")
                cursor.execute("PRAGMA synchronous=OFF")
                while item := self._queue.get():
                    table, frame = item
                    cursor.adbc_ingest(table, frame, mode="append" if table in made else "create")
                    made.add(table)
        except Exception as fault:  # noqa: BLE001  (handed to the thread that appends)
            self._fault = fault
            while self._queue.get():
                pass


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """A staging file in `folder`, removed at the end whatever happens."""
    made = Staging(folder)
    try:
        yield made
    finally:
        made.remove()


@contextmanager
def attached(session: Session, path: Path) -> Iterator[None]:
    """The staging file as schema `staged` of the session's connection, while its one transaction runs."""
    raw = live(session)
    raw.execute("ATTACH DATABASE ? AS staged", (str(path),))
    try:
        yield
    finally:
        session.rollback()  # what was not committed by now is given up, so that the file can be let go
        raw.execute("DETACH DATABASE staged")


def live(session: Session) -> sqlite3.Connection:
    """The driver's own connection under a session."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101
    return connection


def frames(
    session: Session, folder: Path, select: str, schema: Mapping[str, DataType], *, bounds: tuple[int, int]
) -> Iterator[pl.DataFrame]:
    """The rows of `select` in batches as typed frames; it must restrict ids to `> :after AND <= :upto`."""
    raw = live(session)
    after, last = bounds
    while after < last:
        upto = min(after + _READ, last)
        yield frame(raw, folder, select, {"after": after, "upto": upto}, schema)
        after = upto


def frame(
    raw: sqlite3.Connection, folder: Path, select: str, values: dict[str, Any], schema: Mapping[str, DataType]
) -> pl.DataFrame:
    """The rows of one `select` as a typed frame, through a staging file."""
    with TemporaryDirectory(prefix=".staging-", dir=folder) as inside:
        path = Path(inside) / "read.db"
        raw.execute("ATTACH DATABASE ? AS readout", (str(path),))
        try:
            raw.execute("PRAGMA readout.journal_mode=OFF")
            raw.execute("PRAGMA readout.synchronous=OFF")
            raw.execute(f"CREATE TABLE readout.rows AS {select}", values)
        finally:
            raw.execute("DETACH DATABASE readout")
        with adbc.connect(str(path)) as connection, connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_READ)})
            cursor.execute("SELECT * FROM rows")
            found = cursor.fetch_polars()
    assert isinstance(found, pl.DataFrame)  # noqa: S101
    return found.select(
        pl.col(name).cast(pl.String).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name).cast(kind)
        for name, kind in schema.items()
    )


def columns(names: Sequence[str], prefix: str = "") -> str:
    """Column names as SQL writes them."""
    return ", ".join(f'{prefix}"{name}"' for name in names)
