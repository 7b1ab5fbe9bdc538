"""Where a registry stands that is killed again and again: a state can be saved, and brought back."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.homes import SQLITE, Server


class Place(Protocol):
    """A place of a database, with a folder of its own for what stands beside it."""

    @property
    def url(self) -> str:
        """What `open_database` takes."""

    @property
    def folder(self) -> Path:
        """Where feedback and returns go."""

    def save(self, name: str) -> None:
        """Keep the present state; nobody has the database open."""

    def restore(self, name: str) -> None:
        """Bring a state back that was saved."""

    def settle(self) -> None:
        """Wait until nothing of a killed process goes on."""

    def unsound(self) -> list[str]:
        """What the database itself says is wrong with it."""


@dataclass(frozen=True)
class SqliteFile:
    """An SQLite file; `room` has one folder for the live state and one for each saved one."""

    room: Path

    @property
    def folder(self) -> Path:
        return self.room / "live"

    @property
    def url(self) -> str:
        return str(self.folder / "c.db")

    def save(self, name: str) -> None:
        shutil.copytree(self.folder, self.room / name)

    def restore(self, name: str) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.room / name, self.folder)

    def settle(self) -> None:
        """Nothing goes on in a file."""

    def unsound(self) -> list[str]:
        connection = sqlite3.connect(self.url)
        try:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            connection.close()
        return [word for word in said if word != "ok"] + [f"a row of {row[0]} refers to nothing" for row in lost]


@dataclass(frozen=True)
class PostgresqlCopies:
    """A database `live` on a server, and one for each saved state, copied from it; `room` as for a file."""

    room: Path
    server: str  # the address of its database postgres

    @property
    def folder(self) -> Path:
        return self.room / "live"

    @property
    def url(self) -> str:
        return self._address("live")

    def save(self, name: str) -> None:
        self.settle()
        shutil.copytree(self.folder, self.room / name)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE live STRATEGY file_copy')

    def restore(self, name: str) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.room / name, self.folder)
        self._run("DROP DATABASE IF EXISTS live WITH (FORCE)")
        self._run(f'CREATE DATABASE live TEMPLATE "{name}" STRATEGY file_copy')

    def settle(self) -> None:
        """A server goes on with the statement of a client that is gone, and then takes it back."""
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'live'"
        with psycopg.connect(self.server, autocommit=True) as connection:
            while connection.execute(asked).fetchone() != (0,):
                time.sleep(0.02)

    def unsound(self) -> list[str]:
        """Foreign keys and checks hold at every commit; only the file of SQLite can be otherwise."""
        return []

    def _address(self, name: str) -> str:
        parts = urlsplit(self.server)
        return urlunsplit(parts._replace(path=f"/{name}"))

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def place_at(home: str, room: Path) -> Iterator[Place]:
    """A place for a registry in a home, where nothing is yet."""
    (room / "live").mkdir(parents=True)
    if home == SQLITE:
        yield SqliteFile(room)
        return
    server = Server(room / "server")
    try:
        place = PostgresqlCopies(room, server.place("postgres"))
        place._run("CREATE DATABASE live")
        yield place
    finally:
        server.stop()
