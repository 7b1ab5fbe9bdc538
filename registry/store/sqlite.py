"""The embedded home: one SQLite file in WAL mode, so that lookups go on while a delivery is written.

ADBC brings its own copy of SQLite. Two copies must never have one file open in one process (closing one drops the
other's locks), so a bulk connection first lets go of every other connection of this process, and none is made until
it is closed. Processes that serve never open one. See docs/decisions/0004-one-sqlite-at-a-time.md.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from adbc_driver_manager.dbapi import Cursor
from polars._typing import PolarsDataType as DataType

from registry.disk import settle
from registry.errors import BackupRefused
from registry.store.bulk import READ, Bulk, Insert, Value
from registry.store.database import BUSY_SECONDS, Database, busy
from registry.store.faults import storage_refusal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import OperationalError

CACHE_KIB = 256 * 1024
# a load asks the register again and again, which lies where the file begins: it is read where the system has it, and
# the cache is left to what is written
_LOAD_CACHE_KIB, _LOAD_MAPPED = 128 * 1024, 512 << 20
_NARROW, _LONG, _AT_ONCE = 3, 200_000, 50  # columns and rows of frames of which one statement inserts many rows
MOST_MAPPED = 0x7FFF0000  # SQLite maps no more
COPY = "chengxin.db"


class SqliteDatabase(Database):
    """The SQLite file at this absolute path."""

    home = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), path.parent)
        self.path = path

    def made_engine(self) -> "Engine":
        """One engine for one file."""
        from sqlalchemy import create_engine, event

        arguments = {"check_same_thread": False, "timeout": BUSY_SECONDS}
        made = create_engine(
            f"sqlite:///{self.path}", connect_args=arguments, hide_parameters=True
        )  # no values in errors
        event.listen(made, "connect", _prepare)
        return made

    def wait_briefly(self, connection: "Connection") -> None:
        """A door does not wait for a delivery to be taken in."""
        connection.exec_driver_sql(f"PRAGMA busy_timeout={self.brief_seconds * 1000}")

    def was_locked(self, error: "OperationalError") -> bool:
        """SQLite says `database is locked`."""
        return "locked" in str(error.orig)

    def release(self) -> None:
        """Close every idle connection of this process, so that another copy of SQLite may open the file."""
        if "engine" not in self.__dict__:
            return
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            raise RuntimeError("a session is still open")  # a fault of ours, never of the data
        self.engine.dispose()

    @contextmanager
    def bulk(self, *, load: bool) -> Iterator[Bulk]:
        """While nobody else has the file open, a load spares writing every page twice, as WAL does, by a rollback
        journal."""
        self.release()
        with _connected(self.path) as connection:
            work = SqliteBulk(connection)
            work.run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            work.run(f"PRAGMA cache_size=-{_LOAD_CACHE_KIB if load else CACHE_KIB}")
            work.run(f"PRAGMA mmap_size={_LOAD_MAPPED if load else 0}")
            work.run("PRAGMA temp_store=MEMORY")
            alone = load and _without_wal(work)
            try:
                work.run("BEGIN IMMEDIATE")
                try:
                    yield work
                    work.drain()
                    work.run("COMMIT")
                except BaseException:
                    with suppress(adbc.Error):  # a full disk has rolled it back already
                        work.abandon()
                    raise
            finally:
                if alone:
                    with suppress(adbc.Error):  # on a full disk; whoever opens the file next sets it
                        work.run("PRAGMA journal_mode=WAL")

    @contextmanager
    def snapshot(self) -> Iterator[Bulk]:
        """WAL keeps the state of its beginning."""
        self.release()
        with _connected(self.path) as connection:
            seen = SqliteBulk(connection)
            seen.run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")  # a large delivery keeps readers out while it spills
            seen.run(f"PRAGMA cache_size=-{CACHE_KIB}")
            seen.run("BEGIN")
            yield seen
            seen.run("ROLLBACK")

    def copy_to(self, folder: Path) -> None:
        """By SQLite's own online backup, in one step: WAL lets writers go on."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as live:
            self._copy(live, folder / COPY)

    def fill_from(self, folder: Path) -> None:
        """The same the other way: the file appears under its name once it is whole."""
        partial = self.path.with_name(f"{self.path.name}.partial")
        with closing(sqlite3.connect(f"{(folder / COPY).absolute().as_uri()}?mode=ro", uri=True)) as kept:
            self._copy(kept, partial)
        settle(partial)
        partial.rename(self.path)

    @staticmethod
    def _copy(source: sqlite3.Connection, target: Path) -> None:
        target.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
        except sqlite3.Error as error:
            target.unlink(missing_ok=True)
            raise BackupRefused(f"复制数据库失败：{error}。", f"the database could not be copied: {error}.") from error

    def version(self) -> str | None:
        """Asked without making the file."""
        if not self.path.exists():
            return None
        try:
            with closing(
                sqlite3.connect(f"{self.path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
            ) as connection:
                found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as fault:
            refusal = storage_refusal(fault) if isinstance(fault, sqlite3.OperationalError) else None
            if refusal:
                raise refusal from fault
            return None
        return str(found[0]) if found else None


class SqliteBulk(Bulk):
    """Values are bound, and a frame is bound row by row to one prepared INSERT; days are stored as ISO text."""

    home = "sqlite"

    def walked(self, table: str, key: tuple[str, ...], schema: Mapping[str, DataType]) -> Iterator[pl.DataFrame]:
        """By the key, in which order they lie."""
        keys, last = ", ".join(key), [-1] * len(key)
        places = ", ".join(f"?{place}" for place in range(1, len(key) + 1))
        read = {**dict.fromkeys(key, pl.Int64), **schema}
        page = f"""SELECT {", ".join(read)} FROM {table} WHERE ({keys}) > ({places}) AND retired_at IS NULL
          ORDER BY {keys} LIMIT {READ}"""
        while (rows := self.rows(page, read, *last)).height:
            last = [int(rows[column][-1]) for column in key]
            yield rows.select(*schema)

    def _selected(self, cursor: Cursor, select: str, values: tuple[Value, ...]) -> pl.DataFrame:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(READ)})
        cursor.execute(select, _bound(values))
        return cursor.fetch_polars()

    def _changed(self, cursor: Cursor, statement: str, values: tuple[Value, ...]) -> int:
        if not values:
            cursor.executescript(statement)
            return -1
        cursor.executemany(statement, _bound(values))
        return int(cursor.rowcount)

    def _inserted(self, cursor: Cursor, insert: Insert, frame: pl.DataFrame) -> None:
        told = [place for place, column in enumerate(frame.iter_columns()) if column.null_count() < frame.height] or [0]
        columns = ", ".join(insert.columns[place] for place in told)  # a default but null is never left out
        days = pl.col(pl.Date).map_batches(_spelled, return_dtype=pl.String)
        rows = frame[:, told].with_columns(pl.col(pl.Null).cast(pl.String), days)
        at_once = _AT_ONCE if rows.width <= _NARROW and rows.height >= _LONG else 1
        whole = rows.height // at_once * at_once
        for some, many in ((rows.head(whole), at_once), (rows.tail(rows.height - whole), 1)):
            if some.height:
                values = ", ".join(_places(row, rows.width) for row in range(many))
                statement = f"INSERT INTO {insert.table} ({columns}) VALUES {values} {insert.conflict}"
                cursor.executemany(statement, _side_by_side(some, many))

    def _stage(self, cursor: Cursor, name: str, frame: pl.DataFrame) -> None:
        columns = tuple(f'"{column}"' for column in frame.columns)
        cursor.executescript(f"CREATE TEMP TABLE {name} ({', '.join(columns)})")
        if frame.height:
            self._inserted(cursor, Insert(name, columns), frame)


