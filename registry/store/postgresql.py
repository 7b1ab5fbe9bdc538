"""The shared home: a database on a PostgreSQL server (17 or later), for an office where several machines work.

SQL is written once, in SQLite words; `registry/store/spoken.py` says the few of them that are others here. The right to
write is the row `ledger_head`: a bulk transaction takes it first, as everyone does who appends to the ledger, so there
is one writer at a time, and readers go on. See docs/decisions/0011-a-second-home.md.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import adbc_driver_postgresql.dbapi as adbc
import polars as pl
from adbc_driver_manager import AdbcStatusCode
from adbc_driver_manager.dbapi import Connection, Cursor
from polars._typing import PolarsDataType as DataType

from registry.errors import BackupRefused, DatabaseNotReady
from registry.store.bulk import Bulk, Insert, Value
from registry.store.database import BUSY_SECONDS, Database, busy
from registry.store.spoken import filled, spoken

if TYPE_CHECKING:
    from sqlalchemy import Connection as Live
    from sqlalchemy import Engine
    from sqlalchemy.exc import OperationalError

COPY = "chengxin.dump"
# a page from anywhere costs hardly more than the next one, on any disk that a server has today and in memory
_LOCAL = "SET LOCAL work_mem = '128MB'; SET LOCAL random_page_cost = 1.1"
_TAKE_TURN = "SELECT event_id FROM ledger_head WHERE id = 1 FOR UPDATE"
_NO_TABLE, _LOCKED = "42P01", "55P03"
_TYPES: dict[str, DataType] = {
    "bigint": pl.Int64,
    "integer": pl.Int32,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "bytea": pl.Binary,
}
_WALKED = 3000  # pages of 8 KB; some 80 outcomes a page
_PAGES = "SELECT pg_relation_size(CAST(?1 AS regclass)) / current_setting('block_size')::int"
_COLUMNS = """
SELECT attname AS name, format_type(atttypid, NULL) AS kind FROM pg_attribute
WHERE attrelid = CAST(?1 AS regclass) AND attnum > 0 AND NOT attisdropped"""


class PostgresqlDatabase(Database):
    """The database at this address; what stands beside a registry is in the current folder."""

    home = "postgresql"

    def __init__(self, place: str) -> None:
        super().__init__(place, Path.cwd())
        self._idle: list[Connection] = []

    def made_engine(self) -> "Engine":
        """A pool; days and JSON come back as text, as SQLite stores them."""
        from sqlalchemy import Date, create_engine, event, make_url

        url = make_url(self.place).set(drivername="postgresql+psycopg")
        made = create_engine(url, hide_parameters=True, pool_pre_ping=True)  # no values in errors
        event.listen(made, "connect", _prepare)
        event.listen(made, "before_cursor_execute", _speak, retval=True)
        made.dialect.colspecs = {**made.dialect.colspecs, Date: _day()}
        return made

    def wait_briefly(self, connection: "Live") -> None:
        """A door does not wait for a delivery to be taken in."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self.brief_seconds * 1000 or 1}")

    def was_locked(self, error: "OperationalError") -> bool:
        """PostgreSQL says lock_not_available."""
        return getattr(error.orig, "sqlstate", None) == _LOCKED

    @contextmanager
    def bulk(self, *, load: bool) -> Iterator[Bulk]:  # noqa: ARG002  (COPY is the same for much and for little)
        """The transaction of one connection, which has the right to write as long as it lasts."""
        with self._connected() as connection:
            work = PostgresqlBulk(connection)
            work.run(f"BEGIN; SET LOCAL lock_timeout = '{BUSY_SECONDS}s'; {_LOCAL}")
            try:
                work.run(_TAKE_TURN)
                yield work
                work.drain()
                work.run("COMMIT")
            except BaseException as fault:
                with suppress(adbc.Error):  # a server that is gone has rolled it back already
                    work.abandon()
                if isinstance(fault, adbc.Error) and fault.sqlstate == _LOCKED:
                    raise busy() from fault
                raise

    @contextmanager
    def snapshot(self) -> Iterator[Bulk]:
        """A repeatable read."""
        with self._connected() as connection:
            seen = PostgresqlBulk(connection)
            seen.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " + _LOCAL)
            yield seen
            seen.run("ROLLBACK")

    def copy_to(self, folder: Path) -> None:
        """By pg_dump, which sees one moment of it."""
        self._tool("pg_dump", "--format=custom", "--no-owner", "--file", str(folder / COPY))

    def fill_from(self, folder: Path) -> None:
        """By pg_restore, in one transaction."""
        self._tool("pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(folder / COPY))

    def _tool(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs; the password goes by its environment, which no list of processes
        shows."""
        where = urlsplit(self.place)
        address = where._replace(netloc=where.netloc.replace(f":{where.password}@", "@")).geturl()
        secret = {"PGPASSWORD": unquote(where.password)} if where.password else {}
        found = shutil.which(program)
        if found is None:
            raise BackupRefused(
                f"找不到程序 {program}，请安装 PostgreSQL 客户端。",
                f"the program {program} is not there: install PostgreSQL's client.",
            )
        done = subprocess.run(  # noqa: S603  (found on the path; nothing of it comes from outside)
            [found, "--dbname", address, *arguments], env={**os.environ, **secret}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise BackupRefused(f"{program} 失败：{done.stderr.strip()}", f"{program} failed: {done.stderr.strip()}")

    def version(self) -> str | None:
        """Asked of the server.

        Raises:
            DatabaseNotReady: it does not answer, or lets nobody in with this name and password.
        """
        with self._connected() as connection:
            try:
                seen = PostgresqlBulk(connection).rows(
                    "SELECT version_num FROM alembic_version", {"version_num": pl.String}
                )
            except adbc.Error as error:
                if error.sqlstate != _NO_TABLE:
                    raise
                return None
        return str(seen.item()) if seen.height else None

    def close(self) -> None:
        """Close all connections."""
        super().close()
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection of this transaction's own; one that served before is taken again, since to make one takes as
        long as a small delivery."""
        connection = self._taken() or self._made()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _taken(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            try:
                PostgresqlBulk(connection).run("SELECT 1")
            except adbc.Error:  # the server was started anew
                connection.close()
            else:
                return connection
        return None

    def _made(self) -> Connection:
        try:
            connection: Connection = adbc.connect(self.place, autocommit=True)
        except adbc.Error as error:
            where = urlsplit(self.place)
            named = f"{where.hostname or ''}{where.path}"
            raise DatabaseNotReady(
                f"连接不上数据库 {named}：请检查服务器、数据库名、用户名和密码。",
                f"cannot connect to the database {named}: check server, database, user and password.",
            ) from error
        return connection


class PostgresqlBulk(Bulk):
    """Rows come and go by COPY; values are written into the statement, since only bare ones are read by COPY."""

    home = "postgresql"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._kinds: dict[str, dict[str, DataType]] = {}

    def walked(self, table: str, key: tuple[str, ...], schema: Mapping[str, DataType]) -> Iterator[pl.DataFrame]:  # noqa: ARG002
        """Page by page of the table's file: by the key every row would be fetched from another one."""
        page = f"""SELECT {", ".join(schema)} FROM {table} WHERE retired_at IS NULL
          AND ctid >= CAST(?1 AS tid) AND ctid < CAST(?2 AS tid)"""
        for first in range(0, self.one(_PAGES, table), _WALKED):
            yield self.rows(page, schema, f"({first},0)", f"({first + _WALKED},0)")

    def _selected(self, cursor: Cursor, select: str, values: tuple[Value, ...]) -> pl.DataFrame:
        with _discreet():
            cursor.execute(filled(select, values))
            return cursor.fetch_polars()

    def _changed(self, cursor: Cursor, statement: str, values: tuple[Value, ...]) -> int:
        with _discreet():
            if not values:
                cursor.executescript(spoken(statement))
                return -1
            cursor.executemany(filled(statement, values), None)
        return int(cursor.rowcount)

    def _inserted(self, cursor: Cursor, insert: Insert, frame: pl.DataFrame) -> None:
        kinds = self._columns(cursor, insert.table)
        named = frame.rename(dict(zip(frame.columns, insert.columns, strict=True)))
        cast = named.select(_as(name, kinds[name], named.schema[name]) for name in insert.columns)
        with _discreet():
            if not insert.conflict:
                cursor.adbc_ingest(insert.table, cast, mode="append")
                return
            columns = ", ".join(insert.columns)
            self._stage(cursor, "incoming", cast)
            cursor.executescript(
                f"INSERT INTO {insert.table} ({columns}) SELECT {columns} FROM incoming {insert.conflict}"
            )
            cursor.executescript("DROP TABLE incoming")

    def _stage(self, cursor: Cursor, name: str, frame: pl.DataFrame) -> None:
        unsigned = pl.col(pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64).cast(pl.Int64)
        cursor.adbc_ingest(
            name, frame.with_columns(unsigned, pl.col(pl.Null).cast(pl.String)), mode="create", temporary=True
        )
        cursor.executescript(f"ANALYZE {name}")

    def _columns(self, cursor: Cursor, table: str) -> dict[str, DataType]:
        """The columns of a live table with the kind of frame column that COPY takes for each."""
        if table not in self._kinds:
            told = self._selected(cursor, _COLUMNS, (table,))
            self._kinds[table] = {name: _TYPES.get(kind, pl.String) for name, kind in told.iter_rows()}
        return self._kinds[table]


@contextmanager
def _discreet() -> Iterator[None]:
    """Tell of an error its first line only: after that the server repeats the values it is about."""
    try:
        yield
    except adbc.Error as error:
        gone = error.sqlstate is None and error.status_code == AdbcStatusCode.IO  # it says so on a later line
        told = "no connection to the server" if gone else str(error).partition("\n")[0]
        raise type(error)(told, status_code=error.status_code, sqlstate=error.sqlstate) from None


def _as(name: str, kind: DataType, now: DataType) -> pl.Expr:
    if kind == pl.Date and now == pl.String:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name).cast(kind)


def _prepare(connection: Any, _record: object) -> None:
    from psycopg.types.string import TextLoader

    for kind in ("date", "json"):
        connection.adapters.register_loader(kind, TextLoader)


def _speak(_live: object, _cursor: object, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
    return spoken(statement), parameters


@lru_cache(1)
def _day() -> Any:
    """The type of a mapped day, whose text is read here since the driver is told to leave it."""
    from sqlalchemy import Date

    class Day(Date):
        def result_processor(self, _dialect: object, _coltype: object) -> Any:
            return lambda told: None if told is None else date.fromisoformat(told)

    return Day
