"""Where a city is taken in: an SQLite file, or a database on a server that is set up as `docs/operations.md` says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import psycopg

from tests.bench.ours import fresh
from tests.homes import SQLITE, Server

_SETTINGS = ("shared_buffers = '4GB'", "max_wal_size = '8GB'", "checkpoint_timeout = '15min'")


@dataclass(frozen=True)
class File:
    """SQLite files in a folder."""

    folder: Path

    def new(self, name: str) -> str:
        """The address of a registry that is not there yet."""
        path = self.folder / f"{name}.db"
        fresh(path)
        return str(path)

    def standing(self, name: str) -> str | None:
        """The address of a registry that an earlier run left; null if none did."""
        path = self.folder / f"{name}.db"
        return str(path) if path.exists() else None

    @staticmethod
    def settle(address: str) -> None:
        """Nothing is left to do once a transaction has ended."""

    @staticmethod
    def bytes_of(address: str) -> int:
        """How large a registry is."""
        return Path(address).stat().st_size


@dataclass(frozen=True)
class Databases:
    """Databases of one server."""

    server: Server

    def new(self, name: str) -> str:
        """The address of a registry that is not there yet."""
        with psycopg.connect(self.server.place("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.server.place(name)

    def standing(self, name: str) -> str | None:
        """The address of a registry that is there; null if there is none."""
        with psycopg.connect(self.server.place("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        return self.server.place(name) if found else None

    @staticmethod
    def settle(address: str) -> None:
        """Mark what is committed as such, and write out what is in memory, as the server does by itself after a while;
        else the first to read all of it does."""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    @staticmethod
    def bytes_of(address: str) -> int:
        """How large a registry is."""
        with psycopg.connect(address, autocommit=True) as connection:
            (found,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
        return int(found)


@contextmanager
def places_at(home: str, folder: Path) -> Iterator[File | Databases]:
    """Where registries can be made in a home, with all their files in `folder`."""
    if home == SQLITE:
        yield File(folder)
        return
    data = (folder / "server").absolute()
    rmtree(data, ignore_errors=True)
    server = Server(data, _SETTINGS)
    server.restart()
    try:
        yield Databases(server)
    finally:
        server.stop()