def _prepare(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a decision that was acknowledged outlasts a failure of power
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size={MOST_MAPPED}")
    connection.execute("PRAGMA temp_store=MEMORY")


@contextmanager
def _connected(path: Path) -> Iterator[adbc.Connection]:
    try:
        with adbc.connect(str(path), autocommit=True) as connection:
            yield connection
    except adbc.Error as error:
        if "locked" not in str(error):
            raise
        raise busy() from error


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


def _places(row: int, width: int) -> str:
    """The placeholders of one row of several."""
    return f"({', '.join(f'?{row * width + place}' for place in range(1, width + 1))})"


def _side_by_side(rows: pl.DataFrame, many: int) -> pl.DataFrame:
    """So many rows after each other as one: of few columns, a statement takes longer to begin than to bind."""
    if many == 1:
        return rows
    every = [
        rows.gather_every(many, offset).rename({c: f"{c}.{offset}" for c in rows.columns}) for offset in range(many)
    ]
    return pl.concat(every, how="horizontal")


def _spelled(days: pl.Series) -> pl.Series:
    """Days as ISO text. To spell one takes longer than to bind it: each is spelled once, unless they lie far apart."""
    places = days.to_physical()
    first, last = places.to_frame("at").select(first=pl.col("at").min(), last=pl.col("at").max()).row(0)
    if first is None or last - first > days.len():
        return days.dt.to_string("%Y-%m-%d")
    every = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True).cast(pl.Date).dt.to_string("%Y-%m-%d")
    return every.gather(places - first)


def _bound(values: tuple[Value, ...]) -> pl.DataFrame | None:
    return pl.DataFrame({str(place): [value] for place, value in enumerate(values)}) if values else None
