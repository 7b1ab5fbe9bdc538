"""Where the registry is kept: one face, two homes (an embedded SQLite file by default, or a PostgreSQL server).

Who reads and writes row by row does so in a session; bulk work goes through `registry.store.bulk`. What only one home
has is in its own file: `registry/store/sqlite.py`, `registry/store/postgresql.py`.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from registry.errors import DatabaseNotReady, RegistryBusy
from registry.store.faults import storage

if TYPE_CHECKING:  # a bulk command never makes an engine, and starts in half the time without it
    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import OperationalError
    from sqlmodel import Session

    from registry.store.bulk import Bulk

BUSY_SECONDS = 600


class Database(ABC):
    """A place where the registry is kept; `place` names it to another process, `folder` is for files beside it."""

    brief_seconds = 5
    home: ClassVar[str]
    """What keeps it: `sqlite` or `postgresql`."""

    def __init__(self, place: str, folder: Path) -> None:
        self.place = place
        self.folder = folder

    @cached_property
    def engine(self) -> "Engine":
        """Connections for what is read and written row by row."""
        return self.made_engine()

    @contextmanager
    def session(self) -> "Iterator[Session]":
        """One unit of work: committed whole at the end, or not at all.

        Raises:
            StorageRefused: no room is left, or the database is read-only or damaged.
        """
        from sqlmodel import Session

        with storage(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def brief_session(self) -> "Iterator[Session]":
        """The same for a door, where somebody waits for the answer: it does not wait for a delivery to be taken in.

        Raises:
            RegistryBusy: another process has been writing for some seconds.
        """
        from sqlalchemy.exc import OperationalError

        try:
            with self.session() as session:
                self.wait_briefly(session.connection())
                yield session
        except OperationalError as error:
            if not self.was_locked(error):
                raise
            raise busy() from error

    def close(self) -> None:
        """Close all connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    @abstractmethod
    def made_engine(self) -> "Engine":
        """A new engine."""

    @abstractmethod
    def wait_briefly(self, connection: "Connection") -> None:
        """In this transaction, give up waiting for the right to write after `brief_seconds`."""

    @abstractmethod
    def was_locked(self, error: "OperationalError") -> bool:
        """Whether that is what an error says: another process kept the right to write."""

    @abstractmethod
    def bulk(self, *, load: bool) -> "AbstractContextManager[Bulk]":
        """See `registry.store.bulk.bulk`."""

    @abstractmethod
    def snapshot(self) -> "AbstractContextManager[Bulk]":
        """See `registry.store.bulk.snapshot`."""

    @abstractmethod
    def copy_to(self, folder: Path) -> None:
        """Write the database, as it is at one moment, to a file in this folder; others read and write on.

        Raises:
            BackupRefused: what does it is missing or fails.
        """

    @abstractmethod
    def fill_from(self, folder: Path) -> None:
        """Fill this database, which is empty, from such a folder.

        Raises:
            BackupRefused: what does it is missing or fails.
        """

    @abstractmethod
    def version(self) -> str | None:
        """The migration that the database is at; None if it has none."""


def busy() -> RegistryBusy:
    """The refusal when another process keeps the right to write."""
    return RegistryBusy(
        "正在入库，暂时不能写入，请稍后再试。", "a delivery is being taken in: nothing can be written, try again."
    )


def open_database(place: str, *, create: bool = False) -> Database:
    """Open `place`: a file path, `sqlite:///PATH`, or `postgresql://…`, which must exist already.

    Raises:
        DatabaseNotReady: the file does not exist (and `create` is not set), or the address is of another kind.
    """
    kind, _, address = place.rpartition("://")
    if kind in ("postgresql", "postgres"):
        from registry.store.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(place)
    name = address.removeprefix("/") if kind else place
    if kind not in ("", "sqlite") or not name:
        raise DatabaseNotReady(
            f"暂不支持的数据库：{kind}。请给出 SQLite 文件路径或 postgresql:// 地址。",
            f"unsupported database: {kind}. Give the path of an SQLite file or a postgresql:// address.",
        )
    path = Path(name).absolute()
    if not create and not path.exists():
        raise DatabaseNotReady(
            f"数据库 {path.name} 不存在。请先运行 chengxin init。",
            f"database {path.name} does not exist. Run `chengxin init` first.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    from registry.store.sqlite import SqliteDatabase

    return SqliteDatabase(path)


def default_place() -> str:
    """Where the registry is when nothing is said: `chengxin.db` in the current folder."""
    return os.environ.get("CHENGXIN_DATABASE", "chengxin.db")
